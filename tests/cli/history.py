"""A history: moves, and then a quiet end after which nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.changes import Changes
from cli.commands import RUN, Commands
from cli.hands import Hands
from cli.program import PINNED, urn
from cli.world import Move, Wrong

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from cli.app_store import Pair
    from cli.program import Program
    from cli.workbench import Outcome

TRIES = 3


class History(Changes, Hands, Commands):
    """The life of the stacks of one project before one App Store."""

    def live(self, moves: Collection[Move]) -> None:
        """Move after move, and to the end. Raises Wrong."""
        for move in moves:
            self.trace.append(f"* {move!r}")
            name, *arguments = move
            getattr(self, name)(*arguments)
            self._found(self.app_store.wrongs)
        self.trace.append("* the end")
        self._end()

    def _end(self) -> None:
        self._make_way()
        stacks = [name for name in self.programs if self.programs[name].slots() or self.records(name)]
        for self.stack in stacks:
            if self.stack in self.unseen:
                self._until_it_succeeds("refresh", *RUN)
                self._has_refreshed()
            self._until_it_succeeds("up", *RUN)
        self.approve()
        for self.stack in stacks:
            self._until_it_succeeds("up", *RUN)
        for self.stack in stacks:
            self._succeeds("up", *RUN)
        for self.stack in [each for each in stacks if self.is_retiring(each)]:
            self._succeeds("up", *RUN)
        for self.stack in stacks:
            plan = self.run("preview", is_plan=True)
            if plan.exit or plan.steps:
                self._found([f"a preview after quiet ups is not empty: {plan.steps or plan.output}"])
        self._found(self.account.differences(self.records(), self.app_store.see(), self.own_app))
        self._found(self._not_newest())
        for self.stack in stacks:
            self.declared[self.stack] = set()
            self._until_it_succeeds("destroy", *RUN)
        self._found(self.account.left(self.app_store.see()))

    def _make_way(self) -> None:
        """Nothing is in the way of an `up` any more: protection, another stack's pairs, texts that are gone."""
        taken: set[Pair] = set()
        for stack, program in self.programs.items():
            self.stack = stack
            if any(each.get("protect", False) for each in (*map(vars, program.resources()), *self.records(stack))):
                self.follow_unprotect("")
            taken |= self._make_way_for_defaults(program, taken)
        if any(each.keep_replaced for program in self.programs.values() for each in program.messages.values()):
            self.wait()

    def _make_way_for_defaults(self, program: Program, taken: set[Pair]) -> set[Pair]:
        seen = self.app_store.see()
        for slot, default in list(program.defaults.items()):
            if (default.app, program.pair(default)) in taken:
                program.defaults.pop(slot)
            elif default.form in PINNED and not seen.is_approved(default.text):
                program.change("defaults", slot, form="message")
        return program.pairs()

    def _until_it_succeeds(self, *arguments: str) -> None:
        """A command may fail for what came before, and says what to do."""
        errors: list[str] = []
        for _ in range(TRIES):
            if arguments[0] == "up":
                self.declared[self.stack] = self.program.pairs()
            outcome = self.run(*arguments)
            if outcome.exit == 0:
                return
            errors = outcome.errors or [outcome.output[-800:]]
            self.follow(outcome)
            self.approve()
        raise Wrong(f"stuck: {arguments[0]} fails again and again, though its advice was followed: {errors}")

    def _succeeds(self, *arguments: str) -> Outcome:
        outcome = self.run(*arguments)
        if outcome.exit:
            raise Wrong(f"a quiet {arguments[0]} fails: {outcome.errors or outcome.output[-800:]}")
        return outcome

    def _not_newest(self) -> Iterator[str]:
        """The defaults that do not show the newest text of their message, though Apple has approved it."""
        seen = self.app_store.see()
        for stack, program in self.programs.items():
            recorded: dict[str, Any] = {
                each["urn"]: each["outputs"] for each in self.records(stack) if not each.get("delete")
            }
            for default in program.defaults.values():
                message = program.messages[default.message]
                own = recorded.get(urn(stack, "messages", message))
                if default.form in PINNED or default.ignore or own is None:
                    continue
                newest = own["messageIdentifier"]
                shown = seen.defaults.get((default.app, program.pair(default)))
                if seen.is_approved(newest) and shown != newest:
                    yield f"{default.name} shows {shown}, and not {newest}, its message's newest"
