"""
What an interrupted run left at Apple under an upload's name, and whose it is.

It may be that of another one of the program, which had this name once and comes later in this command.
"""

from dataclasses import replace

from retention_messaging_provider.api import RequestFailed
from retention_messaging_provider.resources import deletion, effects, facts, lines, review
from retention_messaging_provider.resources.known import Program, View
from retention_messaging_provider.resources.ledger import MESSAGE, Ref
from retention_messaging_provider.resources.records import MessageRecord, Upload
from retention_messaging_provider.resources.replacement import Replacement
from retention_messaging_provider.resources.run import Run

LATER = (deletion.Reason.SHOWN, deletion.Reason.UNSURE)
"""Why litter that is found in a creation stays for now, recorded."""


def siblings(run: Run, record: Upload) -> dict[str, str]:
    """
    What Apple lists besides under an upload's owner prefix → state.

    Not what the record tells of, nor what a resource of the program has or accounts for.
    """
    listed, known = _listed(run, record), (run.ledger.is_claimed, run.ledger.is_kept, run.ledger.is_recorded)
    return {
        ref.identifier: state
        for ref, state in listed.items()
        if ref.identifier not in record.own and not any(is_known_as(ref) for is_known_as in known)
    }


def of_others(run: Run, record: MessageRecord, before: MessageRecord | None) -> frozenset[str]:
    """
    What Apple lists under the owner prefix of a message that was just made and is, or may be, another resource's.

    before: what that message is instead of
    """
    ledger, owner = run.ledger, record.owner
    own = record.own | before.own if before else record.own
    certain = own - before.found if before else own
    is_unsure = not ledger.has_seen_every(MESSAGE)
    return frozenset(
        ref.identifier
        for ref in _listed(run, record)
        if ledger.is_claimed_by_another(ref, owner)
        or ledger.is_kept(ref, but_by=owner)
        or (ref.identifier not in own and ledger.is_recorded(ref))
        or (ref.identifier not in certain and is_unsure)
    )


def _listed(run: Run, record: Upload) -> dict[Ref, str]:
    listed = run.apple.uploads(record.location, record.ref.kind).siblings(record.prefix)
    return {replace(record.ref, identifier=each): state for each, state in listed.items()}


def sweep(run: Run, made: Replacement, view: View, program: Program) -> MessageRecord:
    """
    Delete what an interrupted run left of a message that was just made; answers the record with what has to stay.

    Where Apple fails, all stays for the next run: the message itself is to be recorded.
    """
    record = replace(made.record, found=made.record.found | set(made.litter))
    try:
        decided = deletion.deletion(record, made.litter, view, program)
        effects.delete_uploads(run, record, decided.goes)
    except RequestFailed as error:
        run.report(lines.not_swept_line(record, error))
        return review.with_litter(made.record, made.litter)
    return review.with_litter(made.record, [each.identifier for each in decided.stays if each.reason in LATER])


def accountable(run: Run, record: MessageRecord) -> list[str]:
    """Of these, what no customer can have seen."""
    return [each for each, state in siblings(run, record).items() if deletion.is_accountable(record, state)]


def set_aside(run: Run, record: MessageRecord) -> list[str]:
    """
    Of what a record has found, what stays in it until the next run, because others wait already to see every message.

    Whoever waits deletes it, too, as soon as it is certain that nobody else has it.
    """
    refs = {each: Ref(record.location, MESSAGE, each) for each in record.superseded if each in record.found}
    found = [each for each, ref in refs.items() if run.apple.fetch_state(ref)]
    if not found:
        return []
    everybody, since = Ref(record.location, MESSAGE, ""), run.ledger.changes()
    if run.wait_for_every_message():
        effects.try_again(run.ledger.take_deferred(everybody))
        return []
    if not run.ledger.defer(everybody, since, lambda: _delete(run, record, found)):
        _delete(run, record, found)
    return found


def _delete(run: Run, record: MessageRecord, found: list[str]) -> None:
    program = facts.program(run, record.location, kept_but_by=record.owner)
    decided = deletion.deletion(record, found, facts.view(run, record.location), program)
    effects.delete_uploads(run, record, decided.goes)
