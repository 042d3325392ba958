"""What leaves the client, where it goes, and what it never takes along."""

import json
import pickle
import traceback
from collections.abc import Callable
from importlib.metadata import version

import dill  # type: ignore[import-untyped]  # Pulumi pickles with it
import httpx
import pytest

from api.wire import IDENTIFIER, OK, Connect, Wire, image_list, message_list, sample
from retention_messaging_provider.api import (
    Credentials,
    HeaderPosition,
    ImageSize,
    RequestFailed,
    RetentionMessagingClient,
    UnexpectedAnswer,
)

Ask = Callable[[RetentionMessagingClient], object]

BASE = "https://api.storekit-sandbox.apple.com/inApps/v1/messaging"
MESSAGE = {"header": "Header text", "body": "Körper"}
REQUESTS: dict[str, tuple[Ask, httpx.Response, str, str]] = {
    "Upload Image": (
        lambda client: client.upload_image(IDENTIFIER.upper(), b"PNG", ImageSize.BULLET_POINT),
        OK,
        "PUT",
        f"/image/{IDENTIFIER}?imageSize=BULLET_POINT",
    ),
    "Delete Image": (
        lambda client: client.delete_image(IDENTIFIER.upper()),
        OK,
        "DELETE",
        f"/image/{IDENTIFIER}",
    ),
    "Get Image List": (lambda client: client.get_image_list(), image_list(), "GET", "/image/list"),
    "Upload Message": (
        lambda client: client.upload_message(IDENTIFIER.upper(), MESSAGE),
        OK,
        "PUT",
        f"/message/{IDENTIFIER}",
    ),
    "Delete Message": (
        lambda client: client.delete_message(IDENTIFIER.upper()),
        OK,
        "DELETE",
        f"/message/{IDENTIFIER}",
    ),
    "Get Message List": (lambda client: client.get_message_list(), message_list(), "GET", "/message/list"),
    "Configure Realtime URL": (
        lambda client: client.configure_realtime_url("https://example.com"),
        OK,
        "PUT",
        "/realtime/url",
    ),
    "Get Realtime URL": (
        lambda client: client.get_realtime_url(),
        httpx.Response(200, json={"realtimeURL": "https://example.com"}),
        "GET",
        "/realtime/url",
    ),
    "Delete Realtime URL": (lambda client: client.delete_realtime_url(), OK, "DELETE", "/realtime/url"),
}


@pytest.mark.parametrize(("ask", "answer", "method", "url"), REQUESTS.values(), ids=REQUESTS)
def test_every_endpoint_is_asked_as_apple_documents_it(
    connect: Connect, ask: Ask, answer: httpx.Response, method: str, url: str
) -> None:
    """Every method sends the method, path and headers that Apple documents."""
    wire = Wire(answer)

    ask(connect(wire))

    (request,) = wire.requests
    assert request.method == method
    assert str(request.url) == BASE + url
    assert request.headers["Accept"] == "application/json"
    assert request.headers["User-Agent"] == f"pulumi-retention-messaging/{version('pulumi-retention-messaging')}"
    assert request.headers["Authorization"].startswith("Bearer ey")


@pytest.mark.parametrize("name", [name for name, (_, _, method, _) in REQUESTS.items() if method != "PUT"])
def test_a_request_without_a_body_has_no_content_type(connect: Connect, name: str) -> None:
    """A request without a body has no Content-Type header."""
    ask, answer, _, _ = REQUESTS[name]
    wire = Wire(answer)

    ask(connect(wire))

    assert "Content-Type" not in wire.requests[0].headers
    assert wire.requests[0].content == b""


def test_an_image_is_sent_as_it_is(connect: Connect) -> None:
    """An image is sent as image/png, byte by byte, with its size in the query."""
    wire = Wire(OK)

    connect(wire).upload_image(IDENTIFIER, b"\x89PNG\r\n\x1a\n", ImageSize.FULL_SIZE)

    assert wire.requests[0].headers["Content-Type"] == "image/png"
    assert wire.requests[0].url.params["imageSize"] == "FULL_SIZE"
    assert wire.requests[0].content == b"\x89PNG\r\n\x1a\n"


def test_a_message_is_sent_as_utf_8_json(connect: Connect) -> None:
    """A message is sent as JSON in UTF-8, without its empty fields."""
    wire = Wire(OK)

    connect(wire).upload_message(IDENTIFIER, MESSAGE | {"headerPosition": HeaderPosition.ABOVE_BODY, "image": None})

    assert wire.requests[0].headers["Content-Type"] == "application/json"
    assert "Körper".encode() in wire.requests[0].content
    assert json.loads(wire.requests[0].content) == MESSAGE | {"headerPosition": "ABOVE_BODY"}


def test_a_realtime_url_is_sent_under_apples_name(connect: Connect) -> None:
    """The realtime URL is sent as `realtimeURL`."""
    wire = Wire(OK)

    connect(wire).configure_realtime_url("https://example.com/Realtime")

    assert json.loads(wire.requests[0].content) == {"realtimeURL": "https://example.com/Realtime"}


def test_an_identifier_cannot_change_the_path(connect: Connect) -> None:
    """Every special character of an identifier is percent-encoded in the path."""
    wire = Wire(OK)

    connect(wire).delete_message("a/../b?c#d%2fé")

    assert wire.requests[0].url.raw_path == b"/inApps/v1/messaging/message/a%2F..%2Fb%3Fc%23d%252f%C3%A9"


@pytest.mark.parametrize("target", ["https://example.com/elsewhere", "https://xn--a/", "http://[", "//a..b", ""])
@pytest.mark.parametrize(
    ("base_url", "status"),
    [("https://api.storekit.apple.com", 302), ("http://localhost", 307), ("http://localhost", 308)],
)
def test_a_redirect_is_not_followed(connect: Connect, base_url: str, status: int, target: str) -> None:
    """A redirect is an error, wherever it leads, and the token is not sent to its target."""
    wire = Wire(httpx.Response(status, headers={"Location": target}))

    with pytest.raises(UnexpectedAnswer):
        connect(wire, base_url).delete_message(IDENTIFIER)

    assert len(wire.requests) == 1


def test_a_cookie_is_not_kept(connect: Connect) -> None:
    """A cookie that an answer sets is not sent with the next request."""
    wire = Wire(httpx.Response(200, json={}, headers={"Set-Cookie": "a=b"}), message_list())
    client = connect(wire)

    client.get_message_list()
    client.get_message_list()

    assert "Cookie" not in wire.requests[1].headers


@pytest.mark.parametrize("dumps", [pickle.dumps, dill.dumps], ids=["pickle", "dill"])
def test_a_client_is_never_pickled(connect: Connect, dumps: Callable[[object], bytes]) -> None:
    """Pickling a client is a TypeError, with pickle and with dill."""
    client = connect(Wire())

    with pytest.raises(TypeError, match="RetentionMessagingClient holds a private key and is never pickled"):
        dumps([client])


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 418, 500])
@pytest.mark.parametrize(
    "body",
    ["Unauthenticated: {token}", '{{"errorCode":"{token}","errorMessage":"{token}"}}', '{{"errorMessage":"{token}"}}'],
    ids=["text", "error object", "JSON"],
)
def test_no_error_shows_the_key_or_a_token_that_a_server_repeats(
    connect: Connect, credentials: Credentials, reported: list[str], status: int, body: str
) -> None:
    """An answer that repeats the token leaves no token and no key in the error or in the lines."""
    tokens = []

    def repeat_the_token(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        return httpx.Response(status, text=body.format(token=tokens[-1]))

    with pytest.raises(RequestFailed) as failed:
        connect(httpx.MockTransport(repeat_the_token)).get_realtime_url()

    shown = "".join([*traceback.format_exception(failed.value), repr(vars(failed.value)), *reported])
    assert tokens[-1] not in shown
    assert tokens[-1].rpartition(".")[2] not in shown
    assert credentials.private_key.splitlines()[1] not in shown


def test_a_client_shows_nothing(connect: Connect, credentials: Credentials) -> None:
    """Neither the repr nor the text of a client contains the token or the key id."""
    wire = Wire(message_list())
    client = connect(wire)
    client.get_message_list()

    shown = f"{client} {client!r}"

    assert wire.requests[0].headers["Authorization"].removeprefix("Bearer ") not in shown
    assert credentials.key_id not in shown


def test_one_token_serves_many_requests(connect: Connect) -> None:
    """Requests within a few minutes carry the same token."""
    wire = Wire(message_list(), image_list(), sample("MessageNotFoundError"))
    client = connect(wire)
    client.get_message_list()
    client.get_image_list()

    with pytest.raises(RequestFailed):
        client.delete_message(IDENTIFIER)

    assert len({request.headers["Authorization"] for request in wire.requests}) == 1
