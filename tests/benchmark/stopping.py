"""
How soon an `up` ends that waits for Apple's limit, when a person presses Ctrl-C, and what the next `up` does.

The provider is ours. The command has then to end the program, which waits for its resources: it gives the program's
language host five seconds for that (`plugin.go` of Pulumi's SDK), whatever the provider.
"""

from __future__ import annotations

import signal
import time
from contextlib import closing
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from acceptance.stacks import ProgramStack
from benchmark.commands import PROGRAMS
from benchmark.measure import NO_GOAL, Row, at_most, equal, not_measured
from benchmark.memory import ONLY_LINUX, PROCESSES, providers_of
from engine.found import STAND_IN
from retention_messaging_emulator import Emulator, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure import Options

MESSAGES, OFTEN = 8, 0.01
MINUTES = 5
"""That Apple asks to wait: less than `maxRateLimitWait`, with which it waits."""

UP = "an up that waits for Apple's limit"
PROVIDER = f"the provider of {UP}, from Ctrl-C to its end"


@dataclass(frozen=True)
class Stopped:
    """Seconds from Ctrl-C to the end of the provider's process, and of the command; messages after the next `up`."""

    provider: float
    command: float
    messages: int


def rows(options: Options) -> Iterator[Row]:
    """The times, and that nothing was lost."""
    if options.engine is STAND_IN:
        yield not_measured(PROVIDER, "a second", "only the CLI takes Ctrl-C as a terminal sends it")
        return
    if not PROCESSES.exists():
        yield not_measured(PROVIDER, "a second", ONLY_LINUX)
        return
    emulator = Emulator()
    with closing(emulator), emulator.serve() as server:
        stops = [stopped(options, emulator, server.url) for _ in range(options.times)]
    yield at_most(PROVIDER, "a second", 1.0, median(each.provider for each in stops), "{:.2f} s")
    yield Row("the command", "Pulumi's 5 seconds", NO_GOAL, f"{median(each.command for each in stops):.2f} s")
    yield equal("messages after the next up", "the program's", MESSAGES, min(each.messages for each in stops))


def stopped(options: Options, emulator: Emulator, url: str) -> Stopped:
    """Of one `up`, and the next."""
    emulator.reset()
    with ProgramStack(options.engine, emulator, url, PROGRAMS / "messages") as stack:
        stack.environment |= {"COUNT": str(MESSAGES), "HEADER": "First"}
        again = {"Retry-After": str(int((time.time() + 60 * MINUTES) * 1000))}
        emulator.fail_next(Fault(error_code=4290000, headers=again, path="Upload Message", times=MESSAGES))
        with stack.started("up", "--yes", "--skip-preview") as engine:
            wait_until(lambda: any(each["status"] == 429 for each in emulator.requests()))
            began = time.perf_counter()
            engine.send_signal(signal.SIGINT)
            wait_until(lambda: not any(providers_of(stack.folder)))
            provider = time.perf_counter() - began
            engine.wait()
            command = time.perf_counter() - began
        emulator.traffic.faults.clear()
        stack.up()
        return Stopped(provider, command, len(stack.app_store.messages()))


def wait_until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(OFTEN)
