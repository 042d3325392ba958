"""What states and Apple's answers mean together: pure decisions. How far a message has come is decided in review.py."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from retention_messaging_cli.state import Resource
from retention_messaging_cli.status.known import Known
from retention_messaging_provider.resources import review
from retention_messaging_provider.resources.known import APPROVED, REJECTED, View
from retention_messaging_provider.resources.records import (
    DefaultRecord,
    ImageRecord,
    MessageRecord,
    UrlRecord,
)
from retention_messaging_provider.resources.review import Phase
from retention_messaging_provider.rules import is_known


class Health(Enum):
    """How something is, the worst first. Those of a message that Apple has are its phases."""

    REJECTED = "rejected"
    NOTHING = "nothing"
    CHANGED = "changed"
    APPROVED = "approved"
    WAITING = "waiting"
    SHOWN = "shown"


@dataclass(frozen=True)
class Upload:
    """
    A message or an image.

    resource: of a state; None where no state was given
    state: Apple's, None where it is not at Apple
    phase: a message's; None of an image, and where it is not at Apple
    """

    record: MessageRecord | ImageRecord
    resource: Resource | None
    state: str | None
    health: Health
    phase: Phase | None = None

    def __str__(self) -> str:
        return str(self.record)

    def text(self, key: str) -> str:
        """A text of it, as far as its state tells; a secret is `[secret]`."""
        return str(self.resource.recorded.get(key) or "") if self.resource else ""


@dataclass(frozen=True)
class Pair:
    """
    What customers of a product in a locale see.

    shown: the identifier of a message, "" for none
    message: the message of a state that is to be shown, if one is known
    is_replaced: whether that is another than the one shown
    """

    pair: str
    shown: str
    health: Health
    message: Upload | None = None

    def __str__(self) -> str:
        return self.pair

    @property
    def is_replaced(self) -> bool:
        """Whether the message that is to be shown is another than the one shown."""
        return self.message is not None and self.message.record.identifier != self.shown


@dataclass(frozen=True)
class Url:
    """The realtime URL that Apple has, None for none; `is_secret` where a state has it as a secret."""

    url: str | None
    health: Health
    is_secret: bool = False

    def __str__(self) -> str:
        return "realtime URL"


def messages(known: Known, view: View) -> list[Upload]:
    """The messages of the states; without a state all that Apple has."""
    if known.has_states:
        return [_message(record, resource, view) for resource, record in known.records(MessageRecord)]
    return [_message(_unknown(known, identifier), None, view) for identifier in there(view.messages)]


def _unknown(known: Known, identifier: str) -> MessageRecord:
    """A message of which nothing is recorded; it may be shown as soon as it is approved."""
    return MessageRecord(known.location, identifier, identifier, "", retain=False, approved=identifier)


def _message(record: MessageRecord, resource: Resource | None, view: View) -> Upload:
    state = view.messages[record.identifier]
    if state is None:
        return Upload(record, resource, state, Health.CHANGED)
    phase = review.phase(replace(record, state=state), view)
    return Upload(record, resource, state, Health(phase.value), phase)


def images(known: Known, view: View) -> list[Upload]:
    """The images of the states; without a state all that Apple has."""
    if known.has_states:
        found = [(record, resource) for resource, record in known.records(ImageRecord)]
        return [_image(record, resource, view) for record, resource in found]
    unknown = (ImageRecord(known.location, each, each, "", retain=False) for each in there(view.images))
    return [_image(record, None, view) for record in unknown]


def _image(record: ImageRecord, resource: Resource | None, view: View) -> Upload:
    state = view.images[record.identifier]
    healths = {None: Health.CHANGED, APPROVED: Health.SHOWN, REJECTED: Health.REJECTED}
    return Upload(record, resource, state, healths.get(state, Health.WAITING))


def there(states: Mapping[str, str | None]) -> list[str]:
    """The identifiers of what is at Apple."""
    return sorted(identifier for identifier, state in states.items() if state is not None)


def pairs(known: Known, view: View, found: list[Upload]) -> Iterator[Pair]:
    """
    What each pair shows, and what is to replace it.

    found: the messages. A pair of which no state has a default any more, and which shows nothing, is left out.
    """
    by_pair = {pair: each for each in found if isinstance(each.record, MessageRecord) for pair in each.record.pairs}
    defaults = known.defaults()
    for pair, shown in sorted(view.shown.items()):
        message, default = by_pair.get(pair), defaults.get(pair)
        if message or default or shown or pair in known.asked:
            yield Pair(pair, shown, _health(shown, message, default, view), message)


def _health(shown: str, message: Upload | None, default: DefaultRecord | None, view: View) -> Health:
    may_be_seen = bool(shown) and view.messages[shown] == APPROVED
    if message and message.health in (Health.REJECTED, Health.WAITING):
        return message.health
    recorded = default.shown if default and is_known(default.shown) else shown
    if message and message.record.identifier != shown:
        is_due = message.health is Health.APPROVED or (message.health is Health.SHOWN and recorded == shown)
        return Health.APPROVED if is_due else Health.CHANGED
    if message is None and recorded != shown:
        return Health.CHANGED
    return Health.SHOWN if may_be_seen else Health.NOTHING


def url(known: Known, there: str | None) -> Url:
    """Whether Apple has the realtime URL that the states have, if they have one."""
    recorded = [record.url for _, record in known.records(UrlRecord)]
    is_secret = not is_known(recorded)
    is_changed = bool(recorded) and (there is None or not (is_secret or there in recorded))
    return Url(there, Health.CHANGED if is_changed else Health.SHOWN, is_secret)
