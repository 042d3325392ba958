"""Switches as a command line writes them: `max_images=3`."""

import argparse
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .errors import AppStoreError
from .switches import Switches

KINDS: Mapping[str, Any] = get_type_hints(Switches)

READERS: Mapping[Any, tuple[Callable[[str], object], str]] = {
    AppStoreError: (lambda text: AppStoreError.of(int(text)), "the number of one of Apple's errors"),
    HTTPStatus: (lambda text: HTTPStatus(int(text)), "an HTTP status"),
    NoneType: ({"none": None}.__getitem__, "none"),
    bool: ({"true": True, "false": False}.__getitem__, "true or false"),
    int: (int, "a whole number"),
    str: (str, "text"),
    bytes: (str.encode, "text"),
}


def switch(text: str) -> tuple[str, object]:
    """The name and the value of `name=value`; argparse.ArgumentTypeError with what there is to choose from."""
    name, _, value = text.partition("=")
    if name not in KINDS:
        raise argparse.ArgumentTypeError(f"there is no switch {name}; use one of {', '.join(KINDS)}")
    kind = KINDS[name]
    if get_origin(kind) is Literal:
        if value in get_args(kind):
            return name, value
        raise argparse.ArgumentTypeError(f"{name} must be one of {', '.join(get_args(kind))}, not {value!r}")
    readers = [READERS[each] for each in get_args(kind) or (kind,)]
    for read, _ in readers:
        try:
            return name, read(value)
        except (KeyError, ValueError):
            continue
    raise argparse.ArgumentTypeError(f"{name} must be {' or '.join(words for _, words in readers)}, not {value!r}")
