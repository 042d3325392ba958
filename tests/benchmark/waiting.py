"""
How long Apple's limits make many uploads take, and how long they take here: hours that pass in a minute.

An answer takes 80 ms. The client and the emulator's limits have one clock, which is put forward when nobody does
anything: every thread sleeps, or waits for one that does.
"""

from __future__ import annotations

import heapq
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx

from benchmark.measure import Row, at_most
from benchmark.uploading import TEXT, THREADS, fresh
from retention_messaging_emulator import Clock, Switches
from retention_messaging_emulator import Credentials as AnyCredentials
from retention_messaging_emulator.credentials import DEFAULT_BUNDLE_ID
from retention_messaging_emulator.web.endpoints import apples_limits
from retention_messaging_emulator.web.limits import RateLimits
from retention_messaging_provider.api import BASE_URLS, Credentials, RetentionMessagingClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure import Options
    from retention_messaging_emulator.app_store import Environment

UPLOADS, ROUND_TRIP, HOUR, ENDPOINT = 2000, 0.08, 3600, "Upload Message"
ENVIRONMENTS: tuple[Environment, ...] = ("production", "sandbox")
QUIET = 0.01
"""Seconds of the machine without a step of anybody, after which whoever does not sleep is taken to wait for others."""


class Time:
    """A clock (UNIX seconds) that only sleeping moves, to the time of whoever is to wake first."""

    def __init__(self) -> None:
        self.now = time.time()
        self._steps = 0
        self._sleeping: list[tuple[float, int, threading.Event]] = []
        self._lock = threading.Lock()

    def clock(self) -> float:
        self._steps += 1
        return self.now

    def sleep(self, seconds: float) -> None:
        awake = threading.Event()
        with self._lock:
            self._steps += 1
            heapq.heappush(self._sleeping, (self.now + seconds, self._steps, awake))
        awake.wait()

    def pass_until(self, is_over: Callable[[], bool]) -> None:
        """Wake one sleeper after the other, whenever nobody does anything."""
        while not is_over():
            before = self._steps
            if len(self._sleeping) < THREADS:
                time.sleep(QUIET)
            with self._lock:
                if self._sleeping and (self._steps == before or len(self._sleeping) == THREADS):
                    self.now, _, awake = heapq.heappop(self._sleeping)
                    awake.set()


class SimulatedClock(Clock):
    """The emulator's, of the same time."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def now(self) -> int:
        return int(self._time.clock() * 1000)


class AppStore(httpx.BaseTransport):
    """A round trip away, with the emulator's limits of one environment and nothing else."""

    def __init__(self, environment: Environment, time: Time) -> None:
        self._environment, self._time = environment, time
        self._limits = RateLimits(SimulatedClock(time), Switches())
        self._limits.set(apples_limits)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._time.sleep(ROUND_TRIP)
        again = self._limits.admit(self._environment, DEFAULT_BUNDLE_ID, ENDPOINT)
        return httpx.Response(200) if again is None else httpx.Response(429, headers={"Retry-After": str(again)})


def rows(options: Options) -> Iterator[Row]:
    """A row for each environment."""
    for environment in ENVIRONMENTS:
        best, (took, lines) = at_best(environment), simulated(environment)
        details = f"{duration(took)} : {duration(best)}, {lines} lines"
        per_hour = apples_limits(environment, ENDPOINT)
        what, against = f"{UPLOADS} uploads in {environment}", f"the best that {per_hour} an hour allow"
        yield at_most(what, against, 1.05, took / best, "{:.3f} ×", details=details)


def at_best(environment: Environment) -> float:
    """Seconds: all that an hour allows at once, then the same after an hour, and so on."""
    hours, rest = divmod(UPLOADS - 1, apples_limits(environment, ENDPOINT))
    return hours * HOUR + (rest + 1) * ROUND_TRIP / THREADS


def simulated(environment: Environment) -> tuple[float, int]:
    """Seconds by the simulated clock, and how many lines a user was told meanwhile."""
    time, lines, key = Time(), list[str](), AnyCredentials.make()
    began = time.now
    with ThreadPoolExecutor(THREADS) as threads:
        client = RetentionMessagingClient(
            BASE_URLS[environment],
            Credentials(key.key_id, key.issuer_id, key.private_key),
            DEFAULT_BUNDLE_ID,
            max_rate_limit_wait=24 * HOUR,
            transport=AppStore(environment, time),
            clock=time.clock,
            sleep=time.sleep,
            report=lines.append,
        )
        uploads = [threads.submit(client.upload_message, each, TEXT) for each in fresh(UPLOADS)]
        time.pass_until(lambda: all(each.done() for each in uploads))
        for each in uploads:
            each.result()
        return time.now - began, len(lines)


def duration(seconds: float) -> str:
    """`5:00:04`."""
    return str(timedelta(seconds=round(seconds)))
