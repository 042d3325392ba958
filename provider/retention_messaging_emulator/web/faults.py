"""Faults: how the next requests are to fail."""

import math
import re
import threading
from collections.abc import Collection, Iterator, Mapping
from typing import Literal, get_args

import msgspec

from retention_messaging_emulator.errors import AppStoreError
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.web.answers import Answer, json_answer, refusal

Kind = Literal["answer", "no-access", "unauthenticated", "bad-gateway", "drop", "lose-answer", "time-out"]

KINDS: Mapping[Kind, str] = {
    "answer": (
        "the answer described by `errorCode` (one of Apple's), or by `status`, `body` and `contentType`; "
        "with `headers`; the request is not carried out"
    ),
    "no-access": "a 404, empty unless switched: the account has no access",
    "unauthenticated": "a 401 in plain text",
    "bad-gateway": "a 502 in HTML",
    "drop": "the connection is closed without an answer, and nothing was done",
    "lose-answer": "the request is carried out, then the connection is closed without an answer",
    "time-out": "the request is carried out, and the answer held back for `seconds`",
}
"""Kind of fault → what happens to a request."""

LONGEST_WAIT = 3600  # seconds
FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.1
FIELD_VALUE = re.compile(r"[\t\x20-\x7e]*")  # RFC 9110, 5.5, as far as it is ASCII

# The account has no access: https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url
NO_ACCESS: Mapping[str, Answer] = {
    "nothing": Answer(404),
    "text": Answer(404, b"Not Found", "text/plain"),
    # https://developer.apple.com/documentation/appstoreserverapi/appnotfounderror
    "json": json_answer({"errorCode": 4040003, "errorMessage": "App not found."}, 404),
}
NO_ACCESS_IS_DOCUMENTED = {"Configure Realtime URL", "Delete Realtime URL", "Initiate Performance Test"}

CANNED: Mapping[str, Answer] = {
    "unauthenticated": Answer(401, b"Unauthenticated", "text/plain"),
    "bad-gateway": Answer(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html"),
}


class Fault(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """
    What happens to the next `times` requests that match.

    `method`: an HTTP method; any if None. `path`: how the endpoint's name begins (`Upload Image`), or the path, whole
    or below `/inApps/v1/messaging` (`/image/`); any if None. `kind`: one of `KINDS`, which says what each does.

    A closed connection is an `httpx.RemoteProtocolError` to the client: on a socket because it is closed, in process
    because it is raised. ValueError if a field is none that can be meant. Over HTTP the fields are in camelCase.
    """

    kind: Kind = "answer"
    method: str | None = None
    path: str | None = None
    times: int = 1
    status: int = 500
    error_code: int | None = None
    body: str = ""
    content_type: str | None = None
    headers: Mapping[str, str] = {}
    seconds: float = 60

    def __post_init__(self) -> None:
        wrong = next(self._flaws(), None)
        if wrong:
            raise ValueError(wrong)

    def _flaws(self) -> Iterator[str]:
        if self.kind not in get_args(Kind):
            yield f"kind must be one of {', '.join(get_args(Kind))}, not {self.kind!r}"
        if self.times < 1:
            yield "times must be at least 1"
        if not 200 <= self.status <= 599:
            yield f"status must be between 200 and 599, not {self.status}"
        if self.error_code is not None and self.error_code not in {error.code for error in AppStoreError}:
            yield f"errorCode {self.error_code} is not one of Apple's; give status and body instead"
        if not (math.isfinite(self.seconds) and 0 <= self.seconds <= LONGEST_WAIT):
            yield f"seconds must be between 0 and {LONGEST_WAIT}, not {self.seconds}"
        if not all(map(FIELD_NAME.fullmatch, self.headers)):
            yield "the names of headers must be names of HTTP fields"
        if not all(map(FIELD_VALUE.fullmatch, [*self.headers.values(), self.content_type or ""])):
            yield "contentType and headers must be printable ASCII"

    def matches(self, switches: Switches, method: str, names: Collection[str]) -> bool:
        if self.kind == "no-access" and not _reports_no_access(switches, names):
            return False
        return self.method in (None, method) and any(name.startswith(self.path or "") for name in names)

    @property
    def carries_out(self) -> bool:
        return self.kind in ("lose-answer", "time-out")

    @property
    def breaks_connection(self) -> bool:
        return self.kind in ("drop", "lose-answer")

    def answer(self, switches: Switches) -> Answer:
        if self.kind == "no-access":
            return NO_ACCESS[switches.no_access_body]
        if self.kind in CANNED:
            return CANNED[self.kind]
        if self.error_code is not None:
            return refusal(AppStoreError.of(self.error_code), self.headers)
        return Answer(self.status, self.body.encode(), self.content_type, self.headers)


def _reports_no_access(switches: Switches, names: Collection[str]) -> bool:
    return switches.no_access_is_reported_by == "every-endpoint" or not NO_ACCESS_IS_DOCUMENTED.isdisjoint(names)


class Faults:
    """The faults that wait for their requests, in the order they were added."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        with self._lock:
            self._waiting.extend(faults)

    def waiting(self) -> list[Fault]:
        """Those that were not used up yet, in this order."""
        with self._lock:
            return self._waiting.copy()

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, switches: Switches, method: str, *names: str) -> Fault | None:
        """The first fault that matches a request of this method, by one of its names, used up by one."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.matches(switches, method, names):
                    rest = [msgspec.structs.replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    self._waiting[index : index + 1] = rest
                    return fault
        return None
