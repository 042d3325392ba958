from typing import Any

import httpx
import pytest

from emulator.samples import API, MESSAGE, identifier, token
from retention_messaging_emulator import Emulator, Fault

NOW = 1_763_781_600_000


@pytest.mark.parametrize(
    ("fault", "answer", "body"),
    [
        ({"errorCode": 5000000}, (500, "application/json"), "An unknown error occurred."),
        ({"status": 503}, (503, None), ""),
        ({"status": 418, "body": "tea", "contentType": "text/plain"}, (418, "text/plain"), "tea"),
        ({"kind": "no-access"}, (404, None), ""),
        ({"kind": "unauthenticated"}, (401, "text/plain"), "Unauthenticated"),
        ({"kind": "bad-gateway"}, (502, "text/html"), "502 Bad Gateway"),
    ],
)
def test_the_next_request_fails_as_its_fault_describes(
    client: httpx.Client, control: httpx.Client, fault: dict[str, object], answer: tuple[int, str | None], body: str
) -> None:
    """The next request fails as its fault describes, and the one after it succeeds."""
    control.post("/fail-next", json=[fault])

    failed, next_one = client.get("/message/list"), client.get("/message/list")

    assert (failed.status_code, failed.headers.get("Content-Type")) == answer
    assert body in failed.text
    assert next_one.status_code == 200


def test_headers_go_with_a_fault(client: httpx.Client, control: httpx.Client) -> None:
    """A fault sends the headers that it was given."""
    control.post("/fail-next", json=[{"errorCode": 4290000, "headers": {"Retry-After": str(NOW)}}])

    answer = client.get("/message/list")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(NOW))


def test_a_fault_may_hit_several_requests(client: httpx.Client, emulator: Emulator) -> None:
    """A fault with `times` hits that many requests."""
    emulator.fail_next(Fault(status=500, times=2))

    statuses = [client.get("/message/list").status_code for _ in range(3)]

    assert statuses == [500, 500, 200]


def test_faults_come_in_their_order(client: httpx.Client, emulator: Emulator) -> None:
    """Faults hit requests in the order in which they were added."""
    emulator.fail_next(Fault(status=500), Fault(status=503))

    statuses = [client.get("/message/list").status_code for _ in range(3)]

    assert statuses == [500, 503, 200]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="GET"),
        Fault(path="Get Message List"),
        Fault(path="/message/"),
        Fault(path="/inApps/v1/messaging/message/list"),
    ],
)
def test_a_fault_hits_only_what_it_names(client: httpx.Client, emulator: Emulator, fault: Fault) -> None:
    """A fault with a method or a path hits only a request that matches."""
    emulator.fail_next(fault)

    other, named = client.put("/realtime/url", json={"realtimeURL": "https://a.example"}), client.get("/message/list")

    assert (other.status_code, named.status_code) == (200, 500)


@pytest.mark.parametrize(
    ("kind", "slept", "messages"), [("answer", [], 0), ("bad-gateway", [], 0), ("time-out", [60], 1)]
)
def test_a_late_answer_was_carried_out_and_any_other_was_not(kind: Any, slept: list[float], messages: int) -> None:
    """A request whose answer is late was carried out; one with another fault was not."""
    waits: list[float] = []
    emulator = Emulator(sleep=waits.append)
    emulator.fail_next(Fault(kind=kind))

    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app)) as client:
        client.put(
            f"http://emulator/sandbox{API}/message/{identifier()}",
            json=MESSAGE,
            headers={"Authorization": f"Bearer {token(emulator.credentials)}"},
        )

    assert (waits[1:], len(emulator.sandbox.messages())) == (slept, messages)
