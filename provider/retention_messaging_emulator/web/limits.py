"""
Rate limits.

https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
"""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any

from retention_messaging_emulator.clock import Clock
from retention_messaging_emulator.switches import Switches

HOUR = 60 * 60 * 1000  # milliseconds


class RateLimits:
    """
    Requests an hour for each app, environment and endpoint: at most those that were let through count.

    Off until `set`.
    """

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self._lock = threading.Lock()
        self.set(lambda _environment, _endpoint: None)

    def set(self, per_hour: Callable[[str, str], int | None]) -> None:
        """Count anew, up to what `per_hour` returns for an environment and an endpoint; None is no limit."""
        with self._lock:
            self._per_hour = per_hour
            self._admitted: defaultdict[tuple[str, str, str], deque[int]] = defaultdict(deque)

    def used(self) -> list[dict[str, Any]]:
        """The requests of the last hour that count, where there is a limit. JSON: of which app, and how many."""
        with self._lock:
            now = self._clock.now()
            return [
                {
                    "environment": environment,
                    "bundleId": bundle_id,
                    "endpoint": endpoint,
                    "requests": sum(self._free_at(request) > now for request in admitted),
                    "limit": self._per_hour(environment, endpoint),
                }
                for (environment, bundle_id, endpoint), admitted in self._admitted.items()
                if admitted
            ]

    def admit(self, environment: str, bundle_id: str, endpoint: str) -> int | None:
        """None if the request may pass; otherwise when the next one may, in milliseconds since 1970."""
        most = self._per_hour(environment, endpoint)
        if most is None:
            return None
        with self._lock:
            now = self._clock.now()
            admitted = self._admitted[environment, bundle_id, endpoint]
            while admitted and self._free_at(admitted[0]) <= now:
                admitted.popleft()
            if len(admitted) < most:
                admitted.append(now)
                return None
            return self._free_at(admitted[0] if admitted else now)

    def refused(self, environment: str, bundle_id: str, endpoint: str) -> None:
        """A request that was let through met an error then."""
        with self._lock:
            admitted = self._admitted[environment, bundle_id, endpoint]
            if admitted and self._switches.rate_limit_counts == "successful":
                admitted.pop()

    def unauthenticated(self, environment: str, bundle_id: str | None, endpoint: str) -> None:
        """A request with a bad token, which may name an app all the same."""
        if bundle_id is not None and self._switches.rate_limit_counts == "all":
            self.admit(environment, bundle_id, endpoint)

    def _free_at(self, request: int) -> int:
        started = request - request % HOUR if self._switches.rate_limit_window == "clock-hour" else request
        return started + HOUR


def limits_by_name(limits: Mapping[str, int]) -> Callable[[str, str], int | None]:
    """Limits by the endpoint's name; `*` is for the endpoints that are not named."""
    return lambda _environment, endpoint: limits.get(endpoint, limits.get("*"))
