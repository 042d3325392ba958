"""The driver of the random histories: the handlers under the step logic, and mishaps on the way to Apple."""

from __future__ import annotations

from concurrent.futures import Executor
from random import Random
from typing import TYPE_CHECKING, Any

import httpx

from histories.driver import Driver, Mishap
from histories.program import FILES, LAST, Program
from resources.samples import image, of
from resources.stack import Ref, Refused, Stack, Want, urn
from retention_messaging_provider.resources.default_message import DefaultMessage
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

IMAGES = {file: image(file) for file in (*FILES, LAST)}


class Killed(BaseException):
    """The engine's process ends here."""


class Befallen(httpx.BaseTransport):
    """The way to Apple, on which mishaps befall requests."""

    def __init__(self, way: httpx.BaseTransport, mishap: Mishap, approve: Callable[[], object]) -> None:
        self.way, self.mishap, self.approve = way, mishap, approve
        self.requests = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        number, self.requests = self.requests, self.requests + 1
        if not self.mishap.request <= number < self.mishap.request + self.mishap.times:
            return self.way.handle_request(request)
        return MISHAPS[self.mishap.kind](self, request)

    def kill(self, request: httpx.Request) -> httpx.Response:
        raise Killed

    def kill_late(self, request: httpx.Request) -> httpx.Response:
        self.way.handle_request(request)
        raise Killed

    def drop(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("dropped")

    def lose_answer(self, request: httpx.Request) -> httpx.Response:
        self.way.handle_request(request)
        raise httpx.ReadTimeout("too late")

    def bad_gateway(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(502, text="<html>")

    def unauthenticated(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, text="Unauthenticated")

    def decide(self, request: httpx.Request) -> httpx.Response:
        """Apple's review goes on meanwhile."""
        self.approve()
        return self.way.handle_request(request)


MISHAPS: dict[str, Callable[[Befallen, httpx.Request], httpx.Response]] = {
    "kill": Befallen.kill,
    "kill late": Befallen.kill_late,
    "drop": Befallen.drop,
    "lose answer": Befallen.lose_answer,
    "bad gateway": Befallen.bad_gateway,
    "unauthenticated": Befallen.unauthenticated,
    "decide": Befallen.decide,
}


class AnyOrder(Executor):
    """Does what does not hang together one after the other, in an order of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], **options: Any) -> Iterator[Any]:
        items = list(enumerate(zip(*iterables, strict=True)))
        self.chance.shuffle(items)
        results = {number: fn(*arguments) for number, arguments in items}
        return iter([results[number] for number in sorted(results)])


class InProcess(Driver):
    """The handlers under the step logic of the stand-in engine; `seed` decides what has no order of its own."""

    def __init__(self, stack: Stack, seed: int = 0) -> None:
        self.stack = stack
        stack.executor = AnyOrder(seed)
        self.emulator, self.store = stack.apple, stack.store
        self.way = stack.transport

    def run(self, command: str, program: Program, names: Collection[str], mishap: Mishap | None) -> set[str]:
        self.stack.transport = Befallen(self.way, mishap, self.emulator.approve) if mishap else self.way
        wants = list(wanted(program))
        commands: dict[str, Callable[[], Any]] = {
            "up": lambda: self.stack.up(*wants),
            "target": lambda: self.stack.up(*wants, targets=names),
            "replace": lambda: self.stack.up(*wants, replace=names),
            "preview": lambda: self.stack.preview(*wants),
            "refresh": self.stack.refresh,
            "destroy": self.stack.destroy,
        }
        try:
            done = commands[command]()
        except Killed:
            return set()
        return {name for name, step in done.steps.items() if step != "same"}

    @property
    def said(self) -> list[str]:  # type: ignore[override]
        return self.stack.said

    def tolerates(self, command: str, error: Exception) -> bool:
        """What is protected is not replaced; what a default shows is not deleted without it."""
        return isinstance(error, Refused) or (command == "target" and isinstance(error, Failure))

    def deployment(self) -> dict[str, Any]:
        return self.stack.snapshot.write(str)

    def unprotect(self) -> None:
        for each in self.stack.snapshot.resources:
            each.protect = False

    def pass_time(self, seconds: int) -> None:
        self.stack.pass_time(seconds)


def wanted(program: Program) -> Iterator[Want]:
    """The program as resources."""
    retain = program.retain or None
    for name, file in program.images.items():
        yield Want(IMAGES[file].handler, name, {**IMAGES[file].props, "retainOnDelete": retain})
    order = -1 if program.reverse else 1
    for text in list(program.messages.values())[::order]:
        props = {
            "header": text.header,
            "body": "Your friends are still here.",
            "image": of(text.image) if text.image else None,
            "keepReplaced": text.keep_replaced,
            "retainOnDelete": retain,
        }
        aliases = tuple(urn(Message, *before) for before in text.before)
        yield Want(Message, text.name, props, aliases, text.inside, text.protect)
    for name, (pair, slot) in list(program.defaults.items())[::order]:
        product, locale = pair.rsplit("/", 1)
        shown = Ref(program.messages[slot].name, "approvedIdentifier")
        yield Want(
            DefaultMessage,
            name,
            {"productId": product, "locale": locale, "messageIdentifier": shown, "adopt": True},
            protect=name in program.protected,
        )
