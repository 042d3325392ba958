"""An end at every request of every operation, before and after Apple saw it: nothing is lost, and one `up` mends it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest

from acceptance.agreement import disagreements
from resources.operations import OPERATIONS, all_that_is_asked
from resources.samples import default, image, message, of
from resources.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from resources.stack import Want
    from retention_messaging_emulator import Emulator

THEIRS = [
    image("hero-edited.png", name="their-hero"),
    message("Theirs", name="theirs", image=of("their-hero")),
    default("theirs-en", message="theirs", productId="com.example.yearly"),
]
"""Another stack of the same app."""

THEIR_EDIT = [image(name="their-hero"), *THEIRS[1:]]


class Ended(BaseException):
    """The end of a process."""


@dataclass
class Counted(httpx.BaseTransport):
    """The way to Apple; `before` and `after` are called with the number of each request, from 0."""

    way: httpx.BaseTransport
    before: Callable[[int], object] = lambda number: None
    after: Callable[[int], object] = lambda number: None
    count: int = field(default=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        number, self.count = self.count, self.count + 1
        self.before(number)
        answer = self.way.handle_request(request)
        self.after(number)
        return answer


def boundaries() -> Iterator[tuple[str, int]]:
    """Operations, and the number of each of their requests."""
    for name, asked in all_that_is_asked().items():
        polled = asked.count("Get Performance Test Results")  # as often as time allows
        yield from ((name, number) for number in range(len(asked) - max(0, polled - 1)))


BOUNDARIES = list(boundaries())


def settle(stack: Stack, program: list[Want]) -> None:
    """Approved and at rest."""
    for _ in range(3):
        stack.up(*program)
        stack.apple.approve()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("name", "number"), BOUNDARIES)
def test_an_end_at_a_request_loses_nothing(emulator: Emulator, name: str, number: int, when: str) -> None:
    """Whatever request was the last, the next command converges."""
    operation = OPERATIONS[name]
    stack = operation.begin(emulator)
    way = stack.transport

    def end(at: int) -> None:
        if at == number:
            raise Ended

    stack.transport = Counted(way, **{when: end})  # type: ignore[arg-type]
    with operation.watched(stack) as watch:
        with suppress(Ended):
            operation.run(stack)
        stack.transport = way
        operation.mend(stack)

        assert watch.wrongs == []
        assert operation.wrongs(stack) == []


@pytest.mark.long
@pytest.mark.parametrize(("name", "number"), [each for each in BOUNDARIES if "connect" not in each[0]])
def test_two_stacks_at_once_leave_each_other_alone(emulator: Emulator, name: str, number: int) -> None:
    """Another stack of the same app is edited between any two requests of this one."""
    operation = OPERATIONS[name]
    stack = operation.begin(emulator)
    other = Stack(emulator, operation.environment)
    settle(other, THEIRS)
    way = stack.transport

    def meanwhile(at: int) -> None:
        if at == number:
            other.up(*THEIR_EDIT)

    stack.transport = Counted(way, before=meanwhile)
    with operation.watched(stack) as watch:
        operation.run(stack)
        stack.transport = way
        operation.mend(stack)
        other.now = stack.now
        settle(other, THEIR_EDIT)
        both = {"resources": [*stack.snapshot.write(str)["resources"], *other.snapshot.write(str)["resources"]]}

        assert watch.wrongs == []
        assert disagreements(both, [stack.store.inventory()]) == []
