"""How much work an upload is: as much among 1600 others as among 100."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from resources.samples import EXPLICIT, default, image, message, of
from resources.stack import Stack
from retention_messaging_emulator import Emulator
from retention_messaging_provider import resources
from retention_messaging_provider.resources.default_message import DefaultMessage
from retention_messaging_provider.resources.ledger import MESSAGE
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    from resources.stack import Want
    from retention_messaging_provider.resources.handler import Handler, Props

FEW, MANY = 100, 1600
HANDFUL = 5
PACKAGE = str(Path(next(iter(resources.__path__))))


class Apple(httpx.BaseTransport):
    """An App Store that has these messages, all approved, and shows one of them for each product; it keeps its list."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.shown: dict[str, str] = {}
        self.requests: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request.method)
        *_, product_id, name = request.url.path.split("/")
        if request.method != "GET":
            return httpx.Response(200)
        if name == "list":
            listed = [{"messageIdentifier": each, "messageState": "APPROVED"} for each in self.messages]
            return httpx.Response(200, json={"messageIdentifiers": listed})
        return httpx.Response(200, json={"messageIdentifier": self.shown[product_id]})


def product(number: int) -> str:
    return f"com.example.product{number}"


def text(number: int, header: str = "First") -> Want:
    return message(header, name=f"stay-{number}", pairs=[f"{product(number)}/en-US"])


class World:
    """
    A run whose program has that many recorded messages, each shown by a default; Apple has what they recorded.

    `create`, `edit` and `delete` ask what Pulumi asks, in its order, about one message more.
    """

    def __init__(self, stack: Stack, count: int) -> None:
        self.apple = stack.transport = Apple()
        self.stack = stack
        self.planner = Message(stack.begin()[0])
        run, _ = stack.begin()
        self.message, self.default = Message(run), DefaultMessage(run)
        self.program = {"messages": count, "images": 0, "isComplete": True}
        self.created, self.edited, self.deleted = range(count, count + 3)
        self.recorded = [self.record(number) for number in range(count + 3) if number != self.created]
        for number, outputs in enumerate(self.recorded[:count]):
            self.plan(self.message, outputs, self.props(text(number)))
            shown = self.pair(number, outputs["messageIdentifier"])
            self.plan(self.default, {**shown, "configuredIdentifier": outputs["messageIdentifier"]}, shown)
        run.apple.uploads(Location.of(self.recorded[0]), MESSAGE).siblings("")  # the list is known

    def props(self, want: Want) -> Props:
        return {**self.stack.props(want), "program": self.program}

    def pair(self, number: int, identifier: str) -> Props:
        """The inputs of the default that shows this message."""
        want = default(f"default-{number}", productId=product(number))
        return {**self.stack.props(want), "messageIdentifier": identifier}

    def record(self, number: int) -> Props:
        """The outputs of a message that was created before this run, and that Apple shows."""
        inputs = self.planner.check({}, self.props(text(number))).inputs
        identifier = self.apple.shown[product(number)] = inputs["messageIdentifier"]
        self.apple.messages.append(identifier)
        shown = {"messageState": "APPROVED", "approvedIdentifier": identifier, "approvedAt": 1_700_000_000}
        empty = ("formerPairs", "superseded", "foundIdentifiers", "retainedIdentifiers")
        return {**inputs, **shown, "supersededImages": {}, **{key: [] for key in empty}}

    def plan(self, handler: Handler, outputs: Props, props: Props) -> Props:
        """What is asked about a recorded resource first."""
        inputs = handler.check(handler.inputs_of(outputs), props).inputs
        handler.diff("", outputs, inputs)
        return inputs

    def create(self) -> None:
        """A new message."""
        self.message.create(self.message.check({}, self.props(text(self.created))).inputs)

    def edit(self) -> None:
        """Another text of a recorded message: upload, default, and the deletion of the earlier one."""
        edited, old = self.props(text(self.edited, "Second")), self.recorded[-2]
        self.plan(self.message, old, edited)
        new = self.message.create(self.message.check({}, edited).inputs).outputs
        shown, wanted = (self.pair(self.edited, each["approvedIdentifier"]) for each in (old, new))
        outputs = {**shown, "configuredIdentifier": old["messageIdentifier"]}
        self.plan(self.default, outputs, wanted)
        self.default.update("", outputs, wanted)
        self.message.delete(old["messageIdentifier"], old)

    def delete(self) -> None:
        """A recorded message that the program does not have any more, and that nothing shows."""
        old = self.recorded[-1]
        self.apple.shown[product(self.deleted)] = EXPLICIT
        self.message.delete(old["messageIdentifier"], old)

    def count(self, act: Callable[[], object]) -> tuple[int, list[str]]:
        """How many functions of the handlers' package are called, and what Apple is asked."""
        calls: list[CodeType] = []
        self.apple.requests.clear()

        def note(frame: FrameType, event: str, _: Any) -> None:
            if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
                calls.append(frame.f_code)

        before = sys.getprofile()
        sys.setprofile(note)
        try:
            act()
        finally:
            sys.setprofile(before)
        return len(calls), self.apple.requests.copy()


REQUESTS = {
    "sandbox": {"create": ["PUT"], "edit": ["PUT", "PUT", "DELETE"], "delete": ["GET", "DELETE"]},
    "production": {"create": ["PUT"], "edit": ["PUT", "PUT"], "delete": ["GET", "DELETE"]},
}
"""What each act asks Apple: what a message replaced in production is needed until its review."""


@pytest.mark.parametrize("environment", REQUESTS)
def test_work_per_upload_does_not_grow_with_their_number(environment: str, request: pytest.FixtureRequest) -> None:
    """One message more to create, edit or delete is as many function calls among 1600 others as among 100."""
    counted: list[dict[str, int]] = []
    for count in (FEW, MANY):
        world = World(request.getfixturevalue(environment), count)
        acts = {name: world.count(getattr(world, name)) for name in REQUESTS[environment]}
        assert {name: asked for name, (_, asked) in acts.items()} == REQUESTS[environment]
        counted.append({name: calls for name, (calls, _) in acts.items()})

    few, many = counted
    assert min(few.values()) > HANDFUL
    assert {name: calls for name, calls in many.items() if abs(calls - few[name]) > HANDFUL} == {}


def test_an_update_that_retires_goes_through_a_dozen_jumps() -> None:
    """An update that retires goes from file to file at most a dozen times: a stranger can follow it."""
    # A jump is a call into another file than the call before: with sys.setprofile, between the files of `resources`,
    # without comprehensions and lambdas.
    stack = Stack(Emulator(), "production")
    for text in ("First", "First", "Second", "Second"):
        stack.up(image(), message(text, image=of()), default())
        stack.apple.approve()
    program = (image(), message("Second", image=of()), default())
    files: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and PACKAGE in frame.f_code.co_filename and not frame.f_code.co_name.startswith("<"):
            files.append(frame.f_code.co_filename)

    update = Message.update
    with pytest.MonkeyPatch.context() as patched:

        def counted(handler: Message, *arguments: Any) -> Props:
            sys.setprofile(note)
            try:
                return update(handler, *arguments)
            finally:
                sys.setprofile(None)

        patched.setattr(Message, "update", counted)
        done = stack.up(*program)

    assert done.steps["stay"] == "update"
    assert stack["stay"]["superseded"] == []
    assert 0 < sum(one != other for one, other in pairwise(files)) <= 12
