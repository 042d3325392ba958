"""What the tests of the emulator send."""

import io
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import jwt
import pytest
from PIL import Image

from retention_messaging_emulator import AppStoreConnect, AppStoreError, Credentials, RefusedError

API = "/inApps/v1/messaging"
REALTIME_URL = "https://retention.example.com/apple"
TEST = {"originalTransactionId": "70000500092808"}
MESSAGE = {"header": "Keep your streak", "body": "Your friends are still here."}


def identifier(number: int = 1) -> str:
    return str(uuid.UUID(int=0xA1B2C3D4_E5F6_7890_A1B2_000000000000 + number))


def png(width: int, height: int, mode: str = "RGB", colour: Any = 0, **saving: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height), colour).save(file, "PNG", **saving)
    return file.getvalue()


BULLET = png(1024, 1024)
WIDE = png(3840, 160)


def bullet_point(**changes: object) -> dict[str, object]:
    return {"text": "One", "imageIdentifier": identifier(1), "altText": "A flame", **changes}


def message(**changes: object) -> dict[str, object]:
    return {**MESSAGE, **changes}


def shown(number: int, **changes: object) -> dict[str, object]:
    """The image of a message."""
    return {"imageIdentifier": identifier(number), "altText": "A flame", **changes}


def token(credentials: Credentials, claims: Mapping[str, object] | None = None, key_id: str | None = None) -> str:
    """A good token, but for what is given; a claim of None is left out."""
    now = int(time.time())
    good = {
        "iss": credentials.issuer_id,
        "iat": now,
        "exp": now + 300,
        "aud": "appstoreconnect-v1",
        "bid": credentials.bundle_id,
    }
    sent = {name: value for name, value in {**good, **(claims or {})}.items() if value is not None}
    return jwt.encode(sent, credentials.private_key, "ES256", {"kid": key_id or credentials.key_id})


def answering(status: int = 200, **answer: Any) -> httpx.MockTransport:
    """A developer's server that always answers this."""
    return httpx.MockTransport(lambda _: httpx.Response(status, **answer))


def listening(sent: list[dict[str, Any]]) -> httpx.MockTransport:
    """A developer's server that keeps the payloads it is sent, their signatures unverified, and names message 1."""

    def answer(request: httpx.Request) -> httpx.Response:
        signed = json.loads(request.content)["signedPayload"]
        sent.append({"signedPayload": signed, **jwt.decode(signed, options={"verify_signature": False})})
        return httpx.Response(200, json={"message": naming()})

    return httpx.MockTransport(answer)


def naming(number: int = 1, **more: object) -> dict[str, object]:
    """A part of a real-time response."""
    return {"messageIdentifier": identifier(number), **more}


def has_ended(result: Mapping[str, object]) -> bool:
    return result["result"] != "PENDING"


def result_of(
    store: AppStoreConnect, request_id: str, until: Callable[[dict[str, Any]], bool] = has_ended
) -> dict[str, Any]:
    """The result of a performance test, as soon as it is what is waited for."""
    for _ in range(2000):
        result = store.performance_test_results(request_id)
        if until(result):
            return result
        time.sleep(0.005)
    raise TimeoutError(result)


def run_test(store: AppStoreConnect, body: Mapping[str, object] = TEST) -> dict[str, Any]:
    """The result of a performance test that is run from its beginning to its end."""
    return result_of(store, store.initiate_performance_test(body)["requestId"])


@contextmanager
def refused_with(error: AppStoreError) -> Iterator[None]:
    with pytest.raises(RefusedError) as refused:
        yield

    assert refused.value.error is error


def outcome(act: Callable[[], object]) -> object:
    """What the act returns, or the error it is refused with."""
    try:
        return act()
    except RefusedError as refused:
        return refused.error
