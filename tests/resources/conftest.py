from collections.abc import Iterator
from contextlib import closing

import pytest

from resources.operations import make_emulator
from resources.samples import message
from resources.specimens import SPECIMENS, Specimen
from resources.stack import Record, Stack
from retention_messaging_emulator import Emulator
from retention_messaging_provider.resources.handler import Handler, Props


@pytest.fixture(scope="session")
def one_emulator() -> Emulator:
    """Its routes take longer to set up than a test to run."""
    return Emulator()


@pytest.fixture
def apple(one_emulator: Emulator) -> Emulator:
    one_emulator.reset()
    return one_emulator


@pytest.fixture
def sandbox(apple: Emulator) -> Stack:
    return Stack(apple, "sandbox")


@pytest.fixture
def production(apple: Emulator) -> Stack:
    return Stack(apple, "production")


@pytest.fixture(params=SPECIMENS, ids=lambda specimen: specimen.want.handler.__name__)
def specimen(request: pytest.FixtureRequest) -> Specimen:
    chosen: Specimen = request.param
    return chosen


@pytest.fixture(params=["sandbox", "production"])
def stack(request: pytest.FixtureRequest, specimen: Specimen) -> Stack:
    """A stack that has the specimen."""
    stack: Stack = request.getfixturevalue(request.param)
    stack.apple.performance_test(passed=True)
    specimen.arrange(stack.store)
    stack.up(specimen.want)
    return stack


@pytest.fixture
def record(stack: Stack) -> Record:
    return stack.state[0]


@pytest.fixture
def handler(stack: Stack, specimen: Specimen, record: Record) -> Handler:
    """In a new run, whose program has the specimen."""
    run, _ = stack.begin()
    handler = record.handler(run)
    handler.check(record.inputs, stack.props(specimen.want))
    stack.apple.clear_requests()
    return handler


@pytest.fixture
def props(stack: Stack, specimen: Specimen) -> Props:
    """What the program asks for, as the SDK would send it."""
    return stack.props(specimen.want)


@pytest.fixture
def shown(production: Stack) -> str:
    """The identifier of a message `First`, approved and recorded as such."""
    first = message("First")
    production.up(first)
    production.apple.approve()
    production.up(first)
    identifier: str = production["stay"]["approvedIdentifier"]
    return identifier


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """What operations are run before."""
    with closing(make_emulator()) as made:
        yield made
