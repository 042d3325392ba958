"""
What an interrupted run left at Apple under an upload's name, and whose it is.

It may be that of another one of the program, which had this name once and comes later in this command.
"""

from dataclasses import replace

from retention_messaging_provider.resources import deletion, effects, facts
from retention_messaging_provider.resources.ledger import MESSAGE, Ref
from retention_messaging_provider.resources.records import MessageRecord, Upload
from retention_messaging_provider.resources.run import Run

LATER = (deletion.Reason.SHOWN, deletion.Reason.UNSURE)
"""Why litter that is found in a creation stays for now, recorded."""


def siblings(run: Run, record: Upload) -> dict[str, str]:
    """
    What Apple lists besides under an upload's owner prefix → state.

    Not what the record tells of, nor what a resource of the program has or accounts for.
    """
    listed = run.apple.uploads(record.location, record.ref.kind).siblings(record.prefix)
    refs = {i: replace(record.ref, identifier=i) for i in listed if i not in record.own}
    known = (run.ledger.is_claimed, run.ledger.is_kept, run.ledger.is_recorded)
    return {i: listed[i] for i, ref in refs.items() if not any(is_known_as(ref) for is_known_as in known)}


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
        for again in run.ledger.take_deferred(everybody):
            again()
        return []
    if not run.ledger.defer(everybody, since, lambda: _delete(run, record, found)):
        _delete(run, record, found)
    return found


def _delete(run: Run, record: MessageRecord, found: list[str]) -> None:
    program = facts.program(run, record.location, kept_but_by=record.owner)
    decided = deletion.deletion(record, found, facts.view(run, record.location), program)
    effects.delete_uploads(run, record, decided.goes)
