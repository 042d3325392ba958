"""Blocks of a result as a terminal shows them, and as Markdown."""

import sys
from collections.abc import Sequence

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from retention_messaging_cli.blocks import Block, Cell, Line, Style, Table, ToType
from retention_messaging_provider.api.text import one_line


def on_terminal(blocks: Sequence[Block]) -> None:
    """Print as wide as the terminal is; colours only on one, and not under NO_COLOR."""
    console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
    for block in blocks:
        match block:
            case Line(text, style):
                console.print(Text(one_line(text), style.value))
            case ToType(lines):
                for line in lines:
                    console.print(Text(f"  {one_line(line)}"), soft_wrap=True)
            case Table():
                console.print(_table(block))


def _table(block: Table) -> RichTable:
    table = RichTable(
        box=SIMPLE_HEAD,
        title=block.title or None,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        pad_edge=False,
    )
    for column in block.columns:
        table.add_column(Text(column), overflow="fold")
    for row in block.rows:
        table.add_row(*(Text(one_line(each.text), each.style.value) for each in map(_cell, row)))
    return table


def as_markdown(blocks: Sequence[Block]) -> None:
    """Print GitHub's Markdown, in which no text of ours becomes markup."""
    for block in blocks:
        match block:
            case Line(text, style):
                strong = "**" if style is Style.BAD else ""
                click.echo(f"{strong}{_escaped(text)}{strong}\n")
            case ToType(lines):
                click.echo("\n".join(["```sh", *map(one_line, lines), "```", ""]))
            case Table(columns, rows, title):
                if title:
                    click.echo(f"### {_escaped(title)}\n")
                for row in (columns, ["---"] * len(columns), *rows):
                    texts = (each if each == "---" else _escaped(_cell(each).text) for each in row)
                    click.echo(f"| {' | '.join(texts)} |")
                click.echo()


MARKUP = str.maketrans({each: f"\\{each}" for each in "\\`*_[]<>|#~"} | {"&": "&amp;"})


def _escaped(text: str) -> str:
    """A text on one line with nothing in it that Markdown or HTML would read."""
    return one_line(text).translate(MARKUP)


def _cell(cell: Cell | str) -> Cell:
    return cell if isinstance(cell, Cell) else Cell(cell)
