"""What was measured, for the terminal and for docs/benchmarks.md."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from benchmark.machine import facts
from documentation import markdown
from engine.found import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmark.measure import Options, Row

PAGE = CHECKOUT / "docs" / "benchmarks.md"
COMMAND = "make bench"
FEWEST_TIMES = 5
"""With which medians are worth keeping."""

HEAD = ("", "What", "Against", "Goal", "Measured")
MARKS = {True: "✓", False: "✗", None: ""}

INTRODUCTION = """\
# Benchmarks

Made by `{command}`, which measures everything anew and writes this page. What is compared is measured in turns, in one
run; a time is the median of {times}. Counts are tests, too; times are not, because machines differ. ✓: the goal is met.
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


@dataclass(frozen=True)
class Group:
    """What belongs together: under a heading and a paragraph."""

    heading: str
    text: str
    rows: Sequence[Row]

    def lines(self) -> Iterator[str]:
        """Of the page."""
        yield from ("", f"## {self.heading}", "", self.text, "")
        yield from markdown.table(HEAD, map(columns, self.rows))


def page(groups: Iterable[Group], options: Options) -> str:
    """The whole page."""
    machine = markdown.table(("Measured on", ""), facts(options.engine))
    sections = (line for group in groups for line in group.lines())
    return "\n".join([INTRODUCTION.format(command=COMMAND, times=options.times), *machine, *sections, ""])
