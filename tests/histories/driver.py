"""What a history asks of whatever runs its commands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from histories.program import Program
    from retention_messaging_emulator import AppStoreConnect, Emulator


@dataclass(frozen=True)
class Mishap:
    """What befalls a command at its request of this number, from 0, and at the `times` - 1 after it."""

    kind: str
    request: int
    times: int = 1


class Driver(ABC):
    """A stack, its App Store, and an engine that runs commands; `said` are the lines of the latest."""

    emulator: Emulator
    store: AppStoreConnect
    said: list[str]

    @abstractmethod
    def run(self, command: str, program: Program, names: Collection[str], mishap: Mishap | None) -> set[str]:
        """`up`, `preview`, `refresh`, `destroy`; `target` or `replace` these names. Answers what was not `same`."""

    @abstractmethod
    def tolerates(self, command: str, error: Exception) -> bool:
        """Whether a command may fail like this, though nothing befell it."""

    @abstractmethod
    def deployment(self) -> dict[str, Any]:
        """The state, as it is exported."""

    @abstractmethod
    def unprotect(self) -> None:
        """Take every protection from the state."""

    @abstractmethod
    def pass_time(self, seconds: int) -> None:
        """For everybody."""
