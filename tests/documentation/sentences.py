"""
docs/sentences.md, from the code: every sentence that the program can print.

`cd tests && ../.venv/bin/python -m documentation.sentences` writes it anew.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from documentation.errors_page import text
from engine.found import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = CHECKOUT / "docs" / "sentences.md"
PACKAGES = {
    "What a program meets": "sdk/pulumi_retention_messaging",
    "What pulumi up, preview, refresh and destroy say": "provider/retention_messaging_provider",
    "What retention-messaging says": "provider/retention_messaging_cli",
    "What the emulator says": "provider/retention_messaging_emulator",
}
SENTENCE = re.compile(r"[^\W\d_]{2,}\W+(?:[^\W\d_]+\W+)*[^\W\d_]{2,}")
NO_SENTENCE = re.compile(
    r"^\s*(SELECT|INSERT|DELETE|UPDATE|CREATE|DROP|PRAGMA|WITH|BEGIN|<|\{|%)"
    r"|[<>]=|\(\?|\[\^|\\[sdbw]|\w\[[\w.]|\w \| \w"
)
"""SQL, markup, patterns and types."""


def sentences(module: ast.Module) -> Iterator[str]:
    """Every text of three words or more, with … for each value in it; docstrings are for who reads the code."""
    skipped = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    skipped |= {id(part) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(module):
        if id(node) in skipped:
            continue
        line = " ".join((text(node) or "").split())
        if len(line.split()) > 2 and SENTENCE.search(line) and not NO_SENTENCE.search(line):
            yield line


def section(package: str) -> Iterator[str]:
    """A module a paragraph, in the words of its docstring."""
    for file in sorted((CHECKOUT / package).rglob("*.py")):
        module = ast.parse(file.read_text())
        found = dict.fromkeys(sentences(module))
        if found:
            yield from ("", f"**{heading(file, module)}**", "", *(f"- {escaped(each)}" for each in found))


def heading(file: Path, module: ast.Module) -> str:
    about = (ast.get_docstring(module) or file.stem).split("\n\n")[0]
    return escaped(" ".join(about.split()))


def escaped(text: str) -> str:
    """As it is printed, whatever Markdown would make of it."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", text)


def page() -> str:
    """The whole page."""
    lines = [
        "# Every sentence",
        "",
        "Every text that the program can print, from the code, in the order of its modules; … is a value. Tables, help",
        "texts and parts of sentences are among them.",
    ]
    for title, package in PACKAGES.items():
        lines += ["", f"## {title}", *section(package)]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page())
