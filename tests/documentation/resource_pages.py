"""
The end of each page in docs/resources, from the code: properties, what a change of them is, outputs, errors.

`cd tests && ../.venv/bin/python -m documentation.resource_pages` writes them anew, and leaves what is written by hand
above.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from documentation.errors_page import ELSE, refusals_of
from documentation.markdown import table
from engine.found import CHECKOUT
from pulumi_retention_messaging._resource import camel_case
from retention_messaging_provider import rules
from retention_messaging_provider.api.error_codes import MEANINGS
from retention_messaging_provider.resources.handler import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retention_messaging_provider.resources.handler import Handler

PAGES = CHECKOUT / "docs" / "resources"
SDK = CHECKOUT / "sdk" / "pulumi_retention_messaging"
HANDLERS = CHECKOUT / "provider" / "retention_messaging_provider" / "resources"
RULES = ast.parse(Path(rules.__file__).read_text())
BEGINNING = "## Properties"

ERRORS = {
    "image": (4000161, 4000216, 4030014, 4030019, 4040014, 4090000),
    "message": (
        *(4000162, 4000163, 4000175, 4000216, 4000218, 4000219, 4000224),
        *(4030016, 4040014, 4040015, 4090001),
    ),
    "default_message": (4000023, 4000164, 4030017, 4030018, 4040015, 4040020),
    "realtime_url": (4000215, 4030026, 4040021),
    "performance_test": (4000006, 4000048, 4000185, 4000187, 4000211, 4000212, 4000213, 4040018),
}
"""Resource → the codes on Apple's pages of its endpoints: developer.apple.com/documentation/retentionmessaging."""

OF_ANY = (4000000, 4000002, 4040003, 4040004, 4290000, 5000000, 5000001)
"""What any request may be answered with."""

KEYS = {"path": "sha256", "message": "messageIdentifier"}
"""A property of Args → the recorded one, where that is not the same in camelCase."""

CHANGES = {Change.REPLACE: "a replacement", Change.UPDATE: "an update in place", Change.IGNORE: "nothing at Apple"}
CHANGES_OF = {
    "bundleId": "refused: use another stack",
    "imageIdentifier": "a replacement",
    "message.messageIdentifier": "a replacement",
    "image.path": "of the picture: a replacement; of the path alone: nothing",
}
"""What the table of a handler leaves to its `diff`."""


@dataclass(frozen=True)
class Property:
    """One of a class, as it is written there."""

    name: str
    annotation: str
    is_required: bool
    docstring: str

    @property
    def type(self) -> str:
        """Without Pulumi's wrappings: whether an Output is taken is in the paragraph above the table."""
        plain = re.sub(r"pulumi\.(Input|Output)\[((?:[^][]|\[[^][]*\])*)\]", r"\2", self.annotation.strip("'\""))
        return plain.replace("os.PathLike[str]", "Path").replace(" | None", "").replace("|", "or")

    @property
    def sentence(self) -> str:
        """With Apple's page as a link."""
        return re.sub(r"\s*(https://\S+?)\.?$", r" ([Apple](\1))", " ".join(self.docstring.split()))


def classes(word: str) -> dict[str, ast.ClassDef]:
    """The classes of a resource's module."""
    module = ast.parse((SDK / f"{word}.py").read_text())
    return {node.name: node for node in module.body if isinstance(node, ast.ClassDef)}


def properties(node: ast.ClassDef) -> Iterator[Property]:
    """Those that are annotated, each with the text below it."""
    for each, after in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(each, ast.AnnAssign):
            below = after.value if isinstance(after, ast.Expr) else None
            text = below.value if isinstance(below, ast.Constant) else ""
            yield Property(ast.unparse(each.target), ast.unparse(each.annotation), each.value is None, str(text))


def page(word: str) -> str:
    """The whole page."""
    by_hand, _, _ = (PAGES / f"{word.replace('_', '-')}.md").read_text().partition(BEGINNING)
    return by_hand + "\n".join(generated(word)) + "\n"


def generated(word: str) -> Iterator[str]:
    """Properties, outputs, errors."""
    handler: type[Handler] = getattr(import_module(f"retention_messaging_provider.resources.{word}"), pascal(word))
    every = classes(word)
    yield from (BEGINNING, "")
    yield "Each takes a value or an Output of one, but for a path, a duration and `allow_failure`. In messages, errors"
    yield "and the state a property is written as in the second column."
    for name in sorted((n for n in every if n.endswith("Args")), key=lambda n: n != f"{pascal(word)}Args"):
        if name != f"{pascal(word)}Args":
            yield from ("", f"`{name}`, or a dict with the same keys:")
        head = ("Property", "in messages", "takes", "", "a change is")
        rows = (
            (
                f"`{each.name}`" + (", required" if each.is_required else ""),
                f"`{camel_case(each.name)}`",
                f"`{each.type}`",
                each.sentence,
                change(word, name, each.name, handler),
            )
            for each in properties(every[name])
        )
        yield from ("", *table(head, rows))
    yield from ("", "## Outputs", "", "Beside what was given:", "")
    outputs = (each for each in properties(every[pascal(word)]) if each.docstring)
    yield from table(
        ("Output", "in the state", "is"), ((f"`{o.name}`", f"`{camel_case(o.name)}`", o.sentence) for o in outputs)
    )
    yield from ("", "## Errors", "", "What Apple may answer, and what to do ([all errors](../errors.md)):", "")
    yield from table(
        ("Apple's error", "what to do"),
        (
            (f"[{code}](../errors.md#error-{code}) {MEANINGS[code].name}", MEANINGS[code].remedy or ELSE)
            for code in (*ERRORS[word], *OF_ANY)
        ),
    )
    yield from (
        "",
        "What is refused or warned of before Apple is asked, or instead; … is a name, a number or an identifier:",
        "",
    )
    yield from (f"- {each}" for each in refusals(word))


def pascal(word: str) -> str:
    return "".join(map(str.capitalize, word.split("_")))


def change(word: str, args: str, name: str, handler: type[Handler]) -> str:
    """What another value is, as the handler's table says; a part of an image or a bullet point is that one's."""
    if args != f"{pascal(word)}Args":
        return CHANGES[Change.REPLACE]
    key = KEYS.get(name, camel_case(name))
    for special in (f"{word}.{camel_case(name)}", camel_case(name)):
        if special in CHANGES_OF and not (word == "default_message" and special == "messageIdentifier"):
            return CHANGES_OF[special]
    return CHANGES[handler.TABLE[key]]


def refusals(word: str) -> list[str]:
    """Of the resource's modules, of what its handler imports for them, and of the rules that it asks for."""
    handler = ast.parse((HANDLERS / f"{word}.py").read_text())
    imported = [
        HANDLERS / f"{node.module.rpartition('.')[2]}.py"
        for node in ast.walk(handler)
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith(f"{HANDLERS.parent.name}.resources.")
    ]
    modules = [handler, *(ast.parse(file.read_text()) for file in [SDK / f"{word}.py", *imported])]
    modules.append(ast.Module(body=rules_asked(handler), type_ignores=[]))
    found = {each for module in modules for each in refusals_of(module)}
    return sorted((each for each in found if any(map(str.isalpha, each))), key=str.lower)


def rules_asked(handler: ast.Module) -> list[ast.stmt]:
    """The functions of `rules` that a handler names, and those that these call."""
    functions = {node.name: node for node in RULES.body if isinstance(node, ast.FunctionDef)}
    asked = {
        node.attr
        for node in ast.walk(handler)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "rules"
    }
    while (
        more := {
            n.id for name in asked & functions.keys() for n in ast.walk(functions[name]) if isinstance(n, ast.Name)
        }
        - asked
    ):
        asked |= more
    return [node for name, node in functions.items() if name in asked]


if __name__ == "__main__":
    for each in ERRORS:
        (PAGES / f"{each.replace('_', '-')}.md").write_text(page(each))
