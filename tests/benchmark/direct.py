"""Our own part alone: the handlers, called in the order of Pulumi's engine, without an engine and on one thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx

from resources.samples import message
from resources.stack import HANDLERS, Stack, Want

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retention_messaging_provider.resources.handler import Handler, Props

TYPES = {handler: type_ for type_, handler in HANDLERS.items()}


class AppStore(httpx.BaseTransport):
    """A sandbox that keeps the identifiers of messages and images, and answers at once."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, None]] = {"message": {}, "image": {}}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        *_, kind, name = request.url.path.split("/")
        if request.method == "PUT":
            self.kept[kind][name] = None
        elif request.method == "DELETE":
            del self.kept[kind][name]
        else:
            items = [{f"{kind}Identifier": each, f"{kind}State": "APPROVED"} for each in self.kept[kind]]
            return httpx.Response(200, json={f"{kind}Identifiers": items})
        return httpx.Response(200)


@dataclass(frozen=True)
class Recorded:
    """A resource as the engine keeps it."""

    want: Want
    id: str
    inputs: Props
    outputs: Props


class Direct:
    """The commands of Pulumi over one stack, each a run of its own; programs whose resources do not refer to others."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.recorded: dict[str, Recorded] = {}

    def up(self, program: Sequence[Want], *, is_plan: bool = False) -> None:
        """Create, update and replace, and then delete; a plan stops before the first of these."""
        handlers, planned, doomed = self._handlers(), [], []
        kinds = [want.handler.__name__ for want in program]
        summary = {"messages": kinds.count("Message"), "images": kinds.count("Image"), "isComplete": True}
        for want in program:
            handler, old = handlers[want.handler], self.recorded.get(want.urn)

            def props(want: Want = want) -> Props:
                return {
                    **self.stack.props(want),
                    **({"program": summary} if want.handler.__name__ == "Message" else {}),
                }

            inputs = handler.check(old.inputs if old else {}, props()).inputs
            diff = handler.diff(old.id, old.outputs, inputs) if old else None
            if old and diff and diff.replaces:
                inputs = handler.check({}, props()).inputs
                doomed.append(old)
            if not is_plan:
                planned.append(self._made(want, handler, inputs, old, diff))
        if is_plan:
            return
        gone = self.recorded.keys() - {want.urn for want in program}
        for each in (*doomed, *(self.recorded[urn] for urn in gone)):
            handlers[each.want.handler].delete(each.id, each.outputs)
        self.recorded = {each.want.urn: each for each in planned}

    def _made(self, want: Want, handler: Handler, inputs: Props, old: Recorded | None, diff: Any) -> Recorded:
        if old is None or diff.replaces:
            created = handler.create(inputs)
            return Recorded(want, created.id, inputs, created.outputs)
        if diff.changes:
            return replace(old, inputs=inputs, outputs=handler.update(old.id, old.outputs, inputs))
        return replace(old, inputs=inputs)

    def preview(self, program: Sequence[Want]) -> None:
        self.up(program, is_plan=True)

    def refresh(self) -> None:
        """Read everything, and compare."""
        handlers = self._handlers()
        for urn, each in self.recorded.items():
            handler = handlers[each.want.handler]
            read = handler.read(each.id, each.outputs)
            assert read, f"{urn} is missing"
            handler.diff(each.id, read.outputs, each.inputs)
            self.recorded[urn] = replace(each, inputs=read.inputs, outputs=read.outputs)

    def destroy(self) -> None:
        self.up([])

    def _handlers(self) -> dict[type[Handler], Handler]:
        run, _ = self.stack.begin()
        return {handler: handler(run) for handler in TYPES}


def messages(count: int, header: str = "First") -> list[Want]:
    """A program of that many messages."""
    return [message(header, name=f"stay-{number}") for number in range(count)]
