"""The key and its tokens go to Apple, and nowhere else: not into state, files, output, logs, or process arguments."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import CLI_ONLY
from retention_messaging_emulator import Emulator, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from acceptance.stacks import ProgramStack

TOKEN = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+")
VERBOSE = ("--logtostderr", "-v=9", "--logflow")


class Watch:
    """Knows what a secret looks like, and what the processes' arguments were at every request to the App Store."""

    def __init__(self, emulator: Emulator) -> None:
        key = emulator.credentials.private_key
        self._lines = [line for line in key.splitlines() if not line.startswith("-----")]
        self.arguments: set[str] = set()
        emulator.set_latency(1)
        emulator.traffic.sleep = self._look

    def _look(self, _seconds: float) -> None:
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                self.arguments.add(process.read_text(errors="replace"))

    def secrets(self, *texts: str) -> list[str]:
        """Lines of the key, and tokens, that are in a text."""
        text = "\n".join(texts)
        return [line for line in self._lines if line in text] + TOKEN.findall(text)


def files(stack: ProgramStack) -> list[str]:
    """Everything that is written below the workspace's folder."""
    return [path.read_bytes().decode(errors="replace") for path in stack.folder.rglob("*") if path.is_file()]


def in_the_config(stack: ProgramStack, key: str) -> None:
    stack.config_set("retention-messaging:privateKey", key, secret=True)
    stack.set(privateKeyPath="")


def in_a_variable(stack: ProgramStack, key: str) -> None:
    stack.set(privateKeyPath="", privateKey=key)


@pytest.mark.skipif(not Path("/proc").exists(), reason="process arguments are read from /proc")
@pytest.mark.parametrize("put", [in_the_config, pytest.param(in_a_variable, marks=pytest.mark.long)])
def test_the_key_and_its_tokens_have_no_way_out(
    sandbox: ProgramStack, emulator: Emulator, put: Callable[[ProgramStack, str], None]
) -> None:
    """Neither key nor token is in the state, a file, the output or the arguments of a process."""
    watch = Watch(emulator)
    put(sandbox, emulator.credentials.private_key)
    (sandbox.program / "key.p8").unlink()

    done = sandbox.up()
    exported = sandbox.run("stack", "export")
    emulator.fail_next(*[Fault(kind="unauthenticated")] * 2)
    failed = sandbox.refresh(check=False)

    assert failed.exit
    assert any("--skip-preview" in arguments for arguments in watch.arguments)
    assert watch.secrets(done.output, failed.output, exported.stdout, *files(sandbox), *watch.arguments) == []


@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_pulumis_most_verbose_log_has_no_key_that_is_in_a_file(sandbox: ProgramStack, emulator: Emulator) -> None:
    """The most verbose log of Pulumi's contains neither the key nor a token."""
    watch = Watch(emulator)

    result = sandbox.up(*VERBOSE)

    assert "Configure()" in result.stderr
    assert watch.secrets(result.output) == []
