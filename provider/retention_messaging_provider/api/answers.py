"""From what came back to a value, or to the error with what to do next: decided here and nowhere else."""

import re
import zlib
from dataclasses import dataclass
from typing import TypeVar

import httpx

from retention_messaging_provider.api.endpoints import Call
from retention_messaging_provider.api.error_codes import CHECK_ADDRESS, meaning
from retention_messaging_provider.api.errors import (
    AppleUnavailable,
    InvalidRequest,
    NotFound,
    NotSent,
    RateLimited,
    UnexpectedAnswer,
    Unreachable,
)
from retention_messaging_provider.api.models import from_json
from retention_messaging_provider.api.text import one_line

T = TypeVar("T")

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

LONGEST_QUOTE = 160
"""Characters of an answer that an error repeats."""

TOKEN = re.compile(r"eyJ[\w.-]*")
"""What may be a JSON Web Token, to its end: an answer may repeat the one that it was asked with. It takes all that it
looks at, because an answer may have nothing but beginnings of tokens."""

LONGEST_BODY = 4 * 2**20
"""Bytes, as they come and unpacked. Apple's largest answer is a list of 2000 objects of some 100 bytes."""

PACKED = ("gzip", "deflate")
"""The encodings of a body that can be read; the first is what is asked for."""


@dataclass(frozen=True)
class Answer:
    """
    An answer that came to its end.

    status: such as 200; `line` with its phrase, "200 OK"
    headers: by name, in any case
    body: unpacked; empty where `flaw` says why it could not be read
    """

    status: int
    line: str
    headers: httpx.Headers
    body: bytes
    flaw: str = ""


def receive(response: httpx.Response) -> Answer:
    """Read an answer, and no more of it than an answer of Apple's may have. Raises what the network raises."""
    line = _quote(f"{response.status_code} {response.reason_phrase}")
    raw = bytearray()
    for piece in response.stream:  # type: ignore[union-attr]  # of a client that is not asynchronous
        raw += piece
        if len(raw) > LONGEST_BODY:
            break
    body, flaw = _unpacked(bytes(raw), response.headers.get("content-encoding", "").strip().lower())
    if len(raw) > LONGEST_BODY or len(body) > LONGEST_BODY:
        body, flaw = b"", f"the body is longer than {LONGEST_BODY // 2**20} MB"
    return Answer(response.status_code, line, response.headers, body, flaw)


def _unpacked(raw: bytes, encoding: str) -> tuple[bytes, str]:
    if encoding in ("", "identity"):
        return raw, ""
    if encoding not in PACKED:
        return b"", f"the body is packed as {_quote(encoding)}"
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw, LONGEST_BODY + 1), ""  # 32: either of the two
    except zlib.error:
        return b"", f"the body is not the {encoding} that it is said to be"


def decipher(answer: Answer, call: Call[T]) -> T:
    """
    Turn an answer into the endpoint's value, or raise the RequestFailed that it means.

    Apple documents an errorCode and an errorMessage for most errors. Its servers are also seen to answer in
    plain text, with an errorCode that is a string, or with nothing.
    """
    if 200 <= answer.status < 300:
        try:
            return call.endpoint.read(answer.body)
        except ValueError as flaw:
            raise _unexpected(answer, call, answer.flaw or str(flaw)) from None

    text = answer.body.decode(errors="replace")
    error_code, error_message = _error_object(text)
    kind, name, remedy = meaning(answer.status, error_code)
    if answer.flaw and kind not in (AppleUnavailable, RateLimited):  # what those mean is in the status alone
        raise _unexpected(answer, call, answer.flaw)
    if kind is NotFound and error_code != call.endpoint.absent:
        kind = InvalidRequest  # it names something else that does not exist; what was asked about may well do
    if error_code is None:
        reason = f"{answer.line}: {answer.flaw or _quote(text)}".removesuffix(": ")
    else:
        code = " ".join([_quote(str(error_code)), name]).rstrip()
        reason = f"{error_message.rstrip('.') or answer.line} ({code})"
    raise kind(
        call,
        reason,
        remedy or f"see {call.endpoint.documentation}",
        status=answer.status,
        error_code=error_code,
        error_message=error_message,
        headers=answer.headers,
    )


def no_answer(error: httpx.RequestError, call: Call[T]) -> Unreachable:
    """Make the error for a request without an answer."""
    kind = NotSent if isinstance(error, NEVER_SENT) else Unreachable
    where = "the network" if call.to == "Apple" else "that address and the network"
    return kind(call, f"{type(error).__name__}: {_quote(str(error))}", f"check {where}, then run again")


def _unexpected(answer: Answer, call: Call[T], flaw: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        call, f"{answer.line}, but {flaw}", CHECK_ADDRESS, status=answer.status, headers=answer.headers
    )


def _error_object(text: str) -> tuple[int | str | None, str]:
    match from_json(text):
        case {"errorCode": int() | str() as error_code, **others}:
            message = others.get("errorMessage")
            shown = _quote(error_code) if isinstance(error_code, str) else error_code
            return shown, _quote(message) if isinstance(message, str) else ""
    return None, ""


def _quote(text: str) -> str:
    masked = TOKEN.sub(lambda found: "(token)" if found[0].count(".") > 1 else found[0], text)
    return one_line(masked, LONGEST_QUOTE)
