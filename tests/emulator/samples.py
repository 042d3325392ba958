"""What the tests of the emulator send."""

import io
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jwt
import pytest
from PIL import Image

from retention_messaging_emulator import AppStoreError, Credentials, RefusedError

API = "/inApps/v1/messaging"
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
