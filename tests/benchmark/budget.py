"""A catalogue's defaults in sandbox: a refresh asks for each of them, and an hour does not allow as many."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmark.measure import Row
from benchmark.uploading import THREADS
from resources.samples import default, message
from resources.stack import Stack
from retention_messaging_emulator import Emulator
from retention_messaging_emulator.web.endpoints import apples_limits
from retention_messaging_provider.api import ApiError
from retention_messaging_provider.api.text import one_line
from retention_messaging_provider.rules import LOCALES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure import Options

PRODUCTS, LOCALES_OF_EACH, HOUR = 10, 39, 3600
ENDPOINT = "Get Default Message"


@dataclass(frozen=True)
class Refresh:
    """What a refresh asked for in order, which of that Apple refused, and what the user was told."""

    asked: list[str]
    refused: set[str]
    told: list[str]


def rows(options: Options) -> Iterator[Row]:
    """The refresh of one hour, and that of the next."""
    allowed = apples_limits("sandbox", ENDPOINT)
    pairs = list(product((f"product{n}" for n in range(PRODUCTS)), islice(sorted(LOCALES), LOCALES_OF_EACH)))
    program = [default("/".join(pair), productId=pair[0], locale=pair[1]) for pair in pairs]
    with closing(Emulator()) as emulator, TemporaryDirectory() as folder:
        stack = Stack(emulator, "sandbox")
        stack.folder = Path(folder)
        stack.up(message(), *program)
        emulator.set_rate_limits("apple")
        first = refresh(stack)
        stack.pass_time(HOUR)
        second = refresh(stack)
    is_told = any("not looked at" in line for line in first.told)
    yield Row(
        f"refresh of {PRODUCTS} products × {LOCALES_OF_EACH} locales of defaults in sandbox",
        f"{allowed} requests an hour",
        "no more than that, and a line of what was not looked at",
        f"{len(first.asked)} requests for {len(pairs)} defaults, {len(first.refused)} of them refused; it says: "
        f"{one_line('; '.join(first.told), 100)}",
        len(first.asked) - len(first.refused) <= allowed and len(first.refused) <= THREADS and is_told,
    )
    left = {"/".join(pair) for pair in pairs} - set(first.asked) | first.refused
    begins = set(second.asked[: len(left)])
    yield Row(
        "the refresh an hour later",
        f"the {len(left)} defaults not looked at",
        "those first",
        f"{len(begins & left)} of them first",
        begins == left,
    )


def refresh(stack: Stack) -> Refresh:
    """One refresh; what it fails with is told, too."""
    told: list[str] = []
    try:
        stack.refresh()
    except ApiError as error:
        told.append(str(error))
    requests = [each for each in stack.apple.requests() if each["endpoint"] == ENDPOINT]
    pairs = ["/".join(each["path"].split("/")[-2:]) for each in requests]
    refused = {pair for pair, each in zip(pairs, requests, strict=True) if each["status"] == 429}
    return Refresh(pairs, refused, [*stack.said, *told])
