"""Records and views of Apple as plain values, for the tables of pure decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.records import MessageRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = Location("production", "com.example.app", None)
SANDBOX_APP = Location("sandbox", "com.example.app", None)
MONTHLY, YEARLY = "com.example.monthly/en-US", "com.example.yearly/en-US"
DAY = 86_400


@dataclass(frozen=True)
class Seen:
    """What Apple has; `asked` notes every question."""

    messages: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    pairs: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def message(self, identifier: str) -> str | None:
        self.asked.append("messages")
        return self.messages.get(identifier)

    def image(self, identifier: str) -> str | None:
        self.asked.append("images")
        return self.images.get(identifier)

    def shown(self, pair: str) -> str:
        self.asked.append(pair)
        return self.pairs.get(pair, "")


def record(identifier: str = "B", state: str = "PENDING", location: Location = APP, **fields: Any) -> MessageRecord:
    """A message `stay`; sets and tuples may be given as lists or texts of one letter for each identifier."""
    sets = {"images", "managed", "pairs", "former", "found", "retained"}
    given: dict[str, Any] = {key: frozenset(value) if key in sets else value for key, value in fields.items()}
    retain = given.pop("retain", False)
    if "superseded" in given:
        given["superseded"] = tuple(given["superseded"])
    return MessageRecord(location, "urn:pulumi:dev::app::Message::stay", identifier, state, retain, **given)
