"""What may happen to a request on its way to Apple and back, as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from retention_messaging_provider.api import endpoints
from retention_messaging_provider.api.endpoints import Endpoint

ENDPOINTS: dict[str, Endpoint[Any]] = {
    each.name.title().replace("Url", "URL"): each for each in vars(endpoints).values() if isinstance(each, Endpoint)
}
"""Apple's name → the endpoint."""

Way = Callable[[httpx.Request], httpx.Response]
MINUTE_MS = 60_000


class CutOff(httpx.SyncByteStream):
    """The first half of a body, and then the end of the connection."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self.body[: len(self.body) // 2]
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def refused(way: Way, request: httpx.Request, now: float) -> httpx.Response:
    raise httpx.ConnectError("[Errno 111] Connection refused")


def not_seen(way: Way, request: httpx.Request, now: float) -> httpx.Response:
    raise httpx.ReadTimeout("timed out")


def answer_lost(way: Way, request: httpx.Request, now: float) -> httpx.Response:
    way(request)
    raise httpx.ReadTimeout("timed out")


def cut_off(way: Way, request: httpx.Request, now: float) -> httpx.Response:
    answer = way(request)
    return httpx.Response(answer.status_code, stream=CutOff(answer.read() or b"{}"))


def no_envelope(way: Way, request: httpx.Request, now: float) -> httpx.Response:
    return httpx.Response(way(request).status_code, json=["nothing", "that Apple documents"])


def unknown_state(way: Way, request: httpx.Request, now: float) -> httpx.Response:
    return _listed(way(request), lambda item: {**item, **{key: "IN_DOUBT" for key in item if key.endswith("State")}})


def late_list(way: Way, request: httpx.Request, now: float) -> httpx.Response:
    """Without what waits for its review, which is what was uploaded last."""
    return _listed(way(request), lambda item: None if "PENDING" in item.values() else item)


def answering(status: int, **answer: Any) -> Callable[[Way, httpx.Request, float], httpx.Response]:
    """This, instead of what Apple would have done."""
    return lambda way, request, now: httpx.Response(status, **answer)


def limited(milliseconds: int) -> Callable[[Way, httpx.Request, float], httpx.Response]:
    """Apple's rate limit, until so long from now."""
    body = {"errorCode": 4290000, "errorMessage": "Rate limit exceeded."}
    return lambda way, request, now: httpx.Response(
        429, json=body, headers={"Retry-After": str(int(now * 1000) + milliseconds)}
    )


FAULTS: dict[str, Callable[[Way, httpx.Request, float], httpx.Response]] = {
    "refused connection": refused,
    "time-out before Apple saw it": not_seen,
    "answer lost": answer_lost,
    "cut off": cut_off,
    "500": answering(500, json={"errorCode": 5000000, "errorMessage": "An unknown error occurred."}),
    "503 with HTML": answering(503, html="<html><body>\n<h1>Service Unavailable</h1>\n</body></html>"),
    "429 for seconds": limited(2_000),
    "429 for 40 minutes": limited(40 * MINUTE_MS),
    "429 without a time": answering(429, json={"errorCode": 4290000, "errorMessage": "Rate limit exceeded."}),
    "401": answering(401, text="Unauthenticated\n\nRequest ID: X.0.0\n"),
    "404 without a body": answering(404),
    "no envelope": no_envelope,
    "unknown errorCode": answering(400, json={"errorCode": 4009999, "errorMessage": "Something is wrong."}),
    "unknown state": unknown_state,
    "late list": late_list,
}
OF_LISTS = ("unknown state", "late list")
"""What can befall the lists only."""


@dataclass
class Faulty(httpx.BaseTransport):
    """The way to Apple, with one fault of one endpoint for so many of its requests."""

    way: httpx.BaseTransport
    clock: Callable[[], float]
    endpoint: str = ""
    fault: str = ""
    times: int = 0
    asked: list[str] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = endpoint_of(request)
        self.asked.append(name)
        if name != self.endpoint or self.asked.count(name) > self.times:
            return self.way.handle_request(request)
        return FAULTS[self.fault](self.way.handle_request, request, self.clock())


class Failing(httpx.BaseTransport):
    """Apple fails to delete one message, as often as it is asked."""

    def __init__(self, inner: httpx.BaseTransport, identifier: str) -> None:
        self._inner, self._identifier = inner, identifier

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE" and request.url.path.endswith(self._identifier):
            return httpx.Response(500)
        return self._inner.handle_request(request)


def endpoint_of(request: httpx.Request) -> str:
    """Apple's name for what is asked."""
    path = request.url.path.partition("/inApps/v1/messaging")[2]
    fitting = (name for name, each in ENDPOINTS.items() if _fits(each, request.method, path))
    return next(iter(sorted(fitting, key=lambda name: ENDPOINTS[name].path.count("{}"))))


def _fits(endpoint: Endpoint[Any], method: str, path: str) -> bool:
    wanted, given = endpoint.path.split("/"), path.split("/")
    same_length = len(wanted) == len(given) and endpoint.method == method
    return same_length and all(part in (of, "{}") or part == of for part, of in zip(wanted, given, strict=True))


def _listed(answer: httpx.Response, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> httpx.Response:
    """A list whose items are changed; None leaves one out."""
    body = json.loads(answer.read())
    changed = {key: [new for item in items if (new := change(item)) is not None] for key, items in body.items()}
    return httpx.Response(answer.status_code, json=changed)
