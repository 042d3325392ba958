"""The one clock of an emulator."""

import time
from dataclasses import dataclass


def wall_clock() -> int:
    """The machine's time, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass
class Clock:
    """
    Milliseconds since 1970: the machine's clock, which runs on from wherever it is put.

    Tokens are judged by it too: a client whose clock is not moved along is refused with 401, as it is by Apple.
    """

    offset: int = 0

    def now(self) -> int:
        return wall_clock() + self.offset

    def set(self, now: int) -> None:
        self.offset = now - wall_clock()

    def advance(self, milliseconds: int) -> None:
        self.offset += milliseconds

    def reset(self) -> None:
        self.offset = 0
