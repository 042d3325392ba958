"""
What Apple's review means for a message: pure decisions, from records and what is known.

    WAITING ──approved, with all its images──▶ APPROVED ──the `up` after──▶ SHOWN
       └──────────rejected, or an image of it──▶ REJECTED

Until it is approved, what was approved before it may be shown (`approved`), and stays at Apple (`superseded`). In the
run of the approval the defaults follow; in the `up` after, the superseded ones go, as `deletion.py` decides.

No client, no lock, no print, no clock.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum

from retention_messaging_provider.resources.deletion import SANDBOX, Deletion, Reason, Stay, deletion
from retention_messaging_provider.resources.known import APPROVED, REJECTED, Program, View
from retention_messaging_provider.resources.records import MessageRecord, SupersededImage


class Phase(Enum):
    """How far a message has come."""

    WAITING = "waiting"
    REJECTED = "rejected"
    APPROVED = "approved"
    SHOWN = "shown"


def is_shown(record: MessageRecord) -> bool:
    """Whether a message is itself what may be shown."""
    return record.approved == record.identifier


def phase(record: MessageRecord, view: View) -> Phase:
    """How far this message has come; APPROVED is for the one run between the review and SHOWN."""
    if may_be_shown(record, view):
        return Phase.SHOWN if is_shown(record) else Phase.APPROVED
    return Phase.REJECTED if rejected(record, view) else Phase.WAITING


def may_be_shown(record: MessageRecord, view: View) -> bool:
    """
    Whether Apple has approved it and all its images, which in sandbox are approved at once.

    https://developer.apple.com/documentation/retentionmessaging/upload-message: both need to be APPROVED.
    """
    return record.state == APPROVED and _are_approved(record.images, record, view)


def is_approved(identifier: str, record: MessageRecord, view: View) -> bool:
    """Whether an earlier message of a record may be shown, as far as its images are known."""
    if not identifier or view.messages[identifier] != APPROVED:
        return False
    images = [each.identifier for each in record.superseded_images if identifier in each.used_by]
    return _are_approved(images, record, view)


def _are_approved(images: Collection[str], record: MessageRecord, view: View) -> bool:
    return record.location.environment == SANDBOX or all(view.images[each] == APPROVED for each in images)


def rejected(record: MessageRecord, view: View) -> str:
    """What Apple rejected, as a line names it: this, or one of its images; "" for nothing."""
    if record.state == REJECTED:
        return "it"
    images = () if record.location.environment == SANDBOX else sorted(record.images)
    return next((f"its image {each}" for each in images if view.images[each] == REJECTED), "")


def reviewed(record: MessageRecord, view: View, now: int) -> MessageRecord | None:
    """The record as Apple has it by now; None where Apple has it no more."""
    state = view.messages[record.identifier]
    if state is None:
        return None
    superseded = tuple(each for each in record.superseded if view.messages[each] is not None)
    seen = without(replace(record, state=state), set(record.superseded) - set(superseded))
    if may_be_shown(seen, view):
        since = record.approved_at if is_shown(record) else now
        return replace(seen, approved=record.identifier, approved_at=since)
    earlier = (record.approved, *(each for each in reversed(superseded) if each not in record.found))
    approved = (each for each in earlier if each != record.identifier and is_approved(each, record, view))
    return replace(seen, approved=next(approved, ""), approved_at=None)


@dataclass(frozen=True)
class Progress:
    """
    The next step of a message whose text stays.

    record: what is recorded after it; None where Apple has the message no more
    is_approval: whether Apple has approved it since it was recorded
    messages, images: what goes, in this order; unaccounted: what leaves the record without, to be named
    """

    record: MessageRecord | None
    is_approval: bool = False
    messages: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    unaccounted: tuple[Stay, ...] = ()


def progress(record: MessageRecord, pairs: frozenset[str], view: View, program: Program, now: int) -> Progress:
    """
    What a program's run makes of a recorded message: its pairs are noted, a decision of Apple's is recorded, and what
    was superseded goes in the run after the one that moved the defaults.

    `pairs` are the program's. Apple is asked only while something waits, or is to go.
    """
    joined = record
    if program.knows_pairs:
        joined = replace(record, pairs=pairs, former=(record.former | record.pairs) - pairs)
    seen_images = (seen_in(each, program) for each in joined.superseded_images)
    images = tuple(each for each in seen_images if each.used_by or not _has(each, program))
    joined = replace(joined, superseded_images=images)
    if not (is_waiting(joined) or _retires(joined, program, now) or _orphans(joined)):
        return Progress(joined)
    seen = reviewed(joined, view, now)
    if seen is None:
        return Progress(None)
    # Whoever refers to `approved` follows in the run of the approval: what that superseded goes in the one after.
    is_due = is_shown(seen) and _retires(record, program, now)
    going = [each for each in seen.superseded if is_due or (not seen.retain and _is_litter(each, seen, view))]
    step = _retired(seen, deletion(seen, going, view, program), view, program)
    return replace(step, is_approval=is_shown(seen) and not is_shown(record))


@dataclass(frozen=True)
class Questions:
    """What `progress` will look at: identifiers of messages and images, and pairs."""

    messages: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()


def questions(record: MessageRecord, pairs: frozenset[str], program: Program, now: int) -> Questions:
    """What `progress` will ask of Apple, so that it can be asked at once; nothing where nothing waits or is to go."""
    retires = _retires(record, program, now)
    if not (is_waiting(record) or retires or _orphans(record)):
        return Questions()
    asks_pairs = retires or not record.found.isdisjoint(record.superseded)
    noted = {pair for each in record.superseded for pair in program.pairs[each]}
    return Questions(
        messages=(record.identifier, *({record.approved, *record.superseded} - {"", record.identifier})),
        images=() if record.location.environment == SANDBOX else tuple(sorted(record.images)),
        pairs=tuple(sorted(record.pairs | record.former | pairs | noted)) if asks_pairs else (),
    )


def is_waiting(record: MessageRecord) -> bool:
    """Whether Apple has yet to decide about it or one of its images, as far as is recorded."""
    return not is_shown(record) and record.state != REJECTED


def _retires(record: MessageRecord, program: Program, now: int) -> bool:
    """Whether it is time for what this message superseded to go."""
    kept_until = (record.approved_at or 0) + record.keep_replaced
    return (
        bool(record.superseded) and is_shown(record) and not record.retain and program.knows_pairs and now >= kept_until
    )


def _is_litter(identifier: str, record: MessageRecord, view: View) -> bool:
    """Whether it was found at Apple, and never can have been shown."""
    return identifier in record.found and view.messages[identifier] != APPROVED


def _orphans(record: MessageRecord) -> bool:
    """Whether it still accounts for a picture that none of its messages uses."""
    return any(not each.used_by and each.left for each in record.superseded_images)


def _has(image: SupersededImage, program: Program) -> bool:
    """Whether a resource of the program has this picture, which then is that one's."""
    return program.images[image.identifier]


def _retired(record: MessageRecord, decided: Deletion, view: View, program: Program) -> Progress:
    """The record without what goes, and without what it cannot account for."""
    unaccounted = tuple(each for each in decided.stays if each.reason in (Reason.FOUND, Reason.UNSURE))
    leaves = (*unaccounted, *(each for each in decided.stays if each.reason is Reason.CLAIMED))
    left = without(record, {*decided.goes, *(each.identifier for each in leaves)})
    left = replace(left, shares_name=left.shares_name or any(each.reason is not Reason.FOUND for each in leaves))
    images = [each for each in left.superseded_images if not each.used_by and each.left]
    done = [each for each in left.superseded_images if not each.used_by and (each.left or _has(each, program))]
    if decided.goes:  # then every pair was asked about
        ours = {left.identifier, *left.superseded}
        left = replace(left, former=frozenset(pair for pair in left.former if view.shown[pair] in ours))
    left = replace(left, superseded_images=tuple(each for each in left.superseded_images if each not in done))
    return Progress(left, False, decided.goes, tuple(each.identifier for each in images), unaccounted)


def images_left(record: MessageRecord, program: Program) -> tuple[str, ...]:
    """The pictures that a record which ends accounts for, and that no resource has; one that is used stays at Apple."""
    pictures = {each.identifier for each in record.superseded_images if each.left}
    if program.has_seen_images:
        pictures |= record.managed
    return tuple(sorted(each for each in pictures if not program.images[each]))


def without(record: MessageRecord, gone: Collection[str]) -> MessageRecord:
    """The record without superseded messages that are gone; their pictures stay in it, used by fewer."""
    return replace(
        record,
        superseded=tuple(each for each in record.superseded if each not in gone),
        superseded_images=tuple(
            replace(each, used_by=each.used_by - frozenset(gone)) for each in record.superseded_images
        ),
        found=record.found - frozenset(gone),
    )


def with_litter(record: MessageRecord, litter: Collection[str]) -> MessageRecord:
    """The record with what an interrupted run left at Apple, to go in a later run."""
    if record.retain or not litter:
        return record
    return replace(record, superseded=(*record.superseded, *litter), found=record.found | frozenset(litter))


def with_orphans(record: MessageRecord, images: Collection[str]) -> MessageRecord:
    """The record with pictures that none of its messages uses any more, to go in a later run."""
    orphans = tuple(SupersededImage(each, frozenset(), left=True) for each in images)
    return replace(record, superseded_images=(*record.superseded_images, *orphans))


def seen_in(image: SupersededImage, program: Program) -> SupersededImage:
    """Whether a resource of the program has this picture, where that can be known."""
    if program.images[image.identifier]:
        return replace(image, left=False)
    is_left = program.has_seen_images or program.replaced_images[image.identifier]
    return replace(image, left=True) if is_left else image
