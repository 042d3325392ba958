"""docs/terminal-*.svg, against what is shown today."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from acceptance.stacks import CLI_ONLY
from documentation.terminal_pictures import picture_file, pictures
from documentation.test_get_started import plain
from engine.found import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from engine.found import Engine

DRAWN = sorted(CHECKOUT.glob("docs/terminal-*.svg"))


def texts(svg: str) -> list[str]:
    """What is read in a picture, whatever release of rich drew it; identifiers may differ."""
    found = ("".join(each.itertext()) for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))
    return plain("\n".join(found).replace("\N{NO-BREAK SPACE}", " "))


@pytest.mark.long
@pytest.mark.parametrize("engine", CLI_ONLY)
def test_a_picture_of_a_terminal_is_what_a_run_shows(engine: Engine) -> None:
    """The pictures of a terminal have the lines that the same commands print today."""
    drawn = dict(pictures(engine))

    assert {picture_file(name): texts(svg) for name, svg in drawn.items()} == {
        each: texts(each.read_text()) for each in DRAWN
    }


@pytest.mark.parametrize("picture", DRAWN, ids=lambda each: each.stem)
def test_a_picture_of_a_terminal_loads_nothing(picture: Path) -> None:
    """A picture of a terminal asks no other host for anything, and is one that says what to type."""
    svg = picture.read_text()

    assert "url(http" not in svg
    assert svg.count("http") == svg.count("http://www.w3.org") + svg.count("https://www.textualize.io")
    assert "$" in texts(svg)
