"""
Pulumi's commands over many messages, beside the same over an empty provider, on one engine.

An empty provider does nothing, and its resources have the inputs and outputs of a message: its time is what Pulumi
takes for itself. `up`, an edit of every message, and `destroy` need their requests, too, whose time is taken of the
client alone, on as many threads. The CLI is told to write its state once (`PULUMI_SKIP_CHECKPOINTS`); else it writes
all of it after every step, which grows with the square. A ratio below 1 comes from the program: a dynamic resource
makes an Output of everything that it is given, and ours of what a program can read.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from acceptance.stacks import ProgramStack
from benchmark.measure import Row, at_most, child, in_turns, median_ratio, not_measured, seconds
from benchmark.memory import ONLY_LINUX, watched
from benchmark.network import network
from benchmark.uploading import THREADS
from benchmark.uploads import access
from engine.found import STAND_IN, Workspace
from pulumi_retention_messaging import Message
from pulumi_retention_messaging._resource import outputs_of, snake_case
from retention_messaging_emulator import Emulator, Switches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmark.measure import Options
    from benchmark.network import Network
    from engine.found import Engine

PROGRAMS = Path(__file__).with_name("programs")
MOST_ON_THE_STAND_IN = 100
"""Resources: it writes the whole state after every step, as the CLI does unless it is told not to."""

LIGHT = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""With which the CLI writes its state once, and not after every step."""

SHORT = 3
"""As often again as what takes long: the shortest command, which leaves everything as it is."""

COMMANDS = ("up", "preview", "refresh", "edit", "destroy")
PROVIDER = "__provider"


@dataclass
class Life:
    """What the commands of one stack took: seconds by command, and in `up` the provider's memory and its network."""

    seconds: dict[str, float]
    memory: int = 0
    connections: int = 0
    tokens: int = 0


def rows(options: Options) -> Iterator[Row]:
    """Every size, beginning with the smallest."""
    room = Switches(max_messages=2 * max(options.sizes))  # an edit has both texts of a message at Apple
    emulator = Emulator(switches=room)
    with closing(emulator), emulator.serve() as server, network(server.url) as way:
        for count in sorted(options.sizes):
            if options.engine is STAND_IN and count > MOST_ON_THE_STAND_IN:
                reason = f"the {STAND_IN} engine is too slow for so many; make pulumi fetches the CLI"
                yield not_measured(f"commands over {count} messages", "an empty provider", reason)
            else:
                lives = Lives(options.engine, emulator, way, count)
                yield from judged(count, in_turns(options.times, {name: getattr(lives, name) for name in LIVES}))


LIVES = ("ours", "empty", "bare")


class Lives:
    """The lives of stacks of as many resources."""

    def __init__(self, engine: Engine, emulator: Emulator, way: Network, count: int) -> None:
        self._engine, self._emulator, self._way = engine, emulator, way
        self._count = count
        with self._messages(1) as stack:
            stack.up()
            recorded = stack.resource("stay-0")
        self._inputs, outputs = (
            {snake_case(key): value for key, value in recorded[part].items() if key != PROVIDER}
            for part in ("inputs", "outputs")
        )
        self._computed = {key: value for key, value in outputs.items() if key not in self._inputs}

    def ours(self) -> Life:
        """Of messages."""
        with self._messages(self._count) as stack:
            return self._live(stack)

    def empty(self) -> Life:
        """Of an empty provider, whose resources have the inputs and outputs of a message."""
        environment = {**LIGHT, "COUNT": str(self._count), "HEADER": "First"}
        environment |= {"INPUTS": json.dumps(self._inputs), "COMPUTED": json.dumps(self._computed)}
        environment["OUTPUTS"] = json.dumps(sorted(outputs_of(Message)))
        with Workspace(self._engine, PROGRAMS / "empty", environment=environment) as stack:
            return self._live(stack)

    def bare(self) -> Life:
        """Of no stack: the requests alone."""
        self._emulator.reset()
        return Life(child("uploading", "bare", self._count, given=access(self._emulator, self._way.url)))

    def _messages(self, count: int) -> ProgramStack:
        self._emulator.reset()
        self._way.clear()
        stack = ProgramStack(self._engine, self._emulator, self._way.url, PROGRAMS / "messages")
        stack.environment |= {**LIGHT, "COUNT": str(count), "HEADER": "First"}
        return stack

    def _live(self, stack: Workspace) -> Life:
        with watched(stack.folder) as watch:
            life = Life({"up": seconds(stack.up)})
        life.memory, life.connections, life.tokens = watch.most, self._way.connections, len(self._way.tokens)
        life.seconds["preview"] = seconds(lambda: stack.preview("--expect-no-changes"))
        refresh = partial(stack.run, "refresh", "--yes", "--skip-preview")
        life.seconds["refresh"] = median(seconds(refresh) for _ in range(SHORT))
        stack.environment["HEADER"] = "Second"
        life.seconds["edit"] = seconds(stack.up)
        life.seconds["destroy"] = seconds(lambda: stack.run("destroy", "--yes", "--skip-preview"))
        return life


def judged(count: int, lives: Mapping[str, Sequence[Life]]) -> Iterator[Row]:
    """The rows of one size."""
    for command in COMMANDS:
        ours, empty = ([each.seconds[command] for each in lives[name]] for name in ("ours", "empty"))
        requests = [each.seconds.get(command, 0) for each in lives["bare"]]
        floors = [one + other for one, other in zip(empty, requests, strict=True)]
        against = "an empty provider" + (f", and the requests on {THREADS} threads" if any(requests) else "")
        parts = " + ".join(f"{median(each):.1f}" for each in (empty, requests) if any(each))
        details = f"{median(ours):.1f} : {parts} s"
        yield at_most(
            f"{command} of {count} messages", against, 1.10, median_ratio(ours, floors), "{:.2f} ×", details=details
        )
    memory = {name: median(each.memory / 1e6 for each in lives[name]) for name in ("ours", "empty")}
    what = f"memory of the provider with {count} messages"
    if not all(memory.values()):
        yield not_measured(what, "an empty provider", ONLY_LINUX)
    else:
        details = f"{memory['ours']:.0f} : {memory['empty']:.0f} MB"
        yield at_most(what, "an empty provider", 1.3, memory["ours"] / memory["empty"], "{:.2f} ×", details=details)
    connections, tokens = (max(getattr(each, key) for each in lives["ours"]) for key in ("connections", "tokens"))
    yield at_most(f"connections opened in up of {count} messages", f"{THREADS} threads", THREADS, connections, "{:.0f}")
    yield at_most(f"tokens signed in up of {count} messages", "one for 4 minutes", 1, tokens, "{:.0f}")
