"""
What a plan is told of a message beside what the program says: `check` answers it among the inputs.

In a preview the outputs of a resource are its inputs, to whoever refers to them; what is no input is unknown there.
"""

from dataclasses import replace

from retention_messaging_provider.api import RequestFailed
from retention_messaging_provider.resources import facts, review
from retention_messaging_provider.resources.deletion import SANDBOX
from retention_messaging_provider.resources.handler import UNKNOWN, Props
from retention_messaging_provider.resources.records import MessageRecord
from retention_messaging_provider.resources.replacement import shown_meanwhile
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.rules import is_known
from retention_messaging_provider.settings import SettingsError


def decided(run: Run, olds: Props, inputs: Props) -> Props:
    """What Apple has decided about a recorded message, asked only while it waits as far as the old inputs tell."""
    recorded: Props = {key: olds[key] for key in ("messageState", "approvedIdentifier") if key in olds}
    record = MessageRecord.from_outputs({**inputs, **recorded})
    if not review.is_waiting(record):
        return recorded
    try:
        seen = review.reviewed(record, facts.view(run, record.location), int(run.clock()))
    except (RequestFailed, SettingsError):
        return recorded  # `diff` reports it
    return {"messageState": seen.state, "approvedIdentifier": seen.approved} if seen else recorded


def shown_first(run: Run, before: MessageRecord | None, inputs: Props) -> Props:
    """What may be shown right after a creation: UNKNOWN where it hangs on a wait, or on what cannot be asked."""
    return {"approvedIdentifier": _shown_first(run, before, inputs)}


def _shown_first(run: Run, before: MessageRecord | None, inputs: Props) -> object:
    if inputs["environment"] == SANDBOX or not is_known(inputs["messageIdentifier"]):
        return inputs["messageIdentifier"]
    if inputs.get("waitForReview"):
        return UNKNOWN
    try:
        return _shown_after(run, before, MessageRecord.from_outputs(inputs)) if before else ""
    except (RequestFailed, SettingsError):
        return UNKNOWN


def _shown_after(run: Run, before: MessageRecord, new: MessageRecord) -> str:
    """What may be shown once a message is replaced by this one; an edit that is taken back may be approved."""
    view = facts.view(run, new.location)
    if new.identifier in {before.approved, *before.superseded}:
        new = replace(new, state=view.messages[new.identifier] or "")
        if review.may_be_shown(new, view):
            return new.identifier
    return before.approved if review.is_shown(before) else shown_meanwhile(before, view)
