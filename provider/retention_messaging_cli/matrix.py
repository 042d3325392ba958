"""What products show in their locales: a matrix as long as it can be read, and beyond that what needs a look."""

from collections.abc import Iterator, Mapping

from retention_messaging_cli.blocks import Block, Cell, Line, Style, Table

PRODUCTS_ABREAST = 3
"""How many products a table has as columns, so that 80 characters hold it."""

MOST = 60
"""How many rows of one kind are shown, unless all are asked for."""


def matrix(
    title: str, cells: Mapping[tuple[str, str], Cell], missing: str, most: int | None, elsewhere: str
) -> Iterator[Block]:
    """
    Show a row for each locale and a column for each product; where that is too long, the cells that are not GOOD.

    cells: (product, locale) → what is shown; missing: of a product in a locale that only others have
    most: how many rows are not too long; None for any number
    elsewhere: where all of them are, as the end of a sentence
    """
    products, locales = sorted({product for product, _ in cells}), sorted({locale for _, locale in cells})
    starts = range(0, len(products), PRODUCTS_ABREAST)
    if most is not None and len(starts) * len(locales) > most:
        yield from _to_look_at(title, cells, most, elsewhere)
        return
    for start in starts:
        some = products[start : start + PRODUCTS_ABREAST]
        absent = Cell(missing, Style.ASIDE)
        rows = [[Cell(locale), *(cells.get((each, locale), absent) for each in some)] for locale in locales]
        yield Table(("locale", *some), rows, title)


def _to_look_at(title: str, cells: Mapping[tuple[str, str], Cell], most: int, elsewhere: str) -> Iterator[Block]:
    found = sorted(
        ((*place, cell) for place, cell in cells.items() if cell.style is not Style.GOOD),
        key=lambda row: (row[2].style is not Style.BAD, row[:2]),
    )
    if found:
        yield Table(("product", "locale", "message"), found[:most], title)
    named = f"{min(most, len(found))} of {len(found)}" if len(found) > most else str(len(found) or "none")
    yield Line(f"{title}: of {len(cells)} defaults {named} to look at; {elsewhere}.", Style.ASIDE)
