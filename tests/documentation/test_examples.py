"""The examples, typed and run as their reader is told to."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from documentation.test_get_started import is_shown
from engine.found import CHECKOUT

EXAMPLES = sorted(each.parent.name for each in (CHECKOUT / "examples").glob("*/__main__.py"))


@pytest.mark.long
@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_strictly_typed(example: str) -> None:
    """mypy --strict finds nothing in an example."""
    command = [sys.executable, "-m", "mypy", "--strict", f"examples/{example}"]

    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.long
def test_the_readmes_excerpt_is_what_the_demo_prints() -> None:
    """What the README shows of the demo stands in what `make demo` prints, with nothing left out between."""
    (excerpt,) = re.findall(r"```\n(  \$ pulumi up.*?)```", (CHECKOUT / "README.md").read_text(), re.DOTALL)
    demo = subprocess.run(["make", "demo"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout

    assert is_shown(excerpt, demo)
    assert excerpt.count("message/") + excerpt.count("/default/") == 3
