"""The handler of a performance test, which the emulator runs against a developer's server."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx
import pytest

from resources.samples import performance_test
from resources.stack import CheckFailed, Stack
from retention_messaging_emulator import Emulator, Switches
from retention_messaging_provider.api import AppleUnavailable, InvalidRequest
from retention_messaging_provider.resources.handler import Failure

URL = {"realtimeURL": "https://retention.example.com/apple"}
GOOD = httpx.Response(200, json={"message": {"messageIdentifier": "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"}})


@contextmanager
def sandbox_with(
    answer: httpx.Response | None, environment: Any = "sandbox", released: threading.Event | None = None
) -> Iterator[Stack]:
    """A stack whose app has a realtime URL that answers so, or not at all, once it is released."""

    def serve(request: httpx.Request) -> httpx.Response:
        if released is not None:
            released.wait(5)
        if answer is None:
            raise httpx.ReadTimeout("too slow", request=request)
        return answer

    short = Switches(total_requests=4, total_duration=0)
    with closing(Emulator(transport=httpx.MockTransport(serve), switches=short)) as emulator:
        emulator.sandbox.configure_realtime_url(URL)
        stack = Stack(emulator, environment)
        stack.on_sleep = lambda: time.sleep(0.02)
        yield stack


def test_a_passed_test_is_recorded_with_its_numbers() -> None:
    """A passed test is recorded with its numbers, and reported."""
    with sandbox_with(GOOD) as stack:
        done = stack.up(performance_test())

        recorded = stack["test"]
        assert (recorded["result"], recorded["successRate"], recorded["numPending"], recorded["failures"]) == (
            "PASS",
            100,
            0,
            {},
        )
        assert {"average", "p50", "p90", "p95", "p99"} == set(recorded["responseTimes"])
        assert recorded["config"]["totalRequests"] == 4
        assert done.said[-1].startswith("performance test: PASS, 100 % successful of 95 % needed, p50 ")


def test_a_test_is_not_run_again() -> None:
    """A test that is recorded is not run again, and Apple is asked nothing about it."""
    with sandbox_with(GOOD) as stack:
        stack.up(performance_test())

        again, refreshed = stack.up(performance_test()), stack.refresh()

        assert (again.steps, again.requests) == ({"test": "same"}, [])
        assert (refreshed.steps, refreshed.requests) == ({"test": "same"}, [])


@pytest.mark.parametrize("change", [{"triggers": ["server 13"]}, {"originalTransactionId": "1"}], ids=str)
def test_another_trigger_or_transaction_is_another_test(change: dict[str, Any]) -> None:
    """Another trigger or transaction is another test."""
    with sandbox_with(GOOD) as stack:
        stack.up(performance_test(triggers=["server 12"]))
        first = stack["test"]["requestId"]

        done = stack.up(performance_test(**{"triggers": ["server 12"], **change}))

        assert done.steps == {"test": "replace"}
        assert stack["test"]["requestId"] != first


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (httpx.Response(503), "4 UNSUCCESSFUL_HTTP_RESPONSE_CODE (the status was not 200)"),
        (httpx.Response(200, json={}), "4 INVALID_RESPONSE (the body is not a RealtimeResponseBody)"),
        (None, "4 TIMED_OUT (the answer took too long)"),
    ],
    ids=["503", "an empty object", "no answer in time"],
)
def test_a_failed_test_is_an_error_with_its_numbers(answer: httpx.Response | None, meaning: str) -> None:
    """A failed test is an error with the numbers, what they mean and what to do."""
    with sandbox_with(answer) as stack, pytest.raises(Failure) as failed:
        stack.up(performance_test())

    assert str(failed.value).startswith("The performance test failed: 0 % successful of 95 % needed, ")
    assert str(failed.value).endswith(f"{meaning}; fix this and run the test again")


def test_a_failed_test_may_be_recorded_as_a_result() -> None:
    """With `allowFailure` a failed test is recorded as a result."""
    with sandbox_with(httpx.Response(503)) as stack:
        stack.up(performance_test(allowFailure=True))

        assert (stack["test"]["result"], stack["test"]["failures"]) == ("FAIL", {"UNSUCCESSFUL_HTTP_RESPONSE_CODE": 4})


def test_a_test_in_production_is_refused() -> None:
    """A test in production is refused, with the reason."""
    with sandbox_with(GOOD, "production") as stack, pytest.raises(CheckFailed, match="Apple tests in sandbox only"):
        stack.up(performance_test())


@pytest.mark.parametrize("transaction", ["", "7000050009280a", None])
def test_a_transaction_id_is_digits(transaction: str | None) -> None:
    """A transaction id that is not all digits is refused."""
    with (
        sandbox_with(GOOD) as stack,
        pytest.raises(CheckFailed, match=r"originalTransactionId is .*; digits are needed"),
    ):
        stack.up(performance_test(originalTransactionId=transaction))


def test_a_running_test_is_asked_about_every_10_seconds() -> None:
    """While a test runs, Apple is asked about it no faster than it allows: every 10 seconds."""
    with sandbox_with(GOOD) as stack:
        stack.apple.switches = Switches(total_requests=4, total_duration=100)
        began = stack.now

        done = stack.up(performance_test())

        polls = done.requests.count("Get Performance Test Results")
        assert polls >= 1
        assert stack.now - began == 10 * (polls - 1)


def test_a_test_past_its_deadline_is_an_error() -> None:
    """A test that does not end by its deadline is an error with the number of remaining requests."""
    released = threading.Event()
    with sandbox_with(GOOD, released=released) as stack:
        with pytest.raises(Failure) as failed:
            stack.up(performance_test(deadline="0s"))
        released.set()

    assert str(failed.value) == (
        "The performance test did not end in 0s: 4 of 4 requests remaining; run it again, or set a later deadline"
    )


def test_without_a_realtime_url_apple_refuses_a_test() -> None:
    """Without a realtime URL Apple refuses a test."""
    with sandbox_with(GOOD) as stack:
        stack.store.delete_realtime_url()

        with pytest.raises(InvalidRequest, match="4000211 InvalidPerformanceTestRequestError"):
            stack.up(performance_test())


def test_an_unclear_beginning_is_never_repeated() -> None:
    """A beginning of which nobody knows whether Apple received it is not repeated."""
    with sandbox_with(GOOD) as stack:
        stack.transport = httpx.MockTransport(lambda request: httpx.Response(502 if request.method == "POST" else 404))

        with pytest.raises(AppleUnavailable):
            stack.up(performance_test())


def test_destroy_asks_nothing_about_a_test() -> None:
    """Destroy asks Apple nothing about a test."""
    with sandbox_with(GOOD) as stack:
        stack.up(performance_test())

        assert stack.destroy().requests == []


def test_a_passed_test_lets_production_have_a_url() -> None:
    """A passed test lets production have a realtime URL."""
    with sandbox_with(GOOD) as stack:
        stack.up(performance_test())

        stack.apple.production.configure_realtime_url(URL)

        assert stack.apple.production.inventory()["realtimeURL"] == URL["realtimeURL"]
