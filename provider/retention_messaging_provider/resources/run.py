"""
One command of Pulumi's: its settings, its ledger, Apple's side of it, and the lines it reports.

One provider process serves one `pulumi` command from first to last, for all resource types and on several threads;
but for what replaces the provider itself (`processes.py`).
"""

import gc
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from retention_messaging_provider.api import BASE_URLS, RetentionMessagingClient
from retention_messaging_provider.api.text import one_line
from retention_messaging_provider.resources.apple import Apple
from retention_messaging_provider.resources.cancellation import CANCELLATION, Cancelled
from retention_messaging_provider.resources.ledger import MESSAGE, Ledger
from retention_messaging_provider.resources.left_out import LeftOut
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.processes import Processes, of_this_command
from retention_messaging_provider.resources.users_folder import users_folder
from retention_messaging_provider.settings import Settings

if TYPE_CHECKING:
    import httpx

LONGEST_REPORT = 20_000
"""Characters of a line that is reported: it may name some hundred uploads that stay at Apple."""


MOST_WAITING = 2
"""How many resources may wait for others at a time."""

OTHERS_WAIT, OTHERS_POLL = 3.0, 0.1
"""Seconds: after how long without another message they give up, and how often they look."""


def print_line(line: str) -> None:
    """Print a line in one piece, for other threads print too; what the output's encoding lacks is written out."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


class Run:
    """
    What one `pulumi` command shares.

    `report` prints a line to the user; `transport` replaces the network, `sleep` (seconds) the waiting, and `clock`
    (UNIX seconds) the time; `processes` are the others that serve the command, and `folder` finds where one command
    tells the next what no state has. `image_sizes` has the imageSize of each image of the program, which its messages
    are checked with.
    """

    def __init__(  # noqa: PLR0913 - what a run is made of, each replaceable
        self,
        settings: Settings,
        *,
        report: Callable[[str], None] = print_line,
        transport: "httpx.BaseTransport | None" = None,
        sleep: Callable[[float], None] = CANCELLATION.sleep,
        clock: Callable[[], float] = time.time,
        processes: Processes | None = None,
        folder: Callable[[], Path] = users_folder,
    ) -> None:
        self.settings = settings
        self.processes = processes
        self.ledger = Ledger(processes.tell) if processes else Ledger()
        self.apple = Apple(self._client, clock)
        self.left_out = LeftOut(folder)
        self.image_sizes: dict[str, Any] = {}
        self.sleep = sleep
        self.clock = clock
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._report = report
        self._transport = transport
        self._reported: set[str] = set()
        self._lock = threading.RLock()

    def _client(self, location: Location) -> RetentionMessagingClient:
        """A client of this location. Raises SettingsError or KeyRefused when there is nothing to sign with."""
        return RetentionMessagingClient(
            location.base_url or BASE_URLS[location.environment],
            self.settings.credentials(),
            location.bundle_id,
            max_rate_limit_wait=self.settings.max_rate_limit_seconds(),
            transport=self._transport,
            sleep=self.sleep,
            clock=self.clock,
            report=self.report,
            log=self._report if self.settings.debug else None,
        )

    def wait_for_every_message(self) -> bool:
        """
        Wait until this command has seen every message of the program, which tells whose an upload is.

        That takes milliseconds, or for ever: where another message depends on this one, or is not part of this run.
        False where others wait already: Pulumi's provider process has four threads, and some must be left to see
        messages with.
        """
        if not self._waiting.acquire(blocking=False):
            return self.ledger.has_seen_every(MESSAGE)
        try:
            seen, waited = self.ledger.count_seen(MESSAGE), 0.0
            while waited < OTHERS_WAIT and not self.ledger.has_seen_every(MESSAGE):
                with suppress(Cancelled):  # so that what has begun is recorded
                    self.sleep(OTHERS_POLL)
                before, seen = seen, self.ledger.count_seen(MESSAGE)
                waited = waited + OTHERS_POLL if seen == before else 0.0
        finally:
            self._waiting.release()
        return True

    def report(self, line: str) -> None:
        """Print a line to the user, once a run and never into another one; it is one, whatever it quotes."""
        line = one_line(line, LONGEST_REPORT)
        with self._lock:
            if line not in self._reported:
                self._reported.add(line)
                self._report(line)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self.apple.close()


class _Process:
    """The run of this process."""

    run: ClassVar[Run | None] = None
    processes: ClassVar[Processes | None] = None
    lock = threading.Lock()


def begin(settings: Settings) -> None:
    """Set the process's run up, once for all resource types; other settings end it and begin another."""
    CANCELLATION.listen()
    with _Process.lock:
        if _Process.run is not None and _Process.run.settings != settings:
            _Process.run.close()
            _Process.run = None
        if _Process.processes is None and (processes := of_this_command()):
            _Process.processes = processes
            gc.freeze()  # what is imported is no garbage: to look through it again at the end takes a tenth of a second
        _Process.run = _Process.run or Run(settings, processes=_Process.processes)


def current() -> Run:
    """The process's run; `begin` comes first."""
    if _Process.run is None:
        raise RuntimeError("a provider was asked before it was configured")
    return _Process.run
