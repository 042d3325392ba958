"""A command whose help teaches: examples to copy, and what its exit codes mean."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import click

from retention_messaging_cli.exit_codes import ALWAYS, Exit

EMPTY = re.compile(r"--[a-z-]+=")
"""An option with `=` and nothing behind it."""

Example = tuple[str, str]
"""What it is for, and the command line."""


class Command(click.Command):
    """
    A command, as `@click.command(cls=Command, examples=[…])` makes it of a function.

    examples: at least one; the first one stands in the help of the whole program
    exits: what exit codes mean here that not every command has; without them there is 0 as everywhere

    The function may return an Exit; None is OK.
    """

    def __init__(
        self, *args: Any, examples: Sequence[Example], exits: Mapping[Exit, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.exits = {**(exits or {Exit.OK: Exit.OK.sentence}), **{each: each.sentence for each in ALWAYS}}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what is empty: of a path it would be the current folder, and of a stack none."""
        if not ctx.resilient_parsing and any(not each or EMPTY.fullmatch(each) for each in args):
            raise click.UsageError("an argument is empty, as that of a variable which is not set", ctx)
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples and exit codes, below the options."""
        write_examples(formatter, self.examples)
        write_exits(formatter, self.exits)


def write_examples(formatter: click.HelpFormatter, examples: Sequence[Example]) -> None:
    """Each on a line of its own, never wrapped: it is to be copied."""
    with formatter.section("Examples"):
        for purpose, line in examples:
            formatter.write(f"  {purpose}:\n    {line}\n")


def write_exits(formatter: click.HelpFormatter, exits: Mapping[Exit, str]) -> None:
    """A row for each code."""
    with formatter.section("Exit codes"):
        formatter.write_dl([(str(int(code)), sentence) for code, sentence in sorted(exits.items())])
