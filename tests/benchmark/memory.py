"""The memory of a provider's process, as Linux tells it."""

from __future__ import annotations

import os
import re
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OFTEN = 0.2
"""Seconds between two looks; what is told is the most that a process has had until then."""

PROCESSES = Path("/proc")


class Watched:
    """The largest memory that any provider's process of a workspace has had, in MB; 0 where nobody tells."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.fsencode(folder)
        self.megabytes = 0.0

    def look(self) -> None:
        for process in PROCESSES.glob("[0-9]*"):
            with suppress(OSError):
                if b"pulumi.dynamic" in (process / "cmdline").read_bytes() and self._is_ours(process):
                    found = re.search(r"VmHWM:\s*(\d+) kB", (process / "status").read_text())
                    self.megabytes = max(self.megabytes, int(found[1]) / 1024 if found else 0)

    def _is_ours(self, process: Path) -> bool:
        return self._folder in (process / "environ").read_bytes()


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """Look at the processes whose environment names a folder, as long as the block lasts."""
    watch, ended = Watched(folder), threading.Event()

    def go_on() -> None:
        while not ended.wait(OFTEN):
            watch.look()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()
