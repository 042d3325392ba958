"""A program in a folder of its own, with a stack, and commands that are run there on any engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import yaml  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.engines import Engine


@dataclass(frozen=True)
class Result:
    """How a command ended: its exit code and what it printed."""

    exit: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


class Workspace:
    """A copy of a program in a folder of its own, with a stack in a file backend beside it.

    The program runs in this interpreter's virtual environment; `environment` is added to this process's own.
    In a `with` statement the folder goes at the end.
    """

    def __init__(
        self,
        engine: Engine,
        program: Path,
        *,
        stack: str = "dev",
        passphrase: str = "correct horse battery staple",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.engine, self.stack = engine, stack
        self.folder = Path(tempfile.mkdtemp(prefix="pulumi-"))
        self.program, self.backend = self.folder / "program", self.folder / "backend"
        shutil.copytree(program, self.program, ignore=shutil.ignore_patterns("__pycache__"))
        self.backend.mkdir()
        self.environment = {
            **os.environ,
            "PULUMI_BACKEND_URL": self.backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": passphrase,
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # The CLI's own way to choose the interpreter of a program whose Pulumi.yaml names no virtual environment.
            "PULUMI_PYTHON_CMD": sys.executable,
            **(environment or {}),
        }
        self.run("stack", "init", stack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *arguments: str, check: bool = True, stdin: str | None = None) -> Result:
        """Run a command as a user would; with `check`, an exit code but 0 is an AssertionError with the output."""
        ended = subprocess.run(
            [*self.engine.command, *arguments, "--non-interactive", "--color", "never"],
            cwd=self.program,
            env={**self.environment, "PATH": self._path},
            input=stdin,
            stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        result = Result(ended.returncode, ended.stdout, ended.stderr)
        if check and result.exit:
            raise AssertionError(f"{self.engine}: {' '.join(arguments)}: exit code {result.exit}\n{result.output}")
        return result

    @property
    def _path(self) -> str:
        """The CLI looks for its language plugins on PATH."""
        path = self.environment["PATH"]
        return f"{self.engine.folder}{os.pathsep}{path}" if self.engine.folder else path

    def up(self, *arguments: str, check: bool = True) -> Result:
        """`up` without a preview before it."""
        return self.run("up", "--yes", "--skip-preview", *arguments, check=check)

    def preview(self, *arguments: str, check: bool = True) -> Result:
        return self.run("preview", *arguments, check=check)

    def config_set(self, key: str, value: str, *, secret: bool = False) -> None:
        """A secret goes by standard input: process arguments can be read by others."""
        self.run("config", "set", key, *(["--secret"] if secret else []), stdin=value)

    def export(self) -> dict[str, Any]:
        """The recorded deployment as it lies in the backend: resources, pending_operations, …; secrets encrypted."""
        name = yaml.safe_load((self.program / "Pulumi.yaml").read_text())["name"]
        checkpoint = json.loads((self.backend / ".pulumi" / "stacks" / name / f"{self.stack}.json").read_text())
        deployment: dict[str, Any] = checkpoint["checkpoint"].get("latest") or {}
        return deployment
