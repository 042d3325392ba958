"""What products show in their locales, for a person: the matrix, and what is too long for one."""

from __future__ import annotations

import pytest

from retention_messaging_cli.blocks import Cell, Line, Style, Table
from retention_messaging_cli.matrix import matrix

SHOWN, REJECTED, WAITS = Cell("a", Style.GOOD), Cell("b", Style.BAD), Cell("c", Style.DOUBTFUL)


def grid(products: int, locales: int, **others: Cell) -> dict[tuple[str, str], Cell]:
    """Products in locales that are all shown, but for others as `p0_l1`."""
    cells = {(f"p{p}", f"l{locale}"): SHOWN for p in range(products) for locale in range(locales)}
    return cells | {(place[:2], place[3:]): cell for place, cell in others.items()}


def test_a_table_has_three_products_and_every_locale() -> None:
    """A matrix is split into tables of three products, and what no cell is about is said."""
    first, second = matrix("Shown", {**grid(4, 2), ("p0", "only"): WAITS}, "not asked", 60, "in a file")

    assert isinstance(first, Table)
    assert isinstance(second, Table)
    assert (first.columns, second.columns) == (("locale", "p0", "p1", "p2"), ("locale", "p3"))
    assert list(second.rows[-1]) == [Cell("only"), Cell("not asked", Style.ASIDE)]


def test_what_needs_a_look_is_a_table_the_worst_first() -> None:
    """A matrix that would be too long is what needs a look, and a line about the rest."""
    table, line = matrix("Shown", grid(4, 40, p0_l1=WAITS, p3_l7=REJECTED), "not asked", 60, "all in a file")

    assert isinstance(table, Table)
    assert [list(row) for row in table.rows] == [["p3", "l7", REJECTED], ["p0", "l1", WAITS]]
    assert line == Line("Shown: of 160 defaults 2 to look at; all in a file.", Style.ASIDE)


@pytest.mark.parametrize(
    ("cells", "most", "rows", "said"),
    [
        (grid(4, 40), 60, 0, "of 160 defaults none to look at"),
        (dict.fromkeys(grid(4, 40), WAITS), 60, 60, "of 160 defaults 60 of 160 to look at"),
    ],
)
def test_a_list_has_an_end_and_says_so(cells: dict[tuple[str, str], Cell], most: int, rows: int, said: str) -> None:
    """However many need a look, no list is longer than was said, and a line counts them."""
    *tables, line = matrix("Shown", cells, "not asked", most, "all in a file")

    assert sum(len(each.rows) for each in tables if isinstance(each, Table)) == rows
    assert isinstance(line, Line)
    assert said in line.text


def test_without_a_limit_it_is_a_matrix_of_any_length() -> None:
    """Where all of them are asked for, no cell is left out."""
    tables = [each for each in matrix("Shown", grid(10, 39), "", None, "") if isinstance(each, Table)]

    assert sum(len(row) - 1 for each in tables for row in each.rows) == 390
