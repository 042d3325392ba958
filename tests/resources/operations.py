"""What commands do, each from a state of its own: what faults and crashes happen to."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import httpx

from acceptance.agreement import disagreements
from histories.watch import Watch
from resources.faults import Faulty
from resources.samples import EXPLICIT, OTHER_URL, default, image, message, of, performance_test, realtime_url
from resources.stack import Stack
from retention_messaging_emulator import Emulator, Switches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from resources.stack import Want
    from retention_messaging_emulator.app_store import Environment

PROGRAM = [image(), message("First", image=of()), default()]
EDITED = [image("hero-edited.png"), message("Second", image=of()), default()]
CONNECTED = [realtime_url(), performance_test()]
PAIR = "com.example.monthly/en-US"

PERFORMANCE_TEST = 0.1
"""Seconds that the emulator's takes, on a thread of its own."""


@dataclass(frozen=True)
class Operation:
    """
    What a command does, from a state that `before` has made, towards a program.

    `before` and `run` take a stack; `after` is the program that the state is to agree with in the end.
    """

    environment: Environment
    run: Callable[[Stack], object]
    after: list[Want]
    before: Callable[[Stack], object] = lambda stack: None

    def begin(self, emulator: Emulator) -> Stack:
        """The stack before it."""
        emulator.reset()
        stack = Stack(emulator, self.environment)
        stack.settings = replace(stack.settings, max_rate_limit_wait="10m")
        stack.on_sleep = lambda: time.sleep(PERFORMANCE_TEST / 100)
        self.before(stack)
        return stack

    @contextmanager
    def watched(self, stack: Stack) -> Iterator[Watch]:
        """While it runs, and after."""
        watch = Watch(stack.apple, stack.store)
        watch.declare({PAIR} if any("productId" in each.props for each in self.after) else ())
        try:
            yield watch
        finally:
            watch.close()

    def mend(self, stack: Stack) -> None:
        """One more command, and the two `up`s that an approval asks for."""
        stack.pass_time(3600)
        if self.after == CONNECTED:
            time.sleep(PERFORMANCE_TEST)
        if not self.after:
            stack.destroy()
        else:
            stack.up(*self.after)
            stack.apple.approve()
            stack.up(*self.after)
            stack.up(*self.after)

    def wrongs(self, stack: Stack) -> list[str]:
        """How the state differs from the App Store, and what a preview would do."""
        plan = stack.preview(*self.after).steps.items()
        differences = disagreements(stack.snapshot.write(str), [stack.store.inventory()])
        return [*differences, *(f"{step} of {name}" for name, step in plan if step != "same")]


def at_rest(*programs: list[Want]) -> Callable[[Stack], None]:
    """One program after the other, each approved and at rest."""

    def bring(stack: Stack) -> None:
        for program in programs:
            stack.up(*program)
            stack.apple.approve()
            stack.up(*program)

    return bring


def approved(*programs: list[Want]) -> Callable[[Stack], None]:
    """The same, but for the `up` that follows the last approval."""

    def bring(stack: Stack) -> None:
        at_rest(*programs[:-1])(stack)
        stack.up(*programs[-1])
        stack.apple.approve()

    return bring


OPERATIONS = {
    "create": Operation("production", lambda stack: stack.up(*PROGRAM), PROGRAM),
    "create in sandbox": Operation("sandbox", lambda stack: stack.up(*PROGRAM), PROGRAM),
    "connect": Operation("sandbox", lambda stack: stack.up(*CONNECTED), CONNECTED),
    "another URL": Operation(
        "sandbox", lambda stack: stack.up(realtime_url(OTHER_URL)), [realtime_url(OTHER_URL)], at_rest([realtime_url()])
    ),
    "edit": Operation("production", lambda stack: stack.up(*EDITED), EDITED, at_rest(PROGRAM)),
    "edit in sandbox": Operation("sandbox", lambda stack: stack.up(*EDITED), EDITED, at_rest(PROGRAM)),
    "edit again": Operation("production", lambda stack: stack.up(*EDITED), EDITED, approved(PROGRAM)),
    "preview of an approval": Operation(
        "production", lambda stack: stack.preview(*EDITED), EDITED, approved(PROGRAM, EDITED)
    ),
    "approval": Operation("production", lambda stack: stack.up(*EDITED), EDITED, approved(PROGRAM, EDITED)),
    "retirement": Operation("production", lambda stack: stack.up(*EDITED), EDITED, at_rest(PROGRAM, EDITED)),
    "forced replacement": Operation(
        "production", lambda stack: stack.up(*PROGRAM, replace=["stay"]), PROGRAM, at_rest(PROGRAM)
    ),
    "refresh": Operation("production", lambda stack: stack.refresh(), EDITED, approved(PROGRAM, EDITED)),
    "refresh of a connection": Operation("sandbox", lambda stack: stack.refresh(), CONNECTED, at_rest(CONNECTED)),
    "removal": Operation("production", lambda stack: stack.up(PROGRAM[0]), [PROGRAM[0]], at_rest(PROGRAM, EDITED)),
    "destroy": Operation("production", lambda stack: stack.destroy(), [], at_rest(PROGRAM)),
    "destroy in the middle of an edit": Operation(
        "production", lambda stack: stack.destroy(), [], approved(PROGRAM, EDITED)
    ),
    "destroy of a connection": Operation("sandbox", lambda stack: stack.destroy(), [], at_rest(CONNECTED)),
}


def make_emulator() -> Emulator:
    """With a real-time server that passes a performance test at once."""
    answer = httpx.Response(200, json={"message": {"messageIdentifier": EXPLICIT}})
    return Emulator(
        transport=httpx.MockTransport(lambda _: answer), switches=Switches(total_requests=4, total_duration=0)
    )


@cache
def all_that_is_asked() -> dict[str, list[str]]:
    """Operation → the endpoints that it asks where nothing goes wrong, in order."""
    asked: dict[str, list[str]] = {}
    with closing(make_emulator()) as emulator:
        for name, operation in OPERATIONS.items():
            stack = operation.begin(emulator)
            stack.transport = way = Faulty(stack.transport, lambda: 0)
            operation.run(stack)
            asked[name] = way.asked
    return asked
