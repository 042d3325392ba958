"""Which message accounts for what Apple has, and to which one a default refers."""

from collections.abc import Iterator

from retention_messaging_cli.adopt.inventory import Inventory
from retention_messaging_cli.adopt.told import Told, records
from retention_messaging_provider.resources.ledger import MESSAGE
from retention_messaging_provider.resources.records import DefaultRecord


class Holders:
    """
    The messages that are to be resources, and the defaults that refer to them.

    messages: identifiers; records: those of them that a state has
    defaults: pair → the message that is shown, "" for one that a state has and that waits for its message
    """

    def __init__(self, inventory: Inventory, told: Told) -> None:
        there = inventory.messages
        self.records = {each.identifier: each for each in records(told) if each.identifier in there}
        self._of_record: dict[str, list[str]] = {}
        for record in self.records.values():
            for pair in record.pairs:
                self._of_record.setdefault(pair, []).append(record.identifier)
        kept = dict(self._kept())
        self.messages = sorted(there.keys() - kept.keys())
        self._of = {**kept, **{each: each for each in self.messages}}
        waiting = {pair: "" for pair in _waiting(told) if pair in self._of_record}
        self.defaults = dict(sorted({**waiting, **inventory.defaults}.items()))
        self._pairs: dict[str, list[str]] = {}
        for pair in self.defaults:
            self._pairs.setdefault(self.message_of(pair), []).append(pair)

    def _kept(self) -> Iterator[tuple[str, str]]:
        """What the records account for beside themselves, each with the record's message."""
        for record in self.records.values():
            earlier = (ref.identifier for ref in record.kept if ref.kind == MESSAGE)
            yield from ((each, record.identifier) for each in (*earlier, *record.retained) if each not in self.records)

    def message_of(self, pair: str) -> str:
        """The message that a default refers to, as a state has it, else the one that is shown; "" for none."""
        recorded = self._of_record.get(pair, [])
        return recorded[0] if len(recorded) == 1 else self._of.get(self.defaults[pair], "")

    def own_pairs(self, identifier: str) -> list[str]:
        """The pairs whose default refers to a message."""
        return self._pairs.get(identifier, [])

    def pairs(self, identifier: str) -> list[str]:
        """Those that it records: a default that refers to no message of the program may show any."""
        return sorted([*self.own_pairs(identifier), *self._pairs.get("", [])])


def _waiting(told: Told) -> Iterator[str]:
    """The pairs whose default waits for its message, and shows nothing."""
    for pair, each in told.defaults.items():
        if isinstance(each.record, DefaultRecord) and not each.record.shown:
            yield pair
