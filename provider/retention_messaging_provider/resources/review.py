"""
What Apple's review means for a message: pure decisions, from records and what Apple has.

    WAITING ──approved, with all its images──▶ APPROVED ──the `up` after──▶ SHOWN
       └──────────rejected, or an image of it──▶ REJECTED

Until it is approved, what was approved before it may be shown (`approved`), and stays at Apple (`superseded`). In the
run of the approval the defaults follow; in the `up` after, the superseded ones go, as `deletion.py` decides.

No client, no lock, no print, no clock.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from retention_messaging_provider.resources.records import MessageRecord, SupersededImage, Upload

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
    seen = without(replace(record, state=state), set(record.superseded) - set(superseded))
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


def replacement(  # noqa: PLR0913 - the facts of one decision
    new: MessageRecord,
    before: MessageRecord | None,
    view: View,
    *,
    siblings: Mapping[str, str] = {},
    is_left_for_it: Callable[[str], bool] = lambda _: False,
    program: Program = Program(),
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
    litter = tuple(each for each, state in others.items() if is_accountable(new, state))
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


def is_accountable(record: Upload, state: str | None) -> bool:
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
        return next((each for each in approved if shown_by(each, new.pairs, view)), "")
    return approved[0] if len(approved) == 1 and program.has_seen_messages else ""


def _history(before: MessageRecord | None, new: MessageRecord, view: View) -> list[str]:
    """What this resource has had and Apple still has, the oldest first."""
    earlier = [*before.superseded, before.approved, before.identifier] if before else []
    there = (each for each in earlier if each and each != new.identifier and view.message(each) is not None)
    return list(dict.fromkeys(there))


def _stands_in_for(  # noqa: PLR0913, PLR0917 - the facts of one decision
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
    return not is_new and view.message(identifier) == APPROVED and bool(shown_by(identifier, pairs, view))


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
        seen_in(SupersededImage(image, users, left.get(image, False)), program)
        for image, users in sorted(used_by.items())
    )


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


def seen_in(image: SupersededImage, program: Program) -> SupersededImage:
    """Whether a resource of the program has this picture, where that can be known."""
    if program.has_image(image.identifier):
        return replace(image, left=False)
    return replace(image, left=True) if program.has_seen_images else image


def shown_by(identifier: str, pairs: Iterable[str], view: View) -> str:
    """The first of the pairs that shows this message; "" for none."""
    return next((pair for pair in sorted(pairs) if view.shown(pair) == identifier), "")
