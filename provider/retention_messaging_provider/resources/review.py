"""
What Apple's review and the defaults mean for a message: pure decisions, from records and what Apple has.

    WAITING ──approved, with all its images──▶ APPROVED ──the `up` after──▶ SHOWN
       └──────────rejected, or an image of it──▶ REJECTED

Until it is approved, what was approved before it may be shown (`approved`), and stays at Apple (`superseded`). In the
run of the approval the defaults follow; in the `up` after, the superseded ones go, if nothing shows them. When a
message may be deleted at all, whatever the reason for deleting it, `deletion` decides, and nobody else.

No client, no lock, no print, no clock.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Protocol

from retention_messaging_provider.resources.records import MessageRecord, SupersededImage

APPROVED, PENDING, REJECTED = "APPROVED", "PENDING", "REJECTED"
SANDBOX = "sandbox"


class View(Protocol):
    """What Apple has at one location."""

    def message(self, identifier: str) -> str | None:
        """The state of a message; None where there is none."""

    def image(self, identifier: str) -> str | None:
        """The state of an image; None where there is none."""

    def shown(self, pair: str) -> str:
        """The message that customers of a pair are shown; "" for none."""


@dataclass(frozen=True)
class Program:
    """
    What this command knows of the program.

    is_claimed, is_kept: whether another resource has this message, or accounts for it
    has_image: whether a resource of the program has this image
    has_seen_messages, has_seen_images: whether each of the program's has been seen, so that what none claims none has
    knows_pairs: whether the pairs of its defaults are all known
    pairs: the pairs of the program's defaults that were recorded to show this message, or are to
    """

    is_claimed: Callable[[str], bool] = lambda _: False
    is_kept: Callable[[str], bool] = lambda _: False
    has_image: Callable[[str], bool] = lambda _: False
    has_seen_messages: bool = True
    has_seen_images: bool = True
    knows_pairs: bool = True
    pairs: Callable[[str], Collection[str]] = lambda _: ()


class Phase(Enum):
    """How far a message has come."""

    WAITING = "waiting"
    REJECTED = "rejected"
    APPROVED = "approved"
    SHOWN = "shown"


def phase(record: MessageRecord, view: View) -> Phase:
    """How far this message has come; APPROVED is for the one run between the review and SHOWN."""
    if may_be_shown(record, view):
        return Phase.SHOWN if record.is_shown else Phase.APPROVED
    return Phase.REJECTED if rejected(record, view) else Phase.WAITING


def may_be_shown(record: MessageRecord, view: View) -> bool:
    """
    Whether Apple has approved it and all its images, which in sandbox are approved at once.

    https://developer.apple.com/documentation/retentionmessaging/upload-message: both need to be APPROVED.
    """
    if record.state != APPROVED:
        return False
    return record.location.environment == SANDBOX or all(view.image(each) == APPROVED for each in record.images)


def rejected(record: MessageRecord, view: View) -> str:
    """What Apple rejected, as a line names it: this, or one of its images; "" for nothing."""
    if record.state == REJECTED:
        return "it"
    images = () if record.location.environment == SANDBOX else sorted(record.images)
    return next((f"its image {each}" for each in images if view.image(each) == REJECTED), "")


def reviewed(record: MessageRecord, view: View, now: int) -> MessageRecord | None:
    """The record as Apple has it by now; None where Apple has it no more."""
    state = view.message(record.identifier)
    if state is None:
        return None
    superseded = tuple(each for each in record.superseded if view.message(each) is not None)
    seen = _without(replace(record, state=state), set(record.superseded) - set(superseded))
    if may_be_shown(seen, view):
        since = record.approved_at if record.is_shown else now
        return replace(seen, approved=record.identifier, approved_at=since)
    earlier = (record.approved, *(each for each in reversed(superseded) if each not in record.found))
    approved = (each for each in earlier if each != record.identifier and view.message(each) == APPROVED)
    return replace(seen, approved=next(approved, ""), approved_at=None)


# Replacement


@dataclass(frozen=True)
class Replacement:
    """
    A new upload beside what it stands in for.

    litter: of the siblings, what an interrupted run left behind, and may go; unaccounted: what stays, to be named
    """

    record: MessageRecord
    litter: tuple[str, ...] = ()
    unaccounted: tuple[str, ...] = ()


def replacement(
    new: MessageRecord,
    before: MessageRecord | None,
    view: View,
    *,
    siblings: Mapping[str, str] = {},  # noqa: B006 - never written
    is_left_for_it: Callable[[str], bool] = lambda _: False,
    program: Program = Program(),  # noqa: B008 - frozen
    now: int = 0,
) -> Replacement:
    """
    The record of a message that was just uploaded.

    before: its resource as recorded before this command; None for a new one, and for a forced replacement, which
        Pulumi makes without its history
    siblings: what Apple lists besides under the same owner prefix and nobody else claims → state
    is_left_for_it: whether Pulumi has asked already to delete this, and will not ask again
    """
    history = _history(before, new, view)
    retained = (
        (before.retained | {*history}) if before and before.retain else before.retained if before else frozenset()
    )
    others = {each: state for each, state in siblings.items() if each not in {*history, *retained}}
    litter = tuple(each for each, state in others.items() if is_accountable(new, each, state))
    if may_be_shown(new, view):
        approved = new.identifier
    elif before:
        approved = shown_meanwhile(before, view)
    else:
        approved = _shown_of(others, new, view, program)
    superseded = [
        each
        for each in history
        if each not in retained and _stands_in_for(each, before, new, approved, view, is_left_for_it)
    ]
    if approved in others:
        superseded.append(approved)
    found = new.found | {each for each in superseded if each in others or (before and each in before.found)}
    record = replace(
        new,
        approved=approved,
        approved_at=now if approved == new.identifier else None,
        superseded=() if new.retain else tuple(superseded),
        superseded_images=() if new.retain else _superseded_images(superseded, before, program),
        former=(before.former | before.pairs) - new.pairs if before else frozenset(),
        found=found,
        retained=retained,
    )
    unaccounted = () if not program.has_seen_messages else tuple(sorted({*others} - {*litter, approved}))
    return Replacement(record, tuple(each for each in litter if each != approved), unaccounted)


def is_accountable(record: MessageRecord, identifier: str, state: str | None) -> bool:
    """
    Whether what was found under a name like ours may be deleted: only where no customer can have seen it.

    In production that is what is still PENDING; in sandbox only testers look, and an interrupted run finds everything
    approved.
    """
    return record.location.environment == SANDBOX or state == PENDING


def shown_meanwhile(before: MessageRecord, view: View) -> str:
    """What may be shown until a replacement is approved: the one that was, or the last if Apple approved it since."""
    if before.approved and view.message(before.approved) == APPROVED:
        return before.approved
    last = replace(before, state=view.message(before.identifier) or "")
    return last.identifier if may_be_shown(last, view) else ""


def _shown_of(siblings: Mapping[str, str], new: MessageRecord, view: View, program: Program) -> str:
    """
    Of the siblings, what a pair of the new message shows; where it has no pair, the approved one, if none else is.

    Nothing is recorded of them: this is what keeps a forced replacement from changing what customers see.
    """
    approved = [each for each, state in siblings.items() if state == APPROVED]
    if new.pairs:
        return next((each for each in approved if _shown_by(each, new.pairs, view)), "")
    return approved[0] if len(approved) == 1 and program.has_seen_messages else ""


def _history(before: MessageRecord | None, new: MessageRecord, view: View) -> list[str]:
    """What this resource has had and Apple still has, the oldest first."""
    earlier = [*before.superseded, before.approved, before.identifier] if before else []
    there = (each for each in earlier if each and each != new.identifier and view.message(each) is not None)
    return list(dict.fromkeys(there))


def _stands_in_for(  # noqa: PLR0913 - the facts of one decision
    identifier: str,
    before: MessageRecord | None,
    new: MessageRecord,
    approved: str,
    view: View,
    is_left_for_it: Callable[[str], bool],
) -> bool:
    """Whether the new message accounts for an earlier one. Pulumi deletes the last one itself, unless it is needed."""
    if before is None or identifier != before.identifier or is_left_for_it(identifier):
        return True
    if identifier == approved or (new.keep_replaced and before.is_shown):
        return True
    # Somebody else, or a run that was interrupted, may have pointed a default at it since Apple approved it.
    is_new = approved == new.identifier
    pairs = before.pairs | before.former | new.pairs
    return not is_new and view.message(identifier) == APPROVED and bool(_shown_by(identifier, pairs, view))


def _superseded_images(
    superseded: Collection[str], before: MessageRecord | None, program: Program
) -> tuple[SupersededImage, ...]:
    """The managed pictures of what is superseded."""
    if before is None:
        return ()
    used_by = {each.identifier: each.used_by & frozenset(superseded) for each in before.superseded_images}
    left = {each.identifier: each.left for each in before.superseded_images}
    if before.identifier in superseded:
        for image in before.images & before.managed:
            used_by[image] = used_by.get(image, frozenset()) | {before.identifier}
    return tuple(
        _seen_in(SupersededImage(image, users, left.get(image, False)), program)
        for image, users in sorted(used_by.items())
    )


# What becomes of a message whose text stays


@dataclass(frozen=True)
class Progress:
    """
    The next step of a message whose text stays.

    record: what is recorded after it; None where Apple has the message no more
    messages, images: what goes, in this order; unaccounted: what stays though nothing needs it, to be named
    """

    record: MessageRecord | None
    messages: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    unaccounted: tuple[str, ...] = ()


def progress(record: MessageRecord, pairs: frozenset[str], view: View, program: Program, now: int) -> Progress:
    """
    What a program's run makes of a recorded message: its pairs are noted, a decision of Apple's is recorded, and what
    was superseded goes in the run after the one that moved the defaults.

    `pairs` are the program's. Apple is asked only while something waits, or is to go.
    """
    joined = record
    if program.knows_pairs:
        joined = replace(record, pairs=pairs, former=(record.former | record.pairs) - pairs)
    images = (_seen_in(each, program) for each in joined.superseded_images)
    joined = replace(joined, superseded_images=tuple(each for each in images if each.used_by or each.left))
    if not (is_waiting(joined) or _retires(joined, program, now) or _orphans(joined)):
        return Progress(joined)
    seen = reviewed(joined, view, now)
    if seen is None:
        return Progress(None)
    # Whoever refers to `approved` follows in the run of the approval: what that superseded goes in the one after.
    is_due = seen.is_shown and _retires(record, program, now)
    going = [each for each in seen.superseded if is_due or (not seen.retain and _is_litter(each, seen, view))]
    return _retired(seen, deletion(seen, going, view, program), view)


def is_waiting(record: MessageRecord) -> bool:
    """Whether Apple has yet to decide about it or one of its images, as far as is recorded."""
    return not record.is_shown and record.state != REJECTED


def _retires(record: MessageRecord, program: Program, now: int) -> bool:
    """Whether it is time for what this message superseded to go."""
    kept_until = (record.approved_at or 0) + record.keep_replaced
    return (
        bool(record.superseded) and record.is_shown and not record.retain and program.knows_pairs and now >= kept_until
    )


def _is_litter(identifier: str, record: MessageRecord, view: View) -> bool:
    """Whether it was found at Apple, and never can have been shown."""
    return identifier in record.found and view.message(identifier) != APPROVED


def _orphans(record: MessageRecord) -> bool:
    """Whether it still accounts for a picture that none of its messages uses."""
    return any(not each.used_by and each.left for each in record.superseded_images)


def _retired(record: MessageRecord, decided: "Deletion", view: View) -> Progress:
    """The record without what goes, and without what it cannot account for."""
    unaccounted = tuple(each.identifier for each in decided.stays if each.reason is Reason.FOUND)
    left = _without(record, {*decided.goes, *unaccounted})
    images = [each for each in left.superseded_images if not each.used_by and each.left]
    if decided.goes:  # then every pair was asked about
        ours = {left.identifier, *left.superseded}
        left = replace(left, former=frozenset(pair for pair in left.former if view.shown(pair) in ours))
    left = replace(left, superseded_images=tuple(each for each in left.superseded_images if each not in images))
    return Progress(left, decided.goes, tuple(each.identifier for each in images), unaccounted)


def images_left(record: MessageRecord, goes: Collection[str], program: Program) -> tuple[str, ...]:
    """The pictures that nothing of a record that ends uses any more, and that no resource has."""
    used = {each.identifier for each in _without(record, goes).superseded_images if each.used_by}
    pictures = {each.identifier for each in record.superseded_images if each.left}
    if program.has_seen_images:
        pictures |= record.managed
    if record.identifier not in goes:
        used |= record.images
    return tuple(sorted(each for each in pictures - used if not program.has_image(each)))


def _without(record: MessageRecord, gone: Collection[str]) -> MessageRecord:
    """The record without superseded messages that are gone; their pictures stay in it, used by fewer."""
    return replace(
        record,
        superseded=tuple(each for each in record.superseded if each not in gone),
        superseded_images=tuple(
            replace(each, used_by=each.used_by - frozenset(gone)) for each in record.superseded_images
        ),
        found=record.found - frozenset(gone),
    )


def _seen_in(image: SupersededImage, program: Program) -> SupersededImage:
    """Whether a resource of the program has this picture, where that can be known."""
    if program.has_image(image.identifier):
        return replace(image, left=False)
    return replace(image, left=True) if program.has_seen_images else image


# The law of deletion


class Reason(Enum):
    """Why a message is not deleted."""

    CLAIMED = "a resource of the program has it"
    KEPT = "the record of a resource accounts for it"
    FOUND = "it was found at Apple, approved, and nothing tells that this resource uploaded it"
    UNSURE = "it was found at Apple, and not every message of the program has been seen"
    SHOWN = "a pair shows it"


@dataclass(frozen=True)
class Stay:
    """A message that is not deleted, and why; `pair` is the one that shows it."""

    identifier: str
    reason: Reason
    pair: str = ""


@dataclass(frozen=True)
class Deletion:
    """What goes, and what stays."""

    goes: tuple[str, ...] = ()
    stays: tuple[Stay, ...] = field(default=())


def deletion(record: MessageRecord, identifiers: Iterable[str], view: View, program: Program) -> Deletion:
    """Which of a record's messages may be deleted now, for whatever reason they are to go."""
    stays = {each: stay for each in identifiers if (stay := _stays(each, record, view, program))}
    return Deletion(tuple(each for each in identifiers if each not in stays), tuple(stays.values()))


def _stays(identifier: str, record: MessageRecord, view: View, program: Program) -> Stay | None:
    """
    The first reason for which a message stays. Deletion needs evidence: that this record accounts for it, and that
    every pair that may show it shows something else.
    """
    if program.is_claimed(identifier):
        return Stay(identifier, Reason.CLAIMED)
    if program.is_kept(identifier):
        return Stay(identifier, Reason.KEPT)
    if identifier in record.found:
        if not is_accountable(record, identifier, view.message(identifier)):
            return Stay(identifier, Reason.FOUND)
        if record.location.environment == SANDBOX and not program.has_seen_messages:
            return Stay(identifier, Reason.UNSURE)
    pair = _shown_by(identifier, {*record.pairs, *record.former, *program.pairs(identifier)}, view)
    return Stay(identifier, Reason.SHOWN, pair) if pair else None


def _shown_by(identifier: str, pairs: Iterable[str], view: View) -> str:
    """The first of the pairs that shows this message; "" for none."""
    return next((pair for pair in sorted(pairs) if view.shown(pair) == identifier), "")
