"""Stand-ins for the network and for time, for the tests of the client."""

import json
import threading
from pathlib import Path
from typing import Protocol

import httpx

from retention_messaging_provider.api import RetentionMessagingClient

IDENTIFIER = "a1b2c3d4-e5f6-7890-a1b2-c3d4e5f67890"
OTHER_IDENTIFIER = "b2c3d4e5-f6a7-8901-b2c3-d4e5f6a78901"
NOW = 1_763_781_600.0
OK = httpx.Response(200)


class Connect(Protocol):
    def __call__(
        self,
        transport: httpx.BaseTransport | None,
        base_url: str = "https://api.storekit-sandbox.apple.com",
        max_rate_limit_wait: float = 600.0,
    ) -> RetentionMessagingClient: ...


class Wire(httpx.BaseTransport):
    """Gives the answers it was made with, one after the other, and remembers what was asked."""

    def __init__(self, *answers: httpx.Response | httpx.TransportError) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    @property
    def asked(self) -> list[str]:
        """What was asked, as `PUT /message/a1b2…`."""
        return [
            f"{request.method} {request.url.path.removeprefix('/inApps/v1/messaging')}" for request in self.requests
        ]


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self, now: float = NOW) -> None:
        self._lock = threading.Lock()
        self.now = now
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


def sample(name: str, **headers: str) -> httpx.Response:
    """An answer of `samples/`, with more headers if given."""
    recorded = json.loads((Path(__file__).parent / "samples" / f"{name}.json").read_text())
    return httpx.Response(recorded["status"], headers=recorded["headers"] | headers, content=recorded["body"].encode())


def rate_limited(until: float) -> httpx.Response:
    """Apple's 429, with the time in UNIX milliseconds."""
    return sample("RateLimitExceededError", **{"Retry-After": f"{until * 1000:.0f}"})


def image_list(*identifiers: str) -> httpx.Response:
    items = [{"imageIdentifier": identifier, "imageState": "APPROVED"} for identifier in identifiers]
    return httpx.Response(200, json={"imageIdentifiers": items})


def message_list(*identifiers: str) -> httpx.Response:
    items = [{"messageIdentifier": identifier, "messageState": "APPROVED"} for identifier in identifiers]
    return httpx.Response(200, json={"messageIdentifiers": items})
