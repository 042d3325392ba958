from collections.abc import Mapping
from typing import Literal

import httpx
import pytest

from emulator.samples import API, token
from retention_messaging_emulator import Clock, Emulator, Switches

MINUTE = 60_000
HOUR = 60 * MINUTE
NOON = 1_763_812_800_000
LISTING = ("sandbox", "com.example.app", "Get Message List")


class StandingClock(Clock):
    """A clock that moves only when it is moved."""

    def now(self) -> int:
        return NOON + self.offset


def limited(limits: Mapping[str, int] | Literal["apple"]) -> Emulator:
    emulator = Emulator(clock=StandingClock())
    emulator.set_rate_limits(limits)
    return emulator


def test_there_are_no_limits_until_they_are_set(emulator: Emulator) -> None:
    """Without limits every request is admitted."""
    answers = {emulator.traffic.limits.admit(*LISTING) for _ in range(1000)}

    assert answers == {None}


def test_the_next_request_may_come_an_hour_after_the_oldest() -> None:
    """Beyond the limit, the next request may come an hour after the oldest."""
    emulator = limited({"Get Message List": 2})
    emulator.traffic.limits.admit(*LISTING)
    emulator.clock.advance(10 * MINUTE)
    emulator.traffic.limits.admit(*LISTING)
    emulator.clock.advance(10 * MINUTE)

    assert emulator.traffic.limits.admit(*LISTING) == NOON + HOUR


def test_a_request_at_the_named_moment_is_admitted() -> None:
    """A request at the time that was named is admitted, and not a millisecond earlier."""
    emulator = limited({"Get Message List": 1})
    emulator.traffic.limits.admit(*LISTING)
    emulator.clock.advance(HOUR - 1)
    too_early = emulator.traffic.limits.admit(*LISTING)
    emulator.clock.advance(1)

    assert (too_early, emulator.traffic.limits.admit(*LISTING)) == (NOON + HOUR, None)


@pytest.mark.parametrize(
    "other",
    [
        ("production", "com.example.app", "Get Message List"),
        ("sandbox", "com.example.other", "Get Message List"),
        ("sandbox", "com.example.app", "Get Image List"),
    ],
)
def test_every_app_environment_and_endpoint_has_its_own_limit(other: tuple[str, str, str]) -> None:
    """The requests of one app, environment and endpoint do not count for another."""
    emulator = limited({"*": 1})
    emulator.traffic.limits.admit(*LISTING)

    assert emulator.traffic.limits.admit(*other) is None


@pytest.mark.parametrize(
    ("environment", "endpoint", "per_hour"),
    [
        ("sandbox", "Upload Message", 360),
        ("sandbox", "Configure Default Message", 3600),
        ("production", "Upload Message", 3600),
        ("production", "Configure Default Message", 36000),
    ],
)
def test_apples_limits_are_the_documented_ones(environment: str, endpoint: str, per_hour: int) -> None:
    """The limits named `apple` are the documented ones."""
    emulator = limited("apple")

    answers = [emulator.traffic.limits.admit(environment, "com.example.app", endpoint) for _ in range(per_hour + 1)]

    assert answers == [None] * per_hour + [NOON + HOUR]


def test_a_refusal_names_the_moment_in_milliseconds(emulator: Emulator, client: httpx.Client) -> None:
    """A 429 has Apple's error and the time in milliseconds in Retry-After."""
    emulator.set_rate_limits({"Get Message List": 1})
    before = emulator.clock.now()
    client.get("/message/list")

    answer = client.get("/message/list")

    assert (answer.status_code, answer.json()) == (429, {"errorCode": 4290000, "errorMessage": "Rate limit exceeded."})
    assert before + HOUR <= int(answer.headers["Retry-After"]) <= emulator.clock.now() + HOUR


def test_a_request_without_a_token_does_not_count(emulator: Emulator, client: httpx.Client) -> None:
    """A request without a token does not count."""
    emulator.set_rate_limits({"Get Message List": 1})
    client.get("/message/list", headers={"Authorization": ""})

    assert client.get("/message/list").status_code == 200


def test_a_request_that_names_no_app_never_counts() -> None:
    """Even if all requests count, one that names no app does not."""
    emulator = Emulator(switches=Switches(rate_limit_counts="all"))
    emulator.set_rate_limits({"*": 1})
    with httpx.Client(
        transport=httpx.WSGITransport(app=emulator.app), base_url=f"http://emulator/sandbox{API}"
    ) as http:
        nameless = ["", "Bearer nothing", f"Bearer {token(emulator.credentials, {'bid': None})}"]
        refused = {http.get("/message/list", headers={"Authorization": each}).status_code for each in nameless}
        good = {"Authorization": f"Bearer {token(emulator.credentials)}"}
        statuses = [http.get("/message/list", headers=good).status_code for _ in range(2)]

    assert (refused, statuses) == ({401}, [200, 429])


def test_limits_are_set_over_http(client: httpx.Client, control: httpx.Client) -> None:
    """Limits are set, lifted and set to Apple's by a control request."""
    control.post("/rate-limits", json={"*": 0, "Get Image List": 1})
    listed, messages = client.get("/image/list"), client.get("/message/list")
    control.post("/rate-limits", json={})
    unlimited = client.get("/message/list")
    control.post("/rate-limits", json="apple")
    documented = client.get("/message/list")

    assert [each.status_code for each in (listed, messages, unlimited, documented)] == [200, 429, 200, 200]
