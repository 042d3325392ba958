"""What the command line takes, with switches as `max_images=3`."""

import argparse
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from retention_messaging_emulator.account import DEFAULT_APP_APPLE_ID
from retention_messaging_emulator.credentials import DEFAULT_BUNDLE_ID
from retention_messaging_emulator.errors import AppStoreError
from retention_messaging_emulator.switches import Switches

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


def parser() -> argparse.ArgumentParser:
    """The options, each with its default."""
    options = argparse.ArgumentParser(
        prog="retention-messaging-emulator",
        description="Apple's Retention Messaging API on this machine, for tests and for trying things out.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    options.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    options.add_argument("--port", default=8080, type=int, help="0 takes a free one")
    options.add_argument("--database", default=":memory:", help="a file that outlives the process")
    options.add_argument(
        "--credentials-directory",
        default=Path(".retention-messaging-emulator"),
        type=Path,
        help="where the key file is; it is made if there is none",
    )
    options.add_argument("--bundle-id", default=DEFAULT_BUNDLE_ID, help="the app in the printed configuration")
    options.add_argument(
        "--app", action="append", metavar="BUNDLE_ID", help="an app of the account, any if not given; may be repeated"
    )
    options.add_argument(
        "--product", action="append", help="a subscription of the apps, any if not given; may be repeated"
    )
    options.add_argument("--app-apple-id", default=DEFAULT_APP_APPLE_ID, type=int, help="the app in real-time requests")
    options.add_argument("--trust", type=Path, help="a PEM file with the certificate of the server at the realtime URL")
    options.add_argument(
        "--switch",
        default=[],
        action="append",
        type=switch,
        metavar="NAME=VALUE",
        help="how to answer where Apple's documentation is silent, for example total_duration=5000; may be repeated",
    )
    return options


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
