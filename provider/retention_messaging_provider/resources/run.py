"""
One command of Pulumi's: its settings, its ledger, Apple's side of it, and the lines it reports.

One provider process serves one `pulumi` command from first to last, for all resource types and on several threads.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import httpx

from retention_messaging_provider.api import BASE_URLS, RetentionMessagingClient
from retention_messaging_provider.resources.apple import Apple
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE, Ledger
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.settings import Settings


@dataclass(frozen=True)
class View:
    """What Apple has at one location, asked when it is looked at."""

    apple: Apple
    location: Location

    def message(self, identifier: str) -> str | None:
        """The state of a message; None where there is none."""
        return self.apple.uploads(self.location, MESSAGE).state(identifier)

    def image(self, identifier: str) -> str | None:
        """The state of an image; None where there is none."""
        return self.apple.uploads(self.location, IMAGE).state(identifier)

    def shown(self, pair: str) -> str:
        """The message that customers of a pair are shown; "" for none."""
        return self.apple.fetch_default(self.location, pair)


class Run:
    """
    What one `pulumi` command shares.

    `report` prints a line to the user; `transport` replaces the network, `sleep` (seconds) the waiting, and `clock`
    (UNIX seconds) the time.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        report: Callable[[str], None] = print,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self.ledger = Ledger()
        self.apple = Apple(self.client)
        self.sleep = sleep
        self.clock = clock
        self._report = report
        self._transport = transport
        self._clients: dict[Location, RetentionMessagingClient] = {}
        self._reported: set[str] = set()
        self._lock = threading.RLock()

    def client(self, location: Location) -> RetentionMessagingClient:
        """The client of this location. Raises SettingsError or KeyRefused when there is nothing to sign with."""
        with self._lock:
            if location not in self._clients:
                self._clients[location] = RetentionMessagingClient(
                    location.base_url or BASE_URLS[location.environment],
                    self.settings.credentials(),
                    location.bundle_id,
                    max_rate_limit_wait=self.settings.max_rate_limit_seconds(),
                    transport=self._transport,
                    sleep=self.sleep,
                    clock=self.clock,
                    report=self.report,
                )
            return self._clients[location]

    def view(self, location: Location) -> View:
        """What Apple has at a location."""
        return View(self.apple, location)

    def now(self) -> int:
        """UNIX seconds."""
        return int(self.clock())

    def report(self, line: str) -> None:
        """Print a line to the user, once a run and never into another one."""
        with self._lock:
            if line not in self._reported:
                self._reported.add(line)
                self._report(line)

    def close(self) -> None:
        """Close the connections that are kept open."""
        with self._lock:
            for client in self._clients.values():
                client.close()


class _Process:
    """The run of this process."""

    run: ClassVar[Run | None] = None
    lock = threading.Lock()


def begin(settings: Settings) -> None:
    """Set the process's run up, once for all resource types; other settings end it and begin another."""
    with _Process.lock:
        if _Process.run is not None and _Process.run.settings != settings:
            _Process.run.close()
            _Process.run = None
        _Process.run = _Process.run or Run(settings)


def current() -> Run:
    """The process's run; `begin` comes first."""
    if _Process.run is None:
        raise RuntimeError("a provider was asked before it was configured")
    return _Process.run
