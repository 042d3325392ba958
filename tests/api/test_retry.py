from collections.abc import Callable, Iterator
from typing import NamedTuple

import httpx
import pytest

from api.wire import (
    IDENTIFIER,
    OK,
    OTHER_IDENTIFIER,
    Connect,
    FakeTime,
    Wire,
    image_list,
    message_list,
    rate_limited,
    sample,
)
from retention_messaging_provider.api import (
    AlreadyExists,
    AppleUnavailable,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RequestFailed,
    RetentionMessagingClient,
    Unauthorized,
    Unreachable,
)

MESSAGE = {"header": "Header text", "body": "Body text"}
LOST = httpx.ReadTimeout("The read operation timed out")
REFUSED = httpx.ConnectError("[Errno 111] Connection refused")


class Broken(httpx.SyncByteStream):
    """The body of an answer that breaks off."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"{"
        raise httpx.ReadError("[Errno 104] Connection reset by peer")


TRANSIENT = {
    "an internal error": sample("GeneralInternalError"),
    "a retryable internal error": sample("GeneralInternalRetryableError"),
    "an app not found for now": sample("AppNotFoundRetryableError"),
    "a proxy's 502": sample("502-html"),
    "an empty 503": sample("503-empty"),
    "an empty 504": sample("504-empty"),
    "a lost answer": LOST,
    "a dropped connection": httpx.RemoteProtocolError("Server disconnected without sending a response."),
    "an answer that breaks off": httpx.Response(200, stream=Broken()),
    "no connection": REFUSED,
}

Ask = Callable[[RetentionMessagingClient], object]

ASKED_FREELY: dict[str, tuple[Ask, httpx.Response]] = {
    "get image list": (lambda client: client.get_image_list(), image_list()),
    "get message list": (lambda client: client.get_message_list(), message_list()),
    "get realtime URL": (
        lambda client: client.get_realtime_url(),
        httpx.Response(200, json={"realtimeURL": "https://example.com"}),
    ),
    "configure realtime URL": (lambda client: client.configure_realtime_url("https://example.com"), OK),
    "delete realtime URL": (lambda client: client.delete_realtime_url(), OK),
    "delete image": (lambda client: client.delete_image(IDENTIFIER), OK),
    "delete message": (lambda client: client.delete_message(IDENTIFIER), OK),
}

DELETIONS: dict[str, tuple[Ask, str]] = {
    "image": (lambda client: client.delete_image(IDENTIFIER), "ImageNotFoundError"),
    "message": (lambda client: client.delete_message(IDENTIFIER), "MessageNotFoundError"),
    "realtime URL": (lambda client: client.delete_realtime_url(), "RealtimeUrlNotFoundError"),
}


class Upload(NamedTuple):
    """One of the two uploads: how it is asked for, the request it makes, the list it shows in, its conflict."""

    ask: Ask
    put: str
    listed: Callable[..., httpx.Response]
    conflict: str


UPLOADS = {
    "image": Upload(
        lambda client: client.upload_image(IDENTIFIER, b"PNG", "FULL_SIZE"),
        f"PUT /image/{IDENTIFIER}",
        image_list,
        "ImageAlreadyExistsError",
    ),
    "message": Upload(
        lambda client: client.upload_message(IDENTIFIER, MESSAGE),
        f"PUT /message/{IDENTIFIER}",
        message_list,
        "MessageAlreadyExistsError",
    ),
}

each_upload = pytest.mark.parametrize("upload", UPLOADS.values(), ids=UPLOADS)
each_deletion = pytest.mark.parametrize(("delete", "not_found"), DELETIONS.values(), ids=DELETIONS)
each_unclear_answer = pytest.mark.parametrize(
    "unclear",
    [answer for answer in TRANSIENT.values() if answer is not REFUSED],
    ids=[name for name, answer in TRANSIENT.items() if answer is not REFUSED],
)


@pytest.mark.parametrize("failure", TRANSIENT.values(), ids=TRANSIENT)
def test_what_passes_by_itself_is_tried_again(connect: Connect, failure: httpx.Response | httpx.TransportError) -> None:
    """A request that fails for a passing reason is tried again until it succeeds."""
    wire = Wire(failure, failure, message_list(IDENTIFIER))

    items = connect(wire).get_message_list()

    assert [item.message_identifier for item in items] == [IDENTIFIER]
    assert wire.asked == ["GET /message/list"] * 3


@pytest.mark.parametrize(("ask", "answer"), ASKED_FREELY.values(), ids=ASKED_FREELY)
def test_what_is_safe_to_repeat_is_repeated(connect: Connect, ask: Ask, answer: httpx.Response) -> None:
    """A request that may be repeated is repeated after a lost answer."""
    wire = Wire(LOST, answer)

    ask(connect(wire))

    assert len(wire.asked) == 2


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(LOST, Unreachable), (REFUSED, NotSent), (sample("503-empty"), AppleUnavailable)],
    ids=["no answer", "no connection", "unavailable"],
)
def test_what_does_not_pass_is_an_error_after_four_tries(
    connect: Connect, failure: httpx.Response | httpx.TransportError, kind: type[RequestFailed]
) -> None:
    """A failure that does not pass is an error after four tries."""
    wire = Wire(failure, failure, failure, failure)

    with pytest.raises(RequestFailed) as failed:
        connect(wire).get_message_list()

    assert type(failed.value) is kind
    assert len(wire.asked) == 4


def test_waits_between_tries_grow_with_some_chance_in_them(connect: Connect, time: FakeTime) -> None:
    """The waits between tries grow, with a random part."""
    connect(Wire(LOST, LOST, LOST, message_list())).get_message_list()

    first, second, third = time.slept
    assert 1 <= first <= 2 <= second <= 3
    assert 4 <= third <= 5


def test_every_wait_is_reported(connect: Connect, reported: list[str]) -> None:
    """Every wait is reported in one line with its reason."""
    connect(Wire(sample("GeneralInternalError"), message_list())).get_message_list()

    (line,) = reported
    assert line.startswith(
        "Apple failed to get message list: An unknown error occurred (5000000 GeneralInternalError); trying again in "
    )


def test_an_unreachable_apple_is_a_sentence(connect: Connect) -> None:
    """An Apple that cannot be reached is one sentence with the network's error and what to do."""
    wire = Wire(REFUSED, REFUSED, REFUSED, REFUSED)

    with pytest.raises(NotSent) as failed:
        connect(wire).get_message_list()

    assert str(failed.value) == (
        "No connection to Apple to get message list: ConnectError: [Errno 111] Connection refused; "
        "check the network, then run again"
    )


def test_a_refusal_is_not_tried_again(connect: Connect) -> None:
    """A refusal of Apple's is an error at the first try."""
    wire = Wire(sample("401-plain-text"))

    with pytest.raises(Unauthorized):
        connect(wire).get_message_list()

    assert len(wire.asked) == 1


@each_deletion
def test_a_deletion_of_nothing_is_not_found(connect: Connect, delete: Ask, not_found: str) -> None:
    """A deletion that finds nothing at the first try is NotFound."""
    with pytest.raises(NotFound):
        delete(connect(Wire(sample(not_found))))


@each_deletion
@each_unclear_answer
def test_nothing_left_after_an_unclear_deletion_is_success(
    connect: Connect, delete: Ask, not_found: str, unclear: httpx.Response | httpx.TransportError
) -> None:
    """A deletion that finds nothing after an unclear try has succeeded."""
    wire = Wire(unclear, sample(not_found))

    delete(connect(wire))

    assert len(wire.asked) == 2


@each_deletion
def test_a_deletion_that_never_left_proves_nothing(connect: Connect, delete: Ask, not_found: str) -> None:
    """A deletion that finds nothing after a try that was never sent is NotFound."""
    with pytest.raises(NotFound):
        delete(connect(Wire(REFUSED, sample(not_found))))


@each_upload
def test_a_conflict_on_the_first_try_is_an_error(connect: Connect, upload: Upload) -> None:
    """A conflict at the first try of an upload is AlreadyExists."""
    wire = Wire(sample(upload.conflict))

    with pytest.raises(AlreadyExists):
        upload.ask(connect(wire))

    assert wire.asked == [upload.put]


@each_upload
@each_unclear_answer
def test_an_unclear_upload_that_is_listed_is_done(
    connect: Connect,
    upload: Upload,
    unclear: httpx.Response | httpx.TransportError,
) -> None:
    """An upload whose outcome is unclear is done if Apple's list has it."""
    wire = Wire(unclear, upload.listed(OTHER_IDENTIFIER, IDENTIFIER.upper()))

    upload.ask(connect(wire))

    assert len(wire.asked) == 2
    assert wire.asked[0] == upload.put


@each_upload
@each_unclear_answer
def test_an_unclear_upload_that_is_not_listed_is_repeated(
    connect: Connect,
    upload: Upload,
    unclear: httpx.Response | httpx.TransportError,
) -> None:
    """An upload whose outcome is unclear is repeated if Apple's list does not have it."""
    wire = Wire(unclear, upload.listed(OTHER_IDENTIFIER), OK)

    upload.ask(connect(wire))

    assert [wire.asked[0], wire.asked[2]] == [upload.put, upload.put]


@each_upload
def test_a_conflict_after_an_unclear_upload_is_our_own(connect: Connect, upload: Upload) -> None:
    """A conflict after an unclear try means that the first try succeeded."""
    wire = Wire(LOST, upload.listed(), sample(upload.conflict))

    upload.ask(connect(wire))

    assert len(wire.asked) == 3


@each_upload
def test_a_conflict_after_an_upload_that_never_left_is_an_error(connect: Connect, upload: Upload) -> None:
    """A conflict after a try that was never sent is AlreadyExists."""
    wire = Wire(REFUSED, sample(upload.conflict))

    with pytest.raises(AlreadyExists):
        upload.ask(connect(wire))

    assert wire.asked == [upload.put, upload.put]


@each_upload
def test_a_rate_limit_after_an_unclear_upload_is_waited_for(connect: Connect, time: FakeTime, upload: Upload) -> None:
    """A rate limit after an unclear try is waited for, and the conflict after it is a success."""
    wire = Wire(LOST, upload.listed(), rate_limited(time.now + 300), sample(upload.conflict))

    upload.ask(connect(wire))

    assert wire.asked[2:] == [upload.put, upload.put]


def test_an_unclear_upload_without_a_list_has_an_unknown_outcome(connect: Connect) -> None:
    """If Apple's list cannot be read after an unclear upload, the outcome is unknown, with what to do."""
    wire = Wire(LOST, REFUSED, REFUSED, REFUSED, REFUSED)

    with pytest.raises(OutcomeUnknown) as failed:
        connect(wire).upload_message(IDENTIFIER, MESSAGE)

    assert str(failed.value) == (
        f"It is unknown whether Apple could upload message {IDENTIFIER}: ReadTimeout: The read operation timed out, "
        "and the list that would show it could not be read: ConnectError: [Errno 111] Connection refused; "
        "run again: the next run reads the list first"
    )
    assert wire.asked == [f"PUT /message/{IDENTIFIER}", *["GET /message/list"] * 4]


@pytest.mark.parametrize("answer", ["401-plain-text", "404-empty", "200-html", "302-sign-in-page"])
def test_an_answer_that_is_no_list_leaves_an_upload_unknown(connect: Connect, answer: str) -> None:
    """An answer that is not a list leaves the outcome of an unclear upload unknown."""
    wire = Wire(LOST, sample(answer))

    with pytest.raises(OutcomeUnknown):
        connect(wire).upload_image(IDENTIFIER, b"PNG", "FULL_SIZE")
