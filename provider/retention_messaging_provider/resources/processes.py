"""
The provider processes of one `pulumi` command, which are two where Pulumi replaces the provider of dynamic resources.

That is so with `--replace '**'`: a new process is asked to create, and the earlier one to delete, which has seen
nothing of the program. What the program has is told to it in a file. Where the command is known for certain, what a
process has told counts also when it was killed; else as long as it lives.
"""

import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from retention_messaging_provider.resources.ledger import Ref
from retention_messaging_provider.resources.users_folder import digest, users_folder
from retention_messaging_provider.settings import SettingsError

CLAIMS = ".claims"
OLD = 86_400
"""Seconds, after which what a dead process has left is taken away: not while another one may be about to look."""


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
        self._command = command
        self._ours = folder / f"{digest(command.name)}-{os.getpid()}{CLAIMS}"
        self._has_begun = False

    def tell(self, ref: Ref) -> None:
        """Tell the others that the program has this. Raises SettingsError where that cannot be written."""
        try:
            if not self._has_begun:
                self._begin()
            with self._ours.open("a", encoding="ascii") as claims:
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
        return any(digest(ref) in other.read_text("ascii").split() for other in self._others())

    def _begin(self) -> None:
        """Take away what dead processes have left, whose numbers are given to others in the end."""
        for each in self._folder.glob(f"*{CLAIMS}"):
            with suppress(FileNotFoundError):  # another command has taken it away
                if each == self._ours or (time.time() - each.stat().st_mtime > OLD and not _lives(each)):
                    each.unlink()
        self._has_begun = True

    def _others(self) -> list[Path]:
        found = self._folder.glob(f"{digest(self._command.name)}-*{CLAIMS}")
        return [each for each in found if each != self._ours and (self._command.is_unique or _lives(each))]


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


def _lives(claims: Path) -> bool:
    """Whether the process that told them lives."""
    import psutil  # noqa: PLC0415 - takes long to import

    return psutil.pid_exists(int(claims.stem.rpartition("-")[2]))
