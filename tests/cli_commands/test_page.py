"""docs/command-line.md, and what it is made from."""

from __future__ import annotations

import click
import pytest

from cli_commands import page
from documentation import errors_page


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


@pytest.mark.parametrize("name", page.commands())
def test_an_argument_and_an_option_say_what_they_are(name: str) -> None:
    """Everything that a command takes has a sentence, in its help and on the page."""
    command = page.commands()[name]
    context = click.Context(command, info_name=name)

    records = [each.get_help_record(context) for each in command.get_params(context)]

    assert [record for record in records if not (record and record[1])] == []


@pytest.mark.parametrize("refusal", errors_page.refusals(errors_page.COMMAND_LINE))
def test_a_refusal_of_the_command_line_says_what_to_do(refusal: str) -> None:
    """What the command line refuses is a sentence of two halves, on the page of errors."""
    assert "; " in refusal
    assert f"- {refusal}\n" in errors_page.PAGE.read_text()


def test_what_doctor_finds_is_on_the_page_of_errors() -> None:
    """The page of errors has what a check finds wrong, with what to do about it."""
    assert ("fail", "nothing answers: …", "check the host, the port and that the server runs") in errors_page.findings()
