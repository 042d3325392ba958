import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import format_datetime, formatdate

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.wire import IDENTIFIER, NOW, OK, Connect, FakeTime, Wire, image_list, message_list, rate_limited
from retention_messaging_provider.api import RateLimited
from retention_messaging_provider.api.rate_limit import A_YEAR, local_time, retry_at

at_leisure = settings(deadline=None)  # a busy machine is no failure


@pytest.mark.parametrize(
    "written",
    [
        lambda seconds: f"{(NOW + seconds) * 1000:.0f}",
        lambda seconds: f"{NOW + seconds:.0f}",
        lambda seconds: f"{seconds}",
        lambda seconds: formatdate(NOW + seconds, usegmt=True),
    ],
    ids=["UNIX milliseconds", "UNIX seconds", "seconds from now", "an HTTP date"],
)
@given(seconds=st.integers(0, 30 * 86_400))
@at_leisure
def test_a_moment_is_read_however_it_is_written(written: Callable[[int], str], seconds: int) -> None:
    """Retry-After is read in milliseconds, in seconds, as a delay and as an HTTP date."""
    assert retry_at(written(seconds), NOW) == NOW + seconds


@given(st.datetimes(timezones=st.timezones()))
@at_leisure
def test_any_date_is_a_moment_or_a_mistake(date: datetime) -> None:
    """Any date in Retry-After is a time less than a year from now, or none."""
    moment = retry_at(format_datetime(date), NOW)

    assert moment is None or moment < NOW + A_YEAR


@given(st.text() | st.text("0123456789", max_size=500) | st.from_regex(r"[A-Z][a-z]{2}, [0-9 A-Za-z:+-]*"))
@at_leisure
def test_anything_else_never_fails_and_never_waits_for_ever(text: str) -> None:
    """Any text in Retry-After is a time less than a year from now, or none, and never an exception."""
    moment = retry_at(text, NOW)

    assert moment is None or moment < NOW + A_YEAR


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "soon",
        "-5",
        "1e9",
        "1763781600000000",
        "9" * 400,
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +9999999999999999999999",
    ],
)
def test_an_unusable_header_names_no_moment(header: str | None) -> None:
    """A Retry-After that is absent, malformed or absurd names no time."""
    assert retry_at(header, NOW) is None


def test_a_time_is_written_with_its_distance_from_utc() -> None:
    """A time for the user is a date, a time of day and an offset, which name the moment wherever it is read."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d", local_time(NOW))
    assert datetime.fromisoformat(local_time(NOW)).timestamp() == NOW


def test_a_refused_request_is_sent_again_when_apple_allows_it(
    connect: Connect, time: FakeTime, reported: list[str]
) -> None:
    """After a 429 the request is sent again at the time that Apple named, and one line reports the wait."""
    wire = Wire(rate_limited(until=NOW + 35), OK)

    connect(wire).delete_message(IDENTIFIER)

    assert time.slept == [35]
    assert reported == [f"Apple's rate limit for delete message is reached; continuing at {local_time(NOW + 35)}"]


def test_waits_grow_while_apple_names_no_time(connect: Connect, time: FakeTime) -> None:
    """Without a time from Apple the waits double, up to a minute."""
    refusal = httpx.Response(429)
    wire = Wire(refusal, refusal, refusal, refusal, refusal, refusal, refusal, refusal, OK)

    connect(wire).delete_message(IDENTIFIER)

    assert time.slept == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_clock_ahead_of_apples_does_not_send_without_pause(connect: Connect, time: FakeTime) -> None:
    """With a clock ahead of Apple's, requests are still sent with growing pauses."""
    wire = Wire(rate_limited(until=NOW - 300), rate_limited(until=NOW - 300), OK)

    connect(wire).delete_message(IDENTIFIER)

    assert time.slept == [1, 2]


def test_a_wait_beyond_the_limit_is_not_begun(connect: Connect, time: FakeTime, reported: list[str]) -> None:
    """A wait longer than the limit is an error at once, with the time to run again."""
    client = connect(Wire(rate_limited(until=NOW + 601)), max_rate_limit_wait=600)

    with pytest.raises(RateLimited) as limited:
        client.delete_message(IDENTIFIER)

    assert limited.value.retry_at == NOW + 601
    assert str(limited.value) == (
        f"Apple refused to delete message {IDENTIFIER}: its rate limit is reached (4290000 RateLimitExceededError); "
        f"run again after {local_time(NOW + 601)}, or raise maxRateLimitWait"
    )
    assert time.slept == []
    assert reported == []


def test_a_call_waits_no_longer_than_the_limit_in_all(connect: Connect, time: FakeTime) -> None:
    """All waits of one call together are no longer than the limit."""
    wire = Wire(rate_limited(until=NOW + 400), rate_limited(until=NOW + 599), rate_limited(until=NOW + 700))

    with pytest.raises(RateLimited):
        connect(wire, max_rate_limit_wait=600).delete_message(IDENTIFIER)

    assert time.slept == [400, 199]


def test_nobody_sends_to_a_limited_endpoint(connect: Connect) -> None:
    """While an endpoint is limited, no further request is sent to it."""
    wire = Wire(rate_limited(until=NOW + 601))
    client = connect(wire)
    with pytest.raises(RateLimited):
        client.get_message_list()

    with pytest.raises(RateLimited):
        client.get_message_list()

    assert wire.asked == ["GET /message/list"]


def test_other_endpoints_are_not_held_up(connect: Connect, time: FakeTime) -> None:
    """The limit of one endpoint does not delay another."""
    client = connect(Wire(rate_limited(until=NOW + 601), image_list()))
    with pytest.raises(RateLimited):
        client.get_message_list()

    client.get_image_list()

    assert time.slept == []


def test_a_limit_ends(connect: Connect, time: FakeTime) -> None:
    """After the time that Apple named, requests are sent without a wait."""
    client = connect(Wire(rate_limited(until=NOW + 601), message_list(IDENTIFIER)))
    with pytest.raises(RateLimited):
        client.get_message_list()

    time.now += 601
    items = client.get_message_list()

    assert len(items) == 1
    assert time.slept == []


class Crowd:
    """Refuses a whole crowd that asks at once, then lets one through at each opening."""

    def __init__(self, size: int, time: FakeTime) -> None:
        self._together = threading.Barrier(size)
        self._size = size
        self._time = time
        self._lock = threading.Lock()
        self._opens_at = NOW + 10
        self.asked_at: list[float] = []

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.asked_at.append(self._time.now)
            first = len(self.asked_at) <= self._size
        if first:
            self._together.wait(timeout=5)
            return rate_limited(until=NOW + 10)
        with self._lock:
            if self._time.now < self._opens_at:
                return rate_limited(until=self._opens_at)
            self._opens_at += 10
            return message_list()


def test_a_crowd_of_threads_continues_one_at_a_time(connect: Connect, time: FakeTime) -> None:
    """Threads that were refused together continue one at a time."""
    crowd = Crowd(8, time)
    client = connect(httpx.MockTransport(crowd))

    with ThreadPoolExecutor(8) as threads:
        lists = [threads.submit(client.get_message_list) for _ in range(8)]

    assert [answered.result() for answered in lists] == [[]] * 8
    assert crowd.asked_at[:8] == [NOW] * 8
    assert min(crowd.asked_at[8:]) >= NOW + 10
    assert len(crowd.asked_at) == 8 + 8 + 7, "eight refused, eight answered, and one refused at each new wait"


def test_nobody_overtakes_or_waits_beyond_the_limit(connect: Connect) -> None:
    """A newcomer does not overtake those that wait, and gives up when its own limit is over."""
    outcomes: list[BaseException | None] = []

    def let_a_newcomer_try(_request: httpx.Request) -> httpx.Response:
        outcomes.append(threads.submit(client.get_message_list).exception())
        return message_list()

    def answer(request: httpx.Request) -> httpx.Response:
        return next(answers)(request)

    answers = iter([lambda _: rate_limited(until=NOW + 1), let_a_newcomer_try])
    client = connect(httpx.MockTransport(answer), max_rate_limit_wait=1)

    with ThreadPoolExecutor(1) as threads:
        client.get_message_list()

    assert [type(outcome) for outcome in outcomes] == [RateLimited]


def test_a_429_of_a_proxy_is_a_rate_limit_too(connect: Connect, time: FakeTime) -> None:
    """A 429 of a proxy, with a delay in seconds, is waited for like Apple's."""
    wire = Wire(httpx.Response(429, headers={"Retry-After": "7"}, text="Too many requests"), OK)

    connect(wire).delete_message(IDENTIFIER)

    assert time.slept == [7]
