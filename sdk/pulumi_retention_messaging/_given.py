"""What a program gives a resource: refused in a sentence where it cannot be used, and all of that in one run."""

import os
from collections.abc import Awaitable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from inspect import signature
from typing import Any, NoReturn, TypeVar

import pulumi

from pulumi_retention_messaging._program import current_program
from retention_messaging_provider.rules import with_article

KEY = "_retention_messaging_refusals"

TEXT_INPUTS = (str, Enum, pulumi.Output, Awaitable)
JUDGED_LATER = (*TEXT_INPUTS, type(None), int, float, list, dict)
"""What reaches the provider, which says in a plan what it needs instead."""

Args = TypeVar("Args")


@dataclass
class Refusals:
    """What was refused in one run of a program: in sentences until it is told, and then in an error."""

    sentences: list[str] = field(default_factory=list)
    error: pulumi.RunError | None = None

    def __bool__(self) -> bool:
        return bool(self.sentences or self.error)

    async def fail(self) -> NoReturn:
        """Raise what was refused by now, a line each: the same error to whoever asks, as Pulumi shows the first."""
        if self.error is None:
            self.error = pulumi.RunError("\n".join(self.sentences))
        elif self.sentences:  # of a program that goes on when the event loop has run
            pulumi.log.error("\n".join(self.sentences))
        self.sentences.clear()
        raise self.error


class Given:
    """What one resource is given. A program goes on after a refusal, so that it meets the next one, too."""

    def __init__(self, name: str) -> None:
        program = vars(current_program())
        self._name = name
        self._refusals: Refusals = program.setdefault(KEY, Refusals())

    def refuse(self, sentence: str) -> None:
        """Note what cannot be used: what it is; what is needed."""
        self._refusals.sentences.append(f"'{self._name}': {sentence}")

    def props(self, props: Mapping[str, Any]) -> Mapping[str, Any]:
        """The properties; from the first refusal on one of them fails when Pulumi awaits it: nothing is registered."""
        if not self._refusals:
            return props
        return {**props, next(iter(props)): pulumi.Output.from_input(self._refusals.fail())}

    def args(self, where: str, value: object, type_: type[Args]) -> Args | None:
        """Args as they are or made of a dict; None where they are neither."""
        keys = list(signature(type_).parameters)
        if isinstance(value, Mapping) and set(value) == set(keys):
            return type_(**value)
        if isinstance(value, type_):
            return value
        if isinstance(value, Mapping):
            self.refuse(f"{where} is a dict with {listed(value)}; it needs {listed(keys)}")
        else:
            self.refuse(f"{where} is {a(value)}; give {type_.__name__}, or a dict, with {listed(keys)}")
        return None

    def items(self, where: str, value: object, type_: type) -> list[object]:
        """What a list has; nothing where it is none."""
        if isinstance(value, Iterable) and not isinstance(value, (str, Mapping, pulumi.Output)):
            return list(value)
        self.refuse(f"{where} is {a(value)}; give a list of {type_.__name__} or of dicts")
        return []

    def reference(self, where: str, value: object, kind: type[pulumi.Resource]) -> None:
        """Refuse what is neither a resource of this kind nor the identifier of one."""
        if not isinstance(value, (kind, *TEXT_INPUTS)):
            self.refuse(f"{where} is {a(value)}; give {a(kind)}, or the identifier of one")

    def texts(self, **texts: object) -> None:
        """Refuse what Pulumi cannot send to the provider, or sends as something else."""
        for where, value in texts.items():
            if not isinstance(value, JUDGED_LATER):
                self.refuse(f"{where} is {a(value)}; a text is needed")

    def path(self, value: object) -> str | None:
        """The path of a file; None where it is none."""
        path = os.fspath(value) if isinstance(value, (str, os.PathLike)) else value
        if isinstance(path, str):
            return path
        self.refuse(f"path is {a(value)}; give the file's path as a text or Path: it is read while the program runs")
        return None


def listed(words: Collection[object]) -> str:
    """`text, image and alt_text`."""
    *others, last = map(str, words) if words else ("nothing",)
    return f"{', '.join(others)} and {last}" if others else last


def a(value: object) -> str:
    """`an Image`, for a value of that type or the type itself."""
    if value is None:
        return "None"
    return with_article((value if isinstance(value, type) else type(value)).__name__)
