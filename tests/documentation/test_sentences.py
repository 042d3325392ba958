"""The first pages are for readers whose language is another one: their sentences are short."""

from __future__ import annotations

import re

import pytest

from engine.found import CHECKOUT

FIRST_PAGES = {
    "README.md": "## Around",
    "docs/_index.md": None,
    "docs/index.md": None,
    "docs/get-started.md": None,
    "docs/concepts.md": None,
}
"""A page → the heading where it ends for who reads it first."""
MAX_WORDS = 30
# A block of code, a row of a table, the address of a link
NO_SENTENCE = re.compile(r"^ *```.*?^ *```|^\|.*?$|(?<=\])\([^)]*\)", re.MULTILINE | re.DOTALL)
BETWEEN = re.compile(r"\n\s*\n|\n *(?:[-*]|\d\.) |(?<=[.:?!;])\s+")


@pytest.mark.parametrize("page", FIRST_PAGES)
def test_a_sentence_of_a_first_page_is_short(page: str) -> None:
    """No sentence of a page that is read first has more than 30 words."""
    end = FIRST_PAGES[page]
    text = (CHECKOUT / page).read_text()
    read = text.partition(end)[0] if end else text

    sentences = BETWEEN.split(NO_SENTENCE.sub("", read))

    assert len(sentences) > 1
    assert [each for each in sentences if len(each.split()) > MAX_WORDS] == []
