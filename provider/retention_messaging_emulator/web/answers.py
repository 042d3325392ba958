"""What goes back over HTTP, in Apple's form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Response

from retention_messaging_emulator.errors import Refusal

JSON = "application/json"  # exactly: Apple's Python client reads an error only under this content type


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, and the number of Apple's error if it is one."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    error_code: int | None = None

    def response(self) -> Response:
        response = Response(self.body, self.status, self.headers)
        response.headers.pop("Content-Type", None)
        if self.content_type is not None:
            response.headers["Content-Type"] = self.content_type
        return response


def json_answer(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), JSON)


def refusal(error: Refusal, headers: Mapping[str, str] | None = None) -> Answer:
    """
    Apple's envelope, or a bare status.

    https://developer.apple.com/documentation/retentionmessaging/error-codes
    """
    if isinstance(error, HTTPStatus):
        return Answer(error.value, headers=headers or {})
    body = json.dumps({"errorCode": error.code, "errorMessage": error.message}).encode()
    return Answer(error.status, body, JSON, headers or {}, error.code)
