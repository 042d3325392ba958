"""What this command knows of Apple and of the program, for a decision about one message."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from retention_messaging_provider.resources import review
from retention_messaging_provider.resources.known import Program, View
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE, Ref
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.records import MessageRecord
from retention_messaging_provider.resources.review import Progress
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.rules import is_known

T = TypeVar("T")


class Answers(dict[str, T]):
    """Key → value, asked for when it is first looked at."""

    def __init__(self, ask: Callable[[str], T]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, key: str) -> T:
        """Ask, and remember the answer."""
        self[key] = self._ask(key)
        return self[key]


def view(run: Run, location: Location) -> View:
    """What Apple has at a location, asked when it is looked at."""
    return View(
        messages=Answers(lambda each: run.apple.fetch_state(Ref(location, MESSAGE, each))),
        images=Answers(lambda each: run.apple.fetch_state(Ref(location, IMAGE, each))),
        shown=Answers(lambda pair: run.apple.fetch_default(location, pair)),
    )


def program(run: Run, location: Location, kept_but_by: str = "") -> Program:
    """What the ledger has of the program; what the resource `kept_but_by` accounts for does not count as kept."""
    ledger = run.ledger
    return Program(
        claimed=Answers(lambda each: ledger.is_claimed(Ref(location, MESSAGE, each))),
        kept=Answers(lambda each: ledger.is_kept(Ref(location, MESSAGE, each), but_by=kept_but_by)),
        wanted=Answers(lambda each: ledger.which_are_wanted([each])[each]),
        images=Answers(lambda each: ledger.is_claimed(Ref(location, IMAGE, each))),
        replaced_images=Answers(lambda each: bool(ledger.replaced_by(Ref(location, IMAGE, each)))),
        pairs=Answers(lambda each: ledger.which_pairs_are_noted(location, [each])[each]),
        all_pairs=ledger.all_pairs(),
        has_program=ledger.has_program(),
        has_seen_messages=ledger.has_seen_every(MESSAGE) or not ledger.has_program(),
        has_seen_images=ledger.has_seen_every(IMAGE),
        knows_pairs=ledger.knows_all_pairs(),
    )


def progress(run: Run, record: MessageRecord, declared: Any, *, is_plan: bool) -> Progress:
    """
    The one plan that a message's `diff` shows and its `update` carries out.

    `declared` are the program's pairs for it. What the decision will look at is asked at once, before it. A plan takes
    it that no message which it has not seen yet has any of this one's; the `update` waits to see them.
    """
    location, ledger, now = record.location, run.ledger, int(run.clock())
    pairs = frozenset(declared) if is_known(declared) else record.pairs
    seen, known = view(run, location), program(run, location, kept_but_by=record.owner)
    if is_plan:
        known = replace(known, has_seen_messages=True)
    elif not (known.has_seen_messages or all(map(record.is_named, record.superseded))):
        run.wait_for_every_message()
        known = program(run, location, kept_but_by=record.owner)
    pictures = [each.identifier for each in record.superseded_images]
    known.claimed.update(ledger.which_are_claimed(location, MESSAGE, record.superseded))
    known.wanted.update(ledger.which_are_wanted(record.superseded))
    known.kept.update(ledger.which_are_kept(location, MESSAGE, record.superseded, but_by=record.owner))
    known.images.update(ledger.which_are_claimed(location, IMAGE, pictures))
    known.pairs.update(ledger.which_pairs_are_noted(location, record.superseded))
    asked = review.questions(record, pairs, known, now)
    seen.messages.update(run.apple.fetch_states(location, MESSAGE, asked.messages))
    seen.images.update(run.apple.fetch_states(location, IMAGE, asked.images))
    seen.shown.update(run.apple.fetch_defaults(location, asked.pairs))
    return review.progress(record, pairs, seen, known, now)
