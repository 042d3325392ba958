"""Every fault of every endpoint in every operation that uses it: nothing is lost, and one `up` mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resources.faults import ENDPOINTS, FAULTS, OF_LISTS, Faulty
from resources.operations import OPERATIONS, all_that_is_asked
from resources.stack import CheckFailed
from retention_messaging_provider.api import ApiError
from retention_messaging_provider.resources.handler import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from retention_messaging_emulator import Emulator

CROSS_SECTION = 11
"""Each so manieth case is in the short run."""


USED = [(name, endpoint) for name, asked in all_that_is_asked().items() for endpoint in dict.fromkeys(asked)]
CASES = [
    (operation, endpoint, fault, times)
    for operation, endpoint in USED
    for fault in FAULTS
    if fault not in OF_LISTS or endpoint.endswith("List")
    for times in (1, 100)
]


def test_every_endpoint_is_used_by_an_operation() -> None:
    """The matrix has all of Apple's endpoints."""
    assert {endpoint for _, endpoint in USED} == ENDPOINTS.keys()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id="-".join(map(str, case)), marks=[] if number % CROSS_SECTION == 0 else pytest.mark.long)
        for number, case in enumerate(CASES)
    ],
)
def test_a_fault_loses_nothing_and_one_up_mends_it(emulator: Emulator, case: tuple[str, str, str, int]) -> None:
    """A fault is one line or a quiet recovery, nothing is taken for gone, and afterwards one `up` converges."""
    name, endpoint, fault, times = case
    operation = OPERATIONS[name]
    stack = operation.begin(emulator)
    recorded = {each.id for each in stack.state}
    stack.transport = way = Faulty(stack.transport, lambda: stack.now)
    with operation.watched(stack) as watch:
        way.endpoint, way.fault, way.times = endpoint, fault, times
        error = failure_of(lambda: operation.run(stack))
        gone = recorded - {each.id for each in stack.state} if name.startswith(("refresh", "preview")) else set()
        way.times = 0
        operation.mend(stack)

        assert is_one_line_about(endpoint, error)
        assert gone == set()
        assert watch.wrongs == []
        assert operation.wrongs(stack) == []


def failure_of(act: Callable[[], object]) -> str:
    """What a command failed with, "" for nothing."""
    try:
        act()
    except (Failure, ApiError, CheckFailed) as error:
        return str(error)
    return ""


def is_one_line_about(endpoint: str, error: str) -> bool:
    """Whether it is nothing, or one line of two halves that names what was asked of Apple."""
    is_line = "\n" not in error and "; " in error and len(error) < 700
    return not error or (is_line and ENDPOINTS[endpoint].name in error)
