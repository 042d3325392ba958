"""What stands in code blocks on the pages, read by Sybil."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser

from engine.found import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = sorted([*(CHECKOUT / "docs").rglob("*.md"), CHECKOUT / "README.md", CHECKOUT / "examples" / "README.md"])
LANGUAGES = ("console", "python", "sh", "yaml")
PLACEHOLDER = re.compile(r"\$ |^\$$")


@cache
def reader() -> Sybil:
    return Sybil(parsers=[CodeBlockParser(language=each, evaluator=str) for each in LANGUAGES])


def blocks(language: str, pages: list[Path] = PAGES) -> Iterator[tuple[str, str]]:
    """Every block in a language: `page:line`, and its text."""
    for page in pages:
        for example in reader().parse(page).examples():
            block = example.region.lexemes if hasattr(example.region, "lexemes") else example.parsed
            if example.region.parsed is not None and block_language(example) == language:
                yield f"{page.relative_to(CHECKOUT)}:{example.line}", str(example.parsed)


def block_language(example: object) -> str:
    return json.dumps(None) if example is None else ""
