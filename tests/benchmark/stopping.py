"""How soon an `up` ends that waits for Apple's limit, when a person presses Ctrl-C, and what the next `up` does."""

from __future__ import annotations

import signal
import time
from contextlib import closing
from statistics import median
from typing import TYPE_CHECKING

from acceptance.stacks import ProgramStack
from benchmark.commands import PROGRAMS
from benchmark.measure import Row, at_most, equal, not_measured
from engine.found import STAND_IN
from retention_messaging_emulator import Emulator, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure import Options

MESSAGES, OFTEN = 8, 0.01
MINUTES = 5
"""That Apple asks to wait: less than `maxRateLimitWait`, with which it waits."""

WHAT = "an up that waits for Apple's limit, from Ctrl-C to its end"


def rows(options: Options) -> Iterator[Row]:
    """The time, and that nothing was lost."""
    if options.engine is STAND_IN:
        yield not_measured(WHAT, "a second", "only the CLI takes Ctrl-C as a terminal sends it")
        return
    emulator = Emulator()
    with closing(emulator), emulator.serve() as server:
        stops = [stopped(options, emulator, server.url) for _ in range(options.times)]
    yield at_most(WHAT, "a second", 1.0, median(took for took, _ in stops), "{:.2f} s")
    yield equal("messages after the next up", "the program's", MESSAGES, min(there for _, there in stops))


def stopped(options: Options, emulator: Emulator, url: str) -> tuple[float, int]:
    """Seconds from Ctrl-C to the end of the command; the messages that Apple has after the next one."""
    emulator.reset()
    with ProgramStack(options.engine, emulator, url, PROGRAMS / "messages") as stack:
        stack.environment |= {"COUNT": str(MESSAGES), "HEADER": "First"}
        again = {"Retry-After": str(int((time.time() + 60 * MINUTES) * 1000))}
        emulator.fail_next(Fault(error_code=4290000, headers=again, path="Upload Message", times=MESSAGES))
        with stack.started("up", "--yes", "--skip-preview") as engine:
            while not any(each["status"] == 429 for each in emulator.requests()):
                time.sleep(OFTEN)
            began = time.perf_counter()
            engine.send_signal(signal.SIGINT)
            engine.wait()
            took = time.perf_counter() - began
        emulator.traffic.faults.clear()
        stack.up()
        return took, len(stack.app_store.messages())
