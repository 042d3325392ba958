"""Runs `retention-messaging`: in this process, in one of its own, or on a terminal of 80 columns."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import shlex
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from retention_messaging_cli.__main__ import cli
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retention_messaging_emulator import Credentials

SCHEMAS = Path(sys.modules["retention_messaging_cli"].__path__[0]) / "schemas"
PROGRAM = [sys.executable, "-m", "retention_messaging_cli"]
COLUMNS = 80


def run(*arguments: str, env: Mapping[str, str | None] | None = None) -> Result:
    """Run it in this process; `stdout` is a pipe. Of the environment nothing of ours is left, but for `env`."""
    cleared = {name: None for name in os.environ if name.startswith("RETENTION_MESSAGING_")}
    return CliRunner().invoke(cli, list(arguments), env={**cleared, **(env or {})}, prog_name="retention-messaging")


def data_of(command: str, result: Result) -> Any:
    """What it printed as JSON, which the command's schema allows."""
    data = json.loads(result.stdout)
    schema = json.loads((SCHEMAS / f"{command}.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(data)
    return data


def completed(*typed: str) -> list[str]:
    """What bash is told of the last word of a line that begins with the program's name."""
    words = ["retention-messaging", *typed]
    env = {
        "_RETENTION_MESSAGING_COMPLETE": "bash_complete",
        "COMP_WORDS": shlex.join(words),
        "COMP_CWORD": str(len(typed)),
    }
    done = subprocess.run(PROGRAM, env={**os.environ, **env}, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def on_terminal(*arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> tuple[int, str]:
    """Run it in a process of its own on a terminal of 80 columns: the exit code, and what the terminal was sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    clean = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=cwd,
        env={**clean, "TERM": "xterm-256color", **(env or {})},
    ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # the end of a terminal, on Linux
            while piece := os.read(ours, 65536):
                shown += piece
    os.close(ours)
    return process.returncode, shown.decode()


def settings_of(credentials: Credentials, url: str, environment: str = "sandbox") -> dict[str, str]:
    """The environment variables that point to an emulator."""
    settings = {
        "environment": environment,
        "bundleId": credentials.bundle_id,
        "issuerId": credentials.issuer_id,
        "keyId": credentials.key_id,
        "privateKey": credentials.private_key,
        "baseUrl": f"{url}/{environment}",
    }
    return {environment_variable(key): value for key, value in settings.items()}


def fake_pulumi(folder: Path, script: str) -> dict[str, str]:
    """A `pulumi` on PATH that runs a Python script, in which `arguments` are those that it is called with."""
    program = folder / "pulumi"
    program.write_text(f"#!{sys.executable}\nimport sys\narguments = sys.argv[1:]\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
