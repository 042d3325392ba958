"""The result of `prune`, for a program and for a person."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from retention_messaging_cli.blocks import Block, Line, Style, Table, ToType
from retention_messaging_cli.prune.delete import Outcome
from retention_messaging_cli.prune.inventory import Inventory, Item
from retention_messaging_cli.status.typed import Typed


@dataclass(frozen=True)
class Result:
    """
    All that there is to say.

    sources: whose states were given
    items: what no state given accounts for
    outcomes: what became of what was named
    typed: what was typed, for the command to type next
    is_confirmed: whether what was named was to be deleted
    """

    inventory: Inventory
    sources: Sequence[str]
    items: Sequence[Item]
    outcomes: Sequence[Outcome]
    typed: Typed
    is_confirmed: bool

    @property
    def sentence(self) -> str:
        """How much there is, of what was asked."""
        kinds = Counter(each.ref.kind for each in self._left())
        count = " and ".join(f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in kinds.items())
        known = self.inventory.known
        empty = "" if known.resources else ", in which there is no resource of it"
        return (
            f"{known.location}: {count or 'nothing'} at Apple that no state given accounts for "
            f"({', '.join(self.sources)}{empty}); {self._done()}"
        )

    def _left(self) -> list[Item]:
        """What no state given accounts for, without what was deleted now."""
        gone = {each.identifier for each in self.outcomes if each.is_deleted and self.is_confirmed}
        return [each for each in self.items if each.ref.identifier not in gone]

    def _done(self) -> str:
        if not self.outcomes:
            return "name what is to be deleted" if self.items else "there is nothing to do"
        gone = sum(each.is_deleted for each in self.outcomes)
        may_go = sum(not each.stays and each.kind != "" for each in self.outcomes)
        if self.is_confirmed:
            return f"{gone} of {len(self.outcomes)} named were deleted"
        return f"{may_go} of {len(self.outcomes)} named would be deleted"

    @property
    def to_do(self) -> list[str]:
        """The command that deletes what is named; none where nothing is left to delete."""
        if self.is_confirmed:
            return []
        may_go = [each.identifier for each in self.outcomes if each.kind and not each.stays]
        if self.outcomes:
            return [self.typed.ours("prune", *dict.fromkeys(may_go), "--yes")] if may_go else []
        return [self.typed.ours("prune", "IDENTIFIER", "--yes")] if self.items else []

    @property
    def caution(self) -> str:
        """What no evidence of ours can tell of a message; "" where it does not matter."""
        named = {each.identifier for each in self.outcomes}
        doubtful = [
            each for each in self._left() if each.may_be_answered and (not named or each.ref.identifier in named)
        ]
        if not doubtful:
            return ""
        return (
            f"Apple has approved {len(doubtful)} of these messages: before one is deleted, look whether your real-time "
            "server answers with it, and whether another stack has it; only the defaults asked about are certain"
        )

    def data(self, requests: int) -> dict[str, Any]:
        """As the schema has it."""
        location = self.inventory.known.location
        return {
            "sentence": self.sentence,
            "caution": self.caution or None,
            "toDo": self.to_do,
            "requests": requests,
            "bundleId": location.bundle_id,
            "environment": location.environment,
            "states": list(self.sources),
            "unaccounted": [_item(each) for each in self.items],
            "named": [_outcome(each) for each in self.outcomes],
            "asked": [_asked(pair, shown) for pair, shown in self.inventory.view.shown.items()],
        }

    def blocks(self) -> Iterator[Block]:
        """What a person reads."""
        yield Line(self.sentence)
        if self.outcomes:
            yield from (_outcome_line(each, self.is_confirmed) for each in self.outcomes)
        else:
            yield from map(_line, self.items)
        if self.caution:
            yield Line(self.caution, Style.DOUBTFUL)
            yield Table(("asked about", "in"), self._asked())
        if self.to_do:
            yield ToType(self.to_do)

    def _asked(self) -> list[tuple[str, str]]:
        """Each product with its locales."""
        pairs = sorted(pair.rsplit("/", 1) for pair in self.inventory.view.shown)
        by_product = groupby(pairs, key=lambda pair: pair[0])
        return [(product, ", ".join(locale for _, locale in some)) for product, some in by_product]


def _item(item: Item) -> dict[str, Any]:
    return {
        "kind": item.ref.kind,
        "identifier": item.ref.identifier,
        "state": item.state,
        "shownBy": list(item.shown_by),
        "mayBeOf": item.like or None,
    }


def _line(item: Item) -> Line:
    """A line, and not a row: a table of 80 columns would break the identifier, which is to be copied."""
    shown_by = f", shown by {', '.join(item.shown_by)}" if item.shown_by else ""
    like = f"; an interrupted run of {item.like} may have left it" if item.like else ""
    return Line(f"{item.ref.kind} {item.ref.identifier}: {item.state}{shown_by}{like}")


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "identifier": outcome.identifier,
        "kind": outcome.kind or None,
        "isDeleted": outcome.is_deleted,
        "stays": outcome.stays or None,
    }


def _outcome_line(outcome: Outcome, is_confirmed: bool) -> Line:
    if not outcome.kind:
        return Line(f"{outcome.identifier}: not at Apple", Style.ASIDE)
    if outcome.stays:
        return Line(f"{outcome.kind} {outcome.identifier}: not deleted; {outcome.stays}", Style.BAD)
    return Line(f"{outcome.kind} {outcome.identifier}: {'' if is_confirmed else 'would be '}deleted", Style.GOOD)


def _asked(pair: str, shown: str) -> dict[str, Any]:
    product, locale = pair.rsplit("/", 1)
    return {"productId": product, "locale": locale, "messageIdentifier": shown or None}
