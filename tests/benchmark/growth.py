"""
How our own part grows with the number of messages: the handlers alone, on one thread, before an App Store that answers
at once. Time of the processor. What was there before is no garbage, as in the provider's process.
"""

from __future__ import annotations

import gc
from contextlib import closing
from functools import partial
from math import log
from statistics import linear_regression, median
from typing import TYPE_CHECKING

from benchmark.direct import AppStore, Direct, messages
from benchmark.measure import Row, at_most, in_turns, processor_seconds
from resources.stack import Stack
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.measure import Options


def rows(options: Options) -> Iterator[Row]:
    """A row for each command, over an eightfold of messages."""
    most = max(options.sizes)
    counts = [most // 8, most // 4, most // 2, most]
    with closing(Emulator()) as emulator:
        life(emulator, 1)  # imports what is imported late
        lives = in_turns(options.times, {str(count): partial(life, emulator, count) for count in counts})
    for command in lives[str(most)][0]:
        times = {count: median(each[command] for each in lives[str(count)]) for count in counts}
        told = ", ".join(f"{taken * 1e6 / count:.0f}" for count, taken in times.items())
        yield at_most(
            f"growth of our own part of {command}",
            f"exponent, fitted for {counts[0]} to {counts[-1]} messages",
            1.05,
            exponent(times),
            "{:.2f}",
            details=f"{told} µs a message",
        )


def life(emulator: Emulator, count: int) -> dict[str, float]:
    """Command → seconds of the processor, in the life of that many messages, of which all are edited."""
    stack = Stack(emulator, "sandbox")
    stack.transport = AppStore()
    direct, first, second = Direct(stack), messages(count), messages(count, "Second")
    gc.collect()
    gc.freeze()
    return {
        "up": processor_seconds(lambda: direct.up(first)),
        "preview": processor_seconds(lambda: direct.preview(first)),
        "refresh": processor_seconds(direct.refresh),
        "edit": processor_seconds(lambda: direct.up(second)),
        "destroy": processor_seconds(direct.destroy),
    }


def exponent(times: Mapping[int, float]) -> float:
    """The power of the number with which the time grows."""
    return linear_regression([log(count) for count in times], [log(taken) for taken in times.values()]).slope
