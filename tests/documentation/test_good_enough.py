"""docs/good-enough.md: what it says is shown by tests that there are, and its numbers by a run."""

from __future__ import annotations

import ast
import re

import pytest

from documentation import good_enough
from engine.found import CHECKOUT

ROWS = [line for line in good_enough.PAGE.read_text().splitlines() if line.startswith("| **")]


@pytest.mark.parametrize("row", ROWS)
def test_each_row_names_tests_that_there_are(row: str) -> None:
    """What a row says is shown by at least one test, and each is in the file that is named."""
    *_, shown_by, _ = row.split("|")
    named = re.findall(r"`(tests/[\w/]+\.py)`: `(test_\w+)`", shown_by)

    assert len(named) == shown_by.count("`test_") > 0
    for file, test in named:
        nodes = ast.walk(ast.parse((CHECKOUT / file).read_text()))
        assert test in {node.name for node in nodes if isinstance(node, ast.FunctionDef)}, file


def test_what_is_measured_is_what_a_run_shows() -> None:
    """The end of the page is what a run measures today."""
    assert good_enough.PAGE.read_text() == good_enough.page()
