"""Switches as texts: `max_images=3`, and what each takes."""

import ast
import inspect
from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from retention_messaging_emulator.errors import AppStoreError
from retention_messaging_emulator.switches import Switches

KINDS: Mapping[str, Any] = get_type_hints(Switches)

READERS: Mapping[Any, tuple[Callable[[str], object], str]] = {
    AppStoreError: (lambda text: AppStoreError.of(int(text)), "one of Apple's error codes"),
    HTTPStatus: (lambda text: HTTPStatus(int(text)), "an HTTP status"),
    NoneType: ({"none": None}.__getitem__, "none"),
    bool: ({"true": True, "false": False}.__getitem__, "true or false"),
    int: (int, "a whole number"),
    float: (float, "a number"),
    str: (str, "text"),
    bytes: (str.encode, "text"),
}


def switch(text: str) -> tuple[str, object]:
    """The name and the value of `name=value`; ArgumentTypeError with what there is to choose from."""
    name, _, value = text.partition("=")
    if name not in KINDS:
        raise ArgumentTypeError(f"there is no switch {name}; use one of {', '.join(KINDS)}")
    kind = KINDS[name]
    if get_origin(kind) is Literal:
        if value in get_args(kind):
            return name, value
        raise ArgumentTypeError(f"{name} must be one of {', '.join(get_args(kind))}, not {value!r}")
    readers = [READERS[each] for each in get_args(kind) or (kind,)]
    for read, _ in readers:
        try:
            return name, read(value)
        except (KeyError, ValueError):
            continue
    raise ArgumentTypeError(f"{name} must be {' or '.join(words for _, words in readers)}, not {value!r}")


def words(kind: Any) -> str:
    """What a value of this type may be."""
    if get_origin(kind) is Annotated:
        return words(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return ", ".join(get_args(kind))
    if kind in READERS:
        return READERS[kind][1]
    return " or ".join(map(words, get_args(kind))) if get_origin(kind) in (Union, UnionType) else "an object"


def written(value: object) -> str:
    """The value of a switch as `switch` reads it."""
    if isinstance(value, AppStoreError):
        return str(value.code)
    if isinstance(value, HTTPStatus):
        return str(value.value)
    if isinstance(value, bytes):
        return value.decode()
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def sentences() -> Mapping[str, str]:
    """Switch → the docstring below it in its class."""
    declared = ast.parse(inspect.getsource(Switches)).body[0]
    return {
        ast.unparse(field.target): str(ast.literal_eval(text.value))
        for field, text in pairwise(getattr(declared, "body", ()))
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr)
    }
