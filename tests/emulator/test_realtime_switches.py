"""What Apple leaves open of real-time requests and performance tests: a row shows what a switch changes."""

import functools
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx
import pytest

from emulator.samples import (
    API,
    MESSAGE,
    REALTIME_URL,
    TEST,
    WIDE,
    identifier,
    message,
    naming,
    outcome,
    refused_with,
    run_test,
    shown,
    token,
)
from retention_messaging_emulator import AppStoreError, Emulator, Switches
from retention_messaging_emulator.app_store import Environment

SHORT: dict[str, Any] = {
    "total_requests": 2,
    "total_duration": 0,
    "max_concurrent_requests": 1,
    "response_time_threshold": 5000,
}
OTHER_URL = "https://retention.example.com/other"
INVALID_TEST = AppStoreError.INVALID_PERFORMANCE_TEST_REQUEST
BAD = AppStoreError.GENERAL_BAD_REQUEST
NO_URL = AppStoreError.REALTIME_URL_NOT_FOUND
INVALID_ID = AppStoreError.INVALID_REQUEST_ID
NOT_FOUND = AppStoreError.PERFORMANCE_TEST_RUN_NOT_FOUND
CLOSED = AppStoreError.FORBIDDEN_NO_PASSING_TEST
TWO_VARIANTS = {"message": naming(), "alternateProduct": naming(2, productId="yearly")}
COMMERCE = {"advancedCommerceInfo": naming(advancedCommerceData="e30=")}


Answer = Callable[[httpx.Request], httpx.Response]


class Developer(httpx.BaseTransport):
    """A developer's server: what it was asked, and what it answers. A second request waits until it is let go."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.answer: Answer = functools.partial(answering_json, {"message": naming()})
        self.is_asked_again = threading.Event()
        self.let_go = threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer(request)

    def delay(self, request: httpx.Request) -> httpx.Response:
        """An answer: the first at once, any other only when it is let go."""
        if len(self.asked) > 1:
            self.is_asked_again.set()
            self.let_go.wait(5)
        return answering_json({"message": naming()}, request)

    def close(self) -> None:
        self.let_go.set()


def answering_json(answer: object, _: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=answer)


Act = Callable[[Emulator, Developer], object]


def header(name: str) -> Act:
    def act(emulator: Emulator, developer: Developer) -> object:
        emulator.ask()
        return developer.asked[0].headers[name]

    return act


def redirected(emulator: Emulator, developer: Developer) -> object:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url == OTHER_URL:
            return answering_json({"message": naming()}, request)
        return httpx.Response(307, headers={"Location": OTHER_URL})

    developer.answer = answer
    return emulator.ask()["sendAttemptResult"]


def answered(answer: object, key: str = "sendAttemptResult") -> Act:
    def act(emulator: Emulator, developer: Developer) -> object:
        emulator.sandbox.put_image(identifier(8), WIDE)
        emulator.sandbox.put_message(identifier(1), message(image=shown(8)))
        developer.answer = functools.partial(answering_json, answer)
        return emulator.ask()[key]

    return act


def answered_with_204(emulator: Emulator, developer: Developer) -> object:
    developer.answer = lambda _: httpx.Response(204)
    return emulator.ask()["sendAttemptResult"]


def shown_in_mexico(emulator: Emulator, developer: Developer) -> object:
    """With a default for Spain, and nothing else that could be shown."""
    emulator.sandbox.put_message(identifier(2), MESSAGE)
    emulator.sandbox.configure_default_message("com.example.monthly", "es-ES", {"messageIdentifier": identifier(2)})
    return emulator.ask(user_locale="es-MX")["shown"]


def taken(url: str, environment: Environment = "sandbox") -> Act:
    return lambda emulator, _: emulator.app_store(environment).configure_realtime_url({"realtimeURL": url})


def begun_in_production(emulator: Emulator, _: Developer) -> object:
    emulator.production.put_realtime_url({"realtimeURL": REALTIME_URL})
    headers = {"Authorization": f"Bearer {token(emulator.credentials)}"}
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app), headers=headers) as client:
        return client.post(f"http://emulator/production{API}/performanceTest", json=TEST).status_code


def begun_with(body: object) -> Act:
    return lambda emulator, _: emulator.sandbox.initiate_performance_test(body)


def begun_without_url(emulator: Emulator, _: Developer) -> object:
    emulator.sandbox.delete_realtime_url()
    return emulator.sandbox.initiate_performance_test(TEST)


def begun_beside_another(emulator: Emulator, developer: Developer) -> object:
    developer.answer = developer.delay
    emulator.sandbox.initiate_performance_test(TEST)
    return len(emulator.sandbox.initiate_performance_test({"originalTransactionId": "2"}))


def results_of(request_id: str) -> Act:
    return lambda emulator, _: emulator.sandbox.performance_test_results(request_id)


def results_with(*keys: str) -> Act:
    def act(emulator: Emulator, _: Developer) -> object:
        result = run_test(emulator.sandbox)
        return [result.get(key) for key in keys]

    return act


def read_by_another_app(emulator: Emulator, _: Developer) -> object:
    request_id = emulator.sandbox.initiate_performance_test(TEST)["requestId"]
    return emulator.app_store("sandbox", "com.example.other").performance_test_results(request_id)["target"]


def read_an_hour_later(emulator: Emulator, _: Developer) -> object:
    request_id = emulator.sandbox.initiate_performance_test(TEST)["requestId"]
    emulator.clock.advance(3_600_000)
    return emulator.sandbox.performance_test_results(request_id)["target"]


def pending_after_one(emulator: Emulator, developer: Developer) -> object:
    developer.answer = developer.delay
    request_id = emulator.sandbox.initiate_performance_test(TEST)["requestId"]
    developer.is_asked_again.wait(5)  # one request at a time: the first one is through
    return emulator.sandbox.performance_test_results(request_id)["numPending"]


def passed_then(*acts: Act) -> Act:
    """Whether production takes a URL after a passed test and what came then."""

    def act(emulator: Emulator, developer: Developer) -> object:
        run_test(emulator.sandbox)
        for each in acts:
            each(emulator, developer)
        return taken(OTHER_URL, "production")(emulator, developer)

    return act


def failing(_: Emulator, developer: Developer) -> None:
    developer.answer = lambda _: httpx.Response(500)


def an_hour(emulator: Emulator, _: Developer) -> None:
    emulator.clock.advance(3_600_000)


NOTHING = "there is no valid answer, and com.example.monthly has no default message for en-US"

ROWS: list[tuple[str, Any, Act, object, object]] = [
    ("local_url_without_tls", True, taken("http://localhost:8080/apple"), AppStoreError.BAD_REQUEST_REALTIME_URL, None),
    ("realtime_content_type", "text/json", header("Content-Type"), "application/json", "text/json"),
    ("realtime_user_agent", "App Store", header("User-Agent"), "retention-messaging-emulator", "App Store"),
    ("realtime_connections", "closed", header("Connection"), "keep-alive", "close"),
    ("redirects_are_followed", False, redirected, "SUCCESS", "UNSUCCESSFUL_HTTP_RESPONSE_CODE"),
    ("empty_answer_is_valid", True, answered({}), "INVALID_RESPONSE", "SUCCESS"),
    ("empty_answer_is_valid", True, answered({}, "reason"), NOTHING, None),
    ("empty_answer_is_valid", True, answered_with_204, "UNSUCCESSFUL_HTTP_RESPONSE_CODE", "SUCCESS"),
    ("several_variants", "first", answered(TWO_VARIANTS, "variant"), None, "message"),
    ("advanced_commerce_images", "shown", answered(COMMERCE, "shown"), None, identifier(1)),
    ("realtime_needs_default", True, answered({"message": naming()}, "shown"), identifier(1), None),
    ("default_for_another_region", "same-language", shown_in_mexico, None, identifier(2)),
    ("performance_tests_are_for", "both", begun_in_production, 404, 200),
    ("malformed_performance_test_request", BAD, begun_with([]), INVALID_TEST, BAD),
    ("malformed_performance_test_request", BAD, begun_with({}), INVALID_TEST, BAD),
    ("test_without_realtime_url", NO_URL, begun_without_url, INVALID_TEST, NO_URL),
    ("one_test_at_a_time", "per-transaction", begun_beside_another, AppStoreError.EXISTING_PERFORMANCE_TEST_RUN, 2),
    ("malformed_request_id", NOT_FOUND, results_of("latest"), INVALID_ID, NOT_FOUND),
    ("unknown_request_id", INVALID_ID, results_of(identifier()), NOT_FOUND, INVALID_ID),
    ("message_of_a_test", "shown", results_with("result", "failures"), ["PASS", {}], ["FAIL", {"INVALID_RESPONSE": 2}]),
    ("numbers_while_pending", "zero", pending_after_one, 1, 2),
    ("no_failures", "absent", results_with("failures"), [{}], [None]),
    ("failures_count_successes", True, results_with("failures"), [{}], [{"SUCCESS": 2}]),
    ("results_are_for", "the-account", read_by_another_app, NOT_FOUND, REALTIME_URL),
    ("result_lifetime", 3_600_000, read_an_hour_later, REALTIME_URL, NOT_FOUND),
    ("passed_test_holds", "for-its-url", passed_then(), None, CLOSED),
    ("passed_test_holds", "until-a-test-fails", passed_then(failing, results_with()), None, CLOSED),
    ("passed_test_holds", "until-the-sandbox-url-changes", passed_then(taken(OTHER_URL)), None, CLOSED),
    ("passed_test_lifetime", 3_600_000, passed_then(an_hour), None, CLOSED),
]


@pytest.mark.parametrize(("switch", "value", "act", "by_default", "switched"), ROWS)
def test_a_switch_changes_what_apple_is_taken_to_do(
    switch: str, value: Any, act: Act, by_default: object, switched: object
) -> None:
    """A switch changes the outcome as its row shows."""
    assert (outcome_with(act), outcome_with(act, **{switch: value})) == (by_default, switched)


def outcome_with(act: Act, **switches: Any) -> object:
    developer = Developer()
    emulator = Emulator(transport=developer, switches=Switches(**SHORT, **switches))
    with closing(emulator), closing(developer):
        emulator.sandbox.configure_realtime_url({"realtimeURL": REALTIME_URL})
        return outcome(lambda: act(emulator, developer))


@pytest.mark.parametrize(
    "url",
    ["http://localhost", "http://localhost:8080/apple?a=b", "http://127.0.0.1:1/", "http://[::1]:8080", REALTIME_URL],
)
def test_a_local_url_may_do_without_tls_if_switched(url: str) -> None:
    """With the switch a URL on this machine is accepted without TLS."""
    sandbox = Emulator(switches=Switches(local_url_without_tls=True)).sandbox

    sandbox.configure_realtime_url({"realtimeURL": url})

    assert sandbox.realtime_url() == url


@pytest.mark.parametrize("url", ["http://example.com", "http://localhost.example.com", "http://localhost@example.com"])
def test_any_other_url_has_to_have_tls(url: str) -> None:
    """With the switch any other URL still needs TLS."""
    with refused_with(AppStoreError.BAD_REQUEST_REALTIME_URL):
        Emulator(switches=Switches(local_url_without_tls=True)).sandbox.configure_realtime_url({"realtimeURL": url})


CONFIG: dict[str, Any] = {
    "max_concurrent_requests": 1,
    "total_requests": 2,
    "total_duration": 3,
    "response_time_threshold": 4,
    "success_rate_threshold": 5,
}


def test_the_config_of_a_test_is_made_of_switches() -> None:
    """The five numbers of a test are five switches."""
    with closing(Emulator(switches=Switches(**CONFIG), transport=Developer())) as emulator:
        emulator.sandbox.configure_realtime_url({"realtimeURL": REALTIME_URL})
        config = emulator.sandbox.initiate_performance_test(TEST)["config"]

    assert config == {
        "maxConcurrentRequests": 1,
        "totalRequests": 2,
        "totalDuration": 3,
        "responseTimeThreshold": 4,
        "successRateThreshold": 5,
    }
