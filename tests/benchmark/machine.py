"""What was measured on, without a name or a path of the machine."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.found import Engine

PACKAGES = ("pulumi-retention-messaging", "pulumi", "app-store-server-library")


def facts(engine: Engine) -> Iterator[tuple[str, str]]:
    """What → which."""
    yield "day", f"{datetime.now(UTC):%Y-%m-%d}"
    yield "CPU", f"{_cpu()}, {os.cpu_count()} cores"
    yield "memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
    yield "system", _system()
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"
    yield from ((package, version(package)) for package in PACKAGES)
    yield "engine", str(engine)


def _cpu() -> str:
    """The model, as Linux knows it; elsewhere the architecture."""
    information = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", information.read_text()) if information.exists() else None
    return found[1] if found else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"
