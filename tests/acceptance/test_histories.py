"""Histories of a message under review, on every engine found, each until nothing changes any more."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from acceptance.stacks import Stack, plan
from engine.found import STAND_IN
from histories.driver import Driver, Mishap
from histories.history import History, Move
from histories.program import DEFAULTS, FILES, LAST, PAIRS, Program
from retention_messaging_emulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from engine.found import Engine

PROGRAM_OF_A_HISTORY = Path(__file__).with_name("histories")
PICTURES = Path(__file__).parents[1] / "resources" / "pictures"

UP, APPROVE, REFRESH, PREVIEW = ("up",), ("approve",), ("refresh",), ("preview",)
SHOWN: list[Move] = [
    ("edit", "a", "A"),
    ("point", DEFAULTS[0], PAIRS[0], "a"),
    ("point", DEFAULTS[1], PAIRS[1], "a"),
    UP,
    APPROVE,
    UP,
]
ILLUSTRATED: list[Move] = [("picture", "hero", FILES[0]), ("edit", "a", "A"), ("use", "a", "hero"), *SHOWN]
EDIT: Move = ("edit", "a", "B")
ANOTHER: list[Move] = [("edit", "b", "N"), ("point", DEFAULTS[0], PAIRS[0], "b")]

HISTORIES: dict[str, list[Move]] = {
    "an edit, step by step": [*SHOWN, UP, EDIT, PREVIEW, UP, UP, APPROVE, PREVIEW, UP],
    "edited twice, and only the second approved": [*SHOWN, EDIT, UP, ("edit", "a", "C"), UP, ("approve", "C"), UP],
    "edited back while it waits": [*SHOWN, EDIT, UP, ("edit", "a", "A")],
    "edited back after the approval": [*SHOWN, EDIT, UP, APPROVE, UP, ("edit", "a", "A")],
    "rejected, and edited again": [*SHOWN, EDIT, UP, ("reject", "B"), UP, ("edit", "a", "C"), UP, APPROVE],
    "refreshed in between": [*SHOWN, REFRESH, EDIT, UP, REFRESH, APPROVE, REFRESH, PREVIEW],
    "destroyed while it waits": [*SHOWN, EDIT, UP, ("destroy",)],
    "only the message is a target": [*SHOWN, EDIT, ("target", "a"), APPROVE, ("target", "a"), ("target", "a")],
    "only a default is a target": [*SHOWN, EDIT, UP, APPROVE, ("target", DEFAULTS[0]), ("target", "a")],
    "message and one default are targets by turns": [
        *SHOWN, EDIT, ("target", "a"), APPROVE, ("target", "a"), ("target", DEFAULTS[0]), ("target", "a"),
    ],
    "only the image is a target": [*ILLUSTRATED, ("picture", "hero", FILES[1]), ("target", "hero"), UP, APPROVE, UP],
    "replaced by force": [*SHOWN, ("replace", "a"), EDIT, UP, ("replace", "a"), APPROVE],
    "an image replaced by force": [*ILLUSTRATED, ("replace", "hero"), EDIT, ("replace", "hero")],
    "a default replaced by force": [*SHOWN, EDIT, UP, ("replace", DEFAULTS[0]), APPROVE],
    "a default that is protected": [*SHOWN, ("protect_default", DEFAULTS[0], True), UP, EDIT, UP, APPROVE, UP],
    "a message that is protected": [*SHOWN, ("protect", "a", True), UP, EDIT, UP],
    "a default that is to show another message": [*SHOWN, *ANOTHER, UP],
    "a default that is to show another message, whose own is edited": [
        *SHOWN, *ANOTHER, UP, EDIT, UP, ("approve", "B"), UP, UP,
    ],
    "a message that goes, and its defaults show another": [*SHOWN, ("edit", "b", "N"), UP, ("remove", "a"), UP],
    "a default that goes": [*SHOWN, EDIT, UP, ("point", DEFAULTS[0], PAIRS[0], ""), UP, APPROVE],
    "defaults that exchange their pairs": [*SHOWN, ("exchange",), UP, EDIT, ("exchange",)],
    "renamed with an alias, then edited": [*SHOWN, ("rename", "a", True), PREVIEW, UP, EDIT, UP, APPROVE],
    "renamed with an alias and edited in one": [*SHOWN, ("rename", "a", True), EDIT, UP, APPROVE],
    "renamed without an alias": [*SHOWN, ("rename", "a", False), UP],
    "moved into a component with an alias": [*ILLUSTRATED, ("relocate", "a", True), UP, EDIT, UP, APPROVE],
    "two messages that exchange their texts": [*SHOWN, ("edit", "b", "N"), UP, APPROVE, UP, ("swap",), UP, APPROVE],
    "another picture": [*ILLUSTRATED, ("picture", "hero", FILES[1]), UP, ("approve", 0), UP, APPROVE],
    "a default that somebody else set": [*SHOWN, ("somebody_sets_a_default", PAIRS[0]), REFRESH, PREVIEW],
    "a message that somebody else deleted": [*SHOWN, ("somebody_deletes_a_message", 0)],
    "Apple fails in the switch": [*SHOWN, EDIT, UP, APPROVE, ("up", "bad-gateway", 0, 9)],
}  # fmt: skip
IN_SANDBOX = ("an edit, step by step", "only the message is a target", "replaced by force", "another picture")
CASES = [
    *(("production", name) for name in HISTORIES),
    *(("sandbox", name) for name in IN_SANDBOX),
]


class OnEngine(Driver):
    """Commands of an engine's command line, with a program that reads what it wants from a file."""

    COMMANDS = {
        "up": ("up", "--yes", "--skip-preview"),
        "target": ("up", "--yes", "--skip-preview"),
        "replace": ("up", "--yes", "--skip-preview"),
        "preview": ("preview",),
        "refresh": ("refresh", "--yes", "--skip-preview"),
        "destroy": ("destroy", "--yes", "--skip-preview"),
    }

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.emulator, self.store = stack.emulator, stack.app_store
        self.said = []
        for file in (*FILES, LAST):
            shutil.copy(PICTURES / file, stack.program)

    def run(self, command: str, program: Program, names: Collection[str], mishap: Mishap | None) -> set[str]:
        self.stack.write("program.json", json.dumps(program.spec()))
        if mishap:
            kind: Any = mishap.kind
            self.emulator.fail_next(Fault(kind=kind, times=mishap.times))
        urns = {each["urn"].rsplit("::", 1)[1]: each["urn"] for each in self.deployment()["resources"]}
        options = [part for name in names for part in (f"--{command}", urns[name])]
        result = self.stack.run(*self.COMMANDS[command], *options, check=False)
        self.emulator.traffic.faults.clear()
        self.said = result.output.splitlines()
        assert result.exit == 0, result.output
        return set(plan(result))

    def tolerates(self, command: str, error: Exception) -> bool:
        """What is protected is not replaced; what a default shows is not deleted without it."""
        return "protect" in str(error) or (command == "target" and "run pulumi up without --target" in str(error))

    def deployment(self) -> dict[str, Any]:
        return {"resources": [], **self.stack.export()}

    def unprotect(self) -> None:
        deployment = self.deployment()
        if any(each.pop("protect", False) for each in deployment["resources"]):
            exported = self.stack.write("state.json", json.dumps({"version": 3, "deployment": deployment}))
            self.stack.run("stack", "import", "--file", str(exported))

    def pass_time(self, seconds: int) -> None:
        """Nobody waits for a week."""


@pytest.mark.long
@pytest.mark.parametrize(("environment", "name"), CASES, ids=[" ".join(case) for case in CASES])
def test_a_history_ends_quietly(open_stack: Callable[..., Stack], engine: Engine, environment: str, name: str) -> None:
    """A history never loses a message that is shown, and ends with nothing left to do."""
    moves = HISTORIES[name]
    if engine is STAND_IN and any(move[0] == "target" for move in moves):
        pytest.skip("the stand-in engine refuses --target by name; the random histories have it")

    History(OnEngine(open_stack(PROGRAM_OF_A_HISTORY, environment=environment))).live(moves, last_edit=False)
