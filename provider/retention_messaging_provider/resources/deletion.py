"""
When a message may be deleted, for whatever reason it is to go, and what goes when: the law of deletion.

Deletion needs evidence: that the record accounts for the message, and that every pair that may show it shows something
else. `_stays` decides that, and nothing else does. Pure, like `review.py`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from retention_messaging_provider.resources.records import MessageRecord
from retention_messaging_provider.resources.review import (
    APPROVED,
    REJECTED,
    SANDBOX,
    Program,
    View,
    is_accountable,
    reviewed,
    seen_in,
    shown_by,
    without,
)


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
        if not is_accountable(record, view.message(identifier)):
            return Stay(identifier, Reason.FOUND)
        if record.location.environment == SANDBOX and not program.has_seen_messages:
            return Stay(identifier, Reason.UNSURE)
    pair = shown_by(identifier, {*record.pairs, *record.former, *program.pairs(identifier)}, view)
    return Stay(identifier, Reason.SHOWN, pair) if pair else None


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
    images = (seen_in(each, program) for each in joined.superseded_images)
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


def _retired(record: MessageRecord, decided: Deletion, view: View) -> Progress:
    """The record without what goes, and without what it cannot account for."""
    unaccounted = tuple(each.identifier for each in decided.stays if each.reason is Reason.FOUND)
    left = without(record, {*decided.goes, *unaccounted})
    images = [each for each in left.superseded_images if not each.used_by and each.left]
    if decided.goes:  # then every pair was asked about
        ours = {left.identifier, *left.superseded}
        left = replace(left, former=frozenset(pair for pair in left.former if view.shown(pair) in ours))
    left = replace(left, superseded_images=tuple(each for each in left.superseded_images if each not in images))
    return Progress(left, decided.goes, tuple(each.identifier for each in images), unaccounted)


def images_left(record: MessageRecord, goes: Collection[str], program: Program) -> tuple[str, ...]:
    """The pictures that nothing of a record that ends uses any more, and that no resource has."""
    used = {each.identifier for each in without(record, goes).superseded_images if each.used_by}
    pictures = {each.identifier for each in record.superseded_images if each.left}
    if program.has_seen_images:
        pictures |= record.managed
    if record.identifier not in goes:
        used |= record.images
    return tuple(sorted(each for each in pictures - used if not program.has_image(each)))
