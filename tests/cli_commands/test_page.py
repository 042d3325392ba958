"""docs/command-line.md, and what it is made from."""

from __future__ import annotations

import pytest

from cli_commands import page


def test_the_page_of_the_command_line_is_what_the_code_says() -> None:
    """docs/command-line.md is what `cd tests && ../.venv/bin/python -m cli_commands.page` writes."""
    assert page.PAGE.read_text() == page.page()


@pytest.mark.parametrize("name", page.commands())
def test_a_command_has_a_sentence_and_an_example_of_itself(name: str) -> None:
    """A command is described in a sentence, and every example is a command line of it."""
    command = page.commands()[name]

    lines = [line for _, line in command.examples]

    assert (command.help or "").split("\n\n")[0].strip().endswith(".")
    assert [line for line in lines if f"retention-messaging {name}" not in line] == []
    assert lines
