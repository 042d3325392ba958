"""
What a program declares, known when it has ended.

A message tells its provider which defaults may show it, and most defaults are declared after it. So a message is
registered last: when Pulumi registers the outputs of the root stack, which is the end of a program, whatever ran the
event loop before.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from inspect import isawaitable
from typing import Any

import pulumi
from pulumi.runtime import get_root_resource
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import SETTINGS, get_monitor

PATIENCE = 10.0
"""
Seconds, after the last declaration, that a message waits for the end of the program, and after that for the products
and locales that are Outputs: longer than a look-up between two declarations takes, and short enough for a program that
awaits an output of the message, which would otherwise be for ever.
"""

TICK = 0.5
"""Seconds. Time in which the program itself computes counts as one tick: the message was not waited for meanwhile."""


@dataclass(frozen=True)
class Default:
    """A default of the program: of one message, or of any (None) where it cannot be told of which."""

    message: pulumi.Resource | None
    product_id: pulumi.Input[str]
    locale: pulumi.Input[str]

    async def pair(self) -> "Pair | None":
        """`<productId>/<locale>`; None where that is not known in this run, as in a preview."""
        parts = self.product_id, self.locale
        if all(isinstance(part, str) for part in parts):
            return Pair("/".join(map(str, parts)), is_secret=False)
        output = pulumi.Output.all(*parts)
        values = await output.future() if await output.is_known() else ()
        if not values or not all(isinstance(plain(value), str) for value in values):
            return None
        return Pair("/".join(map(plain, values)), is_secret=await output.is_secret())


@dataclass(frozen=True, order=True)
class Pair:
    """What a default is of, and whether the program keeps that secret."""

    text: str
    is_secret: bool


@dataclass(frozen=True)
class Declared:
    """All that a program has declared; `is_complete` is False where there may be more."""

    pairs: Mapping[pulumi.Resource | None, set[Pair]]
    images: int
    messages: int
    is_complete: bool

    def pairs_of(self, message: pulumi.Resource) -> "list[str] | pulumi.Output[list[str]]":
        """The pairs whose default may show a message; a secret where one of them is."""
        pairs = self.pairs.get(message, set()) | self.pairs.get(None, set())
        texts = sorted({pair.text for pair in pairs})
        return pulumi.Output.secret(texts) if any(pair.is_secret for pair in pairs) else texts

    def summary(self) -> dict[str, Any]:
        """What `check` is told of the program."""
        return {"images": self.images, "messages": self.messages, "isComplete": self.is_complete}


@dataclass
class Program:
    """One run of one program, from its first declaration to its end."""

    has_root: bool = False
    images: int = 0
    messages: int = 0
    defaults: list[Default] = field(default_factory=list)
    _sources: dict[int, pulumi.Resource] = field(default_factory=dict)
    _declarations: int = 0
    _has_failed: bool = False
    _end: asyncio.Event = field(default_factory=asyncio.Event)
    _declared: "asyncio.Task[Declared] | None" = None

    def declare(self, resource: pulumi.Resource) -> None:
        """Note a resource, so that its outputs lead back to it. It lives as long as the program, and so do their ids."""
        self._declarations += 1
        self._sources.update({id(value): resource for value in vars(resource).values() if is_output(value)})

    def source(self, value: object) -> pulumi.Resource | None:
        """The resource whose own output this is."""
        return self._sources.get(id(value)) if is_output(value) else None

    def end(self, *, has_failed: bool) -> None:
        """Note that nothing more is declared, but by what runs when an Output is known."""
        self._has_failed = has_failed
        self._end.set()

    async def declared(self) -> Declared:
        """All that the program has declared, once it has ended, or as far as that can be waited for."""
        if self._declared is None or self._declared.done():
            self._declared = asyncio.ensure_future(self._collect())
        return await self._declared

    async def _collect(self) -> Declared:
        has_ended = await self._has_ended()
        defaults = list(self.defaults)
        tasks = [asyncio.ensure_future(default.pair()) for default in defaults]
        done, _ = await asyncio.wait(tasks, timeout=PATIENCE) if tasks else (set(), None)
        pairs: dict[pulumi.Resource | None, set[Pair]] = {}
        is_complete = has_ended
        for default, task in zip(defaults, tasks, strict=True):
            pair = task.result() if task in done and not task.exception() else None
            if pair:
                pairs.setdefault(default.message, set()).add(pair)
            else:
                is_complete = False
        return Declared(pairs, self.images, self.messages, is_complete)

    async def _has_ended(self) -> bool:
        """Wait for the end; False where there is none to wait for, it does not come, or it came by a failure."""
        if not self.has_root:
            await asyncio.sleep(0)
            return False
        seen, waited = self._declarations, 0.0
        while not self._end.is_set() and waited < PATIENCE:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._end.wait(), TICK)
            waited = waited + TICK if seen == self._declarations else 0.0
            seen = self._declarations
        return self._end.is_set() and not self._has_failed


KEY = "_retention_messaging_program"


def current_program() -> Program:
    """
    The program that runs now.

    It lives with Pulumi's own record of the run, of which there is one for each, also in Automation API and in tests.
    """
    run = SETTINGS.rpc_manager
    started, program = vars(run).get(KEY, (None, Program()))
    if started is not run.rpcs:  # Pulumi's own tests begin a run anew
        program = Program()
        vars(run)[KEY] = run.rpcs, program
        tell_end(program, get_root_resource())
    return program


def tell_end(program: Program, root: pulumi.Resource | None) -> None:
    """Let the program know when its root stack registers its outputs."""
    # With Pulumi's mocks the root stack has come to its end before the program begins.
    has_ended = getattr(root, "_outputs_registered", isinstance(get_monitor(), MockMonitor))
    if has_ended or not isinstance(root, pulumi.ComponentResource):
        return
    register_outputs = root.register_outputs

    def end(outputs: pulumi.Inputs) -> None:
        program.end(has_failed=sys.exc_info()[0] is not None)
        register_outputs(outputs)

    vars(root)["register_outputs"] = end
    program.has_root = True


@contextmanager
def not_waited_for() -> Iterator[None]:
    """
    Keep what is registered herein from Pulumi's `register_resource_transform`, which waits for every registration.

    Waiting for one that itself waits for the end of the program would be for ever.
    """
    run = SETTINGS.rpc_manager
    do_rpc = run.do_rpc

    def do_unseen(name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def registration(*args: Any) -> Any:  # Pulumi finds them by their name, which is `rpc_wrapper`
            return await do_rpc(name, call)(*args)

        return registration

    vars(run)["do_rpc"] = do_unseen
    try:
        yield
    finally:
        vars(run).pop("do_rpc", None)


def is_output(value: object) -> bool:
    """Whether it is one of Pulumi's; asked of its class, as an Output answers to every name."""
    return isinstance(value, pulumi.Output)


def plain(value: Any) -> Any:
    """An Enum as its value; an awaitable, which can be awaited only once, as an Output."""
    if isinstance(value, Enum):
        return value.value
    return pulumi.Output.from_input(value) if isawaitable(value) else value


def sorted_outputs(values: Iterable[pulumi.Output[str]]) -> "pulumi.Output[list[str]] | list[str]":
    """What the outputs are, each once, in order."""
    outputs = list(values)
    return pulumi.Output.all(*outputs).apply(lambda known: sorted(set(known))) if outputs else []
