"""What a reader types in: a terminal, and what they have before the first line, a key and a stack of the emulator's."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from documentation.pages import blocks, commands
from engine.found import pulumi_cli

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.found import Engine
    from retention_messaging_emulator.credentials import Credentials


class Terminal:
    """A shell whose folder, variables and virtual environment last from one command to the next."""

    def __init__(self, folder: Path, engine: Engine | None = None) -> None:
        engine = engine or pulumi_cli()
        assert engine is not None
        home = {"HOME": str(folder), "PULUMI_HOME": str(folder / ".pulumi")}
        programs = engine.folder or with_pulumi(folder / "bin", engine)
        kept = {"PATH": f"{programs}:{os.environ['PATH']}", "LANG": "C.UTF-8", **home}
        proxies = {name: text for name, text in os.environ.items() if name.upper().startswith(("PIP_", "HTTP", "SSL_"))}
        self.environment = {**proxies, **kept, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        self.folder = folder
        self._state = folder / "state"  # Pulumi's ~ is this machine's user, whatever HOME says
        self._state.mkdir()

    def type(self, command: str) -> str:
        """Run a command and return what it prints; `file://~` is a folder of its own, and not that of whoever tests."""
        typed = command.replace("file://~", self._state.as_uri())
        script = f"{typed}\nended=$?\npwd >&3\nenv -0 >&3\nexit $ended"
        read, write = os.pipe()
        done = subprocess.run(
            ["bash", "-c", f"exec 3>&{write}\n{script}"],
            cwd=self.folder,
            env=self.environment,
            pass_fds=[write],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        os.close(write)
        with os.fdopen(read) as left:
            where, _, variables = left.read().partition("\n")
        self.folder = type(self.folder)(where)
        self.environment = dict(each.partition("=")[::2] for each in variables.split("\0") if each)
        assert done.returncode in {0, 2}, f"{command}\n{done.stdout}"
        return done.stdout

    @contextmanager
    def other(self, command: str) -> Iterator[str]:
        """A second terminal, in which a command runs while the block does: what it printed first."""
        with running(command, self.folder, self.environment, subprocess.PIPE) as process:
            yield first_lines(process)


def with_pulumi(folder: Path, engine: Engine) -> Path:
    """A folder in which an engine that is no program is one: `pulumi`."""
    folder.mkdir()
    program = folder / "pulumi"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(engine.command)} "$@"\n')
    program.chmod(0o700)
    return folder


def first_lines(process: subprocess.Popen[str]) -> str:
    """Until the last line that the emulator prints before it serves."""
    printed = ""
    assert process.stdout is not None
    for line in process.stdout:
        printed += line
        if line.startswith("Its console is "):
            break
    return printed


@contextmanager
def running(
    command: str, folder: Path, environment: dict[str, str], stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[str]]:
    """A command in a terminal of its own, until Ctrl-C."""
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGINT)


def typed(page: Path) -> list[list[str]]:
    """What a page types, block by block; nobody is there to say yes."""
    answered = re.compile(r"^(pulumi (?:up|import|refresh)\b[^#]*?) *(?=#|$)")
    return [[answered.sub(r"\1 --yes ", line) for line in commands(text)] for _, text in blocks("console", [page])]


def with_the_package(folder: Path, engine: Engine | None = None) -> Terminal:
    """A terminal in a folder, in the virtual environment of these tests, with a state of its own."""
    terminal = Terminal(folder, engine)
    terminal.environment |= {
        "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{terminal.environment['PATH']}",
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "anything",
    }
    return terminal


def key_file(folder: Path, credentials: Credentials) -> str:
    """The path of a key file in a terminal's home folder, as it is typed."""
    path = folder / "keys" / f"SubscriptionKey_{credentials.key_id}.p8"
    path.parent.mkdir(exist_ok=True)
    path.write_text(credentials.private_key)
    path.chmod(0o600)
    return f"~/keys/{path.name}"


def production_settings(folder: Path, credentials: Credentials, url: str) -> dict[str, str]:
    """The settings of a production stack at an emulator."""
    return {
        "environment": "production",
        "bundleId": credentials.bundle_id,
        "issuerId": credentials.issuer_id,
        "keyId": credentials.key_id,
        "privateKeyPath": key_file(folder, credentials),
        "baseUrl": f"{url}/production",
    }


def make_stack(terminal: Terminal, name: str, settings: dict[str, str]) -> None:
    """A stack of the program in the terminal's folder."""
    terminal.type(f"pulumi stack init {name}")
    for key, value in settings.items():
        terminal.type(f"pulumi config set retention-messaging:{key} '{value}'")
