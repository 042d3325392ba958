"""What is said on stderr while something takes longer than a second."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

AFTER = 1.0
"""Seconds until something is said."""

AGAIN = 30.0
"""Seconds between two lines where there is no terminal that could show a moving one."""


@cache
def stderr() -> "Console":
    """The console of everything that is no result; it finds out whether it is a terminal, and about NO_COLOR."""
    from rich.console import Console  # noqa: PLC0415 - most commands are over before anything is said

    return Console(stderr=True, markup=False, emoji=False, highlight=False)


def tell(line: str) -> None:
    """Say a line on stderr, above a progress that is shown; such as that Apple's rate limit is waited for."""
    stderr().print(line, soft_wrap=True)


@contextmanager
def progress(doing: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """
    Say what is being done, if it takes longer than a second; call what it yields for each of `total` that is done.

    On a terminal it is a moving line that goes away; elsewhere a plain line, and another every half minute.
    """
    done, ended = 0, threading.Event()

    def advance() -> None:
        nonlocal done
        done += 1

    def count() -> str:
        return f" ({done} of {total})" if total else ""

    def say() -> None:
        if ended.wait(AFTER):
            return
        if stderr().is_terminal:
            with stderr().status(doing) as status:
                while not ended.wait(0.1):
                    status.update(f"{doing}{count()}")
        else:
            tell(f"{doing} …")
            while not ended.wait(AGAIN):
                tell(f"{doing} …{count()}")

    thread = threading.Thread(target=say, daemon=True)
    thread.start()
    try:
        yield advance
    finally:
        ended.set()
        thread.join()
