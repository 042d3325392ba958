"""How a command gives its result: for a person, for a program, or for a page of a CI."""

import json
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any

import click

from retention_messaging_cli.blocks import Block


class Format(StrEnum):
    """What a result looks like."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class Output:
    """Gives blocks to persons, and data to programs."""

    def __init__(self, format_: Format) -> None:
        self.format = format_

    def give(self, data: Mapping[str, Any], *blocks: Block) -> None:
        """Give the whole result: `data` as JSON, or `blocks`; data as the command's schema has it."""
        self.show(*blocks)
        if self.format is Format.JSON:
            is_unicode = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
            click.echo(json.dumps(data, indent=2, ensure_ascii=not is_unicode))

    def show(self, *blocks: Block) -> None:
        """Show blocks at once, for a command whose result grows; nothing where JSON is asked for."""
        if self.format is Format.JSON or not blocks:
            return
        from retention_messaging_cli import rendering  # noqa: PLC0415 - rich is slow, and JSON does without it

        (rendering.as_markdown if self.format is Format.MARKDOWN else rendering.on_terminal)(blocks)


def output_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --output and --json, as the parameter `output`: an Output."""
    as_json = click.option("--json", "as_json", is_flag=True, help="The same as --output json.")
    output = click.option(
        "--output",
        "-o",
        type=click.Choice([each.value for each in Format]),
        show_default="table on a terminal, json elsewhere",
        help="What the result looks like.",
    )

    @wraps(command)
    def chosen(*args: Any, output: str | None, as_json: bool, **kwargs: Any) -> Any:
        if as_json and output not in (None, Format.JSON):
            raise click.UsageError("--json and --output exclude each other", click.get_current_context())
        otherwise = Format.TABLE if sys.stdout.isatty() else Format.JSON
        format_ = Format.JSON if as_json else Format(output or otherwise)
        return command(*args, output=Output(format_), **kwargs)

    return output(as_json(chosen))
