"""Every fault of every endpoint in every operation that uses it: nothing is lost, and one `up` mends it."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx
import pytest

from acceptance.agreement import disagreements
from histories.watch import Watch
from resources.faults import ENDPOINTS, FAULTS, OF_LISTS, Faulty
from resources.samples import EXPLICIT, OTHER_URL, default, image, message, of, performance_test, realtime_url
from resources.stack import CheckFailed, Stack, Want
from retention_messaging_emulator import Emulator, Switches
from retention_messaging_provider.api import ApiError
from retention_messaging_provider.resources.handler import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAM = [image(), message("First", image=of()), default()]
EDITED = [image("hero-edited.png"), message("Second", image=of()), default()]
CONNECTED = [realtime_url(), performance_test()]
PAIR = "com.example.monthly/en-US"
PERFORMANCE_TEST = 0.1
"""Seconds that the emulator's takes."""

CROSS_SECTION = 11
"""Each so manieth case is in the short run."""


@dataclass(frozen=True)
class Operation:
    """
    What a command does, from a state that `before` has made, towards a program.

    `before` and `run` take a stack; `after` is the program that the state is to agree with in the end.
    """

    environment: str
    run: Callable[[Stack], object]
    after: list[Want]
    before: Callable[[Stack], object] = lambda stack: None


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


def begin(emulator: Emulator, operation: Operation) -> tuple[Stack, Faulty]:
    """The stack before the operation, and its way to Apple."""
    emulator.reset()
    stack = Stack(emulator, operation.environment)  # type: ignore[arg-type]
    stack.on_sleep = lambda: time.sleep(0.001)  # for the emulator's performance test, which has a thread of its own
    operation.before(stack)
    stack.settings = replace(stack.settings, max_rate_limit_wait="10m")
    stack.transport = way = Faulty(stack.transport, lambda: stack.now)
    return stack, way


def used() -> Iterator[tuple[str, str]]:
    """Operations, and each endpoint that they use."""
    emulator = make_emulator()
    for name, operation in OPERATIONS.items():
        stack, way = begin(emulator, operation)
        operation.run(stack)
        yield from ((name, endpoint) for endpoint in dict.fromkeys(way.asked))


USED = list(used())
CASES = [
    (operation, endpoint, fault, times)
    for operation, endpoint in USED
    for fault in FAULTS
    if fault not in OF_LISTS or endpoint.endswith("List")
    for times in (1, 100)
]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with closing(make_emulator()) as made:
        yield made


def test_every_endpoint_is_used_by_an_operation() -> None:
    """The matrix has all of Apple's endpoints."""
    assert {endpoint for _, endpoint in USED} == ENDPOINTS.keys()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id="-".join(map(str, case)), marks=[] if number % CROSS_SECTION == 0 else pytest.mark.long)
        for number, case in enumerate(CASES)
    ],
)
def test_a_fault_loses_nothing_and_one_up_mends_it(emulator: Emulator, case: tuple[str, str, str, int]) -> None:
    """A fault is one line or a quiet recovery, nothing is taken for gone, and afterwards one `up` converges."""
    name, endpoint, fault, times = case
    operation = OPERATIONS[name]
    stack, way = begin(emulator, operation)
    watch = Watch(emulator, stack.store)
    watch.declare({PAIR} if any("productId" in each.props for each in operation.after) else ())
    try:
        known = set(ids(stack))
        way.endpoint, way.fault, way.times = endpoint, fault, times
        error = failure_of(lambda: operation.run(stack))
        gone = known - set(ids(stack)) if name.startswith(("refresh", "preview")) else set()
        way.times = 0
        stack.pass_time(3600)
        time.sleep(PERFORMANCE_TEST if name == "connect" else 0)
        if name.startswith("destroy"):
            stack.destroy()
        else:
            stack.up(*operation.after)
            stack.apple.approve()
            settle(stack, operation.after)

        assert is_one_line_about(endpoint, error)
        assert gone == set()
        assert watch.wrongs == []
        assert disagreements(stack.snapshot.write(str), [stack.store.inventory()]) == []
        assert set(stack.preview(*operation.after).steps.values()) <= {"same"}
    finally:
        watch.close()


def settle(stack: Stack, program: list[Want]) -> None:
    """What an approval asks for: one `up` that moves the defaults, and one that retires."""
    stack.up(*program)
    stack.up(*program)


def failure_of(act: Callable[[], object]) -> str:
    """What a command failed with, "" for nothing."""
    try:
        act()
    except (Failure, ApiError, CheckFailed) as error:
        return str(error)
    return ""


def is_one_line_about(endpoint: str, error: str) -> bool:
    """Whether it is nothing, or one line of two halves that names what was asked of Apple."""
    is_line = "\n" not in error and "; " in error and len(error) < 600
    return not error or (is_line and ENDPOINTS[endpoint].name in error)


def ids(stack: Stack) -> Iterator[str]:
    return (each.id for each in stack.state)
