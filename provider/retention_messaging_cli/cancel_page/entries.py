"""
What is live and what replaces it: an entry for each message in each locale that uses it.

Pure, from the provider's own records: what a pair shows is its default's record, how far its message has come is
`review.phase`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain
from typing import NamedTuple

from retention_messaging_cli.cancel_page.content import Content, content
from retention_messaging_cli.cancel_page.plan import Plan
from retention_messaging_cli.state import Resource
from retention_messaging_provider.resources import review
from retention_messaging_provider.resources.facts import Answers
from retention_messaging_provider.resources.known import APPROVED, View
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.records import DefaultRecord, ImageRecord, MessageRecord


class Standing(Enum):
    """How far a message has come in a locale: the word, and the sentence that says what it means."""

    SHOWN = "Shown", "Customers see this. Nothing waits."
    READY = "Approved", "No default shows it. A server may answer with it."
    PLANNED = "Planned", "pulumi up uploads it. Until Apple has approved it, what customers see stays."
    CHANGES = "Changes", "pulumi up shows it."
    WAITING = "Waiting", "It waits for Apple's review. Until it is approved, what customers see stays."
    APPROVED = "Approved", "Apple has approved it. The next pulumi up shows it."
    REJECTED = "Rejected", "Apple rejected it. What customers see stays. Change it and run pulumi up."
    EMPTY = "Empty", "Its message has nothing approved yet, or is not in this stack."
    REMOVED = "Removed", "pulumi up takes it away. Customers are shown no message then."

    def __init__(self, word: str, sentence: str) -> None:
        self.word, self.sentence = word, sentence


class Moment(Enum):
    """When customers see what stands in a column."""

    NOW = "Customers see this now"
    ANSWER = "A server may answer with this now"
    UP = "When pulumi up has run"
    REVIEW = "When Apple has approved it"
    NEVER = "Rejected by Apple"


@dataclass(frozen=True)
class Stage:
    """
    What customers see at a moment.

    identifier: of the message, "" for none; content: None where there is none, or its text is not recorded
    """

    moment: Moment
    identifier: str
    content: Content | None


@dataclass(frozen=True)
class Entry:
    """
    A message in a locale, for the products whose customers see it alike.

    name: the message's in the program, or its identifier; locale, products: "" and () where no default uses it
    stages: what is live, and what follows it, in order
    rejected: what Apple rejected, as a line names it
    """

    name: str
    location: Location
    locale: str
    products: tuple[str, ...]
    standing: Standing
    stages: tuple[Stage, ...]
    rejected: str = ""


def entries(plan: Plan) -> list[Entry]:
    """Every message in every locale that uses it, and every message that none uses, by name and locale."""
    facts = _Facts(plan)
    alike: dict[tuple[object, ...], list[Entry]] = defaultdict(list)
    for each in (*facts.of_pairs(), *facts.of_messages_without_pairs()):
        steps = tuple((stage.moment, stage.identifier) for stage in each.stages)
        alike[each.location, each.name, each.locale, each.standing, steps].append(each)
    merged = [
        replace(group[0], products=tuple(sorted(product for each in group for product in each.products)))
        for group in alike.values()
    ]
    return sorted(merged, key=lambda each: (str(each.location), each.name, each.locale, each.products))


class _Facts:
    """What a plan has, by identifier and pair."""

    def __init__(self, plan: Plan) -> None:
        self.is_plan = plan.is_plan
        self.shown_before, self.shown_after = _defaults(plan.before), _defaults(plan.after)
        self.before, self.after = _messages(plan.before), _messages(plan.after)
        self.contents = _contents(plan)
        self.view = _view(plan.after)

    def of_pairs(self) -> Iterator[Entry]:
        """An entry for each product and locale."""
        for pair in dict.fromkeys((*self.shown_after, *self.shown_before)):
            now = self.shown_before.get(pair, "")
            if pair in self.shown_after:
                wanted = self.shown_after[pair] or now
                yield self._entry(pair, _message_of(pair, wanted, self.after), now, wanted)
            else:
                message = _message_of(pair, now, self.before)
                stages = (self._stage(Moment.NOW, now), self._stage(Moment.UP, ""))
                yield _entry(pair, message.name if message else now, Standing.REMOVED, stages)

    def of_messages_without_pairs(self) -> Iterator[Entry]:
        """An entry for each message that no default uses: a server may answer with it."""
        used = [_message_of(pair, shown, self.after) for pair, shown in self.shown_after.items()]
        for message in self.after:
            if message not in used:
                before = next((each.record for each in self.before if each.urn == message.urn), None)
                now = before.approved if before else ""
                yield self._entry(Pair(message.record.location, "", ""), message, now, message.record.approved or now)

    def _entry(self, pair: "Pair", message: "Message | None", now: str, wanted: str) -> Entry:
        last = message.record.identifier if message else wanted
        phase = review.phase(message.record, self.view) if message else review.Phase.SHOWN
        standing = self._standing(pair, message, phase, (now, wanted, last))
        stages = [self._stage(Moment.NOW if pair.locale else Moment.ANSWER, now)]
        for moment, identifier in ((Moment.UP, wanted), (MOMENTS[phase], last)):
            if identifier != stages[-1].identifier:
                stages.append(self._stage(moment, identifier))
        rejected = review.rejected(message.record, self.view) if message and standing is Standing.REJECTED else ""
        return _entry(pair, message.name if message else last, standing, tuple(stages), rejected)

    def _standing(
        self, pair: "Pair", message: "Message | None", phase: review.Phase, steps: tuple[str, str, str]
    ) -> Standing:
        now, wanted, last = steps
        if not last:
            return Standing.EMPTY
        if last == now:
            return Standing.SHOWN if pair.locale else Standing.READY
        if last == wanted and self.is_plan:
            return Standing.CHANGES
        if message and self.is_plan and all(each.record.identifier != last for each in self.before):
            return Standing.PLANNED
        return STANDINGS[phase]

    def _stage(self, moment: Moment, identifier: str) -> Stage:
        return Stage(moment, identifier, self.contents.get(identifier))


MOMENTS = {
    review.Phase.WAITING: Moment.REVIEW,
    review.Phase.REJECTED: Moment.NEVER,
    review.Phase.APPROVED: Moment.UP,
    review.Phase.SHOWN: Moment.UP,
}
"""How far the last message has come → when customers see it, unless they do."""

STANDINGS = {
    review.Phase.WAITING: Standing.WAITING,
    review.Phase.REJECTED: Standing.REJECTED,
    review.Phase.APPROVED: Standing.APPROVED,
    review.Phase.SHOWN: Standing.APPROVED,
}


class Pair(NamedTuple):
    """A product and a locale of an app in an environment."""

    location: Location
    product: str
    locale: str


class Message(NamedTuple):
    """A message's resource, with its record."""

    urn: str
    name: str
    record: MessageRecord


def _entry(pair: Pair, name: str, standing: Standing, stages: tuple[Stage, ...], rejected: str = "") -> Entry:
    products = (pair.product,) if pair.product else ()
    return Entry(name or "no message", pair.location, pair.locale, products, standing, stages, rejected)


def _message_of(pair: Pair, shown: str, messages: Iterable[Message]) -> Message | None:
    """The message that a default refers to: the one that has its pair, or else the one that it shows."""
    here = [each for each in messages if each.record.location == pair.location]
    named = f"{pair.product}/{pair.locale}"
    referred = (each for each in here if named in each.record.pairs)
    by_identifier = (each for each in here if shown and shown in {each.record.identifier, each.record.approved})
    return next(chain(referred, by_identifier), None)


def _defaults(resources: Iterable[Resource]) -> dict[Pair, str]:
    """What each pair shows, "" for nothing."""
    records = (each.record for each in resources)
    defaults = (each for each in records if isinstance(each, DefaultRecord))
    return {Pair(each.location, *each.pair.rsplit("/", 1)): each.shown for each in defaults}


def _messages(resources: Iterable[Resource]) -> list[Message]:
    return [Message(each.urn, each.name, each.record) for each in resources if isinstance(each.record, MessageRecord)]


def _contents(plan: Plan) -> dict[str, Content]:
    """Identifier → what the message says, as far as anything records it."""
    there = [*plan.others, *plan.before]
    uploaded = {each.record.identifier for each in _messages(there)}
    every = [*there, *plan.after]
    images = {each.record.identifier: each for each in every if isinstance(each.record, ImageRecord)}
    return {
        each.record.identifier: content(each, images, is_uploaded=each.record.identifier in uploaded)
        for each in every
        if isinstance(each.record, MessageRecord)
    }


def _view(resources: Iterable[Resource]) -> View:
    """What the records have of Apple's review; a message that is shown is evidence that its images are approved."""
    records = [each.record for each in resources]
    messages = [each for each in records if isinstance(each, MessageRecord)]
    images = {image: APPROVED for each in messages if review.is_shown(each) for image in each.images}
    images |= {each.identifier: each.state for each in records if isinstance(each, ImageRecord) and each.state}
    states: dict[str, str | None] = Answers(lambda _: None)
    states |= {each.identifier: each.state for each in messages}
    pictures: dict[str, str | None] = Answers(lambda _: None)
    pictures |= images
    return View(states, pictures, {})
