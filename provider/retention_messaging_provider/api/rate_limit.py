"""
Apple's rate limits: per app and endpoint, given per second, enforced per hour.

https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from retention_messaging_provider.api.endpoints import Call
from retention_messaging_provider.api.errors import RateLimited

T = TypeVar("T")

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds: the least to wait after a refusal, doubled with each more; it counts where Apple names no time, or one that
our clock, being ahead, has passed."""

A_YEAR = 366 * 86_400
"""Seconds: a time further off than this is a mistake; Apple's limits are per hour."""


def retry_at(header: str | None, now: float) -> float | None:
    """
    Read a `Retry-After` header as UNIX seconds; None where it holds nothing usable.

    Apple documents an absolute time in UNIX milliseconds. A server in between may send what HTTP has instead:
    seconds from now, or a date (RFC 9110, 10.2.3).
    """
    try:
        moment = _moment((header or "").strip(), now)
    except (ArithmeticError, LookupError, TypeError, ValueError):  # what a date may do to its parser
        return None
    return moment if moment < now + A_YEAR else None


def _moment(text: str, now: float) -> float:
    if not text.isdecimal():
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    number = float(text)
    if number >= 1e12:
        return number / 1000
    return number if number >= 1e9 else now + number


def local_time(moment: float) -> str:
    """Write UNIX seconds as the user's clock shows them, with its distance from UTC."""
    return datetime.fromtimestamp(moment, UTC).astimezone().isoformat(" ", "seconds")


class Gate:
    """
    What one endpoint's rate limit lets through, for all threads.

    Nobody is slowed down until Apple refuses. From then on nobody sends before the time that Apple named, and
    those who waited go one at a time: it is the time of the next request, not of all of them.
    """

    def __init__(
        self, clock: Callable[[], float], sleep: Callable[[float], None], report: Callable[[str], None]
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._report = report
        self._opens_at = 0.0
        self._closing = threading.Lock()
        self._queue = threading.Lock()

    def pass_through(self, call: Call[T], send: Callable[[], T], deadline: float) -> T:
        """Send, as soon as Apple allows; RateLimited where that is after the deadline (UNIX seconds)."""
        if self._clock() >= self._opens_at and not self._queue.locked():
            try:
                return send()
            except RateLimited as refusal:
                self._close(refusal, 0)
        if not self._queue.acquire(timeout=max(0.0, deadline - self._clock())):
            raise self._too_late(call)
        try:
            refusals = 1
            while True:
                self._wait(call, deadline)
                try:
                    return send()
                except RateLimited as refusal:
                    self._close(refusal, refusals)
                    refusals += 1
        finally:
            self._queue.release()

    def _wait(self, call: Call[T], deadline: float) -> None:
        seconds = self._opens_at - self._clock()
        if seconds <= 0:
            return
        if self._opens_at > deadline:
            raise self._too_late(call)
        self._report(
            f"Apple's rate limit for {call.endpoint.name} is reached; continuing at {local_time(self._opens_at)}"
        )
        self._sleep(seconds)

    def _close(self, refusal: RateLimited, refusals: int) -> None:
        now = self._clock()
        backed_off = now + min(FIRST_WAIT * 2**refusals, LONGEST_WAIT)
        with self._closing:
            named = retry_at(refusal.headers.get("retry-after"), now)
            self._opens_at = max(self._opens_at, backed_off, named or 0.0)

    def _too_late(self, call: Call[T]) -> RateLimited:
        limited = RateLimited(
            call,
            "its rate limit is reached (4290000 RateLimitExceededError)",
            f"run again after {local_time(self._opens_at)}, or raise maxRateLimitWait",
            status=429,
            error_code=4290000,
        )
        limited.retry_at = self._opens_at
        return limited
