"""Deletes what a user names, and nothing that a pair shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from retention_messaging_cli.progress import progress
from retention_messaging_cli.prune.inventory import Inventory
from retention_messaging_cli.status.look import Look
from retention_messaging_provider.api import InUse, RequestFailed, Withheld
from retention_messaging_provider.resources.ledger import MESSAGE, Ref


@dataclass(frozen=True)
class Outcome:
    """
    What became of an identifier that was named.

    kind: message or image; "" where Apple has neither
    stays: why it was not deleted, or would not be; "" where it was, would be, or is not at Apple
    is_deleted: whether this command deleted it
    """

    identifier: str
    kind: str
    stays: str = ""
    is_deleted: bool = False


def outcomes(look: Look, inventory: Inventory, named: Sequence[str], *, is_confirmed: bool) -> Iterator[Outcome]:
    """Delete what was named, if that is confirmed: messages first, for an image goes only with its last message."""
    refs = [ref for each in named for ref in inventory.find(each)]
    refs.sort(key=lambda ref: ref.kind != MESSAGE)
    failed = ""
    with progress("Deleting", total=len(refs)) as advance:
        for ref in refs:
            stays = inventory.stays(ref) or failed
            if stays or not is_confirmed:
                yield Outcome(ref.identifier, ref.kind, stays)
                continue
            try:
                stays = _delete(look, inventory, ref)
            except RequestFailed as error:
                stays, failed = str(error), f"not tried, for {ref.identifier} failed"
            yield Outcome(ref.identifier, ref.kind, stays, is_deleted=not stays)
            advance()
    yield from (Outcome(each, "") for each in named if not inventory.find(each))


def _delete(look: Look, inventory: Inventory, ref: Ref) -> str:
    """Delete one; answers why it stays, "" where it is gone. What pairs show is asked anew where that is old by now."""
    apple = look.run.apple
    reason = ""

    def stays() -> str:
        shown = apple.fetch_defaults(ref.location, inventory.view.shown)
        return replace(inventory, view=replace(inventory.view, shown=shown)).stays(ref)

    def is_due() -> bool:
        nonlocal reason
        apple.forget_defaults()
        reason = stays()
        return not reason

    if found := stays():
        return found
    look.requests += 1
    try:
        apple.delete(ref, is_due)
    except Withheld:
        return f"it had to wait, and by then {reason}"
    except InUse:
        return "a message at Apple uses it"
    return ""
