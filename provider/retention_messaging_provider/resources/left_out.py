"""
The defaults that a refresh leaves out, because Apple allows no more requests an hour: the next one looks at them first.

https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from retention_messaging_provider.resources.ledger import Ref
from retention_messaging_provider.resources.users_folder import digest

SUFFIX = ".left-out"


class LeftOut:
    """
    What the refresh before this one left out, and what this one does.

    One that cannot write that leaves the order to Pulumi: nothing else depends on it.

    folder: finds where one refresh tells the next, in a file for each stack and app
    An owner is the URN of a default, which names the stack.
    """

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._find_folder = folder
        self._before: dict[Path, set[str]] = {}
        self._lock = threading.Lock()

    def comes_later(self, ref: Ref, owner: str) -> bool:
        """Whether the refresh before looked at this default, and this one has not yet looked at what that left out."""
        with self._lock:
            before = self._left_before(ref, owner)
            return bool(before) and digest(ref) not in before

    def note_asked(self, ref: Ref, owner: str) -> None:
        """Whether it was answered or not."""
        with self._lock:
            self._left_before(ref, owner).discard(digest(ref))

    def note(self, ref: Ref, owner: str) -> None:
        """Tell the next refresh."""
        with self._lock, suppress(OSError):
            self._left_before(ref, owner)
            with self._file(ref, owner).open("a", encoding="ascii") as file:
                file.write(f"{digest(ref)}\n")

    def _left_before(self, ref: Ref, owner: str) -> set[str]:
        """What is left of it; the file is read once, and is this refresh's own from then on."""
        file = self._file(ref, owner)
        if file not in self._before:
            self._before[file] = set()
            with suppress(OSError):
                self._before[file] = set(file.read_text("ascii").split())
                file.unlink()
        return self._before[file]

    @cached_property
    def _folder(self) -> Path:
        """Looked for by the first refresh of a default: no other command needs one."""
        return self._find_folder()

    def _file(self, ref: Ref, owner: str) -> Path:
        stack_and_project = owner.split("::")[:2]  # of a URN
        return self._folder / f"{digest((ref.location, stack_and_project))}{SUFFIX}"
