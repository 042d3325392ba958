"""What a result is made of, for a person: lines, tables, commands to type."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Style(Enum):
    """What a cell is about; on a terminal a colour, never the only bearer of a fact."""

    PLAIN = ""
    GOOD = "green"
    DOUBTFUL = "yellow"
    BAD = "bold red"
    ASIDE = "dim"


@dataclass(frozen=True)
class Cell:
    """A text in a table. Whatever it holds is shown as text, on one line."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True)
class Line:
    """A sentence of its own."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True)
class ToType:
    """Commands to type, one a line, never wrapped."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Rows under columns; a cell is a text, or a Cell with a style."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    title: str = ""


def some(names: Sequence[str], most: int) -> str:
    """Join the first of some names, and say how many more there are: `a, b and 3 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


Block = Line | ToType | Table
