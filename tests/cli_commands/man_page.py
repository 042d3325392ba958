"""
docs/retention-messaging.1, the manual page that `man retention-messaging` shows, from the commands.

`cd tests && ../.venv/bin/python -m cli_commands.page` writes it anew. How it is written:
https://man7.org/linux/man-pages/man7/man.7.html
"""

from __future__ import annotations

import inspect
import re
import tomllib
from typing import TYPE_CHECKING

import click

from cli_commands.page import CONTEXT, KEPT, commands, records
from engine.found import CHECKOUT
from retention_messaging_cli.__main__ import cli
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.group import COMPLETION, SHELLS, completion
from retention_messaging_provider.settings import KEYS, environment_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from retention_messaging_cli.command import Command, Example

PAGE: Path = CHECKOUT / "docs" / "retention-messaging.1"
NAME = "retention-messaging"


def page() -> str:
    """The whole page."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    purpose, *description = paragraphs(cli.help or "")
    lines = [
        macro("TH", NAME.upper(), "1", "", f"{project['name']} {project['version']}", "User Commands"),
        macro("SH", "NAME"),
        f"{NAME} \\- {escaped(purpose.rstrip('.'))}",
        macro("SH", "SYNOPSIS"),
        macro("B", NAME),
        text("COMMAND [OPTIONS] [ARGUMENTS]"),
        macro("SH", "DESCRIPTION"),
        *map(text, description),
        macro("SH", "COMMANDS"),
    ]
    for name, command in commands().items():
        lines += section(name, command)
    lines += [macro("SH", "EXIT STATUS"), *exits({each: each.sentence for each in Exit})]
    lines += [macro("SH", "ENVIRONMENT"), text("Without --stack the settings are those of these variables:")]
    lines += terms((environment_variable(key), f"As the config of a stack has {key}.") for key in KEYS)
    lines += terms([("NO_COLOR", "Where it is set there are no colours.")])
    lines += [macro("SH", "COMPLETION"), text(f"{COMPLETION[0].upper()}{COMPLETION[1:]}:")]
    lines += copied(completion(shell) for shell in SHELLS)
    lines += [macro("SH", "SEE ALSO"), "pulumi(1)"]
    return "".join(f"{line}\n" for line in lines)


def section(name: str, command: Command) -> Iterator[str]:
    """A command."""
    context = click.Context(command, info_name=name, parent=CONTEXT)
    yield macro("SS", name)
    yield macro("B", command.get_usage(context).removeprefix("Usage: "))
    for paragraph in paragraphs(command.help or ""):
        is_copied = paragraph.startswith(KEPT)
        yield from copied([paragraph.removeprefix(KEPT)]) if is_copied else [macro("PP"), text(paragraph)]
    for kind in (click.Argument, click.Option):
        yield from terms(records(command, context, kind))
    yield from examples(command.examples)
    yield from (macro("PP"), "Exit status:", *exits(command.exits))


def examples(every: Iterable[Example]) -> Iterator[str]:
    """What each is for, and the line to copy."""
    for purpose, line in every:
        yield from (macro("PP"), text(f"{purpose}:"), *copied([line]))


def exits(every: Mapping[Exit, str]) -> Iterator[str]:
    """A row for each code."""
    yield from terms((str(int(code)), sentence) for code, sentence in sorted(every.items()))


def terms(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is explained, and beside or below it the explanation."""
    for term, meaning in rows:
        yield from (macro("TP"), macro("B", term), text(" ".join(meaning.split())))


def copied(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they are."""
    yield from (macro("PP"), macro("nf"), macro("RS"), *map(text, lines), macro("RE"), macro("fi"))


def paragraphs(help_: str) -> list[str]:
    """The paragraphs of a help text; each is one line, but for what click is not to wrap."""
    found = inspect.cleandoc(help_).split("\n\n")
    return [each if each.startswith(KEPT) else " ".join(each.split()) for each in found]


def macro(name: str, *arguments: str) -> str:
    """A request to the formatter."""
    return " ".join([f".{name}", *(f'"{escaped(each)}"' for each in arguments)])


def text(line: str) -> str:
    """A line of text, none of which is taken for a request."""
    return re.sub(r"^(?=[.'])", r"\\&", escaped(line))


def escaped(line: str) -> str:
    """A text in characters that every formatter knows."""
    plain = line.translate({ord("\\"): "\\e", ord("-"): "\\-", ord('"'): "\\(dq", ord("`"): "\\(ga"})
    plain = plain.translate({ord("'"): "\\(aq", ord("~"): "\\(ti", ord("^"): "\\(ha"})
    return re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", plain)
