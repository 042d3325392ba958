"""What stands in code blocks on the pages, as Sybil reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser

from engine.found import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PAGES = sorted([*(CHECKOUT / "docs").rglob("*.md"), CHECKOUT / "README.md", CHECKOUT / "examples" / "README.md"])


def blocks(language: str, pages: Iterable[Path] = PAGES) -> Iterator[tuple[str, str]]:
    """Every code block in a language: `page:line`, and its text."""
    reader = Sybil(parsers=[CodeBlockParser(language=language, evaluator=lambda _: None)])
    for page in pages:
        for example in reader.parse(page).examples():
            yield f"{page.relative_to(CHECKOUT).as_posix()}:{example.line}", str(example.parsed)


def commands(block: str) -> Iterator[str]:
    """What is typed in a console session."""
    yield from (line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ "))
