"""Every example, from its first `up` to its last `destroy`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import CLI_ONLY, EVERY_ENGINE, plan
from engine.found import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from acceptance.stacks import ProgramStack
    from retention_messaging_emulator import Emulator

EXAMPLES = CHECKOUT / "examples"
# Of each example, a text and another one.
EDITS = {
    "quickstart": ("You are 12 days in. Stay, and tomorrow is day 13.", "Day 12 of your streak. Tomorrow is day 13."),
    "bullets": ("Your streak of 12 days", "A streak of twelve days"),
    "defaults": ("Bleib dran", "Nicht aufhören"),
    "production-ready": ("Tomorrow is day 13.", "Day 13 is tomorrow."),
    "server": ("Morgen ist Tag 13.", "Tag 13 ist morgen."),
}
# How many defaults show that text.
DEFAULTS = {"quickstart": 1, "bullets": 0, "defaults": 2, "production-ready": 1, "server": 1}


@pytest.mark.parametrize(
    "example", ["bullets", *(pytest.param(each, marks=pytest.mark.long) for each in EDITS if each != "bullets")]
)
def test_a_sandbox_stack_follows_the_program(open_stack: Callable[..., ProgramStack], example: str) -> None:
    """The sandbox stack of an example follows an edit and its reversal, and leaves nothing when it is destroyed."""
    old, new = EDITS[example]
    stack = open_stack(EXAMPLES / example)

    stack.up()
    stack.agrees()
    stack.refresh("--expect-no-changes")
    made = stack.app_store.inventory()

    stack.edit(old, new)
    stack.up()
    edited = stack.app_store.inventory()
    assert new in str(edited)
    assert old not in str(edited)

    stack.edit(new, old)
    stack.up()
    assert stack.app_store.inventory() == made
    stack.agrees()

    stack.destroy()
    assert stack.is_empty_at_the_app_store()


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
@pytest.mark.parametrize(
    "example", ["quickstart", *(pytest.param(each, marks=pytest.mark.long) for each in EDITS if each != "quickstart")]
)
def test_a_production_stack_shows_what_apple_has_approved(
    open_stack: Callable[..., ProgramStack], emulator: Emulator, example: str
) -> None:
    """The production stack of an example keeps showing the approved text while an edit is reviewed."""
    old, new = EDITS[example]
    stack = open_stack(EXAMPLES / example, environment="production")
    emulator.performance_test(passed=True)

    stack.up()
    assert set(stack.states(old)) == {"PENDING"}
    emulator.approve()
    stack.up()
    stack.agrees()

    stack.edit(old, new)
    assert plan(stack.preview()) == plan(stack.up()) == {"+-": 1}
    assert stack.states(old) == ["APPROVED"]
    assert stack.states(new) == ["PENDING"]

    emulator.approve()
    assert plan(stack.preview()) == plan(stack.up()) == {"~": 1 + DEFAULTS[example]}
    assert stack.states(old) == stack.states(new) == ["APPROVED"]

    assert plan(stack.preview()) == plan(stack.up()) == {"~": 1}
    assert stack.states(old) == []
    stack.agrees()

    stack.edit(new, old)
    stack.up()
    assert stack.states(new) == ["APPROVED"]
    assert stack.states(old) == ["PENDING"]

    stack.destroy()
    assert stack.is_empty_at_the_app_store()


@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_the_automation_api_runs_the_same_resources(open_stack: Callable[..., ProgramStack]) -> None:
    """The Automation API runs the example from `up` to `destroy`; it finds the Pulumi CLI by itself."""
    stack = open_stack()
    path = os.pathsep.join([str(Path(stack.engine.command[0]).parent), os.environ["PATH"]])

    def automation(command: str, header: str = "Before you go") -> str:
        program = subprocess.run(
            [sys.executable, EXAMPLES / "automation", command],
            cwd=stack.folder,
            env={**stack.environment, "PATH": path, "HEADER": header},
            capture_output=True,
            text=True,
            check=True,
        )
        return program.stdout

    shown = automation("up").splitlines()[-1].split()[-1]
    made = stack.app_store.inventory()
    assert [each["messageIdentifier"] for each in made["messages"]] == [shown]

    assert "2 unchanged" in automation("preview")
    automation("refresh")

    automation("up", header="One moment")
    assert stack.texts() == {"One moment": "APPROVED"}
    automation("up")
    assert stack.app_store.inventory() == made

    automation("destroy")
    assert stack.is_empty_at_the_app_store()


def test_the_automation_examples_program_runs_on_any_engine(open_stack: Callable[..., ProgramStack]) -> None:
    """The program of the automation example runs on every engine from `up` to `destroy`."""
    stack = open_stack()
    stack.write("__main__.py", f"import runpy\n\nrunpy.run_path({str(EXAMPLES / 'automation')!r})['program']()\n")

    stack.up()
    stack.agrees()
    stack.refresh("--expect-no-changes")
    made = stack.app_store.inventory()

    stack.environment["HEADER"] = "One moment"
    stack.up()
    assert stack.texts() == {"One moment": "APPROVED"}
    del stack.environment["HEADER"]
    stack.up()
    assert stack.app_store.inventory() == made
    stack.agrees()

    stack.destroy()
    assert stack.is_empty_at_the_app_store()
