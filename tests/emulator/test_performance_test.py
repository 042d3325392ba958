"""The performance test: real requests, in the background, and what Apple reports about them."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.samples import (
    API,
    REALTIME_URL,
    TEST,
    answering,
    identifier,
    listening,
    naming,
    refused_with,
    result_of,
    run_test,
    token,
)
from retention_messaging_emulator import AppStoreConnect, AppStoreError, Emulator, Switches
from retention_messaging_emulator.tables.performance_tests import response_times

GOOD: dict[str, Any] = {"json": {"message": naming()}}


@contextmanager
def short_tests(
    transport: httpx.BaseTransport, total_requests: int = 4, total_duration: int = 0, **switches: Any
) -> Iterator[Emulator]:
    """An emulator whose tests are short, with a URL to test."""
    short = Switches(total_requests=total_requests, total_duration=total_duration, **switches)
    with closing(Emulator(transport=transport, switches=short)) as emulator:
        emulator.sandbox.configure_realtime_url({"realtimeURL": REALTIME_URL})
        yield emulator


def answering_in_turn(*statuses: int) -> httpx.MockTransport:
    turns, lock = iter(statuses), threading.Lock()

    def answer(_: httpx.Request) -> httpx.Response:
        with lock:
            return httpx.Response(next(turns), **GOOD)

    return httpx.MockTransport(answer)


def test_a_test_that_every_request_passes_is_passed() -> None:
    """A test whose requests all succeed passes, with its numbers and its config."""
    with short_tests(answering(**GOOD)) as emulator:
        result = run_test(emulator.sandbox)

    assert (result["result"], result["successRate"], result["numPending"]) == ("PASS", 100, 0)
    assert (result["target"], result["failures"]) == (REALTIME_URL, {})
    assert result["config"] == {
        "maxConcurrentRequests": 10,
        "totalRequests": 4,
        "totalDuration": 0,
        "responseTimeThreshold": 700,
        "successRateThreshold": 95,
    }


def test_every_request_of_a_test_is_a_real_time_request() -> None:
    """Every request of a test is a real-time request about the transaction, with its own identifier."""
    sent: list[dict[str, Any]] = []
    with short_tests(listening(sent)) as emulator:
        emulator.sandbox.put_transaction("70000500092808", product_id="com.example.yearly", user_locale="fr-FR")
        run_test(emulator.sandbox)

    assert len({each["requestIdentifier"] for each in sent}) == 4
    assert (
        sent[0].items()
        >= {
            "originalTransactionId": "70000500092808",
            "productId": "com.example.yearly",
            "userLocale": "fr-FR",
            "environment": "Sandbox",
        }.items()
    )


@pytest.mark.parametrize(("threshold", "verdict"), [(75, "PASS"), (76, "FAIL")])
def test_the_success_rate_decides(threshold: int, verdict: str) -> None:
    """A test passes if its success rate reaches the threshold."""
    with short_tests(answering_in_turn(200, 500, 200, 200), success_rate_threshold=threshold) as emulator:
        result = run_test(emulator.sandbox)

    assert (result["result"], result["successRate"]) == (verdict, 75)
    assert result["failures"] == {"UNSUCCESSFUL_HTTP_RESPONSE_CODE": 1}


def test_failures_are_counted_by_their_kind() -> None:
    """The failures of a test are counted by kind."""
    failures = iter([httpx.ConnectTimeout, httpx.ConnectError, httpx.RemoteProtocolError, httpx.ConnectError])

    def fail(_: httpx.Request) -> httpx.Response:
        raise next(failures)("failed")

    with short_tests(httpx.MockTransport(fail)) as emulator:
        result = run_test(emulator.sandbox)

    assert (result["result"], result["successRate"]) == ("FAIL", 0)
    assert result["failures"] == {"PREMATURE_CLOSE": 1, "SOCKET_ISSUE": 2, "TIMED_OUT": 1}


def test_only_a_passed_test_opens_production() -> None:
    """Production takes a URL after a test that passed, and not after one that failed."""
    with short_tests(answering_in_turn(500, 200), total_requests=1) as emulator:
        run_test(emulator.sandbox)
        with refused_with(AppStoreError.FORBIDDEN_NO_PASSING_TEST):
            emulator.production.configure_realtime_url({"realtimeURL": REALTIME_URL})

        run_test(emulator.sandbox)
        emulator.production.configure_realtime_url({"realtimeURL": REALTIME_URL})

        assert emulator.production.realtime_url() == REALTIME_URL


class WaitingServer(httpx.BaseTransport):
    """A developer's server that answers nobody until it is opened."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.arrived = threading.Semaphore(0)
        self.most = self._inside = 0
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self.arrived.release()
        self.opened.wait(5)
        with self._lock:
            self._inside -= 1
        return httpx.Response(200, **GOOD)


def test_no_more_requests_at_once_than_the_config_allows() -> None:
    """A test sends no more requests at once than its config allows."""
    server = WaitingServer()
    with short_tests(server, total_requests=6, max_concurrent_requests=2, response_time_threshold=5000) as emulator:
        begun = emulator.sandbox.initiate_performance_test(TEST)
        server.arrived.acquire(timeout=5)
        server.arrived.acquire(timeout=5)
        one_too_many = server.arrived.acquire(timeout=0.1)
        server.opened.set()
        result = result_of(emulator.sandbox, begun["requestId"])

    assert (server.most, one_too_many, result["result"]) == (2, False, "PASS")


def test_a_running_test_reports_its_numbers_so_far() -> None:
    """The results of a running test are PENDING, with the numbers so far."""
    with short_tests(answering(**GOOD), total_requests=2, total_duration=60_000) as emulator:
        request_id = emulator.sandbox.initiate_performance_test(TEST)["requestId"]
        running = emulator.sandbox.performance_test_results(request_id)
        later = result_of(emulator.sandbox, request_id, until=lambda result: result["numPending"] == 1)

    assert (running["result"], running["failures"]) == ("PENDING", {})
    assert (later["result"], later["successRate"], later["numPending"]) == ("PENDING", 100, 1)


def test_requests_are_spread_over_the_duration() -> None:
    """The requests of a test are spread over its duration."""
    with short_tests(answering(**GOOD), total_requests=3, total_duration=300) as emulator:
        started = time.monotonic()
        run_test(emulator.sandbox)
        took = time.monotonic() - started

    assert took >= 0.2


def test_what_does_not_fit_into_the_duration_is_never_sent() -> None:
    """Requests for which no time is left are never sent, and the test fails."""
    server = WaitingServer()
    with short_tests(server, max_concurrent_requests=1, response_time_threshold=50) as emulator:
        request_id = emulator.sandbox.initiate_performance_test(TEST)["requestId"]
        server.arrived.acquire(timeout=5)
        time.sleep(0.1)
        server.opened.set()
        result = result_of(emulator.sandbox, request_id)

    assert (result["result"], result["numPending"], result["failures"]) == ("FAIL", 3, {"TIMED_OUT": 1})


def test_response_times_are_measured() -> None:
    """The results have the average and the percentiles of the response times."""

    def slow(_: httpx.Request) -> httpx.Response:
        time.sleep(0.05)
        return httpx.Response(200, **GOOD)

    with short_tests(httpx.MockTransport(slow)) as emulator:
        times = run_test(emulator.sandbox)["responseTimes"]

    assert 50 <= times["p50"] <= times["p90"] <= times["p95"] <= times["p99"] < 700
    assert 50 <= times["average"] <= times["p99"]


def test_a_request_that_nobody_answered_has_no_response_time() -> None:
    """A request without an answer has no response time."""

    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with short_tests(httpx.MockTransport(refuse)) as emulator:
        result = run_test(emulator.sandbox)

    assert result["responseTimes"] == {"average": 0, "p50": 0, "p90": 0, "p95": 0, "p99": 0}
    assert result["failures"] == {"SOCKET_ISSUE": 4}


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        ([7], {"average": 7, "p50": 7, "p90": 7, "p95": 7, "p99": 7}),
        ([10, 40, 20, 30], {"average": 25, "p50": 20, "p90": 40, "p95": 40, "p99": 40}),
        (range(100, 0, -1), {"average": 50, "p50": 50, "p90": 90, "p95": 95, "p99": 99}),
    ],
)
def test_percentiles_are_of_the_nearest_rank(milliseconds: Any, expected: Mapping[str, int]) -> None:
    """A percentile is the response time of the nearest rank."""
    assert response_times(milliseconds) == expected


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("renewal", AppStoreError.TRANSACTION_ID_IS_NOT_ORIGINAL_TRANSACTION_ID_ERROR),
        ("family-shared", AppStoreError.FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR),
        ("app-transaction", AppStoreError.APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR),
        ("invalid", AppStoreError.INVALID_TRANSACTION_ID),
    ],
)
def test_a_transaction_that_is_no_original_one_is_refused(
    sandbox: AppStoreConnect, kind: Any, error: AppStoreError
) -> None:
    """A transaction of another kind than original is refused with the error of its kind."""
    sandbox.put_transaction("70000500092808", kind)

    with refused_with(error):
        sandbox.initiate_performance_test(TEST)


@pytest.mark.parametrize("text", ["", "abc", "-1", "\N{FULLWIDTH DIGIT ONE}"])
def test_a_transaction_id_is_digits(sandbox: AppStoreConnect, text: str) -> None:
    """A transaction id that is not digits is refused."""
    with refused_with(AppStoreError.INVALID_TRANSACTION_ID):
        sandbox.initiate_performance_test({"originalTransactionId": text})


@pytest.mark.parametrize("body", [None, [], {}, {"originalTransactionId": 70000500092808}])
def test_a_malformed_request_is_an_invalid_test_request(sandbox: AppStoreConnect, body: object) -> None:
    """A malformed request for a test is an invalid performance test request."""
    with refused_with(AppStoreError.INVALID_PERFORMANCE_TEST_REQUEST):
        sandbox.initiate_performance_test(body)


def test_what_is_no_json_is_an_invalid_test_request(client: httpx.Client) -> None:
    """A request for a test that is not JSON is an invalid performance test request."""
    answer = client.post("/performanceTest", content=b"{")

    assert (answer.status_code, answer.json()["errorCode"]) == (400, 4000211)


def test_another_test_may_begin_when_one_has_ended() -> None:
    """A second test may begin after the first has ended."""
    with short_tests(answering(**GOOD)) as emulator:
        first, second = run_test(emulator.sandbox), run_test(emulator.sandbox)

    assert (first["result"], second["result"]) == ("PASS", "PASS")


def test_two_apps_are_tested_side_by_side() -> None:
    """Two apps may be tested at the same time."""
    server = WaitingServer()
    with short_tests(server) as emulator:
        other = emulator.app_store("sandbox", "com.example.other")
        other.configure_realtime_url({"realtimeURL": REALTIME_URL})
        emulator.sandbox.initiate_performance_test(TEST)
        request_id = other.initiate_performance_test(TEST)["requestId"]
        server.opened.set()

        assert result_of(other, request_id)["result"] == "PASS"


def test_the_request_id_may_be_in_upper_case() -> None:
    """The results are found by the request id in upper case, too."""
    with short_tests(answering(**GOOD)) as emulator:
        request_id = emulator.sandbox.initiate_performance_test(TEST)["requestId"]

        assert result_of(emulator.sandbox, request_id.upper())["result"] == "PASS"


def test_there_are_no_performance_tests_in_production(emulator: Emulator) -> None:
    """The endpoints of performance tests are not found in production."""
    headers = {"Authorization": f"Bearer {token(emulator.credentials)}"}
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app), headers=headers) as client:
        begun = client.post(f"http://emulator/production{API}/performanceTest", json=TEST)
        result = client.get(f"http://emulator/production{API}/performanceTest/result/{identifier()}")

    assert [(each.status_code, each.headers["Content-Type"]) for each in (begun, result)] == [(404, "text/plain")] * 2


@pytest.mark.parametrize("end", [Emulator.close, Emulator.reset])
def test_the_end_of_an_emulator_is_the_end_of_its_test(end: Any) -> None:
    """Closing or resetting an emulator stops its tests."""
    sent: list[dict[str, Any]] = []
    with short_tests(listening(sent), total_requests=100, total_duration=1000) as emulator:
        emulator.sandbox.initiate_performance_test(TEST)
        end(emulator)
        until_then = len(sent)
        time.sleep(0.1)

    assert len(sent) == until_then < 100


def test_results_outlive_the_emulator_and_cut_off_tests_fail(tmp_path: Path) -> None:
    """Results are kept in the database file, and a test that was cut off has failed."""
    short = Switches(total_requests=1, total_duration=0)
    with closing(Emulator(tmp_path / "e", switches=short, transport=answering(**GOOD))) as first:
        first.sandbox.configure_realtime_url({"realtimeURL": REALTIME_URL})
        request_id = first.sandbox.initiate_performance_test(TEST)["requestId"]
        passed = result_of(first.sandbox, request_id)
    with closing(Emulator(tmp_path / "e", transport=answering(**GOOD))) as second:
        cut_off = second.sandbox.initiate_performance_test(TEST)["requestId"]

    with closing(Emulator(tmp_path / "e")) as third:
        assert third.sandbox.performance_test_results(request_id) == passed
        assert third.sandbox.performance_test_results(cut_off)["result"] == "FAIL"
