"""What a run of the tests reports at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many random histories were played, and with which seeds."""
    reports = terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", [])
    played = dict(dict(each.user_properties)["histories"] for each in reports if each.user_properties)
    if played:
        seeds = ", ".join(map(str, sorted(played)))
        terminalreporter.write_line(f"{sum(played.values())} random histories of seed {seeds}")
