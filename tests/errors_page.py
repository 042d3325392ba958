"""
docs/errors.md, from the code: Apple's errors, what comes without one of its codes, and our own refusals.

`cd tests && ../.venv/bin/python -m errors_page` writes it anew.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from retention_messaging_provider.api import errors
from retention_messaging_provider.api.error_codes import MEANINGS, STATUS_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHECKOUT = Path(__file__).parents[1]
PAGE = CHECKOUT / "docs" / "errors.md"
PACKAGES = ("provider/retention_messaging_provider", "sdk/pulumi_retention_messaging")
REFUSALS = {
    "BaseUrlRefused": "The base URL {} was refused: {}; {}",
    "CheckFailure": "{} {}",
    "Failure": "{}",
    "ImageFileError": "{}",
    "NetworkRefused": "{} cannot be used: {}; {}",
    "RunError": "{}",
    "SettingsError": "{}",
    "refuse": "…: {}",
}
"""What a refusal is made with → the sentence of its arguments."""

ELSE = "see Apple's page of the endpoint"


def refusals() -> list[str]:
    """The sentence of every refusal in the code, with … for what it is about."""
    found: set[str] = set()
    for package in PACKAGES:
        for file in sorted((CHECKOUT / package).rglob("*.py")):
            found |= set(refusals_of(ast.parse(file.read_text())))
    return sorted((each for each in found if any(map(str.isalpha, each))), key=str.lower)


def refusals_of(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and (form := REFUSALS.get(name_of(node.func))):
            texts = [text(each) for each in node.args]
            if len(texts) == form.count("{}") and texts[-1] is not None:
                yield " ".join(form.format(*(each if each is not None else "…" for each in texts)).split())


def name_of(function: ast.expr) -> str:
    """What is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def text(node: ast.expr) -> str | None:
    """A text with … for each value in it; None for what is none."""
    if isinstance(node, ast.JoinedStr):
        parts = [each.value if isinstance(each, ast.Constant) else "…" for each in node.values]
        return "".join(map(str, parts))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def page() -> str:
    """The whole page."""
    codes = [
        (f"{code} {each.name}", each.kind.__name__, each.remedy or ELSE) for code, each in sorted(MEANINGS.items())
    ]
    statuses = [
        (
            f"{status} without a code in this table",
            each.kind.__name__,
            each.remedy or "see the endpoint's page at Apple",
        )
        for status, each in sorted(STATUS_MEANINGS.items())
    ]
    kinds = [
        (f"“{kind.opening.format(to='Apple')} …”", kind.__name__, sentence_of(kind))
        for kind in (errors.NotSent, errors.Unreachable, errors.OutcomeUnknown, errors.UnexpectedAnswer)
    ]
    return "\n".join(
        [
            "# Errors",
            "",
            "Every error is one line of two halves: what happened; what to do next. This page is made from the code.",
            "",
            "## What Apple answers",
            "",
            *table(("Apple's error", "raised as", "what to do"), [*codes, *statuses]),
            "",
            "## What is no answer of Apple's",
            "",
            *table(("begins with", "raised as", "what it is"), kinds),
            "",
            "## What is refused before Apple is asked, or instead",
            "",
            "… is a name, a number or an identifier. No value that may be a secret is repeated.",
            "",
            *(f"- {each}" for each in refusals()),
            "",
        ]
    )


def sentence_of(kind: type[Exception]) -> str:
    """The first sentence of a class's docstring."""
    return " ".join((kind.__doc__ or "").split())


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    yield from (f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
