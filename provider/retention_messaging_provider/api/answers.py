"""From what came back to a value, or to the error with what to do next: decided here and nowhere else."""

import re
from typing import TypeVar

import httpx

from retention_messaging_provider.api.endpoints import Call
from retention_messaging_provider.api.error_codes import CHECK_ADDRESS, meaning
from retention_messaging_provider.api.errors import (
    InvalidRequest,
    NotFound,
    NotSent,
    UnexpectedAnswer,
    Unreachable,
)
from retention_messaging_provider.api.models import from_json

T = TypeVar("T")

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

LONGEST_QUOTE = 160
"""Characters of an answer that an error repeats."""

TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]*\.[\w-]*")
"""What a JSON Web Token looks like: an answer may repeat the one that it was asked with."""


def decipher(response: httpx.Response, call: Call[T]) -> T:
    """
    Turn an answer into the endpoint's value, or raise the RequestFailed that it means.

    Apple documents an errorCode and an errorMessage for most errors. Its servers are also seen to answer in
    plain text, with an errorCode that is a string, or with nothing.
    """
    status = f"{response.status_code} {response.reason_phrase}".strip()
    if response.is_success:
        try:
            return call.endpoint.read(response.content)
        except ValueError as flaw:
            raise UnexpectedAnswer(
                call,
                f"{status}, but {flaw}",
                CHECK_ADDRESS,
                status=response.status_code,
                headers=response.headers,
            ) from None

    text = TOKEN.sub("(token)", response.text)
    error_code, error_message = _error_object(text)
    kind, name, remedy = meaning(response.status_code, error_code)
    if kind is NotFound and error_code != call.endpoint.absent:
        kind = InvalidRequest  # it names something else that does not exist; what was asked about may well do
    if error_code is None:
        reason = f"{status}: {_one_line(text)}".removesuffix(": ")
    else:
        reason = f"{error_message.rstrip('.') or status} ({' '.join([str(error_code), name]).rstrip()})"
    raise kind(
        call,
        reason,
        remedy or f"see {call.endpoint.documentation}",
        status=response.status_code,
        error_code=error_code,
        error_message=error_message,
        headers=response.headers,
    )


def no_answer(error: httpx.RequestError, call: Call[T]) -> Unreachable:
    """Make the error for a request without an answer."""
    kind = NotSent if isinstance(error, NEVER_SENT) else Unreachable
    return kind(call, f"{type(error).__name__}: {_one_line(str(error))}", "check the network, then run again")


def _error_object(text: str) -> tuple[int | str | None, str]:
    match body := from_json(text):
        case {"errorCode": int() | str() as error_code}:
            return error_code, _one_line(str(body.get("errorMessage") or ""))
    return None, ""


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"
