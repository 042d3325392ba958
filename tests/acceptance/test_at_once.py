"""Two runs at once on the Pulumi CLI: of one stack by two people, and of two stacks on one app."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from acceptance.agreement import disagreements
from acceptance.stacks import CLI_ONLY
from retention_messaging_emulator import Emulator, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from acceptance.stacks import ProgramStack

pytestmark = [pytest.mark.long, pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)]

SECONDS = 5


def test_a_second_run_of_a_stack_is_refused(sandbox: ProgramStack, emulator: Emulator) -> None:
    """Pulumi lets one person run a stack; the other is told who has it, asks Apple nothing, and runs it afterwards."""
    emulator.fail_next(Fault(kind="time-out", path="Upload Message", seconds=SECONDS))
    with sandbox.started("up", "--yes", "--skip-preview") as first:
        while not sandbox.texts():
            time.sleep(0.05)
        asked = len(emulator.requests())
        second = sandbox.up(check=False)
        assert first.poll() is None

    assert second.exit
    assert "the stack is currently locked by 1 lock(s)" in second.output
    assert len([each for each in emulator.requests() if each["endpoint"] == "Upload Message"]) <= 2
    assert asked
    sandbox.up()
    sandbox.agrees()


def test_two_stacks_at_once_do_not_disturb_each_other(
    open_stack: Callable[..., ProgramStack], emulator: Emulator
) -> None:
    """Two stacks of one app are brought up, edited and destroyed at the same time, each as if alone."""
    one, two = open_stack(), open_stack()
    two.program_is('retention.Message("other", header="Other", body="Body")')
    for edit in (None, "edit"):
        if edit:
            one.edit("Keep your streak", "Stay a while")
            two.program_is('retention.Message("other", header="Another", body="Body")')
        with (
            one.started("up", "--yes", "--skip-preview") as first,
            two.started("up", "--yes", "--skip-preview") as other,
        ):
            pass
        assert (first.returncode, other.returncode) == (0, 0)

    both = {"resources": [*one.export()["resources"], *two.export()["resources"]]}
    inventories = [each for each in emulator.inventory() if each["environment"] == "sandbox"]
    assert disagreements(both, inventories) == []
    with one.started("destroy", "--yes", "--skip-preview"), two.started("destroy", "--yes", "--skip-preview"):
        pass
    assert one.is_empty_at_the_app_store()
