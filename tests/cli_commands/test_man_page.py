"""docs/retention-messaging.1, which `man retention-messaging` shows after an install."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from cli_commands import man_page
from cli_commands.page import commands

CHECKERS = {
    "man": ["man", "--warnings", "--local-file"],
    "groff": ["groff", "-man", "-ww", "-z", "-Tutf8"],
    "mandoc": ["mandoc", "-Tlint", "-Wwarning"],
}
"""Who reads such a page → the command that complains of it on stderr or stdout."""


NO_DATE = "WARNING: missing date"
"""Of a page that is made from the code, which has a version instead."""


def test_the_manual_page_is_what_the_code_says() -> None:
    """docs/retention-messaging.1 is what `cd tests && ../.venv/bin/python -m cli_commands.page` writes."""
    assert man_page.PAGE.read_text() == man_page.page()


@pytest.mark.parametrize("name", CHECKERS)
def test_no_formatter_complains_of_it(name: str) -> None:
    """Every formatter that is found reads the page without a warning."""
    if not shutil.which(name):
        pytest.skip(f"no {name} on PATH")

    done = subprocess.run([*CHECKERS[name], str(man_page.PAGE)], capture_output=True, text=True, check=False)

    said = done.stderr if name == "man" else f"{done.stdout}{done.stderr}"
    assert [line for line in said.splitlines() if NO_DATE not in line] == []


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff on PATH")
def test_it_shows_what_is_to_be_typed_as_it_is_typed() -> None:
    """Every example and every option stands on the page in the characters that a user types."""
    formatted = subprocess.run(
        ["groff", "-man", "-Tutf8", "-P-cbou", "-rLL=1000n", str(man_page.PAGE)],
        capture_output=True, text=True, check=True, env={**os.environ, "GROFF_NO_SGR": "1"},
    ).stdout  # fmt: skip
    shown = " ".join(formatted.split())

    for command in commands().values():
        options = [option for each in command.params for option in each.opts if option.startswith("--")]
        lines = [line for _, line in command.examples]
        assert [each for each in [*options, *lines] if " ".join(each.split()) not in shown] == []
