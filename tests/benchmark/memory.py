"""The memory of processes, as Linux tells it."""

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
PROVIDERS = (b"pulumi.dynamic\0", b"child.py\0provider\0")
"""What is in the command of a provider's process, of the CLI or of the stand-in."""

ONLY_LINUX = "only Linux tells what a process has had"


def memory_of(process: Path, which: str) -> int:
    """Bytes of a process's folder in /proc: `VmRSS` it has, `VmHWM` it has had at most; 0 where nobody tells."""
    with suppress(OSError):
        if found := re.search(rf"{which}:\s*(\d+) kB", (process / "status").read_text()):
            return int(found[1]) * 1024
    return 0


def providers_of(folder: Path) -> Iterator[Path]:
    """The folders in /proc of the provider's processes whose environment names a folder."""
    for process in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes()
            if any(each in command for each in PROVIDERS) and os.fsencode(folder) in (process / "environ").read_bytes():
                yield process


class Watched:
    """The most memory that a provider's process of a workspace has had."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.most = 0

    def look(self) -> None:
        for process in providers_of(self._folder):
            self.most = max(self.most, memory_of(process, "VmHWM"))


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
