"""docs/get-started.md, typed as it stands there: in an empty folder, on the Pulumi CLI."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import NO_CLI
from documentation.pages import blocks, commands
from engine.found import CHECKOUT, pulumi_cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.found import Engine

PAGE = CHECKOUT / "docs" / "get-started.md"
ANYTHING = "…"


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
        with subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield first_lines(process)
            finally:
                process.terminate()


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


def is_shown(expected: str, printed: str) -> bool:
    """Whether the lines of a page stand in what was printed, in this order."""
    lines = iter(plain(printed))
    return all(each in lines for each in plain(expected) if each != ANYTHING)


def plain(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def session(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block with what the page shows of its output."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


@NO_CLI
@pytest.mark.long
def test_get_started_is_typed_as_it_stands_there(tmp_path: Path) -> None:
    """Everything before "The same at Apple" does what the page shows."""
    (tmp_path / "pulumi-retention-messaging").symlink_to(CHECKOUT)
    port = "18080"
    here, _, _ = PAGE.read_text().partition("## The same at Apple")
    sessions = [text for _, text in blocks("console", [PAGE])][: here.count("```console")]
    files = {"Pulumi.yaml": "yaml", "__main__.py": "python"}
    terminal = Terminal(tmp_path)
    install, emulator, begin, *rest = (each.replace("8080", port) for each in sessions)

    for command in commands(install):
        terminal.type(command)
    for name, language in files.items():
        (terminal.folder / name).write_text(next(text for _, text in blocks(language, [PAGE])))
    (serve,) = commands(emulator)
    with terminal.other(f"{serve} --port {port}") as printed:
        settings = re.findall(r"^pulumi .*", printed.replace("sandbox", "production"), re.MULTILINE)
        for command in [*commands(begin), *settings]:
            terminal.type(command)
        for command, expected in (each for block in rest for each in session(block)):
            shown = terminal.type(command)
            assert is_shown(expected, shown), f"{command}\n{shown}"


@pytest.mark.parametrize(
    ("expected", "printed", "shown"),
    [("a\n…\nc", "a\nb\nc", True), ("a\nc", "c\na", False), ("a", "b", False), ("", "b", True)],
)
def test_what_a_page_shows_has_to_be_printed(expected: str, printed: str, shown: bool) -> None:
    """The lines of a page are looked for in their order."""
    assert is_shown(expected, printed) is shown
