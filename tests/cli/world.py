"""A history as it stands: its stacks and their programs, its App Store, and what went wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cli import lines
from cli.account import Account, pair_of, uploads, uploads_of
from cli.app_store import KILLS, Mishap
from cli.program import Program, urn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cli.app_store import Pair
    from cli.workbench import Outcome, Workbench

Move = tuple[Any, ...]

OURS = re.compile(r'File ".*retention_messaging')
COMMANDS_OF_STATE = ("state", "stack")


class Wrong(AssertionError):
    """What a history found."""


class World:
    """What every move works on. `trace` tells what was asked of the CLI and of Apple."""

    def __init__(self, workbench: Workbench, ignored: str = "") -> None:
        self.workbench = workbench
        self.ignored = ignored
        """A pattern of what is known to be wrong, and goes on."""
        self.app_store = workbench.app_store
        self.own_app = workbench.emulator.credentials.bundle_id
        self.account = Account()
        self.programs: dict[str, Program] = {}
        self.declared: dict[str, set[Pair]] = {}
        self.stack = "one"
        self.doubts: set[str] = set()
        """Why the next `up` may fail."""
        self.unseen: set[str] = set()
        """The stacks that have not been refreshed since somebody else was at Apple."""
        self.touched: set[Pair] = set()
        """The pairs whose default somebody else was at since."""
        self.set_by: dict[str, str] = {}
        """The pair of a default → the stack that set it last, and may take it away again."""
        self.exports: dict[str, str] = {}
        self.trace: list[str] = []
        self.init("one")

    @property
    def program(self) -> Program:
        """That of the current stack."""
        return self.programs[self.stack]

    def init(self, stack: str) -> None:
        """A new stack."""
        self.workbench.run("stack", "init", stack)
        self.programs[stack] = Program()
        self.stack = stack

    def records(self, stack: str | None = None) -> list[dict[str, Any]]:
        """Of one stack, or of all."""
        return [each for name in ([stack] if stack else self.programs) for each in self.workbench.records(name)]

    def is_retiring(self, stack: str) -> bool:
        """Whether a message has still to retire something; a picture that another one used takes another `up`."""
        return any(self.retiring(each) for each in self.records(stack))

    @staticmethod
    def retiring(record: dict[str, Any]) -> set[str]:
        """What a record accounts for beside itself."""
        return uploads_of(record) - {record["id"]}

    def urns(self) -> list[str]:
        """Of what the current program declares or its state records."""
        declared = [urn(self.stack, kind, self.program.get(kind, slot)) for kind, slot in self.program.slots()]
        return list(dict.fromkeys([*declared, *(each["urn"] for each in self.records(self.stack))]))

    def contested(self) -> set[Pair]:
        """Pairs that several stacks declare."""
        every = [pair for program in self.programs.values() for pair in program.pairs()]
        return {pair for pair in every if every.count(pair) > 1}

    def somebody_else_was_here(self, *pairs: Pair) -> None:
        """At Apple, and nobody has seen it."""
        self.unseen |= set(self.programs)
        self.touched |= set(pairs)
        self.app_store.excuse()

    def run(self, *arguments: str, mishap: Mishap | None = None, is_plan: bool = False) -> Outcome:
        """A command on the current stack, after which nothing may be lost, left or untrue."""
        before, had = self.app_store.see(), self.records()
        self.workbench.write(self.stack, self.program)
        own = self.declared.get(self.stack, set())
        pairs = {pair for each in self.declared.values() for pair in each}
        pairs = {pair for pair in pairs if pair in own or self.set_by.get(pair[1]) != self.stack}
        outcome = self.workbench.run(
            arguments[0], "--stack", self.stack, *arguments[1:], declared=pairs, mishap=mishap, events=True
        )
        self._note(outcome)
        self.set_by.update(dict.fromkeys(self.app_store.configured, self.stack))
        if mishap and mishap.kind in KILLS:
            self.workbench.mend()
        have, seen = self.records(), self.app_store.see()
        is_done = outcome.exit == 0 and not mishap
        recorded = (each for each in (*had, *have) if each["type"].endswith(":DefaultMessage"))
        pairs_recorded = frozenset(pair_of(each, self.own_app) for each in recorded)
        touched = frozenset(self.touched) if self.unseen else frozenset()
        approved = frozenset(self.app_store.approved)
        facts = lines.Facts(seen, before, self.records(self.stack), touched, is_done, pairs_recorded, approved)
        self._found(self.app_store.wrongs)
        if not (mishap and mishap.kind in KILLS):
            self._found(lines.untrue(outcome.lines, facts))
        told = lines.named([*outcome.lines, *outcome.errors])
        if is_plan:
            return outcome
        cut_off = outcome.exit != 0 if mishap is None else True
        self._found(
            self.account.command(had, have, seen, told, self.app_store.uploaded, is_cut_off=cut_off and bool(mishap))
        )
        if outcome.exit == 0 and not mishap:
            self._found(self.account.taken(before, have, seen))
        if OURS.search(outcome.output) and not (mishap and mishap.kind in KILLS):
            self._found([f"a traceback of ours: {outcome.output[-1500:]}"])
        return outcome

    def state(self, *arguments: str) -> Outcome:
        """A command that only changes states: somebody's own doing."""
        had = self.records()
        outcome = self.workbench.run(*arguments)
        self._note(outcome)
        self.account.forgets(had, self.records())
        self.doubts.add("state")
        return outcome

    def _note(self, outcome: Outcome) -> None:
        told = [*outcome.lines, *(f"error: {each}" for each in outcome.errors)]
        if outcome.exit and not outcome.errors:
            told += [f"  {each}" for each in outcome.output.splitlines()[-12:]]
        steps = [f"{'/'.join(sorted(ops))} {each.rsplit('::', 1)[1]}" for each, ops in outcome.steps.items()]
        self.trace += [
            f"$ pulumi {outcome.command}  → {outcome.exit}",
            *(f"    {each}" for each in (*told, *steps)),
            *(f"    > {each}" for each in self.app_store.calls),
        ]

    def _found(self, wrongs: Iterable[str]) -> None:
        every = list(wrongs)
        found = [each for each in every if not (self.ignored and re.search(self.ignored, each))]
        self.trace += [f"    ! {each}" for each in every]
        if found:
            raise Wrong("; ".join(found))

    def uploads_of_stack(self) -> set[str]:
        """What the current stack records."""
        return uploads(self.records(self.stack))
