"""How results are given: a table on a terminal, JSON in a pipe, Markdown, and progress on stderr."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from retention_messaging_cli.blocks import Cell, Line, Style, Table, ToType
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.group import Group
from retention_messaging_cli.output import Output, output_option
from retention_messaging_cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

IDENTIFIER = "6f9619ff-8b86-8d01-b42d-00cf4fc964ff"
BLOCKS = (
    Line("One message waits.", Style.DOUBTFUL),
    Table(("message", "text"), [(Cell(IDENTIFIER, Style.GOOD), "[red]a|b[/red]\n<b>\x1b[31m"), (IDENTIFIER, "ja 😀")]),
    ToType([f"pulumi up --stack {'long' * 30}"]),
)


@click.command()
@output_option
def it(output: Output) -> None:
    """Give something."""
    output.give({"waiting": ["ü"]}, *BLOCKS)


group: Any = Group("group")
group.get_command = lambda *_: it


def printed(*options: str) -> str:
    result = CliRunner().invoke(group, ["it", *options])
    assert result.exit_code == Exit.OK, result.stderr
    return result.stdout


@pytest.mark.parametrize("options", [[], ["--json"], ["--output", "json"], ["-o", "json", "--json"]])
def test_in_a_pipe_and_where_asked_for_it_is_json(options: Sequence[str]) -> None:
    """In a pipe, or where it is asked for, a result is JSON."""
    assert json.loads(printed(*options)) == {"waiting": ["ü"]}


def test_json_and_another_format_exclude_each_other() -> None:
    """--json beside another --output is refused."""
    result = CliRunner().invoke(group, ["it", "--json", "--output", "table"])

    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")


def test_a_table_has_texts_as_they_are_on_one_line() -> None:
    """A table shows markup as text, nothing that steers a terminal, and no colour in a pipe."""
    table = printed("--output", "table")

    assert "[red]a|b[/red] <b>�[31m" in table
    assert table.count(IDENTIFIER) == 2
    assert "\x1b" not in table


def test_a_command_to_type_is_never_wrapped() -> None:
    """A command to type stays on one line, however long it is."""
    assert f"pulumi up --stack {'long' * 30}\n" in printed("--output", "table")


def test_markdown_escapes_what_it_would_read() -> None:
    """Markdown has a row for a row, and no text in it becomes markup."""
    markdown = printed("--output", "markdown")

    assert f"| {IDENTIFIER} | \\[red\\]a\\|b\\[/red\\] \\<b\\>�\\[31m |" in markdown
    assert "\n```sh\npulumi up" in markdown


def test_progress_says_nothing_of_what_is_quick(capsys: pytest.CaptureFixture[str]) -> None:
    """What takes less than a second is done in silence."""
    with progress("Asking Apple"):
        pass

    assert capsys.readouterr().err == ""


SAID_TWICE = """
import threading
from retention_messaging_cli import progress
said, tell, progress.AFTER, progress.AGAIN = threading.Semaphore(0), progress.tell, 0.01, 0.01
progress.tell = lambda line: (tell(line), said.release())
with progress.progress("Asking Apple", total=3) as advance:
    advance()
    said.acquire()
    said.acquire()
"""


def test_progress_says_what_takes_long() -> None:
    """What takes longer is said on stderr, with how much of it is done."""
    ended = subprocess.run([sys.executable, "-c", SAID_TWICE], capture_output=True, text=True, check=True)

    assert ended.stdout == ""
    assert ended.stderr.splitlines()[:2] == ["Asking Apple …", "Asking Apple … (1 of 3)"]
