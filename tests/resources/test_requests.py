"""How few requests a command needs."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from benchmark.counts import GOALS, requests_of
from resources.samples import image, message, of, realtime_url
from resources.stack import Stack
from retention_messaging_emulator import Emulator
from retention_messaging_provider.resources.message import Message

MANY = [message(f"Header {number}", name=f"stay-{number}") for number in range(200)]


@pytest.fixture(scope="module")
def crowd() -> Stack:
    """A sandbox stack of 200 messages."""
    stack = Stack(Emulator(), "sandbox")
    stack.up(*MANY)
    return stack


@dataclass
class Unavailable(httpx.BaseTransport):
    """Apple, out of order."""

    asked: list[str] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        return httpx.Response(500)


@pytest.mark.parametrize("count", [1, 10])
def test_every_command_sends_the_fewest_requests(count: int) -> None:
    """Every command sends the fewest requests that it could, over a message as over ten."""
    fewest = {command: goal(count) for command, (_, _, goal) in GOALS.items()}

    assert {command: sent for command, sent in requests_of(count).items() if command in fewest} == fewest


def test_200_creates_are_one_list_and_200_uploads(sandbox: Stack) -> None:
    """The creation of 200 messages is one list and 200 uploads."""
    done = sandbox.up(*MANY)

    assert Counter(done.requests) == {"Get Message List": 1, "Upload Message": 200}


def test_200_creates_on_4_threads_are_one_list_and_200_uploads(sandbox: Stack) -> None:
    """The creation of 200 messages on 4 threads is one list and 200 uploads, too."""
    run, _ = sandbox.begin()
    handler = Message(run)
    inputs = [handler.check({}, sandbox.props(each)).inputs for each in MANY]

    with ThreadPoolExecutor(4) as threads:
        created = list(threads.map(handler.create, inputs))

    assert len({each.id for each in created}) == 200
    endpoints = Counter(each["endpoint"] for each in sandbox.apple.requests())
    assert endpoints == {"Get Message List": 1, "Upload Message": 200}


def test_a_refresh_of_200_messages_is_one_list(crowd: Stack) -> None:
    """A refresh of 200 messages is one list."""
    done = crowd.refresh()

    assert done.requests == ["Get Message List"]
    assert set(done.steps.values()) == {"same"}


def test_a_preview_of_200_approved_messages_is_no_request(crowd: Stack) -> None:
    """A preview of 200 approved messages is no request."""
    done = crowd.preview(*MANY)

    assert done.requests == []
    assert set(done.steps.values()) == {"same"}


def test_a_preview_of_a_new_program_is_no_request(sandbox: Stack) -> None:
    """A preview of a new program is no request."""
    done = sandbox.preview(realtime_url(), image(), message(image=of()), *MANY)

    assert done.requests == []
    assert set(done.steps.values()) == {"create"}


def test_a_preview_of_an_approved_program_is_no_request(production: Stack) -> None:
    """A preview of an approved program of a realtime URL, an image and a message is no request."""
    program = [realtime_url(), image(), message(image=of())]
    production.apple.performance_test(passed=True)
    production.up(*program)
    production.apple.approve()
    production.up(*program)

    assert production.preview(*program).requests == []


def test_a_preview_of_what_waits_is_one_list_of_each_kind(production: Stack) -> None:
    """A preview of what waits is one list of each kind."""
    program = [
        *(image("hero.png", name="hero"), image("hero-edited.png", name="other-hero")),
        *(message(image=of("hero"), name="stay"), message(image=of("other-hero"), name="go")),
    ]
    production.up(*program)

    done = production.preview(*program)

    assert Counter(done.requests) == {"Get Image List": 1, "Get Message List": 1}


def test_a_list_that_fails_is_asked_for_once_a_run(production: Stack) -> None:
    """A list that Apple does not give is asked for, and reported, once a run and not once a resource."""
    production.up(*MANY[:20])
    production.transport = one = Unavailable()
    production.preview(MANY[0])
    production.transport = twenty = Unavailable()

    done = production.preview(*MANY[:20])

    assert len(twenty.asked) == len(one.asked)
    assert set(done.steps.values()) == {"same"}
    assert [line for line in done.said if "not looked at" in line] == done.said[-1:]


@pytest.mark.parametrize(
    ("credentials", "reason"),
    [
        ({"private_key": None}, "no privateKey to sign requests to Apple with; set it: "),
        ({"private_key": None, "private_key_path": "nowhere.p8"}, "privateKeyPath is nowhere.p8, which cannot be read"),
    ],
)
def test_a_preview_without_credentials_reports_one_line(
    production: Stack, credentials: dict[str, Any], reason: str
) -> None:
    """A preview without credentials changes nothing, and one line reports what was not looked at."""
    production.up(*MANY[:3])
    run, lines = production.begin(**credentials)
    handler = Message(run)

    for each, want in zip(production.state, MANY, strict=False):
        handler.check(each.inputs, production.props(want))
    diffs = [handler.diff(each.id, each.outputs, each.inputs) for each in production.state]

    assert [diff.changes for diff in diffs] == [False] * 3
    assert len(lines) == 1
    assert lines[0].startswith(
        f"The messages in com.example.app (production) are as they were recorded, not looked at: {reason}"
    )
