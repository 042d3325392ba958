"""docs/get-started.md, typed as it stands there: in an empty folder, on the Pulumi CLI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import NO_CLI
from documentation.pages import blocks, commands
from documentation.terminals import Terminal
from engine.found import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = CHECKOUT / "docs" / "get-started.md"
ANYTHING = "…"


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
