"""
docs/command-line.md, from the commands and the schemas of what they print.

`cd tests && ../.venv/bin/python -m cli_commands.page` writes it anew, and the manual page with it.
"""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any

import click

from documentation.markdown import table
from engine.found import CHECKOUT
from retention_messaging_cli.__main__ import cli
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.group import COMPLETION, SHELLS, completion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from retention_messaging_cli.command import Command

PAGE: Path = CHECKOUT / "docs" / "command-line.md"
SCHEMAS = CHECKOUT / "provider" / "retention_messaging_cli" / "schemas"
KEPT = "\b\n"
PICTURES = {"status": ["![What customers see, what waits for review, and what to type next](terminal-status.svg)", ""]}
OPTION = re.compile(r"(?<![`\w-])(--[a-z-]+)")
CONTEXT = click.Context(cli, info_name="retention-messaging")


def commands() -> dict[str, Command]:
    """Every command by its name."""
    group: Any = cli
    return {name: group.get_command(CONTEXT, name) for name in group.list_commands(CONTEXT)}


def page() -> str:
    """The whole page."""
    parts: list[str] = []
    for name, command in commands().items():
        parts += section(name, command)
    return "\n".join(
        [
            "# The command line",
            "",
            "This page is made from the code.",
            "",
            prose(cli.help or ""),
            "",
            *table(("Exit code", "means"), ((str(int(each)), each.sentence) for each in Exit)),
            "",
            f"Completion of commands, options and stacks, {COMPLETION}:",
            "",
            *(line for shell in SHELLS for line in (f"- {shell}: `{completion(shell)}`",)),
            "",
            *parts,
        ]
    )


def section(name: str, command: Command) -> Iterator[str]:
    """A command."""
    context = click.Context(command, info_name=name, parent=CONTEXT)
    yield from (f"## {name}", "", prose(command.help or ""), "", *PICTURES.get(name, ()))
    yield from ("```console", f"$ {command.get_usage(context).removeprefix('Usage: ')}", "```", "")
    for title, kind in (("Argument", click.Argument), ("Option", click.Option)):
        if rows := [(f"`{written}`", text) for written, text in records(command, context, kind)]:
            yield from (*table((title, "means"), rows), "")
    yield from (*(f"{purpose}:\n\n```console\n$ {line}\n```\n" for purpose, line in command.examples),)
    yield from (*table(("Exit code", "means"), ((str(int(c)), s) for c, s in sorted(command.exits.items()))), "")
    schema = SCHEMAS / f"{name}.json"
    if schema.exists():
        yield from (f"What `{name} --json` prints ({schema.name} in the package is its JSON schema):", "")
        yield from (*table(("Key", "is", ""), keys(json.loads(schema.read_text()))), "")


def records(command: Command, context: click.Context, kind: type[click.Parameter]) -> list[tuple[str, str]]:
    """What a command takes of one kind: how each is written, and what it is."""
    parameters = (each for each in command.get_params(context) if isinstance(each, kind))
    return [record for each in parameters if (record := each.get_help_record(context))]


def keys(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every key of an object and of what is in it: its path, its type and values, its description."""
    for key, each in schema.get("properties", {}).items():
        values = ", ".join(f"`{json.dumps(value)}`" for value in each.get("enum", ()))
        yield f"`{path}{key}`", values or kinds(each), each.get("description", "")
        yield from keys(each, f"{path}{key}.")
        yield from keys(each.get("items", {}), f"{path}{key}[].")


def kinds(schema: Mapping[str, Any]) -> str:
    """The JSON types of a value."""
    type_ = schema.get("type", "any")
    return type_ if isinstance(type_, str) else " or ".join(type_)


def prose(help_: str) -> str:
    """A help text in Markdown: options as code, and what click is not to wrap as a block of it."""
    paragraphs = inspect.cleandoc(help_).split("\n\n")
    return "\n\n".join(
        f"```console\n$ {each.removeprefix(KEPT)}\n```" if each.startswith(KEPT) else OPTION.sub(r"`\1`", each)
        for each in paragraphs
    )


if __name__ == "__main__":
    from cli_commands import man_page  # it is made of what is here

    PAGE.write_text(page())
    man_page.PAGE.write_text(man_page.page())
