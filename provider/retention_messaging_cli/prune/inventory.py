"""What Apple has that no state given accounts for, and what of it may go: pure decisions."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from retention_messaging_cli.status.findings import there
from retention_messaging_cli.status.known import Known
from retention_messaging_provider.resources import deletion
from retention_messaging_provider.resources.identity import owner_prefix_of
from retention_messaging_provider.resources.known import APPROVED, View
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE, Ref
from retention_messaging_provider.resources.records import Upload


@dataclass(frozen=True)
class Item:
    """
    A message or image that no state given accounts for.

    shown_by: the pairs that show it, of those that were asked about
    like: the resource of a state under whose name it is, as what an interrupted run left; "" for none
    """

    ref: Ref
    state: str
    shown_by: tuple[str, ...]
    like: str

    @property
    def may_be_answered(self) -> bool:
        """Whether a real-time server may answer with it, and customers see that."""
        is_approved = self.ref.kind == MESSAGE and self.state == APPROVED
        return is_approved and self.ref.location.environment != deletion.SANDBOX


@dataclass(frozen=True)
class Inventory:
    """
    What states tell of an app, and what Apple has of it.

    view: what each pair shows that was asked about, too
    """

    known: Known
    view: View

    @cached_property
    def owners(self) -> dict[tuple[str, str], str]:
        """(kind, identifier) → the resource of a state that accounts for it."""
        return self.known.accounted()

    def items(self) -> Iterator[Item]:
        """All that no state given accounts for, messages first."""
        records = (each.record for each in self.known.resources)
        named = {each.prefix: str(each) for each in records if isinstance(each, Upload)}
        for kind, states in ((MESSAGE, self.view.messages), (IMAGE, self.view.images)):
            for identifier in there(states):
                if (kind, identifier) not in self.owners:
                    shown_by = [pair for pair, shown in self.view.shown.items() if shown == identifier]
                    ref = Ref(self.known.location, kind, identifier)
                    like = named.get(owner_prefix_of(identifier), "")
                    yield Item(ref, states[identifier] or "", tuple(shown_by), like)

    def find(self, identifier: str) -> list[Ref]:
        """What Apple has under an identifier: a message first, for it may use the image."""
        lists = ((MESSAGE, self.view.messages), (IMAGE, self.view.images))
        return [Ref(self.known.location, kind, identifier) for kind, states in lists if states[identifier] is not None]

    def stays(self, ref: Ref) -> str:
        """
        Why something is not deleted, as half a sentence; "" where it may go.

        An image that a message uses Apple itself refuses to delete.
        """
        if owner := self.owners.get((ref.kind, ref.identifier)):
            return f"{owner} of a state given accounts for it: leave it to pulumi"
        if ref.kind == IMAGE:
            return ""
        if pair := deletion.shown_by(ref.identifier, self.view.shown, self.view):
            return f"{pair} shows it"
        if self.view.messages[ref.identifier] == APPROVED and not self.view.shown:
            return "no default was asked about, and one may show it: add --product and --locale"
        return ""
