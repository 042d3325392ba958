"""
Who we are to Apple: an In-App Purchase key, and the short-lived tokens it signs.

https://developer.apple.com/documentation/appstoreserverapi/generating-json-web-tokens-for-api-requests
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from retention_messaging_provider.api.endpoints import Call
from retention_messaging_provider.api.errors import KeyRefused, Unauthorized

if TYPE_CHECKING:
    import httpx

TOKEN_LIFETIME = 300
"""Seconds. Apple allows an hour; its own client libraries use five minutes."""

RENEWED_AFTER = 240
"""Seconds: no request is sent with a token that might expire before it arrives."""

BACKDATED = 10
"""Seconds: a clock a little ahead of Apple's would issue tokens in Apple's future, which it refuses."""


class NeverPickled:
    """Pulumi pickles what a provider refers to; what holds the key must not end up in a state file."""

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds a private key and is never pickled or copied")


@dataclass(frozen=True)
class Credentials(NeverPickled):
    """
    An In-App Purchase key of App Store Connect.

    key_id: ten characters, such as 2X9R4HXF34
    issuer_id: the UUID shown above the list of keys
    private_key: the text of SubscriptionKey_<key id>.p8: PEM, PKCS#8, unencrypted, an EC key on P-256
    origin: where the three were found, such as "from the stack's config"; "" where nobody needs to be told
    remedy: what helps when Apple refuses these and the right ones are known, or ""

    Raises KeyRefused where the private key is anything else.

    https://developer.apple.com/documentation/appstoreserverapi/creating-api-keys-to-authorize-api-requests
    """

    key_id: str
    issuer_id: str
    private_key: str = field(repr=False)
    origin: str = field(default="", repr=False)
    remedy: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse a key that cannot sign for Apple, before anything is sent."""
        if flaw := key_flaw(self.private_key):
            raise KeyRefused(flaw)

    @contextmanager
    def explaining(self, call: Call[Any]) -> Iterator[None]:
        """A call that Apple refuses with 401 says whose credentials signed it, and what helps."""
        try:
            yield
        except Unauthorized as refused:
            if not self.origin:
                raise
            raise Unauthorized(
                call,
                f"{refused.reason}, signed with key {self.key_id} ({self.origin})",
                "; ".join(filter(None, [refused.remedy, self.remedy])),
                status=refused.status,
                error_code=refused.error_code,
                error_message=refused.error_message,
                headers=refused.headers,
            ) from None


def key_flaw(private_key: str) -> str | None:
    """Why this text is no key that can sign for Apple, without any part of it; None where it is one."""
    if private_key.lstrip().startswith("LS0tLS1CRUdJTi"):  # "-----BEGIN"
        return "it is the key's file in base64, not its text"
    if "-----BEGIN PRIVATE KEY-----" not in private_key:
        return "it does not contain the line -----BEGIN PRIVATE KEY-----"
    # cryptography is slow to import, and most programs have no key to look at
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        key = load_pem_private_key(private_key.encode(), password=None)
    except (ValueError, UnsupportedAlgorithm):
        return "the text between its BEGIN and END lines is damaged"
    if not (isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)):
        return "it is not an elliptic curve key on P-256"
    return None


def mint_token(credentials: Credentials, bundle_id: str, now: float) -> str:
    """Sign a token for one app; `now` in UNIX seconds."""
    import jwt  # noqa: PLC0415 - slow, and needed when something is asked

    issued_at = int(now) - BACKDATED
    return jwt.encode(
        {
            "iss": credentials.issuer_id,
            "iat": issued_at,
            "exp": issued_at + TOKEN_LIFETIME,
            "aud": "appstoreconnect-v1",
            "bid": bundle_id,
        },
        credentials.private_key,
        algorithm="ES256",
        headers={"kid": credentials.key_id},
    )


class AppleAuth(NeverPickled):
    """Puts one token on the requests of all threads, and renews it a little early."""

    def __init__(self, credentials: Credentials, bundle_id: str, clock: Callable[[], float] = time.time) -> None:
        self._credentials = credentials
        self._bundle_id = bundle_id
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._minted_at = float("-inf")

    def sign(self, request: "httpx.Request") -> None:
        """Put the current token on a request."""
        request.headers["Authorization"] = f"Bearer {self._current_token()}"

    def _current_token(self) -> str:
        with self._lock:
            now = self._clock()
            if not 0 <= now - self._minted_at < RENEWED_AFTER:
                self._token = mint_token(self._credentials, self._bundle_id, now)
                self._minted_at = now
            return self._token
