import pickle
import threading
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any

import dill  # type: ignore[import-untyped]  # Pulumi pickles with it
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from api.wire import NOW, FakeTime
from retention_messaging_provider.api import (
    AppleAuth,
    Credentials,
    KeyRefused,
    RetentionMessagingClient,
    Unauthorized,
    mint_token,
)

P256 = generate_private_key(SECP256R1())


def test_a_token_makes_apples_claims(credentials: Credentials) -> None:
    """A token has the header and the claims that Apple documents."""
    token = mint_token(credentials, "com.example.app", NOW)

    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "2X9R4HXF34", "typ": "JWT"}
    assert _claims(token, credentials) == {
        "iss": "57246542-96fe-1a63-e053-0824d011072a",
        "iat": NOW - 10,
        "exp": NOW + 290,
        "aud": "appstoreconnect-v1",
        "bid": "com.example.app",
    }


def test_a_token_lasts_five_minutes_and_begins_a_little_earlier(credentials: Credentials) -> None:
    """A token is valid for five minutes, which begin before the present second."""
    claims = _claims(mint_token(credentials, "com.example.app", NOW + 0.9), credentials)

    assert claims["exp"] - claims["iat"] == 300
    assert claims["iat"] < NOW


def test_one_token_serves_all_threads(credentials: Credentials) -> None:
    """Threads that ask at the same time get the same token."""
    auth = AppleAuth(credentials, "com.example.app", FakeTime().clock)
    together = threading.Barrier(8)

    def authorize(_: int) -> str:
        together.wait()
        return _authorize(auth)

    with ThreadPoolExecutor(8) as threads:
        tokens = set(threads.map(authorize, range(8)))

    assert len(tokens) == 1


@pytest.mark.parametrize(
    ("seconds_later", "renewed"),
    [(0, False), (239, False), (240, True), (300, True), (-1, True)],
    ids=["at once", "with a minute left", "with less left", "expired", "the clock was put back"],
)
def test_a_token_is_renewed_before_it_expires(credentials: Credentials, seconds_later: float, renewed: bool) -> None:
    """A token is renewed when about a minute of it is left, and when the clock was set back."""
    time = FakeTime()
    auth = AppleAuth(credentials, "com.example.app", time.clock)
    first = _authorize(auth)

    time.now += seconds_later
    second = _authorize(auth)

    assert (second != first) is renewed


@pytest.mark.parametrize(
    ("private_key", "flaw"),
    [
        ("", "does not contain the line -----BEGIN PRIVATE KEY-----"),
        ("/keys/SubscriptionKey_2X9R4HXF34.p8", "does not contain the line"),
        (
            P256.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode(),
            "does not contain the line",
        ),
        (
            P256.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"?")).decode(),
            "does not contain the line",
        ),
        (
            P256.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
            "does not contain the line",
        ),
        (
            b64encode(P256.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())).decode(),
            "the key's file in base64",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----\n", "damaged"),
        (
            generate_private_key(SECP384R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "not an elliptic curve key on P-256",
        ),
        (
            generate_rsa_key(65537, 1024).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "not an elliptic curve key on P-256",
        ),
    ],
    ids=["empty", "a path", "SEC1", "encrypted", "a public key", "base64", "damaged", "P-384", "RSA"],
)
def test_what_is_not_an_in_app_purchase_key_is_refused(private_key: str, flaw: str) -> None:
    """A text that is not an In-App Purchase key is refused with its flaw and with what to use."""
    with pytest.raises(KeyRefused) as refused:
        Credentials("2X9R4HXF34", "57246542-96fe-1a63-e053-0824d011072a", private_key)

    refusal, _, remedy = str(refused.value).partition("; ")
    assert flaw in refusal
    assert "SubscriptionKey_<key id>.p8" in remedy


def test_a_refused_key_is_not_quoted() -> None:
    """The refusal of a key does not contain the key."""
    with pytest.raises(KeyRefused) as refused:
        Credentials("2X9R4HXF34", "57246542-96fe-1a63-e053-0824d011072a", "-----BEGIN PRIVATE KEY-----\nMIGHAgEA")

    assert "MIGHAgEA" not in str(refused.value)


@pytest.mark.parametrize(
    ("origin", "remedy", "said"),
    [
        ("", "", "401 Unauthorized; check that the key"),
        (
            "from the stack's config",
            "run pulumi up first",
            "401 Unauthorized, signed with key 2X9R4HXF34 (from the stack's config); check that the key",
        ),
    ],
    ids=["nobody needs to be told", "from the stack's config"],
)
def test_a_401_says_whose_credentials_were_refused(
    credentials: Credentials, origin: str, remedy: str, said: str
) -> None:
    """A 401 says which key signed the request, where it was found and what helps, where that is known."""
    known = replace(credentials, origin=origin, remedy=remedy)
    transport = httpx.MockTransport(lambda _: httpx.Response(401))
    client = RetentionMessagingClient("https://example.com", known, "com.example.app", transport=transport)

    with closing(client), pytest.raises(Unauthorized) as refused:
        client.get_message_list()

    assert said in str(refused.value)
    assert str(refused.value).endswith(remedy or "until the app's first release")
    assert refused.value.status == 401


def test_credentials_do_not_show_their_key(credentials: Credentials) -> None:
    """Neither the repr nor the text of credentials contains the private key."""
    shown = "Credentials(key_id='2X9R4HXF34', issuer_id='57246542-96fe-1a63-e053-0824d011072a')"

    assert repr(credentials) == shown
    assert str(credentials) == shown


@pytest.mark.parametrize("dumps", [pickle.dumps, dill.dumps], ids=["pickle", "dill"])
def test_credentials_are_never_pickled(credentials: Credentials, dumps: Callable[[object], bytes]) -> None:
    """Pickling credentials is a TypeError, with pickle and with dill."""
    with pytest.raises(TypeError, match="Credentials holds a private key and is never pickled or copied"):
        dumps({"credentials": credentials})


@pytest.mark.parametrize("dumps", [pickle.dumps, dill.dumps], ids=["pickle", "dill"])
def test_what_holds_a_token_is_never_pickled(credentials: Credentials, dumps: Callable[[object], bytes]) -> None:
    """Pickling what signs requests is a TypeError, with pickle and with dill."""
    auth = AppleAuth(credentials, "com.example.app")

    with pytest.raises(TypeError, match="AppleAuth holds a private key and is never pickled or copied"):
        dumps(auth)


def _authorize(auth: AppleAuth) -> str:
    request = httpx.Request("GET", "https://api.storekit.apple.com")
    auth.sign(request)
    return request.headers["Authorization"].removeprefix("Bearer ")


def _claims(token: str, credentials: Credentials) -> dict[str, Any]:
    key = load_pem_private_key(credentials.private_key.encode(), None)
    public_key = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return jwt.decode(
        token,
        public_key,
        ["ES256"],
        audience="appstoreconnect-v1",
        options={"verify_exp": False, "verify_iat": False},  # the test's time is not this machine's
    )
