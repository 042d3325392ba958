"""
Run a program in this process and keep what it registers.

The program runs inside a root stack, as `pulumi up` runs it. Pulumi's own mocks stand in for the engine; what they
leave out and the tests need is added: the options of a registration, and URNs that name all ancestors, as the engine
makes them.
"""

import asyncio
import contextvars
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import iscoroutine
from typing import Any

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.proto.resource_pb2 import RegisterResourceRequest

SETTINGS = {"retention-messaging:environment": "sandbox", "retention-messaging:bundleId": "com.example.app"}
WHERE = {"environment": "sandbox", "bundleId": "com.example.app"}
"""What SETTINGS make of every resource's inputs."""
LOOP = asyncio.new_event_loop()
"""Of every run, as Pulumi makes one for its program; Python 3.12 and later make none unasked."""


@dataclass(frozen=True)
class Registered:
    """One resource as it reached the engine."""

    type: str
    urn: str
    inputs: dict[str, Any]
    provider: str = field(repr=False)
    """The serialized provider class."""
    options: RegisterResourceRequest = field(repr=False)


@dataclass(frozen=True)
class Ran:
    """What a program registered, by name, what its function answered, its Outputs resolved, and its log."""

    resources: dict[str, Registered]
    answer: Any
    log: list[str]


class Engine(mocks.MockMonitor):
    """Answers a registration with the state that the test has for that name, else with its inputs."""

    def __init__(self, project: str, stack: str, states: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(_States(states))
        self.prefix = f"urn:pulumi:{stack}::{project}"
        self.registered: dict[str, Registered] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The types of all ancestors, but not the stack's."""
        ancestors = parent.split("::")[2] if parent else ""
        types = type_ if ancestors in ("", "pulumi:pulumi:Stack") else f"{ancestors}${type_}"
        return f"{self.prefix}::{types}::{name}"

    def RegisterResource(self, request: RegisterResourceRequest) -> Any:  # noqa: N802 - gRPC's
        inputs = pulumi.runtime.rpc.deserialize_properties(request.object)
        if isinstance(inputs.get("program"), str):  # as the adapter reads it
            inputs["program"] = json.loads(inputs["program"])
        self.registered[request.name] = Registered(
            type=request.type,
            urn=self.make_urn(request.parent, request.type, request.name),
            provider=inputs.pop("__provider", ""),
            inputs=inputs,
            options=request,
        )
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


class _States(mocks.Mocks):
    def __init__(self, states: Mapping[str, Mapping[str, Any]]) -> None:
        self.states = states

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return f"{args.name}-id", {**args.inputs, **self.states.get(args.name, {})}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        return {}, []


class _Log(logging.Handler):
    """Keeps the warnings of a program."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def run(
    program: Callable[[], Any],
    *,
    project: str = "shop",
    stack: str = "dev",
    config: Mapping[str, str] = SETTINGS,
    secret_keys: tuple[str, ...] = (),
    states: Mapping[str, Mapping[str, Any]] | None = None,
    root_directory: str | None = ".",
    preview: bool = False,
    has_root: bool = True,
) -> Ran:
    """
    Run the program as one `pulumi up` of a stack, apart from every other.

    `states`: name → outputs in camelCase, as the provider would answer them. `root_directory`: where Pulumi.yaml is.
    `has_root`: False runs it as Pulumi's users run their unit tests.
    """
    engine, log = Engine(project, stack, states or {}), _Log()
    logger = logging.Logger("the program")  # noqa: LOG001 - of this run alone
    logger.addHandler(log)
    answers: list[Any] = []

    def main() -> Any:
        answer = program()
        if iscoroutine(answer):
            return answer
        pulumi.Output.from_input(answer).apply(answers.append)
        return None

    def under_mocks() -> None:
        pulumi.runtime.set_all_config(dict(config), list(secret_keys))
        pulumi.runtime.reset_options(root_directory=root_directory)
        pulumi.runtime.set_mocks(engine.mocks, project, stack, preview=preview, monitor=engine, logger=logger)
        if has_root:
            pulumi.runtime.settings.ROOT.set(None)  # the mocks' own, which has ended
            LOOP.run_until_complete(pulumi.runtime.run_in_stack(main))
        else:
            pulumi.runtime.test(main)()  # type: ignore[no-untyped-call]

    asyncio.set_event_loop(LOOP)
    contextvars.copy_context().run(under_mocks)
    return Ran(engine.registered, answers[0] if answers else None, log.lines)
