"""The page on adopting: its program is the one that `adopt` writes, and what it fills in is recorded."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import CLI, NO_CLI, ProgramStack, plan
from cli_commands.adopting.accounts import MONTHLY, YEARLY, Apple
from cli_commands.command_line import run, settings_of
from documentation.pages import blocks
from engine.found import CHECKOUT
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRITTEN, FILLED_IN = (text for _, text in blocks("python", [CHECKOUT / "docs/adopt.md"]))


@pytest.fixture
def apple() -> Iterator[Apple]:
    """An account that somebody else filled."""
    with closing(Emulator(products=[MONTHLY, YEARLY])) as emulator, emulator.serve() as server:
        filled = Apple(emulator, server.url)
        filled.fill()
        yield filled


@pytest.fixture
def adopted(apple: Apple, tmp_path: Path) -> Path:
    """The folder of its program."""
    folder = tmp_path / "retention"
    settings = settings_of(apple.emulator.credentials, apple.url, "sandbox")
    result = run("adopt", str(folder), "--product", MONTHLY, "--locale", "en-US", env=settings)
    assert result.exit_code == Exit.OK, result.stderr
    return folder


def test_the_page_shows_what_adopt_writes(adopted: Path) -> None:
    """The message on the page stands in the program that `adopt` writes, with the same comment."""
    assert WRITTEN in (adopted / "__main__.py").read_text()


@NO_CLI
def test_what_the_page_fills_in_is_recorded(apple: Apple, adopted: Path) -> None:
    """The texts and the image that the page fills in are an update, recorded without a request."""
    assert CLI
    with ProgramStack(CLI, apple.emulator, apple.url, adopted) as stack:
        stack.run("import", "--file", "adopt.json", "--generate-code=false", "--yes")
        apple.emulator.clear_requests()
        stack.edit(WRITTEN, FILLED_IN)

        done = stack.up()

        assert plan(done) == {"~": 1}
        assert "message monthly-en-US: what the program says is recorded as what Apple has under" in done.output
        assert list(apple.emulator.requests()) == []
