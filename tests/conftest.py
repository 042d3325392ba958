"""What a run of the tests reports at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


MATRICES = {"fault matrix": "test_faults.py::test_a_fault_"}
"""What is counted → the tests that are its cases."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many cases of a matrix held; how many random histories were played, and with which seeds."""
    passed, failed = (terminalreporter.stats.get(outcome, []) for outcome in ("passed", "failed"))
    reports = passed + failed
    for name, tests in MATRICES.items():
        cases = [each for each in reports if tests in each.nodeid]
        if cases:
            held = sum(each in passed for each in cases)
            terminalreporter.write_line(f"{name}: {len(cases)} cases, {held} held")
    played = dict(dict(each.user_properties)["histories"] for each in reports if each.user_properties)
    if played:
        seeds = ", ".join(map(str, sorted(played)))
        terminalreporter.write_line(f"{sum(played.values())} random histories of seed {seeds}")
