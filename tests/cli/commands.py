"""Moves that are commands: runs, and what people do to a state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cli.account import pair_of
from cli.app_store import KILLS, Mishap
from cli.exceptions import reasons
from cli.lines import UUID
from cli.program import urn
from cli.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cli.workbench import Outcome

RUN = ("--yes", "--skip-preview")
PROMISED = ("messageIdentifier", "imageIdentifier", "approvedIdentifier")
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # Pulumi's word for a text that is not known yet
ADVICE: dict[str, str] = {
    r"pulumi state repair": "follow_repair",
    r"pulumi cancel|is currently locked": "follow_cancel",
    r"pulumi refresh": "follow_refresh",
    r"protect": "follow_unprotect",
    r"adopt=True": "follow_adopt",
}
"""What an error may advise → the method that follows it."""


class Commands(World):
    """A method a move. After the flags of a command comes, as a tuple, what befalls it."""

    def up(self, *flags: Any) -> None:
        """`planned` by a preview before it, followed by an `empty` one, with `refresh`."""
        options = ["--refresh"] if "refresh" in flags else []
        outcome = self._up(options, flags)
        if outcome.exit == 0 and not _mishap(flags):
            self.doubts.clear()
            if "refresh" in flags:
                self._has_refreshed()
            if "empty" in flags:
                self._is_empty()
        elif outcome.exit and not _mishap(flags) and not reasons(self):
            self._found([f"up fails, and nothing tells why it should: {outcome.errors or outcome.output[-800:]}"])

    def target(self, number: int, *flags: Any) -> None:
        """The resource of this number, whether it is recorded or not."""
        self._aimed("--target", number, flags)

    def exclude(self, number: int, *flags: Any) -> None:
        """All but the resource of this number."""
        self._aimed("--exclude", number, flags)

    def replace(self, number: int, *flags: Any) -> None:
        """The resource of this number by force."""
        self._aimed("--replace", number, flags)

    def replace_all(self, *flags: Any) -> None:
        """Every resource by force, and Pulumi's provider of dynamic resources with them."""
        self._up(["--replace", "**"], flags)
        self.doubts.add("--replace")

    def _aimed(self, option: str, number: int, flags: tuple[Any, ...]) -> None:
        for chosen in self.urns()[number : number + 1]:
            self._up([option, chosen], flags)
            self.doubts.add(option)

    def _up(self, options: list[str], flags: tuple[Any, ...]) -> Outcome:
        plan = None
        if "planned" in flags:
            plan = self.run("preview", *options, is_plan=True)
            if self.unseen or any(each.keep_replaced for each in self.program.messages.values()):
                plan = None  # PLAN_MAY_DIFFER
        self.declared[self.stack] = self.program.pairs()
        outcome = self._befallen(("up", *RUN, *options), flags)
        if plan and plan.exit == 0 and outcome.exit == 0 and not _mishap(flags):
            self._found(self._broken_promises(plan, outcome))
        return outcome

    def preview(self) -> None:
        """Changes nothing."""
        self.run("preview", is_plan=True)

    def refresh(self, *flags: Any) -> None:
        """With `run-program`, as Pulumi 4 will."""
        options = ["--run-program"] if "run-program" in flags else []
        outcome = self._befallen(("refresh", *RUN, *options), flags)
        if outcome.exit == 0 and not _mishap(flags):
            self._has_refreshed()

    def destroy(self, *flags: Any) -> None:
        """With `refresh`, or `run-program`."""
        options = [f"--{each}" for each in flags if isinstance(each, str)]
        self.declared[self.stack] = set()
        self._befallen(("destroy", *RUN, *options), flags)
        self.doubts.add("destroy")

    def destroy_target(self, number: int, *flags: Any) -> None:
        """The record of this number, with what depends on it."""
        records = self.records(self.stack)
        for chosen in records[number : number + 1]:
            going = _with_dependents(chosen, records)
            defaults = [each for each in going if each["type"].endswith(":DefaultMessage")]
            self.declared[self.stack] -= {pair_of(each, self.own_app) for each in defaults}
            self._befallen(("destroy", *RUN, "--target-dependents", "--target", chosen["urn"]), flags)
            self.doubts.add("destroy")

    def _befallen(self, arguments: tuple[str, ...], flags: tuple[Any, ...]) -> Outcome:
        mishap = _mishap(flags)
        outcome = self.run(*arguments, mishap=mishap)
        if mishap:
            self.doubts.add("mishap")
            self.unseen |= {self.stack} if "destroy" in arguments else set()
            if mishap.kind in KILLS:
                self.workbench.run("cancel", "--yes", self.stack)
        return outcome

    def _has_refreshed(self) -> None:
        self.unseen.discard(self.stack)
        if not self.unseen:
            self.touched.clear()

    def _broken_promises(self, plan: Outcome, done: Outcome) -> Iterator[str]:
        """What was planned is what is done; an identifier in the plan is the one that is recorded."""
        planned, did = _kinds(plan.steps), _kinds(done.steps)
        for each in sorted(planned.keys() | did.keys()):
            if planned.get(each) != did.get(each):
                yield f"planned for {each.rsplit('::', 1)[1]}: {planned.get(each)}, done: {did.get(each)}"
        outputs = {each["urn"]: each["outputs"] for each in self.records(self.stack) if not each.get("delete")}
        for each, inputs in plan.promised.items():
            for key in PROMISED:
                value = inputs.get(key)
                known = isinstance(value, str) and UUID.fullmatch(value.lower()) and value != UNKNOWN
                if known and each in outputs and outputs[each].get(key) != str(value).lower():
                    yield f"planned {key} of {each.rsplit('::', 1)[1]}: {value}, recorded: {outputs[each].get(key)}"

    def _is_empty(self) -> None:
        """After an `up` there is nothing left to do, but for the retiring of what was superseded."""
        plan = self.run("preview", is_plan=True)
        superseding = {each["urn"] for each in self.records(self.stack) if self.retiring(each)}
        found = {each: ops for each, ops in plan.steps.items() if ops != {"update"} or each not in superseding}
        if found:
            self._found([f"a preview after up is not empty: {found}"])

    # What people do to a state

    def taint(self, number: int) -> None:
        """The next `up` replaces the record of this number by force."""
        for each in self.records(self.stack)[number : number + 1]:
            self.state("state", "taint", each["urn"], "--yes", "--stack", self.stack)

    def forget(self, number: int) -> None:
        """The record of this number, with what depends on it."""
        for each in self.records(self.stack)[number : number + 1]:
            options = ("--force", "--target-dependents", "--yes")
            self.state("state", "delete", each["urn"], *options, "--stack", self.stack)

    def rename_in_state(self, kind: str, slot: str) -> None:
        """In the state and in the program, without an alias."""
        resource = self.program.get(kind, slot)
        if resource is None or resource.inside:
            return
        name = f"{slot}-restated" if resource.name == slot else slot
        taken = {each.name for each in getattr(self.program, kind).values()}
        recorded = {each["urn"] for each in self.records(self.stack)}
        before = urn(self.stack, kind, resource)
        if name not in taken and before in recorded:
            self.state("state", "rename", before, name, "--yes", "--stack", self.stack)
            self.program.change(kind, slot, name=name, before=())

    def move_to_other_stack(self, slot: str) -> None:
        """A message with its defaults, in the states and in the programs; its images stay where they are."""
        message = self.program.messages.get(slot)
        other = next((each for each in self.programs if each != self.stack), None)
        if message is None or other is None or slot in self.programs[other].messages:
            return
        defaults = {name: each for name, each in self.program.defaults.items() if each.message == slot}
        if message.inside or defaults.keys() & self.programs[other].defaults.keys():
            return
        urns = [urn(self.stack, "messages", message), *(urn(self.stack, "defaults", e) for e in defaults.values())]
        recorded = {each["urn"] for each in self.records(self.stack)}
        moved = [each for each in urns if each in recorded]
        if not moved:
            return
        outcome = self.state("state", "move", "--source", self.stack, "--dest", other, "--yes", *moved)
        if outcome.exit == 0:
            self.program.messages.pop(slot)
            self.programs[other].change("messages", slot)
            self.programs[other].messages[slot] = message
            self.programs[other].change("messages", slot, image="", icons=())
            for name, default in defaults.items():
                self.program.defaults.pop(name)
                self.programs[other].defaults[name] = default
                self.set_by[self.programs[other].pair(default)] = other
            self.declared.setdefault(other, set()).update(self.programs[other].pairs())

    def export_state(self) -> None:
        """Keep the state as it is now."""
        file = self.workbench.folder / f"{self.stack}-exported.json"
        self.state("stack", "export", "--stack", self.stack, "--file", str(file))
        self.exports[self.stack] = str(file)

    def import_state(self) -> None:
        """Put back the state that was kept."""
        if self.stack in self.exports:
            self.state("stack", "import", "--stack", self.stack, "--file", self.exports[self.stack], "--force")

    def rename_stack(self) -> None:
        """The current one."""
        new = f"{self.stack}-renamed"
        if new not in self.programs:
            self.state("stack", "rename", new, "--stack", self.stack)
            self.programs[new] = self.programs.pop(self.stack)
            self.declared[new] = self.declared.pop(self.stack, set())
            self.exports.pop(self.stack, None)
            self.set_by = {pair: new if each == self.stack else each for pair, each in self.set_by.items()}
            self.unseen = {new if each == self.stack else each for each in self.unseen}
            self.stack = new

    def new_stack(self, name: str) -> None:
        """
        Of this name, with nothing in it, which is the current one from here.

        Not of one that a renamed stack had: as the README says, they take each other's uploads for litter.
        """
        if not {name, f"{name}-renamed"} & self.programs.keys():
            self.init(name)

    def other_stack(self) -> None:
        """Is the current one from here."""
        names = list(self.programs)
        self.stack = names[(names.index(self.stack) + 1) % len(names)]

    # What an error advises

    def follow(self, outcome: Outcome) -> None:
        """Its advice, all of it."""
        told = "\n".join(outcome.errors) or outcome.output
        for pattern, method in ADVICE.items():
            if re.search(pattern, told):
                follow: Callable[[str], None] = getattr(self, method)
                follow(told)

    def follow_cancel(self, _: str) -> None:
        self.workbench.mend()
        self.workbench.run("cancel", "--yes", self.stack)

    def follow_repair(self, _: str) -> None:
        """Of a state whose order Pulumi itself has mixed up, as `--target` may where a dependency has gone."""
        self.workbench.run("state", "repair", "--yes", "--stack", self.stack)

    def follow_refresh(self, _: str) -> None:
        self.refresh()

    def follow_unprotect(self, _: str) -> None:
        for kind, slot in self.program.slots():
            self.program.change(kind, slot, protect=False)
        self.workbench.run("state", "unprotect", "--all", "--yes", "--stack", self.stack)

    def follow_adopt(self, told: str) -> None:
        """Take over a default, unless it is another stack's."""
        for slot, default in list(self.program.defaults.items()):
            if self.program.pair(default) in told:
                self.program.change("defaults", slot, adopt=True)


def _with_dependents(chosen: dict[str, Any], records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A record, and those that depend on it, which stand behind it."""
    urns = {chosen["urn"]}
    for each in records:
        if urns & {each.get("parent"), *each.get("dependencies", ())}:
            urns.add(each["urn"])
    return [each for each in records if each["urn"] in urns]


def _mishap(flags: tuple[Any, ...]) -> Mishap | None:
    """What befalls a command of these flags."""
    return next((Mishap(*each) for each in flags if not isinstance(each, str)), None)


def _kinds(steps: dict[str, set[str]]) -> dict[str, list[str]]:
    """A replacement is one, however it is told."""
    told = {"create-replacement": "replace", "delete-replaced": "replace", "discard-replaced": "replace"}
    return {each: sorted({told.get(op, op) for op in ops}) for each, ops in steps.items()}
