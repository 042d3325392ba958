"""A failing history, as short as it can be and still fail in the same way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cli.world import Move


def kind(wrong: str) -> str:
    """The way of a failure: its first words, without what is of one history only."""
    return re.sub(r"[0-9a-f-]{8,}|\d+", "", wrong)[:24]


def shrunk(moves: Sequence[Move], lives: Callable[[Sequence[Move]], str]) -> list[Move]:
    """Leave out halves, quarters, …, single moves, as long as `lives` answers what is wrong in the same way."""
    kept, wrong = list(moves), kind(lives(moves))
    if not wrong:
        return kept
    size = len(kept) // 2
    while size:
        start, has_shrunk = 0, False
        while start < len(kept):
            fewer = [*kept[:start], *kept[start + size :]]
            if kind(lives(fewer)) == wrong:
                kept, has_shrunk = fewer, True
            else:
                start += size
        if size > 1 or not has_shrunk:
            size //= 2
    return kept
