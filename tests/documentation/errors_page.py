"""
docs/errors.md, from the code: Apple's errors, what comes without one of its codes, and our own refusals.

`cd tests && ../.venv/bin/python -m documentation.errors_page` writes it anew.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from documentation.markdown import table
from engine.found import CHECKOUT
from retention_messaging_provider.api import errors
from retention_messaging_provider.api.error_codes import MEANINGS, STATUS_MEANINGS, meaning
from retention_messaging_provider.remedies import OF_A_PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retention_messaging_provider.api.error_codes import Meaning

PAGE = CHECKOUT / "docs" / "errors.md"
PACKAGES = ("provider/retention_messaging_provider", "sdk/pulumi_retention_messaging")
COMMAND_LINE = ("provider/retention_messaging_cli",)
REFUSALS = {
    "BadParameter": "Invalid value for …: {}; see: … --help",
    "BaseUrlRefused": "The base URL {} was refused: {}; {}",
    "CheckFailure": "{} {}",
    "Failure": "{}",
    "ImageFileError": "{}",
    "NetworkRefused": "{} cannot be used: {}; {}",
    "RunError": "{}",
    "SettingsError": "{}",
    "UsageError": "{}; see: … --help",
    "refuse": "…: {}",
}
"""What a refusal is made with → the sentence of its first arguments."""

WITHOUT_CODE = {
    **dict.fromkeys(STATUS_MEANINGS, "without a code in this table"),
    404: "without a code",
    500: "to 599, without a code in this table",
}
"""An HTTP status → what is said of an answer that has it."""

ELSE = "see Apple's page of the endpoint"


def refusals(packages: Iterable[str] = PACKAGES) -> list[str]:
    """The sentence of every refusal in the code, with … for what it is about."""
    found = {sentence for module in modules(packages) for sentence in refusals_of(module)}
    return sorted((each for each in found if any(map(str.isalpha, each))), key=str.lower)


def modules(packages: Iterable[str]) -> Iterator[ast.Module]:
    for package in packages:
        yield from (ast.parse(file.read_text()) for file in sorted((CHECKOUT / package).rglob("*.py")))


def refusals_of(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and (form := REFUSALS.get(name_of(node.func))):
            texts = [text(each) for each in node.args[: form.count("{}")]]
            if len(texts) == form.count("{}") and texts[-1] is not None:
                yield " ".join(form.format(*(each if each is not None else "…" for each in texts)).split())


def findings() -> list[tuple[str, str, str]]:
    """What a check of `doctor` finds wrong: how bad it is, what it says, and what to do."""
    found = {each for module in modules(COMMAND_LINE) for each in findings_of(module)}
    return sorted(found, key=lambda each: (each[0], each[1].lower()))


def findings_of(module: ast.Module) -> Iterator[tuple[str, str, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and name_of(node.func) == "Finding" and len(node.args) == 3:
            status, found, to_do = node.args
            remedies = [text(each) or "…" for each in to_do.elts] if isinstance(to_do, ast.Tuple) else ["…"]
            if any(map(str.isalpha, sentence := text(found) or "")):
                bad = name_of(status).lower()
                yield bad if bad in {"fail", "warn"} else "fail or warn", sentence, ", then: ".join(remedies)


def name_of(function: ast.expr) -> str:
    """What is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def text(node: ast.AST) -> str | None:
    """A text with … for each value in it; None for what is none."""
    if isinstance(node, ast.JoinedStr):
        return re.sub("…+", "…", "".join(map(_part, node.values)))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _part(node: ast.expr) -> str:
    """A part of a text: its words, the command that sets a setting, or … for any other value."""
    match node:
        case ast.Constant(value):
            return str(value)
        case ast.FormattedValue(ast.Call(ast.Attribute(attr="to_type"), [ast.Constant(key)])):
            return OF_A_PROGRAM.to_type(str(key))
    return "…"


def page() -> str:
    """The whole page."""
    codes = [row(code, each.name, each) for code, each in sorted(MEANINGS.items())]
    statuses = [row(status, words, meaning(status, None)) for status, words in sorted(WITHOUT_CODE.items())]
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
            "Each row has a link of its own: the address of this page with `#error-4030026` for the error 4030026.",
            "",
            *table(("Apple's error", "raised as", "what to do"), [*codes, *statuses]),
            "",
            "## What is no answer of Apple's",
            "",
            *table(("begins with", "raised as", "what it is"), kinds),
            "",
            "## What is refused or warned of before Apple is asked, or instead",
            "",
            "… is a name, a number or an identifier. No value that may be a secret is repeated.",
            "",
            *(f"- {each}" for each in refusals()),
            "",
            "## What `retention-messaging` refuses",
            "",
            "Exit code 3; of a line that ends with a command's --help, 4: the command line is wrong. Beside these it",
            "says what stands above, and what Pulumi says of a stack.",
            "",
            *(f"- {each}" for each in refusals(COMMAND_LINE)),
            "",
            "## What `retention-messaging doctor` finds",
            "",
            "What is refused above, in two cells, and:",
            "",
            *table(("", "found", "what to do"), findings()),
            "",
        ]
    )


def row(number: int, words: str, meaning: Meaning) -> tuple[str, str, str]:
    """What is said of an error code or an HTTP status, behind an anchor that GitHub and docs/conf.py know."""
    return f'<a id="error-{number}"></a>{number} {words}', meaning.kind.__name__, meaning.remedy or ELSE


def sentence_of(kind: type[Exception]) -> str:
    """The first sentence of a class's docstring."""
    return " ".join((kind.__doc__ or "").split())


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
