"""All that `status` finds out about one app in one environment."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from retention_messaging_cli.status import findings
from retention_messaging_cli.status.findings import Health, Pair, Upload, Url
from retention_messaging_cli.status.known import Known
from retention_messaging_provider.resources.known import View
from retention_messaging_provider.resources.ledger import MESSAGE
from retention_messaging_provider.resources.records import MessageRecord

ALLOWED = 2000
"""
Messages, and images, of an app.

https://developer.apple.com/documentation/retentionmessaging/upload-message and …/upload-image
"""


@dataclass(frozen=True)
class App:
    """
    What is known of an app, and what Apple has of it.

    messages, images: those of the states; without a state all that Apple has
    """

    known: Known
    view: View
    messages: list[Upload]
    images: list[Upload]
    pairs: list[Pair]
    url: Url

    @classmethod
    def of(cls, known: Known, view: View, url: str | None) -> "App":
        """Judge what states tell of an app by what Apple has; `view` has what every pair shows."""
        messages = findings.messages(known, view)
        return cls(
            known,
            view,
            messages,
            findings.images(known, view),
            list(findings.pairs(known, view, messages)),
            findings.url(known, url),
        )

    def all(self) -> Iterator[Upload | Pair | Url]:
        """Everything that has a health of its own: a pair that only waits for its message has not."""
        yield from (*self.images, *self.messages)
        yield from (each for each in self.pairs if each.message is None or each.health is not each.message.health)
        yield self.url

    def since(self, upload: Upload) -> datetime | None:
        """Since when something waits for Apple's review, as far as its state tells."""
        return upload.resource.created if upload.health is Health.WAITING and upload.resource else None

    @cached_property
    def shown_by(self) -> dict[str, list[str]]:
        """Identifier → the pairs that show it."""
        found: dict[str, list[str]] = {}
        for each in self.pairs:
            found.setdefault(each.shown, []).append(each.pair)
        return found

    def name(self, identifier: str) -> str:
        """The message's name in its program, of an earlier version too; else its identifier."""
        return self._names.get(identifier, identifier)

    @cached_property
    def _names(self) -> dict[str, str]:
        named = [(each.resource.name, each.record) for each in self.messages if each.resource]
        earlier = {
            identifier: f"earlier {name}"
            for name, record in named
            if isinstance(record, MessageRecord)
            for identifier in (record.approved, *record.superseded)
        }
        return earlier | {record.identifier: name for name, record in named}

    def tests(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The performance tests of the states by name, as they ended; Apple lists none."""
        for each in self.known.resources:
            if each.type == "PerformanceTest" and not each.pending:
                yield each.name, dict(each.outputs)

    def listed(self, kind: str) -> dict[str, int]:
        """Apple's review state → how many messages, or images, Apple has in it, of this or any other stack."""
        states = self.view.messages if kind == MESSAGE else self.view.images
        return dict(sorted(Counter(state for state in states.values() if state is not None).items()))

    def others(self, kind: str) -> int:
        """How many messages, or images, Apple has that no state given accounts for; without a state none."""
        states = self.view.messages if kind == MESSAGE else self.view.images
        accounted = self.known.accounted()
        there = findings.there(states) if self.known.has_states else []
        return sum((kind, each) not in accounted for each in there)
