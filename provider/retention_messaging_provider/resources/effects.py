"""
What is deleted at Apple, in the one safe order: messages, then the images that only they used, then what waited.

Apple refuses to delete an image that a message uses, and does not refuse to delete a message that a default shows.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from functools import partial

from retention_messaging_provider.api import InUse, Withheld
from retention_messaging_provider.resources import deletion, facts, lines, review
from retention_messaging_provider.resources.deletion import Reason, Stay
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.ledger import DEFAULT, IMAGE, MESSAGE, Ref
from retention_messaging_provider.resources.records import MessageRecord
from retention_messaging_provider.resources.review import Progress
from retention_messaging_provider.resources.run import Run


def delete_messages(run: Run, record: MessageRecord, identifiers: Collection[str]) -> None:
    """Delete those of a record's messages that may go, with their images; name the others, unless they are recorded."""
    program, since = facts.program(run, record.location), run.ledger.changes()
    decided = deletion.deletion(record, identifiers, facts.view(run, record.location), program)
    _name_unaccounted(run, record, decided.stays)
    for stay in decided.stays:
        if stay.reason is Reason.SHOWN:
            _stays_shown(run, record, stay, since)
        elif stay.reason is Reason.WANTED:
            run.report(lines.wanted_line(record, stay.identifier))
    images = review.images_left(record, program)
    delete_uploads(run, record, decided.goes)
    for each in images:
        delete_image(run, Ref(record.location, IMAGE, each), str(record))


def carry_out(run: Run, record: MessageRecord, step: Progress) -> list[str]:
    """Delete what goes in the next step of a record, and name what leaves it; answers the images that others use."""
    _name_unaccounted(run, record, step.unaccounted)
    return delete_uploads(run, record, step.messages, step.images)


def _name_unaccounted(run: Run, record: MessageRecord, stays: Iterable[Stay]) -> None:
    """Name what stays because nothing tells that it is this record's."""
    for stay in stays:
        if stay.reason in lines.UNACCOUNTED:
            run.report(lines.UNACCOUNTED[stay.reason](record, stay.identifier))


def _stays_shown(run: Run, record: MessageRecord, stay: Stay, since: int) -> None:
    """
    Name a message that a default still shows, and try again when this command changes that default.

    A default of the program that this command leaves out will move later: then Pulumi is to ask again.
    """
    pair = Ref(record.location, DEFAULT, stay.pair)
    owner = run.ledger.replaced_by(record.ref) or record.owner
    if stay.pair in run.ledger.pairs_of(owner) and not run.ledger.is_claimed(pair):
        raise Failure(
            f"{record}: {stay.identifier} is still the default of {stay.pair}, which is not part of this run, and was "
            "not deleted; run pulumi up without --target and --exclude, which moves the default first"
        )
    ref = Ref(record.location, MESSAGE, stay.identifier)
    again = partial(delete_messages, run, record, [stay.identifier])
    if run.ledger.defer(pair, since, partial(_after_all, run, ref, str(record), again)):
        run.report(lines.shown_line(record, stay.identifier, stay.pair))
    else:
        again()


def delete_uploads(
    run: Run, record: MessageRecord, messages: Collection[str], images: Collection[str] = ()
) -> list[str]:
    """Delete messages and images that may go; answers the images that Apple did not delete, because others use them."""
    refs = [Ref(record.location, MESSAGE, each) for each in messages]
    pictures = [Ref(record.location, IMAGE, each) for each in images]
    gone: list[Ref] = []
    try:
        gone.extend(ref for ref in refs if _delete_message(run, record, ref))
    finally:  # others may wait for those that were deleted, whatever became of the rest
        if waiting := run.ledger.end(record.owner, gone, pictures):
            try_again(waiting)
    return [each.identifier for each in pictures if not _is_deleted(run, each)]


def _delete_message(run: Run, record: MessageRecord, ref: Ref) -> bool:
    """Delete a message; False where that had to wait, and a pair shows it by now: then a line names it."""
    pair = ""

    def is_due() -> bool:
        nonlocal pair
        run.apple.forget_defaults()
        seen, known = facts.view(run, ref.location), facts.program(run, ref.location)
        pair = deletion.shown_pair(ref.identifier, record, seen, known)
        return not pair

    try:
        run.apple.delete(ref, is_due)
    except Withheld:
        run.report(lines.shown_line(record, ref.identifier, pair))
        return False
    return True


def try_again(waiting: Sequence[Callable[[], object]]) -> None:
    """Do all that had to wait. Raises what one of it raises, when all has been tried."""
    with ExitStack() as stack:
        for again in reversed(waiting):  # what was put in last is done first
            stack.callback(again)


def _after_all(run: Run, ref: Ref, title: str, again: Callable[[], object]) -> None:
    """Try to delete again what a line said was not deleted, and say so if it is now."""
    again()
    if run.apple.uploads(ref.location, ref.kind).is_deleted(ref.identifier):
        run.report(lines.after_all_line(ref.identifier, title))


def delete_image(run: Run, ref: Ref, title: str) -> None:
    """Delete an image that nobody has or accounts for; where a message uses it, again when a message has gone."""
    since, again = run.ledger.changes(), partial(delete_image, run, ref, title)
    while not _is_deleted(run, ref):
        if run.ledger.defer(Ref(ref.location, IMAGE, ""), since, partial(_after_all, run, ref, title, again)):
            run.report(lines.in_use_line(ref.identifier, title))
            return
        since = run.ledger.changes()


def _is_deleted(run: Run, ref: Ref) -> bool:
    """Delete an image, unless a resource has it or accounts for it; False where Apple says that a message uses it."""
    try:
        if not (run.ledger.is_claimed(ref) or run.ledger.is_kept(ref)):
            run.apple.delete(ref)
    except InUse:
        return False
    return True
