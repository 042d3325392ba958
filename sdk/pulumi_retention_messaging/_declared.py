"""What the provider learns of the program through its messages."""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from inspect import isawaitable
from typing import Any

import pulumi


@dataclass(frozen=True, eq=False)
class Default:
    """A default of the program: of one message, or of any (None) where it cannot be told of which; then by what."""

    name: str
    message: pulumi.Resource | None
    product_id: pulumi.Input[str]
    locale: pulumi.Input[str]
    identifier: pulumi.Input[str] | None = None

    async def pair(self) -> "Pair | None":
        """Its product and locale, awaited; None where they are not known in this run, as in a preview."""
        parts = [self.product_id, self.locale]
        outputs = pulumi.Output.all(*parts)
        known = await outputs.future() or () if await outputs.is_known() else ()
        if len(known) != len(parts) or not all(isinstance(part, str) for part in known):
            return None
        return Pair("/".join(known), is_secret=await outputs.is_secret())


@dataclass(frozen=True)
class Pair:
    """`<productId>/<locale>`, and whether the program keeps that secret."""

    text: str
    is_secret: bool


@dataclass(frozen=True)
class Declared:
    """
    The pairs of the defaults by message, and how many images and messages there are; whether that is all.

    wanted, explicit: the messages that defaults, and messages themselves, are given by an identifier
    """

    pairs: Mapping[pulumi.Resource | None, set[Pair]]
    images: int
    messages: int
    is_complete: bool
    wanted: Sequence[str] = ()
    explicit: Sequence[str] = ()

    def pairs_of(self, message: pulumi.Resource) -> "list[str] | pulumi.Output[list[str]]":
        """The pairs whose default may show a message, in order; secret where one of them is."""
        return in_order(self.pairs.get(message, set()) | self.pairs.get(None, set()))

    @cached_property
    def summary(self) -> "str | pulumi.Output[str]":
        """
        What `check` reads, which records it nowhere; secret where a pair is.

        JSON, because every message sends it, and Pulumi looks at each item of a list.
        """
        pairs = set().union(*self.pairs.values())
        text = json.dumps(
            {
                "images": self.images,
                "messages": self.messages,
                "pairs": sorted({pair.text for pair in pairs}),
                "wanted": self.wanted,
                "explicit": self.explicit,
                "isComplete": self.is_complete,
            }
        )
        return pulumi.Output.secret(text) if any(pair.is_secret for pair in pairs) else text


async def known_texts(values: Collection[pulumi.Input[str]], patience: float) -> list[str]:
    """Those that are known within some seconds, in lower case and in order; what waits for a message is not."""
    tasks = [asyncio.ensure_future(known_text(each)) for each in values]
    done, _ = await asyncio.wait(tasks, timeout=patience) if tasks else (set(), set())
    return sorted({text.lower() for each in done if not each.exception() and (text := each.result())})


async def known_text(value: pulumi.Input[str]) -> str:
    """A text, awaited; "" where it is none, or not known in this run."""
    output = pulumi.Output.from_input(value)
    text = await output.future() if await output.is_known() else ""
    return text if isinstance(text, str) else ""


def in_order(pairs: set[Pair]) -> "list[str] | pulumi.Output[list[str]]":
    """Their texts; secret where one of them is."""
    texts = sorted({pair.text for pair in pairs})
    return pulumi.Output.secret(texts) if any(pair.is_secret for pair in pairs) else texts


def plain(value: Any) -> Any:
    """An Enum as its value, also in an Output; an awaitable, which can be awaited only once, as an Output."""
    if isawaitable(value):
        value = pulumi.Output.from_input(value)
    if isinstance(value, pulumi.Output):
        return value.apply(plain)
    return value.value if isinstance(value, Enum) else value


def by_message(known: Mapping[Default, Pair | None]) -> dict[pulumi.Resource | None, set[Pair]]:
    """The pairs that are known, by the message of their default."""
    pairs: dict[pulumi.Resource | None, set[Pair]] = {}
    for default, pair in known.items():
        if pair:
            pairs.setdefault(default.message, set()).add(pair)
    return pairs
