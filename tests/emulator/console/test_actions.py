"""What the console's forms do: what the control routes do, by the same functions."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from emulator.console.conftest import SCRIPT, Still, about, control_of
from emulator.console.drawn import Element, drawn
from emulator.samples import API, MESSAGE, REALTIME_URL, identifier, naming, token
from retention_messaging_emulator import Credentials, Emulator, Switches
from retention_messaging_emulator.console.actions import ACTIONS
from retention_messaging_emulator.web.control_routes import APP_ROUTES, ROUTES

Send = Callable[..., httpx.Response]
KEY = Credentials.make()
APP = {"environment": "production", "bundleId": "com.example.app"}
TWO = {"identifier": identifier(2)}


def prepared() -> Emulator:
    """Messages 1 to 3 wait for review; a fault, a limit, a latency and a request are there."""
    emulator = Emulator(credentials=KEY, clock=Still(), sleep=lambda _: None)
    for number in (1, 2, 3):
        emulator.production.upload_message(identifier(number), MESSAGE)
    emulator.set_latency(5)
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app), base_url="http://localhost") as client:
        client.get(f"/sandbox{API}/message/list")
        client.post("/_emulator/fail-next", json=[{"kind": "drop", "times": 2}])
    return emulator


def state(emulator: Emulator) -> Mapping[str, object]:
    """All that a control route may change."""
    with control_of(emulator) as control:
        paths = ("/inventory", "/requests", "/fail-next", "/latency", "/rate-limits", "/clock")
        return {path: control.get(path).json() for path in paths}


ROWS: list[tuple[str, dict[str, str], str, str, Any]] = [
    ("approve", {}, "POST", "/approve", {}),
    ("approve", {**TWO, **APP}, "POST", "/approve", {**TWO, **APP}),
    ("reject", {}, "POST", "/reject", {}),
    ("reject", {**TWO, **APP}, "POST", "/reject", {**TWO, **APP}),
    ("performance-test", {"passed": "true"}, "POST", "/performance-test", {"passed": True}),
    ("performance-test", {"passed": "false"}, "POST", "/performance-test", {"passed": False}),
    ("clear-requests", {}, "DELETE", "/requests", None),
    ("clear-faults", {}, "DELETE", "/fail-next", None),
    (
        "fail-next",
        {"kind": "answer", "errorCode": "4290000", "status": "500", "seconds": "60", "path": "", "times": "3"},
        "POST",
        "/fail-next",
        [{"errorCode": 4290000, "times": 3}],
    ),
    (
        "fail-next",
        {"kind": "time-out", "seconds": "2.5", "path": "Upload Image", "times": "1"},
        "POST",
        "/fail-next",
        [{"kind": "time-out", "seconds": 2.5, "path": "Upload Image"}],
    ),
    ("rate-limits", {"limits": "apple", "endpoint": "*", "requests": "10"}, "POST", "/rate-limits", "apple"),
    ("rate-limits", {"limits": "none", "endpoint": "*", "requests": "10"}, "POST", "/rate-limits", {}),
    (
        "rate-limits",
        {"limits": "own", "endpoint": "Upload Image", "requests": "10"},
        "POST",
        "/rate-limits",
        {"Upload Image": 10},
    ),
    ("latency", {"milliseconds": "250"}, "POST", "/latency", {"milliseconds": 250}),
    ("clock", {"advance": "3600000"}, "POST", "/clock", {"advance": 3_600_000}),
    ("clock", {"advance": "-3600000"}, "POST", "/clock", {"advance": -3_600_000}),
    ("reset", {}, "POST", "/reset", None),
]


@pytest.mark.parametrize(("name", "fields", "method", "path", "body"), ROWS)
def test_a_form_does_what_its_route_does(
    name: str, fields: dict[str, str], method: str, path: str, body: object
) -> None:
    """A form leaves an emulator as the request to its control route does."""
    by_form, by_route = prepared(), prepared()
    with control_of(by_form) as console:
        told = console.post(f"/console/{name}", data=fields, headers=SCRIPT)
    with control_of(by_route) as control:
        control.request(method, path, json=body).raise_for_status()

    assert (told.status_code, state(by_form)) == (200, state(by_route))
    assert drawn(told.text).one(class_="told").text.endswith(".")


def test_every_action_but_one_is_in_the_table() -> None:
    """The table above has every form; what a customer sees has tests of its own."""
    assert {name for name, *_ in ROWS} | {"realtime-request"} == ACTIONS.keys()


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_a_control_route(name: str) -> None:
    """What a form does is the function of a control route, and no other."""
    assert ACTIONS[name].route in (*ROUTES, *APP_ROUTES)


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("approve", {"identifier": identifier(9)}, "MessageNotFoundError"),
        ("approve", {"environment": "staging"}, "Invalid enum value 'staging'"),
        ("fail-next", {"kind": "explode"}, "Invalid enum value 'explode'"),
        ("fail-next", {"kind": "drop", "times": "0"}, "times must be at least 1"),
        ("fail-next", {"kind": "answer", "errorCode": "1"}, "not one of Apple's"),
        ("rate-limits", {"limits": "own", "endpoint": "Upload Picture", "requests": "1"}, "no endpoint Upload Picture"),
        ("rate-limits", {"limits": "own", "requests": "many"}, "Expected `int`"),
        ("rate-limits", {"limits": "own"}, "Expected `int`"),
        ("latency", {"milliseconds": "-1"}, ">= 0"),
        ("latency", {}, "milliseconds"),
        ("clock", {"advance": "-9999999999999"}, "the clock cannot be put at"),
        ("realtime-request", {"productId": "monthly"}, "environment"),
        ("realtime-request", {**APP, "environment": "staging"}, "Invalid enum value 'staging'"),
        ("realtime-request", {**APP, "pair": "5"}, "Expected `array`"),
        ("realtime-request", {**APP, "pair": "["}, "truncated"),
    ],
)
def test_a_form_that_is_refused_says_why(name: str, fields: dict[str, str], said: str) -> None:
    """A form that cannot be meant, or that Apple refuses, changes nothing and is told in two halves."""
    emulator = prepared()
    before = state(emulator)

    with control_of(emulator) as console:
        answer = console.post(f"/console/{name}", data=fields, headers=SCRIPT)

    told = drawn(answer.text).one(class_="told").text
    assert (answer.status_code, said in told, "; " in told) == (422, True, True)
    assert state(emulator) == before


def test_a_form_that_there_is_not_is_not_found(send: Send) -> None:
    """A form of an unknown name is a 404."""
    assert send("explode").status_code == 404


@pytest.mark.parametrize(
    ("verb", "told"), [("approve", "Apple approved 1 upload."), ("reject", "Apple rejected 1 upload.")]
)
def test_the_answer_has_what_was_done_and_what_changed(send: Send, filled: Emulator, verb: str, told: str) -> None:
    """The script is answered with what was done, and with the parts of the page that changed."""
    answer = drawn(send(verb, identifier=identifier(3)).text)

    assert answer.one(class_="told").text == told
    assert "Nothing waits." in answer.one(id="queue").text


def test_without_a_script_the_answer_is_the_page(control: httpx.Client, filled: Emulator) -> None:
    """A browser without scripts is answered with the whole page, and what was done in its section."""
    answer = control.post("/console/approve", data={"identifier": identifier(3)})

    whole = drawn(answer.text)
    assert (answer.status_code, whole.one("title").text) == (200, "App Store emulator")
    assert whole.one(id="told-review").text == "Apple approved 1 upload."
    assert "Nothing waits." in whole.one(id="queue").text


def answered(number: int) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(200, json={"message": naming(number)}))


def with_a_server(emulator: Emulator) -> None:
    emulator.sandbox.put_realtime_url({"realtimeURL": REALTIME_URL})


def with_an_answer(emulator: Emulator) -> None:
    with_a_server(emulator)
    emulator.sandbox.put_message(identifier(2), {"header": "Only for you", "body": "Half price."})


def nothing_more(_: Emulator) -> None:
    pass


NO_DEFAULT = "monthly has no default message for de-DE"


@pytest.mark.parametrize(
    ("arrange", "locale", "verdict", "header"),
    [
        (with_an_answer, "de-DE", "The real-time answer is shown: it came after ", "Only for you"),
        (
            with_a_server,
            "en-US",
            f"The default message is shown, because there is no message {identifier(2)}.",
            "Keep your streak",
        ),
        (
            nothing_more,
            "en-US",
            "The default message is shown, because no realtime URL is configured.",
            "Keep your streak",
        ),
        (
            nothing_more,
            "de-DE",
            f"No message is shown, because no realtime URL is configured, and {NO_DEFAULT}.",
            None,
        ),
        (
            with_a_server,
            "de-DE",
            f"No message is shown, because there is no message {identifier(2)}, and {NO_DEFAULT}.",
            None,
        ),
    ],
)
@pytest.mark.parametrize("by", ["form", "table"])
def test_a_customer_sees_a_message_or_reads_why_not(
    arrange: Callable[[Emulator], None], locale: str, verdict: str, header: str | None, by: str
) -> None:
    """A tap on Cancel Subscription, in the form or in the table of defaults, shows what the customer sees, and why."""
    emulator = Emulator(transport=answered(2))
    emulator.sandbox.put_message(identifier(1), MESSAGE)
    emulator.sandbox.configure_default_message("monthly", "en-US", about(1))
    arrange(emulator)
    pair = {"productId": "monthly", "userLocale": locale} if by == "form" else {"pair": f'["monthly", "{locale}"]'}
    with control_of(emulator) as console:
        told = console.post("/console/realtime-request", data={**APP, "environment": "sandbox", **pair}, headers=SCRIPT)

    shown = drawn(told.text).one(class_="seen-by-customer")
    assert shown.one(class_="verdict").text.startswith(verdict)
    assert [each.text for each in shown.all(class_="head")] == ([header] if header else [])
    assert [each.attributes["lang"] for each in shown.all(class_="message")] == ([locale] if header else [])
    assert REALTIME_URL in shown.text or arrange is nothing_more


def test_no_message_may_be_what_the_server_wants() -> None:
    """A real-time answer that asks for no message is told as such."""
    transport = httpx.MockTransport(lambda _: httpx.Response(204))
    emulator = Emulator(transport=transport, switches=Switches(empty_answer_is_valid=True))
    emulator.production.put_realtime_url({"realtimeURL": REALTIME_URL})
    with control_of(emulator) as console:
        told = console.post("/console/realtime-request", data=APP, headers=SCRIPT)

    assert drawn(told.text).one(class_="verdict").text == "No message is shown, as the real-time answer asks for."


def test_a_token_is_nowhere_on_the_page(emulator: Emulator, page: Callable[..., Element], client: httpx.Client) -> None:
    """Neither the key nor a token is on the page."""
    bearer = token(emulator.credentials)
    client.get("/message/list", headers={"Authorization": f"Bearer {bearer}"})

    text = str(page())

    assert bearer not in text
    assert emulator.credentials.private_key.splitlines()[1] not in text
