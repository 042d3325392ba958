"""What was measured, for the terminal and for docs/benchmarks.md."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.machine import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmark.measure import Options, Row

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
COMMAND = "make bench"
FEWEST_TIMES = 5
"""With which medians are worth keeping."""

HEAD = ("", "What", "Against", "Goal", "Measured")
MARKS = {True: "✓", False: "✗", None: ""}

INTRODUCTION = """\
# Benchmarks

Made by `{command}`, which measures everything anew and writes this page. What is compared is measured in turns, in one
run; a number is the median of {times}. Counts are tests, too; times are not, because machines differ. ✓: the goal is
met. An empty provider is one that does nothing, with resources that have the inputs and outputs of a message.
"""


def columns(row: Row) -> tuple[str, ...]:
    """As it stands in the table."""
    *texts, holds = astuple(row)
    return (MARKS[holds], *texts)


def table(rows: Sequence[Row]) -> str:
    """For a terminal."""
    lines = [HEAD, *map(columns, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def page(groups: Mapping[str, Sequence[Row]], options: Options) -> str:
    """The whole page."""
    sections = (["", f"## {name}", "", *markdown(HEAD, map(columns, rows))] for name, rows in groups.items())
    return "\n".join(
        [
            INTRODUCTION.format(command=COMMAND, times=options.times),
            *markdown(("Measured on", ""), facts(options.engine)),
            *(line for section in sections for line in section),
            "",
        ]
    )


def markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    yield from (f"| {' | '.join(row)} |" for row in rows)
