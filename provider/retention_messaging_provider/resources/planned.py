"""
What a plan is told of a message beside what the program says: `check` answers it among the inputs.

In a preview the outputs of a resource are its inputs, to whoever refers to them; what is no input is unknown there. In
an `up` the engine refuses an answer with unknown values in it.
"""

from dataclasses import replace

from retention_messaging_provider.api import ApiError
from retention_messaging_provider.resources import facts, litter, review
from retention_messaging_provider.resources.apple import STATE_AFTER_UPLOAD
from retention_messaging_provider.resources.deletion import SANDBOX
from retention_messaging_provider.resources.handler import Props
from retention_messaging_provider.resources.records import MessageRecord
from retention_messaging_provider.resources.replacement import shown_until_approved
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
    except (ApiError, SettingsError):
        return recorded  # `diff` reports it
    return {"messageState": seen.state, "approvedIdentifier": seen.approved} if seen else recorded


def created(run: Run, before: MessageRecord | None, inputs: Props) -> Props:
    """What Apple will say right after a creation; nothing where it hangs on a wait, or on what cannot be asked."""
    if inputs.get("waitForReview") or not is_known((inputs["messageIdentifier"], inputs["bundleId"])):
        return {}
    new = MessageRecord.from_outputs({**inputs, "messageState": STATE_AFTER_UPLOAD[inputs["environment"]]})
    try:
        # adopted, or an edit that is taken back, or was uploaded already
        if inputs.get("adopt") or (before and inputs["environment"] != SANDBOX):
            new = replace(new, state=run.apple.fetch_state(new.ref) or new.state)
        approved = _approved(run, before, new)
    except (ApiError, SettingsError):
        return {}
    return {"messageState": new.state, "approvedIdentifier": approved}


def _approved(run: Run, before: MessageRecord | None, new: MessageRecord) -> str:
    """What may be shown once this one stands in for the one before."""
    view = facts.view(run, new.location)
    if review.may_be_shown(new, view):
        return new.identifier
    return shown_until_approved(new, before, litter.siblings(run, new), view) if before else ""
