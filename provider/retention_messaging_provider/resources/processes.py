"""
The provider processes of one `pulumi` command, which are two where Pulumi replaces the provider of dynamic resources.

That is so with `--replace '**'`: a new process is asked to create, and the earlier one to delete, which has seen
nothing of the program. What the program has is told to it in a file, beside which a lock tells that its process lives;
where the command is known for certain, what a process has told counts also when it was killed.
"""

import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retention_messaging_provider.resources.ledger import Ref
from retention_messaging_provider.resources.users_folder import digest, users_folder
from retention_messaging_provider.settings import SettingsError

if TYPE_CHECKING:
    from filelock import FileLock

LOCK, CLAIMS = ".lock", ".claims"
OLD = 86_400
"""Seconds, after which what a dead process has left is taken away: not while another one may be about to look."""
PATIENCE = 5
"""Seconds: another process may be looking whether this one lives."""


@dataclass(frozen=True)
class Command:
    """
    A command of Pulumi's.

    name: tells it from others, such as its engine's address
    is_unique: whether no other command has ever had that name, so that what a dead process left is of this one
    """

    name: str
    is_unique: bool = False


class Processes:
    """
    One process beside the others of its command.

    folder: where they meet, of this user alone
    """

    def __init__(self, folder: Path, command: Command) -> None:
        self._folder = folder
        self._name = f"{digest(command.name)}-{os.getpid()}"
        self._lock: FileLock | None = None
        self._looking = threading.Lock()
        self._command = command

    def tell(self, ref: Ref) -> None:
        """Tell the others that the program has this. Raises SettingsError where that cannot be written."""
        try:
            self._lock = self._lock or self._begin()
            with self._path(CLAIMS).open("a", encoding="ascii") as claims:
                claims.write(f"{digest(ref)}\n")
        except OSError as error:
            raise SettingsError(
                f"{self._folder} cannot be written ({error.strerror or error}), where the processes of a command tell "
                "each other what the program has; make it writable, or set PULUMI_HOME"
            ) from None

    def has_other(self) -> bool:
        """Whether another process of this command has seen the program, be it dead by now."""
        return bool(self._others())

    def is_claimed(self, ref: Ref) -> bool:
        """Whether another process of this command has told that the program has this."""
        return any(digest(ref) in other.with_suffix(CLAIMS).read_text("ascii").split() for other in self._others())

    def _begin(self) -> "FileLock":
        """Hold this process's lock as long as it lives, and take away what dead ones have left."""
        from filelock import FileLock  # noqa: PLC0415 - takes long to import

        for each in self._folder.glob(f"*{LOCK}"):
            with suppress(FileNotFoundError):  # another command has taken it away
                if time.time() - each.stat().st_mtime > OLD and not _lives(each):
                    each.with_suffix(CLAIMS).unlink(missing_ok=True)
                    each.unlink(missing_ok=True)
        lock = FileLock(self._path(LOCK))
        lock.acquire(timeout=PATIENCE)
        return lock

    def _others(self) -> list[Path]:
        command, _, _ = self._name.partition("-")
        found = self._folder.glob(f"{command}-*{LOCK}")
        with self._looking:  # who looks holds the lock of a dead process, which another thread would take for life
            return [each for each in found if each != self._path(LOCK) and (self._command.is_unique or _lives(each))]

    def _path(self, suffix: str) -> Path:
        return self._folder / f"{self._name}{suffix}"


def of_this_command() -> Processes | None:
    """Those of the command that started this provider; None in a process of another kind."""
    program, *arguments = sys.argv
    if Path(program).parts[-3:] != ("pulumi", "dynamic", "__main__.py") or not arguments:
        return None
    return Processes(users_folder(), _command(arguments[0]))


def _command(engine: str) -> Command:
    """The command whose engine has this address: another one may have it later, but no other process of the CLI's."""
    import psutil  # noqa: PLC0415 - takes long to import

    with suppress(psutil.Error, OSError):
        for process in psutil.Process().parents():
            if Path(process.name()).stem == "pulumi":
                return Command(f"{engine} {process.pid} {process.create_time()}", is_unique=True)
    return Command(engine)


def _lives(path: Path) -> bool:
    """Whether the process of a lock lives."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - takes long to import

    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
