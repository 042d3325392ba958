"""What answers need not be Apple: whatever it says is an error on one short line, in bounded time and memory."""

import gzip
import json
import time
import zlib
from collections.abc import Iterator

import httpx
import pytest

from retention_messaging_provider.api import (
    AppleUnavailable,
    InvalidRequest,
    RateLimited,
    RequestFailed,
    UnexpectedAnswer,
)
from retention_messaging_provider.api.answers import LONGEST_BODY, decipher, receive
from retention_messaging_provider.api.endpoints import GET_MESSAGE_LIST, GET_REALTIME_URL, UPLOAD_MESSAGE


def packed(encoding: str, body: bytes, status: int = 200) -> httpx.Response:
    """An answer as it comes, which httpx has not unpacked."""
    return httpx.Response(status, headers={"Content-Encoding": encoding}, stream=httpx.ByteStream(body))


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b'{"messageIdentifiers":[]}')),
        ("GZIP", gzip.compress(b'{"messageIdentifiers":[]}')),
        ("deflate", zlib.compress(b'{"messageIdentifiers":[]}')),
        ("identity", b'{"messageIdentifiers":[]}'),
    ],
    ids=["gzip", "capitals", "deflate", "identity"],
)
def test_a_packed_body_is_unpacked(encoding: str, body: bytes) -> None:
    """A body is read in every encoding that is asked for, or that needs no asking."""
    assert decipher(receive(packed(encoding, body)), GET_MESSAGE_LIST.at()) == []


UNREADABLE = {
    "unpacked too long": (packed("gzip", gzip.compress(b" " * (LONGEST_BODY + 1))), "the body is longer than 4 MB"),
    "too long": (packed("identity", b" " * (LONGEST_BODY + 1)), "the body is longer than 4 MB"),
    "not gzip": (packed("gzip", b"{}"), "the body is not the gzip that it is said to be"),
    "another encoding": (packed("br", b"{}"), "the body is packed as br"),
    "two encodings": (packed("gzip, gzip", b"{}"), "the body is packed as gzip, gzip"),
}


@pytest.mark.parametrize(("answer", "flaw"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_cannot_be_read_is_unexpected(answer: httpx.Response, flaw: str) -> None:
    """A body that cannot be read is an UnexpectedAnswer with the reason, where the body matters."""
    with pytest.raises(UnexpectedAnswer) as failed:
        decipher(receive(answer), GET_MESSAGE_LIST.at())

    assert failed.value.reason == f"200 OK, but {flaw}"
    decipher(receive(answer), UPLOAD_MESSAGE.at("6f"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, UnexpectedAnswer),
        (404, UnexpectedAnswer),
        (409, UnexpectedAnswer),
        (429, RateLimited),
        (500, AppleUnavailable),
    ],
)
def test_an_unreadable_refusal_has_the_class_of_its_status(status: int, kind: type[RequestFailed]) -> None:
    """A refusal whose body cannot be read has its status's class only where no body could change that."""
    with pytest.raises(RequestFailed) as failed:
        decipher(receive(packed("br", b"", status)), UPLOAD_MESSAGE.at("6f"))

    assert type(failed.value) is kind
    assert "the body is packed as br" in str(failed.value)


def test_no_more_is_read_than_an_answer_may_have() -> None:
    """Of a body without end no more is read than the limit and one piece."""
    asked = []

    def endless() -> Iterator[bytes]:
        while True:
            asked.append(1)
            yield b" " * 2**20

    receive(httpx.Response(200, content=endless()))

    assert len(asked) == LONGEST_BODY // 2**20 + 1


STRANGE = {
    "deep JSON": httpx.Response(400, content=b"[" * 200_000),
    "deep JSON, read": httpx.Response(400, text='{"errorCode":4000000,"errorMessage":' + "[" * 900 + "]" * 900 + "}"),
    "UTF-16 without a mark": httpx.Response(400, content=b"{}\xff", headers={"Content-Type": "a/b; charset=utf-16"}),
    "no charset": httpx.Response(400, content=b"zz", headers={"Content-Type": "text/plain; charset=hex"}),
    "a huge number": httpx.Response(400, text='{"errorCode":' + "9" * 4000 + "}"),
    "a long code": httpx.Response(400, json={"errorCode": "C" * 1_000_000}),
    "a long message": httpx.Response(400, json={"errorCode": 4000000, "errorMessage": "M" * 1_000_000}),
    "a long phrase": httpx.Response(400, extensions={"reason_phrase": b"R" * 60_000}),
    "half a character": httpx.Response(400, text='{"errorCode":"\\ud800","errorMessage":"\\ud800"}'),
    "terminal codes in the text": httpx.Response(400, text="\x1b]8;;http://example.com\x07click\x1b[31m\b\b"),
    "terminal codes in the code": httpx.Response(400, json={"errorCode": "A\n\x1b[31mB", "errorMessage": "m"}),
    "terminal codes in the message": httpx.Response(
        400, json={"errorCode": 4000000, "errorMessage": "\x1b[2J\x9b31m\u202eevil\u2028"}
    ),
    "terminal codes in the encoding": packed("\x1b[2J", b"", 400),
}


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
def test_whatever_a_server_says_is_a_short_printable_line(answer: httpx.Response) -> None:
    """Whatever a server says, the error is one of ours, and one short line that a terminal can be given."""
    with pytest.raises(RequestFailed) as failed:
        decipher(receive(answer), GET_REALTIME_URL.at())

    assert str(failed.value).isprintable()
    assert len(str(failed.value)) < 600


@pytest.mark.parametrize("text", ["eyJ" * 300_000, "eyJ." * 300_000, "eyJ " * 300_000, "eyJ.eyJ " * 100_000])
def test_a_page_full_of_beginnings_of_tokens_is_read_at_once(text: str) -> None:
    """The time that masking takes grows with an answer's length, not with its square."""
    answer = receive(httpx.Response(500, text=text))
    started = time.perf_counter()

    with pytest.raises(AppleUnavailable):
        decipher(answer, GET_REALTIME_URL.at())

    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "body",
    [
        "sent with eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln, by you",
        json.dumps({"errorCode": 4000000, "errorMessage": "sent with eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln, by"}),
        '{"errorCode":4000000,"errorMessage":"sent with \\u0065yJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln, by"}',
    ],
    ids=["text", "error object", "escaped"],
)
def test_a_token_is_masked_with_the_rest_left_legible(body: str) -> None:
    """A token that an answer repeats is left out of the error, and what is around it is not."""
    with pytest.raises(InvalidRequest) as failed:
        decipher(receive(httpx.Response(400, text=body)), GET_REALTIME_URL.at())

    assert "sent with (token), by" in failed.value.reason


def test_what_only_looks_like_a_token_is_shown() -> None:
    """A word that has the letters of a token's beginning stays as it is."""
    with pytest.raises(InvalidRequest) as failed:
        decipher(receive(httpx.Response(400, text="the keyJson.value is missing")), GET_REALTIME_URL.at())

    assert "the keyJson.value is missing" in failed.value.reason
