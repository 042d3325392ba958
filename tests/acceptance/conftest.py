"""Every acceptance test runs on every engine that is found; where the Pulumi CLI is missing, its tests are skipped."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from acceptance.stacks import CLI_TAKES_LONG, PROGRAM, ProgramStack
from retention_messaging_emulator import Emulator, Switches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.found import Engine
    from retention_messaging_emulator.app_store import Environment


@pytest.fixture(params=CLI_TAKES_LONG)
def engine(request: pytest.FixtureRequest) -> Engine:
    engine: Engine = request.param
    return engine


@pytest.fixture
def switches() -> Switches:
    return Switches(total_requests=4, total_duration=0)


@pytest.fixture
def emulator(switches: Switches) -> Iterator[Emulator]:
    """Behind every realtime URL is a server that answers as Apple wants it."""
    answer = {"message": {"messageIdentifier": "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"}}
    server = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    emulator = Emulator(switches=switches, transport=server)
    yield emulator
    emulator.close()


@pytest.fixture
def open_stack(engine: Engine, emulator: Emulator) -> Iterator[Callable[..., ProgramStack]]:
    """Opens stacks of any program and environment, on one engine, before one App Store."""
    with ExitStack() as opened:
        server = opened.enter_context(emulator.serve())

        def open_(program: Path = PROGRAM, environment: Environment = "sandbox") -> ProgramStack:
            return opened.enter_context(ProgramStack(engine, emulator, server.url, program, environment))

        yield open_


@pytest.fixture
def sandbox(open_stack: Callable[..., ProgramStack]) -> ProgramStack:
    """A sandbox stack of the small program beside these tests."""
    return open_stack()


@pytest.fixture
def production(open_stack: Callable[..., ProgramStack]) -> ProgramStack:
    """Its production stack."""
    return open_stack(environment="production")
