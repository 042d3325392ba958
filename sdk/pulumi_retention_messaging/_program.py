"""
What a program declares, known when it has ended.

A message tells its provider which defaults may show it, and most defaults are declared after it. So a message is
registered last: when Pulumi registers the outputs of the root stack, which is the end of a program, whatever has run
the event loop before.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from traceback import walk_stack
from typing import Any

import pulumi
from pulumi.runtime import get_root_resource
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.stack import Stack

from pulumi_retention_messaging._declared import Declared, Default, Pair, by_message, known_texts
from retention_messaging_provider.settings import Settings

PATIENCE = 10.0
"""
Seconds that a message waits: for the end, since the last declaration, and then for products and locales that are
Outputs. Longer than a look-up between two declarations takes; short, because a program that awaits an output of the
message itself would be waited for in vain.
"""

TICK = 0.5
"""Seconds. While the program computes, nothing waits for it, and however long that takes counts as one tick."""

TURNS = 20
"""Turns of the event loop, for what waits for nothing but its turn: what `apply` makes of an Output that is known."""

KEY = "_retention_messaging_program"


@dataclass
class Program:
    """One run of one program, from its first declaration to its end."""

    defaults: list[Default] = field(default_factory=list)
    images: dict[pulumi.Resource, bool] = field(default_factory=dict)
    """Whether each is to be retained."""
    messages: list[pulumi.Resource] = field(default_factory=list)
    explicit: list[pulumi.Input[str]] = field(default_factory=list)
    """The identifiers that messages are given."""
    urns: dict[tuple[str, pulumi.Resource | None], "asyncio.Future[str | None]"] = field(default_factory=dict)
    """Type and parent → the URN of a resource without a name."""
    settings: Settings | None = None
    has_root: bool = False

    _sources: dict[int, pulumi.Resource] = field(default_factory=dict)
    _end: asyncio.Event = field(default_factory=asyncio.Event)
    _has_failed: bool = False
    _declared: "asyncio.Task[Declared] | None" = None

    def note(self, resource: pulumi.Resource) -> None:
        """Note a resource, so that its outputs lead back to it; while it is held, no other object has their ids."""
        outputs = (value for value in vars(resource).values() if isinstance(value, pulumi.Output))
        self._sources.update({id(output): resource for output in outputs})

    def source(self, value: object) -> pulumi.Resource | None:
        """The resource of ours whose own output this is."""
        return self._sources.get(id(value))

    def note_default(self, default: Default) -> None:
        """Note a default, in time for its message, or with a line that says that it is not."""
        self.defaults.append(default)
        if self._declared and self._declared.done():
            pulumi.log.warn(
                f"'{default.name}' is declared after its message was registered, as inside apply, so the message does "
                "not know that it is shown there; declare it earlier, or give the message retain_on_delete=True"
            )

    def note_end(self, *, has_failed: bool) -> None:
        """Note that nothing more is declared, but by what runs when an Output is known."""
        self._has_failed = has_failed
        self._end.set()

    def declared(self) -> "asyncio.Task[Declared]":
        """All that the program declares, once it has ended, or as far as that can be waited for."""
        if self._declared is None or self._declared.done():
            self._declared = asyncio.ensure_future(self._collect())
        return self._declared

    async def _collect(self) -> Declared:
        is_complete = self.has_root and await self._has_ended()
        for _ in range(TURNS):
            await asyncio.sleep(0)
        tasks: dict[Default, asyncio.Task[Pair | None]] = {}
        while len(tasks) < len(self.defaults):  # while some are waited for, others may come
            tasks |= {each: asyncio.ensure_future(each.pair()) for each in self.defaults[len(tasks) :]}
            await asyncio.wait(tasks.values(), timeout=PATIENCE)
        for default, task in tasks.items():
            if not task.done():
                pulumi.log.warn(
                    f"'{default.name}': its product or locale is not known after {PATIENCE:.0f} s, so no message knows "
                    "in this run that it is shown there; take them from what does not wait for a message"
                )
        known = {each: task.result() if task.done() and not task.exception() else None for each, task in tasks.items()}
        is_complete = is_complete and all(known.values())
        wanted = await known_texts([each.identifier for each in self.defaults if each.identifier is not None], TICK)
        explicit = await known_texts(self.explicit, TICK)
        return Declared(by_message(known), len(self.images), len(self.messages), is_complete, wanted, explicit)

    async def _has_ended(self) -> bool:
        """Wait for the end; False where it does not come, or was a failure."""
        count, waited = len(self._sources), 0.0
        while not self._end.is_set() and waited < PATIENCE:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._end.wait(), TICK)
            waited = waited + TICK if count == len(self._sources) else 0.0
            count = len(self._sources)
        if not self._end.is_set():
            pulumi.log.warn(
                f"the program has declared nothing for {PATIENCE:.0f} s and not ended, so messages are registered with "
                "the defaults that there are; await a message's outputs after its last default is declared"
            )
        return self._end.is_set() and not self._has_failed


def current_program() -> Program:
    """
    The program that runs now.

    It lives with Pulumi's own record of the run, of which there is one for each, also in Automation API and in tests.
    """
    run = SETTINGS.rpc_manager
    rpcs, program = vars(run).get(KEY, (None, None))
    if program is None or rpcs is not run.rpcs:  # `pulumi.runtime.test` begins a run anew
        program = Program()
        vars(run)[KEY] = run.rpcs, program
        watch(get_root_resource(), program)
    known: Program = program
    return known


def watch(root: pulumi.Resource | None, program: Program) -> None:
    """Note the program's end when its root stack registers its outputs."""
    if not isinstance(root, Stack) or has_registered_outputs(root):  # as under Pulumi's mocks, or inside apply
        return
    register_outputs = root.register_outputs

    def end(outputs: pulumi.Inputs) -> None:
        program.note_end(has_failed=sys.exc_info()[0] is not None)
        register_outputs(outputs)

    vars(root)["register_outputs"] = end
    program.has_root = True


def has_registered_outputs(root: Stack) -> bool:
    """Whether a root stack has come to its end."""
    known: bool | None = getattr(root, "_outputs_registered", None)
    if known is None:  # an earlier Pulumi, in which a program runs inside the constructor of its root stack
        return all(frame.f_code is not Stack.__init__.__code__ for frame, _ in walk_stack(None))
    return known


@contextmanager
def not_waited_for() -> Iterator[None]:
    """
    Keep what is registered meanwhile from `register_resource_transform`, which waits for all registrations under way.

    Otherwise it would wait for a message that waits for the end of the program.
    """
    run = SETTINGS.rpc_manager
    do_rpc = run.do_rpc

    def do(name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def registration() -> Any:  # those that Pulumi waits for have the name `rpc_wrapper`
            return await do_rpc(name, call)()

        return registration

    vars(run)["do_rpc"] = do
    try:
        yield
    finally:
        vars(run).pop("do_rpc", None)
