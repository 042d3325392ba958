"""What a new upload of a message stands in for: pure, like `review.py`."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, replace

from retention_messaging_provider.resources.deletion import is_accountable, shown_by
from retention_messaging_provider.resources.known import APPROVED, PENDING, Program, View
from retention_messaging_provider.resources.records import MessageRecord, SupersededImage
from retention_messaging_provider.resources.review import is_shown, may_be_shown, seen_in


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
    program: Program,
    *,
    siblings: Mapping[str, str] = {},
    left_for_it: Container[str] = (),
    now: int = 0,
) -> Replacement:
    """
    The record of a message that was just uploaded.

    before: its resource as recorded before this command; None for a new one, and for a forced replacement, which
        Pulumi makes without its history
    siblings: what Apple lists besides under the same owner prefix and nobody else claims → state
    left_for_it: what Pulumi has asked already to delete, and will not ask about again
    """
    history = _history(before, new, view)
    retained = before.retained if before else frozenset()
    if new.retain or (before and before.retain):
        retained |= {*history}
    others = {each: state for each, state in siblings.items() if each not in {*history, *retained}}
    litter = tuple(each for each, state in others.items() if is_accountable(new, state))
    approved = (
        new.identifier
        if may_be_shown(new, view)
        else shown_until_approved(new, before, others, view, has_seen_messages=program.has_seen_messages)
    )
    superseded = [
        each
        for each in history
        if each not in retained and _stands_in_for(each, before, new, approved, view, left_for_it)
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


def accounts_for(new: MessageRecord, before: MessageRecord | None) -> bool:
    """Whether what was at Apple already under the new identifier may be deleted by this record one day."""
    earlier = {before.identifier, before.approved, *before.superseded} - before.found if before else set()
    return new.identifier in earlier or is_accountable(new, new.state)


def shown_until_approved(
    new: MessageRecord,
    before: MessageRecord | None,
    siblings: Mapping[str, str],
    view: View,
    *,
    has_seen_messages: bool = False,
) -> str:
    """
    What may be shown until a new message is approved: what its record tells, or what Apple shows under its name.

    The record tells nothing of a forced replacement's history, nor where an older state was put back.

    has_seen_messages: whether each of the program's has been seen, so that nobody else has a sibling
    """
    approved = [each for each, state in siblings.items() if state == APPROVED]
    recorded = _recorded_to_be_shown(before, view) if before else ""
    if recorded or new.pairs:
        return recorded or next((each for each in approved if shown_by(each, new.pairs, view)), "")
    return approved[0] if before is None and len(approved) == 1 and has_seen_messages else ""


def _recorded_to_be_shown(before: MessageRecord, view: View) -> str:
    """The one that was shown, or the last if Apple approved it since."""
    if before.approved and view.messages[before.approved] == APPROVED:
        return before.approved
    last = replace(before, state=view.messages[before.identifier] or "")
    return last.identifier if may_be_shown(last, view) else ""


def _history(before: MessageRecord | None, new: MessageRecord, view: View) -> list[str]:
    """What this resource has had and Apple still has, the oldest first."""
    earlier = [*before.superseded, before.approved, before.identifier] if before else []
    there = (each for each in earlier if each and each != new.identifier and view.messages[each] is not None)
    return list(dict.fromkeys(there))


def _stands_in_for(  # noqa: PLR0913, PLR0917 - the facts of one decision
    identifier: str,
    before: MessageRecord | None,
    new: MessageRecord,
    approved: str,
    view: View,
    left_for_it: Container[str],
) -> bool:
    """Whether the new message accounts for an earlier one. Pulumi deletes the last one itself, unless it is needed."""
    if before is None or identifier != before.identifier or identifier in left_for_it:
        return True
    if identifier == approved or (new.keep_replaced and is_shown(before)):
        return True
    # Somebody else, or a run that was interrupted, may have pointed a default at it since Apple approved it; and what
    # Apple approved once may be in doubt again.
    is_new = approved == new.identifier
    pairs = before.pairs | before.former | new.pairs
    return not is_new and view.messages[identifier] != PENDING and bool(shown_by(identifier, pairs, view))


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
