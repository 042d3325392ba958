"""What a run of the tests tells at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many random histories were lived, and with which seeds."""
    reports = terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", [])
    lived = dict(dict(each.user_properties)["histories"] for each in reports if each.user_properties)
    if lived:
        seeds = ", ".join(map(str, sorted(lived)))
        terminalreporter.write_line(f"{sum(lived.values())} random histories of seed {seeds}")
