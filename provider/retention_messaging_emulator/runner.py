"""Performance tests as they run: real requests to a developer's server, from threads in the background."""

import threading
import time
from collections.abc import Iterator

from retention_messaging_emulator.clock import Clock
from retention_messaging_emulator.realtime.requests import Realtime, RealtimeRequest
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.tables import performance_tests
from retention_messaging_emulator.tables.database import Database
from retention_messaging_emulator.tables.performance_tests import PerformanceTestRun

GRACE = 1  # seconds that a request on its way is given when its test is stopped


class Runner:
    """
    Runs tests, which continue until they end or are stopped.

    The requests of a test begin evenly over its `totalDuration`, at most `maxConcurrentRequests` at once.
    """

    def __init__(self, database: Database, clock: Clock, switches: Switches, realtime: Realtime) -> None:
        self._database = database
        self._clock = clock
        self._switches = switches
        self._realtime = realtime
        self._lock = threading.Lock()
        self._running: dict[threading.Thread, threading.Event] = {}

    def start(self, run: PerformanceTestRun) -> None:
        stopped = threading.Event()
        thread = threading.Thread(target=self._run, args=(run, stopped), name=f"test-{run.request_id}", daemon=True)
        with self._lock:
            self._running[thread] = stopped
        thread.start()

    def stop(self) -> None:
        """End every test here and now: nothing more is sent, and nothing that is still answered is recorded."""
        with self._lock:
            running = self._running
            self._running = {}
            for stopped in running.values():
                stopped.set()
        for thread in running:
            thread.join(GRACE)

    def _run(self, run: PerformanceTestRun, stopped: threading.Event) -> None:
        beginnings = _beginnings(run.config)
        workers = [
            threading.Thread(target=self._work, args=(run, stopped, beginnings), daemon=True)
            for _ in range(min(run.config["maxConcurrentRequests"], run.config["totalRequests"]))
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        with self._lock:
            if not stopped.is_set():
                with self._database.app(run.environment, run.bundle_id) as app:
                    performance_tests.end(app, run, self._switches, self._clock.now())
            self._running.pop(threading.current_thread(), None)

    def _work(self, run: PerformanceTestRun, stopped: threading.Event, beginnings: Iterator[float]) -> None:
        """Send one request after the other, until none is left."""
        request = RealtimeRequest(
            run.environment,
            run.transaction.identifier,
            run.transaction.product_id,
            run.transaction.user_locale,
            run.config["responseTimeThreshold"],
        )
        while True:
            with self._lock:
                beginning = next(beginnings, None)
            if beginning is None or stopped.wait(max(0, beginning - time.monotonic())):
                return
            attempt = self._realtime.ask(run.target, request)
            with self._lock:
                if stopped.is_set():
                    return
                with self._database.app(run.environment, run.bundle_id) as app:
                    performance_tests.record(app, run, attempt, self._switches)


def _beginnings(config: dict[str, int]) -> Iterator[float]:
    """
    The moments, on the monotonic clock, at which requests are to begin.

    A test ends when its duration is over: what could not begin until the last answer is due is never sent.
    """
    start = time.monotonic()
    duration, total = config["totalDuration"] / 1000, config["totalRequests"]
    end = start + duration + config["responseTimeThreshold"] / 1000
    for number in range(total):
        if time.monotonic() > end:
            return
        yield start + duration * number / total
