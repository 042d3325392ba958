from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from emulator.samples import API, BULLET, MESSAGE, TEST, WIDE, identifier, listening, message, refused_with, shown
from retention_messaging_emulator import AppStoreError, Emulator
from retention_messaging_emulator.web.manual import manual

URL = {"realtimeURL": "https://retention.example.com/apple"}
APP = "/sandbox/com.example.app"


def states(emulator: Emulator) -> Mapping[str, str]:
    return {each["messageIdentifier"]: each["messageState"] for each in emulator.production.messages()}


def test_the_inventory_shows_everything_with_its_content(emulator: Emulator, control: httpx.Client) -> None:
    """The inventory has every image, message, default and URL of an app, with its content."""
    emulator.sandbox.upload_image(identifier(1), WIDE)
    emulator.sandbox.upload_message(identifier(2), message(image=shown(1)))
    emulator.sandbox.configure_default_message("monthly", "en-US", {"messageIdentifier": identifier(2)})
    emulator.sandbox.configure_realtime_url(URL)

    (app,) = control.get("/inventory").json()["apps"]

    assert (app["environment"], app["bundleId"], app["realtimeURL"]) == (
        "sandbox",
        "com.example.app",
        "https://retention.example.com/apple",
    )
    assert app["messages"] == [
        {"messageIdentifier": identifier(2), "messageState": "APPROVED", **MESSAGE, "image": shown(1)}
    ]
    assert app["defaults"] == [{"productId": "monthly", "locale": "en-US", "messageIdentifier": identifier(2)}]
    assert app["images"][0].items() >= {"imageSize": "FULL_SIZE", "width": 3840, "height": 160}.items()
    assert control.get(APP).json() == app


def test_the_log_has_every_request_but_no_token(client: httpx.Client, control: httpx.Client) -> None:
    """The log has every request with its result, and no token."""
    client.put(f"/message/{identifier()}", json=MESSAGE)
    client.put(f"/message/{identifier()}", json=MESSAGE)
    client.get("/message/list", headers={"Authorization": "Bearer nothing"})

    logged = control.get("/requests").json()["requests"]

    assert [(each["endpoint"], each["bundleId"], each["status"], each["errorCode"]) for each in logged] == [
        ("Upload Message", "com.example.app", 200, None),
        ("Upload Message", "com.example.app", 409, 4090001),
        ("Get Message List", None, 401, None),
    ]
    assert logged[0].items() >= {"method": "PUT", "path": f"{API}/message/{identifier()}", "fault": None}.items()
    assert client.headers["Authorization"] not in str(logged)


def test_the_log_can_be_emptied(client: httpx.Client, control: httpx.Client) -> None:
    """Deleting the log leaves no request in it."""
    client.get("/message/list")

    control.delete("/requests")

    assert control.get("/requests").json() == {"requests": []}


@pytest.mark.parametrize(("verb", "state"), [("approve", "APPROVED"), ("reject", "REJECTED")])
def test_a_review_decides_about_all_that_is_pending(
    emulator: Emulator, control: httpx.Client, verb: str, state: str
) -> None:
    """A review without an identifier decides about everything that is pending."""
    emulator.production.upload_message(identifier(1), MESSAGE)
    emulator.production.upload_image(identifier(2), WIDE)

    answer = control.post(f"/{verb}")

    assert answer.json() == {"identifiers": [identifier(2), identifier(1)]}
    assert states(emulator) == {identifier(1): state}
    assert emulator.production.images()[0]["imageState"] == state


def test_a_review_of_one_leaves_the_others_waiting(emulator: Emulator, control: httpx.Client) -> None:
    """A review of one message leaves the others pending."""
    emulator.production.upload_message(identifier(1), MESSAGE)
    emulator.production.upload_message(identifier(2), MESSAGE)

    control.post("/approve", json={"identifier": identifier(1)})

    assert states(emulator) == {identifier(1): "APPROVED", identifier(2): "PENDING"}


def test_what_was_approved_can_be_rejected_by_its_identifier(emulator: Emulator, control: httpx.Client) -> None:
    """A message that was approved can be rejected by its identifier."""
    emulator.production.upload_message(identifier(), MESSAGE)
    emulator.production.approve()

    control.post("/reject", json={"identifier": identifier()})

    assert states(emulator) == {identifier(): "REJECTED"}


@pytest.mark.parametrize("elsewhere", [{"environment": "sandbox"}, {"bundleId": "com.example.other"}])
def test_a_review_elsewhere_decides_nothing_here(
    emulator: Emulator, control: httpx.Client, elsewhere: dict[str, str]
) -> None:
    """A review in another environment or app decides nothing in this one."""
    emulator.production.upload_message(identifier(), MESSAGE)

    answer = control.post("/approve", json=elsewhere)

    assert (answer.json(), states(emulator)) == ({"identifiers": []}, {identifier(): "PENDING"})


def test_a_review_of_an_identifier_that_is_nowhere_is_refused(control: httpx.Client) -> None:
    """A review of an identifier that does not exist is Apple's 404."""
    answer = control.post("/approve", json={"identifier": identifier()})

    assert (answer.status_code, answer.json()["errorCode"]) == (404, 4040015)


def test_a_passed_performance_test_opens_production(emulator: Emulator, control: httpx.Client) -> None:
    """After a passed performance test production takes a realtime URL."""
    control.post("/performance-test", json={"passed": True})
    emulator.production.configure_realtime_url(URL)

    assert emulator.production.inventory().items() >= {**URL, "passedPerformanceTest": True}.items()


def test_someone_else_replaces_and_removes_a_message(emulator: Emulator, control: httpx.Client) -> None:
    """A message is replaced under its identifier and removed without a token."""
    emulator.sandbox.upload_message(identifier(), MESSAGE)

    put = control.put(f"{APP}/messages/{identifier()}?messageState=REJECTED", json=message(header="Theirs"))
    replaced = emulator.sandbox.inventory()["messages"]
    deleted = control.delete(f"{APP}/messages/{identifier()}")

    assert (put.status_code, deleted.status_code) == (200, 200)
    assert replaced == [
        {"messageIdentifier": identifier(), "messageState": "REJECTED", **message(header="Theirs")},
    ]
    assert emulator.sandbox.messages() == []


def test_someone_else_replaces_and_removes_an_image(emulator: Emulator, control: httpx.Client) -> None:
    """An image is replaced under its identifier, read and removed without a token."""
    emulator.sandbox.upload_image(identifier(), WIDE)

    control.put(f"{APP}/images/{identifier()}?imageSize=BULLET_POINT&imageState=PENDING", content=BULLET)
    replaced, file = emulator.sandbox.images(), control.get(f"{APP}/images/{identifier()}")
    control.delete(f"{APP}/images/{identifier()}")

    assert replaced == [{"imageIdentifier": identifier(), "imageSize": "BULLET_POINT", "imageState": "PENDING"}]
    assert (file.headers["Content-Type"], file.content) == ("image/png", BULLET)
    assert emulator.sandbox.images() == []


def test_someone_else_sets_and_removes_a_default(emulator: Emulator, control: httpx.Client) -> None:
    """A default is set and removed without a token."""
    emulator.sandbox.upload_message(identifier(), MESSAGE)

    control.put(f"{APP}/defaults/monthly/en-US", json={"messageIdentifier": identifier()})
    default = emulator.sandbox.default_message("monthly", "en-US")
    control.delete(f"{APP}/defaults/monthly/en-US")

    assert (default, emulator.sandbox.inventory()["defaults"]) == (identifier(), [])


def test_someone_else_sets_and_removes_the_realtime_url(emulator: Emulator, control: httpx.Client) -> None:
    """The realtime URL of production is set and removed without a token or a performance test."""
    control.put("/production/com.example.app/realtime-url", json=URL)
    url = emulator.production.realtime_url()
    control.delete("/production/com.example.app/realtime-url")

    assert (url, emulator.production.inventory()["realtimeURL"]) == (URL["realtimeURL"], None)


def test_someone_else_obeys_apples_rules(control: httpx.Client) -> None:
    """What is put without a token has to follow Apple's rules, too."""
    answer = control.put(f"{APP}/messages/{identifier()}", json=message(header="h" * 67))

    assert (answer.status_code, answer.json()["errorCode"]) == (400, 4000162)


def test_someone_else_leaves_no_trace_in_the_log(control: httpx.Client) -> None:
    """Control requests are not in the log."""
    control.put(f"{APP}/realtime-url", json=URL)

    assert control.get("/requests").json() == {"requests": []}


def test_the_clock_is_set_and_runs_on(control: httpx.Client) -> None:
    """The clock is set, advanced, and continues from there."""
    now = control.post("/clock", json={"now": 1_763_781_600_000}).json()["now"]
    later = control.post("/clock", json={"advance": 60_000}).json()["now"]

    assert 1_763_781_600_000 <= now < 1_763_781_610_000
    assert 60_000 <= later - now < 70_000


def test_answers_take_the_latency_that_is_set() -> None:
    """Every answer waits for the latency that was set."""
    slept: list[float] = []
    emulator = Emulator(sleep=slept.append)
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app), base_url="http://localhost") as client:
        client.post("/_emulator/latency", json={"milliseconds": 250})
        client.get(f"/sandbox{API}/message/list")

    assert slept == [0.25]


def test_a_reset_leaves_nothing_but_the_key(emulator: Emulator, client: httpx.Client, control: httpx.Client) -> None:
    """After a reset only the key is left."""
    emulator.performance_test(passed=True)
    client.put(f"/message/{identifier()}", json=MESSAGE)
    control.post("/fail-next", json=[{"status": 500}])
    control.post("/rate-limits", json={"*": 0})
    control.post("/clock", json={"advance": 86_400_000})
    control.post("/latency", json={"milliseconds": 60_000})

    control.post("/reset")

    assert (control.get("/inventory").json(), control.get("/requests").json()) == ({"apps": []}, {"requests": []})
    assert client.get("/message/list").json() == {"messageIdentifiers": []}
    assert emulator.production.inventory()["passedPerformanceTest"] is False


@pytest.mark.parametrize(
    ("path", "body", "advice"),
    [
        ("/approve", b"{", "truncated"),
        ("/approve", b"[]", "Expected `object`, got `array`; this route takes `identifier`? (text or none), "),
        ("/approve", b'{"environment": "staging"}', "`environment`? (sandbox, production or none)"),
        ("/approve", b'{"message": "a"}', "unknown field `message`"),
        ("/performance-test", b"{}", "missing required field `passed`"),
        ("/performance-test", b'{"passed": "yes"}', "`passed` (true or false)"),
        ("/latency", b'{"milliseconds": -1}', ">= 0"),
        ("/latency", b'{"milliseconds": 99999999999999999999}', "`$.milliseconds`"),
        ("/rate-limits", b'{"Upload Picture": 1}', "Upload Picture"),
        ("/rate-limits", b'{"*": "many"}', "requests an hour"),
        ("/clock", b'{"now": "noon"}', "`now`? (a whole number or none)"),
        ("/clock", b'{"now": 99999999999999999999999}', "`$.now`"),
        ("/clock", b'{"advance": -99999999999999999999}', "`$.advance`"),
        ("/clock", b'{"now": 0, "advance": -1}', "the clock cannot be put at -1"),
        ("/fail-next", b"{}", "a list of faults"),
        ("/fail-next", b'["drop"]', "`$[0]`"),
        ("/fail-next", b'[{"sort": "drop"}]', "unknown field `sort`"),
        ("/fail-next", b'[{"kind": "explode"}]', "Invalid enum value 'explode'"),
        ("/fail-next", b'[{"times": 0}]', "at least 1"),
        ("/fail-next", b'[{"times": true}]', "Expected `int`, got `bool` - at `$[0].times`"),
        ("/fail-next", b'[{"errorCode": 4000101}]', "not one of Apple's"),
        ("/fail-next", b'[{"status": 99}]', "between 200 and 599"),
        ("/fail-next", b'[{"contentType": "x\\r\\nEvil: 1"}]', "printable ASCII"),
        ("/fail-next", b'[{"headers": {"X Y": "1"}}]', "names of HTTP fields"),
        ("/fail-next", b'[{"headers": {"X": "a\\u0000"}}]', "printable ASCII"),
        ("/fail-next", b'[{"body": "\\ud800"}]', "a list of faults"),
        ("/fail-next", b'[{"kind": "time-out", "seconds": -1}]', "between 0 and 3600"),
        ("/fail-next", b'[{"kind": "time-out", "seconds": 1e400}]', "out of range"),
        pytest.param("/fail-next", b"[" * 100_000, "a list of faults", id="deep"),
        ("/reset?really=true", b"", "there is no parameter really, but none"),
    ],
)
def test_a_wrong_control_request_is_refused_with_advice(
    control: httpx.Client, path: str, body: bytes, advice: str
) -> None:
    """A wrong control request is a 400 with what is expected."""
    answer = control.post(path, content=body)

    assert (answer.status_code, advice in answer.json()["error"]) == (400, True)


def test_an_unknown_state_is_refused_with_the_known_ones(control: httpx.Client) -> None:
    """An unknown review state is a 400 with the known ones."""
    answer = control.put(f"{APP}/messages/{identifier()}?messageState=LOVED", json=MESSAGE)

    assert (answer.status_code, "PENDING, APPROVED, REJECTED" in answer.json()["error"]) == (400, True)


def test_the_root_certificate_is_there_to_be_trusted(emulator: Emulator, control: httpx.Client) -> None:
    """The root certificate is served in DER."""
    answer = control.get("/root-certificate")

    assert (answer.headers["Content-Type"], answer.content) == ("application/pkix-cert", emulator.root_certificate)


def test_a_realtime_request_is_sent_when_it_is_asked_for() -> None:
    """A control request sends one real-time request and reports its outcome."""
    sent: list[dict[str, Any]] = []
    emulator = Emulator(transport=listening(sent))
    customer = {"productId": "com.example.yearly", "userLocale": "fr-FR", "originalTransactionId": "7"}
    emulator.production.put_realtime_url(URL)
    with httpx.Client(
        transport=httpx.WSGITransport(app=emulator.app), base_url="http://localhost/_emulator"
    ) as control:
        report = control.post("/production/com.example.app/realtime-request", json=customer).json()

    assert sent[0].items() >= customer.items()
    assert (report["url"], report["sendAttemptResult"], report["status"]) == (URL["realtimeURL"], "SUCCESS", 200)
    assert (report["messageIdentifier"], report["shown"]) == (identifier(1), None)


def test_without_a_url_a_customer_is_shown_the_default(emulator: Emulator, control: httpx.Client) -> None:
    """Without a realtime URL nothing is asked, and the customer sees the default."""
    emulator.sandbox.upload_message(identifier(), MESSAGE)
    emulator.sandbox.configure_default_message("monthly", "en-US", {"messageIdentifier": identifier()})

    report = control.post(f"{APP}/realtime-request", json={"productId": "monthly"}).json()

    assert (report["url"], report["requestIdentifier"], report["source"]) == (None, None, "default")
    assert (report["shown"], report["reason"]) == (identifier(), "no realtime URL is configured")


def test_a_transaction_may_be_made_another_kind(emulator: Emulator, control: httpx.Client) -> None:
    """A transaction that is put as another kind is refused for a performance test."""
    control.put(f"{APP}/transactions/70000500092808", json={"kind": "family-shared"})

    with refused_with(AppStoreError.FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR):
        emulator.sandbox.initiate_performance_test(TEST)


def test_an_unknown_kind_is_refused_with_the_known_ones(control: httpx.Client) -> None:
    """An unknown kind of transaction is a 400 with the known ones."""
    answer = control.put(f"{APP}/transactions/70000500092808", json={"kind": "borrowed"})

    assert (answer.status_code, "original, renewal, family-shared" in answer.json()["error"]) == (400, True)


def test_faults_that_wait_are_shown_and_taken_back(control: httpx.Client, client: httpx.Client) -> None:
    """The faults that wait are shown with the number of requests left, and are taken back all at once."""
    control.post("/fail-next", json=[{"kind": "bad-gateway", "times": 2}, {"kind": "answer", "errorCode": 4290000}])

    failed = client.get("/message/list")
    first, second = control.get("/fail-next").json()["faults"]
    control.delete("/fail-next")

    assert failed.status_code == 502
    assert (first["kind"], first["times"], second["kind"], second["errorCode"]) == (
        "bad-gateway",
        1,
        "answer",
        4290000,
    )
    assert control.get("/fail-next").json() == {"faults": []}
    assert client.get("/message/list").status_code == 200


def test_rate_limits_are_shown_with_what_is_used(control: httpx.Client, client: httpx.Client) -> None:
    """The limits are shown as they were set, with the requests that count now."""
    client.get("/message/list")
    none = control.get("/rate-limits").json()
    control.post("/rate-limits", json={"*": 5})
    client.get("/message/list")
    client.get("/message/list")

    used = {"environment": "sandbox", "bundleId": "com.example.app", "endpoint": "Get Message List"}
    assert none == {"limits": {}, "used": []}
    assert control.get("/rate-limits").json() == {
        "limits": {"*": 5},
        "used": [{**used, "requests": 2, "limit": 5}],
    }


def test_requests_of_an_hour_ago_are_used_no_more(
    emulator: Emulator, control: httpx.Client, client: httpx.Client
) -> None:
    """What was used of a limit is free again an hour later."""
    control.post("/rate-limits", json="apple")
    client.get("/message/list")
    emulator.clock.advance(3_600_000)

    (used,) = control.get("/rate-limits").json()["used"]

    assert (used["requests"], used["limit"]) == (0, 360)


def test_latency_and_clock_are_shown(control: httpx.Client) -> None:
    """The latency and the clock are shown as they were set."""
    control.post("/latency", json={"milliseconds": 250})
    moved = control.post("/clock", json={"advance": 60_000}).json()

    assert control.get("/latency").json() == {"milliseconds": 250}
    assert (moved["offset"], control.get("/clock").json()["offset"]) == (60_000, 60_000)


def test_the_manual_is_served(control: httpx.Client) -> None:
    """GET /manual of the control routes is the manual."""
    answer = control.get("/manual")

    assert (answer.headers["Content-Type"], answer.text) == ("text/plain; charset=utf-8", manual())
