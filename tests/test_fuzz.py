"""What comes from outside, at random: an answer, a picture, a setting, a state; no crash, a clear error."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.faults import ENDPOINTS
from resources.samples import PICTURES, default, image, message, of
from resources.stack import Stack
from retention_messaging_emulator import Emulator
from retention_messaging_provider import png
from retention_messaging_provider.api import ApiError, RequestFailed
from retention_messaging_provider.api.answers import decipher, receive
from retention_messaging_provider.api.rate_limit import retry_at
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.settings import KEYS, Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from retention_messaging_provider.resources.handler import Handler

NOW = 1_800_000_000
bounded = partial(settings, deadline=None, derandomize=True, database=None)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
apples_keys = st.sampled_from(
    [
        "errorCode",
        "errorMessage",
        "messageIdentifiers",
        "imageIdentifiers",
        "messageIdentifier",
        "realtimeURL",
        "config",
    ]
)
bodies = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(apples_keys, json_values, max_size=4).map(lambda value: json.dumps(value).encode()),
)
headers = st.dictionaries(
    st.sampled_from(["retry-after", "content-encoding", "content-type", "location", "set-cookie"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=30),
    max_size=3,
)


def error_of(expected: type[Exception], act: Callable[[], object]) -> str:
    """What was raised, "" for nothing; anything else than what is expected is raised on."""
    try:
        act()
    except expected as error:
        return str(error)
    return ""


@bounded(max_examples=600)
@given(st.sampled_from(sorted(ENDPOINTS)), st.integers(200, 599), headers, bodies)
def test_any_answer_is_a_value_or_one_of_our_errors(
    name: str, status: int, given_headers: dict[str, str], body: bytes
) -> None:
    """Whatever answers, a caller gets the endpoint's value, or a RequestFailed of one printable, short line."""
    endpoint = ENDPOINTS[name]
    call = endpoint.at(*["x"] * endpoint.path.count("{}"))
    fields = [(key.encode(), value.encode("latin-1")) for key, value in given_headers.items()]

    error = error_of(
        RequestFailed,
        lambda: decipher(receive(httpx.Response(status, headers=fields, stream=httpx.ByteStream(body))), call),
    )

    assert error.isprintable()
    assert len(error) < 1000


@bounded(max_examples=300)
@given(st.text(max_size=40) | st.integers().map(str) | st.floats().map(str))
def test_any_retry_after_is_a_time_or_nothing(header: str) -> None:
    """A header that cannot be read as a time in the next year is none."""
    moment = retry_at(header, NOW)

    assert moment is None or moment < NOW + 367 * 86_400


def changed(data: bytes, changes: list[tuple[int, bytes]], length: int) -> bytes:
    """A file with pieces of it overwritten, cut to a length."""
    for number, piece in changes:
        at = number % len(data)
        data = data[:at] + piece + data[at + len(piece) :]
    return data[: length % len(data) or None]


@bounded(max_examples=200)
@given(
    st.sampled_from(["hero.png", "bullet.png"]),
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=8)), max_size=3),
    st.sampled_from([0, 0, 0, 1, 20, 33, 50, 1000]),
)
def test_any_picture_is_read_or_refused(file: str, changes: list[tuple[int, bytes]], length: int) -> None:
    """A damaged or cut file is a picture still, or an ImageFileError of one printable line."""
    data = changed((PICTURES / file).read_bytes(), changes, length)

    assert error_of(png.ImageFileError, lambda: png.inspect(data, file)).isprintable()


@bounded(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(KEYS), st.text(max_size=60) | st.sampled_from(["https://[", "-----BEGIN", "9" * 40])
    )
)
def test_any_config_is_taken_or_refused(config: dict[str, str]) -> None:
    """Settings of whatever text are credentials, a SettingsError, or failures of a plan, none of which is a crash."""
    found = Settings.read(config.get, {})

    failures = list(found.failures())
    with suppress(SettingsError):
        found.credentials()

    assert all(each.reason.isprintable() for each in failures)


@pytest.fixture(scope="module")
def recorded() -> Stack:
    """A stack in the middle of an edit, with a URL beside it."""
    stack = Stack(Emulator(), "production")
    for header in ("First", "First", "Second"):
        stack.up(image(), message(header, image=of()), default())
        stack.apple.approve()
    return stack


@bounded(max_examples=200)
@given(st.data())
def test_a_state_that_lacks_what_was_added_later_is_read(recorded: Stack, data: st.DataObject) -> None:
    """Of a record, outputs that the program does not give may be missing: it is read and planned with."""
    run, _ = recorded.begin()
    for each in recorded.state:
        handler: Handler = each.handler(run)
        gone = data.draw(st.sets(st.sampled_from(sorted(handler.COMPUTED)))) if handler.COMPUTED else set()
        outputs: dict[str, Any] = {key: value for key, value in each.outputs.items() if key not in gone}
        with suppress(Failure, ApiError):
            assert handler.read(each.id, outputs) is not None
            handler.diff(each.id, outputs, each.inputs)
