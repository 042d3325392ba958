"""The engines that are here, and a place to try them: acceptance tests and the demo run on any of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
MISSING = "the Pulumi CLI is not installed: https://www.pulumi.com/docs/install/"


@dataclass(frozen=True)
class Engine:
    """Something that does what `pulumi` does: a name, and how it is called."""

    name: str
    command: tuple[str, ...]
    folder: Path | None = None

    def __str__(self) -> str:
        return self.name


STAND_IN = Engine("stand-in", (sys.executable, str(HERE)))


def pulumi_cli() -> Engine | None:
    """The Pulumi CLI, with its version in its name: in the checkout, on PATH, or where it installs itself."""
    places = [CHECKOUT / ".pulumi" / "bin", *map(Path, os.get_exec_path()), Path.home() / ".pulumi" / "bin"]
    for folder in places:
        if (folder / "pulumi").is_file():
            version = subprocess.run([folder / "pulumi", "version"], capture_output=True, text=True, check=True).stdout
            return Engine(f"pulumi {version.strip()}", (str(folder / "pulumi"),), folder)
    return None


def engines() -> list[Engine]:
    """Every engine that is here: the stand-in always."""
    cli = pulumi_cli()
    return [STAND_IN, *([cli] if cli else [])]


def best() -> Engine:
    """The Pulumi CLI where it is found, else the stand-in."""
    return engines()[-1]


class CommandFailed(Exception):
    """A command that should have succeeded, with all it printed."""


@dataclass(frozen=True)
class Result:
    """How a command ended: its exit code, and what it printed."""

    exit: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


@dataclass
class Workspace:
    """A copy of a program in a folder of its own, with a stack in a file backend beside it.

    `python` is the interpreter that runs the program; `environment` is added to this process's. Use it in a `with`
    statement: the folder goes at its end.
    """

    engine: Engine
    program: Path
    stack: str = "dev"
    passphrase: str = "correct horse"
    environment: Mapping[str, str] = field(default_factory=dict)

    def __enter__(self) -> Workspace:
        self.folder = Path(tempfile.mkdtemp(prefix="pulumi-"))
        shutil.copytree(self.program, self.folder / "program", ignore=shutil.ignore_patterns("Pulumi.*.yaml"))
        (self.folder / "backend").mkdir()
        self.run("stack", "init", self.stack)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
