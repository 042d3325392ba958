"""
Interpreters that have imported everything already: a command of the CLI takes half as long.

The CLI starts an interpreter for a program, one for its dynamic providers, and five for questions whose answers never
change. `Interpreters` is the interpreter that it is given instead: the questions are answered from files, and the two
others are forked from a process that has imported Pulumi and the provider. It waits less, too: what the provider sleeps
between two tries at Apple is a twentieth.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).resolve().parent

# What the CLI asks an interpreter before it runs a program. Of `-c`, the first words.
QUESTIONS = (
    ("--version",),
    ("-c", "import sys; print(sys.executable)"),
    ("-m", "pip", "--version"),
    ("-m", "pip", "list", "--format", "json"),
)
NO_PLUGINS = "import importlib.metadata, importlib.util"
"""Which of the packages are plugins of Pulumi's own: none is needed."""

SHIM = """#!/bin/sh
case "$*" in
{answers}
"-c {no_plugins}"*) echo '{{}}' ;;
*) exec {python} -I -S {client} {socket} "$@" ;;
esac
"""


class Interpreters:
    """The interpreter for PULUMI_PYTHON_CMD, `command`, while the block lasts."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.command = folder / "python"
        self._socket = folder / "interpreters"
        answers = [f'"{" ".join(each)}") cat {self._answer(folder, n, each)} ;;' for n, each in enumerate(QUESTIONS)]
        self.command.write_text(
            SHIM.format(
                answers="\n".join(answers),
                no_plugins=NO_PLUGINS,
                python=sys.executable,
                client=HERE / "fork_client.py",
                socket=self._socket,
            )
        )
        self.command.chmod(0o755)
        self._environment = {**environment}
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None

    def _answer(self, folder: Path, number: int, question: tuple[str, ...]) -> Path:
        """The file with an interpreter's answer to a question."""
        file = folder / f"answer-{number}"
        file.write_bytes(subprocess.run([sys.executable, *question], capture_output=True, check=True).stdout)
        return file

    def start(self) -> bool:
        """Whether the process that forks had to be started: it is the first time, or somebody ended it."""
        with self._lock:
            if self._server and self._server.poll() is None:
                return False
            self._socket.unlink(missing_ok=True)
            command = [sys.executable, str(HERE / "fork_server.py"), str(self._socket)]
            self._server = subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL)
            while not self._socket.exists():
                if self._server.poll() is not None:
                    raise RuntimeError("no interpreters: see the lines above")
                time.sleep(0.05)
            return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server:
            self._server.terminate()
            self._server.wait()


def processes(folder: Path) -> dict[int, str]:
    """What runs for the history in this folder → its arguments: of what was forked, a file tells them."""
    found: dict[int, str] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            of_history = os.fsencode(folder) in (process / "environ").read_bytes()
            if of_history and b") Z " not in (process / "stat").read_bytes():
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    for file in (folder / "forked").glob("*"):
        with suppress(OSError):  # the number may be another process's by now
            if b"fork_server" in Path("/proc", file.name, "cmdline").read_bytes():
                found[int(file.name)] = file.read_text()
                continue
        file.unlink(missing_ok=True)
    return found
