import base64
import json
import math
import time
from dataclasses import dataclass

import httpx
import jwt
import pytest

from emulator.samples import token
from retention_messaging_emulator import Credentials, Emulator

HOUR = 60 * 60


@dataclass(frozen=True)
class After:
    """A time, in seconds from when the token is made."""

    seconds: int


def made_now(claims: dict[str, object]) -> dict[str, object]:
    """The claims with their times, from now."""
    now = int(time.time())
    return {key: now + value.seconds if isinstance(value, After) else value for key, value in claims.items()}


def answer_to(client: httpx.Client, authorization: str) -> httpx.Response:
    return client.get("/message/list", headers={"Authorization": authorization})


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({}, id="as documented"),
        pytest.param({"iat": None}, id="without iat, as Apple's Python and Java libraries send it"),
        pytest.param({"iat": After(-10), "exp": After(-10 + HOUR)}, id="the longest lifetime"),
        pytest.param({"bid": "com.example.other"}, id="another app of the account"),
        pytest.param({"aud": ["appstoreconnect-v1"]}, id="a list of audiences"),
        pytest.param({"nonce": "x"}, id="a claim too many"),
    ],
)
def test_a_good_token_is_taken(emulator: Emulator, client: httpx.Client, claims: dict[str, object]) -> None:
    """A token with Apple's claims is accepted, with and without the optional ones."""
    answer = answer_to(client, f"Bearer {token(emulator.credentials, made_now(claims))}")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "somebody"}, "Invalid issuer"),
        ({"iss": None}, '"iss" claim'),
        ({"aud": "promotional-offer"}, "Audience doesn't match"),
        ({"aud": None}, '"aud" claim'),
        ({"bid": None}, '"bid" claim'),
        ({"bid": ""}, "bid is not a bundle id"),
        ({"bid": 7}, "bid is not a bundle id"),
        ({"bid": "com example"}, "bid is not a bundle id"),
        ({"bid": "\ud800"}, "bid is not a bundle id"),
        ({"exp": None}, '"exp" claim'),
        ({"exp": After(-1)}, "exp is in the past"),
        ({"exp": "soon"}, "iat and exp are not numbers"),
        ({"exp": math.nan}, "iat and exp are not numbers"),
        ({"exp": math.inf}, "iat and exp are not numbers"),
        ({"exp": True}, "iat and exp are not numbers"),
        ({"iat": math.nan, "exp": 4_000_000_000}, "iat and exp are not numbers"),
        ({"iat": After(60)}, "iat is in the future"),
        ({"iat": After(-10), "exp": After(HOUR)}, "more than 60 minutes"),
        ({"iat": None, "exp": After(HOUR + 60)}, "more than 60 minutes"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(
    emulator: Emulator, client: httpx.Client, claims: dict[str, object], reason: str
) -> None:
    """A token with a wrong or missing claim is a 401 with the reason."""
    answer = answer_to(client, f"Bearer {token(emulator.credentials, made_now(claims))}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "text/plain")
    assert answer.text.startswith("Unauthenticated\n")
    assert reason in answer.text


def test_a_token_of_another_key_is_refused(emulator: Emulator, client: httpx.Client) -> None:
    """A token that another key signed is a 401."""
    stranger = Credentials(**{**vars(emulator.credentials), "private_key": Credentials.make().private_key})

    answer = answer_to(client, f"Bearer {token(stranger)}")

    assert (answer.status_code, "Signature verification failed" in answer.text) == (401, True)


def test_a_token_of_another_key_id_is_refused(emulator: Emulator, client: httpx.Client) -> None:
    """A token with another key id is a 401."""
    answer = answer_to(client, f"Bearer {token(emulator.credentials, key_id='ABCDEFGHIJ')}")

    assert (answer.status_code, "kid" in answer.text) == (401, True)


def test_a_token_without_a_signature_is_refused(emulator: Emulator, client: httpx.Client) -> None:
    """A token without a signature is a 401."""
    claims = token(emulator.credentials).split(".")[1]
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": emulator.credentials.key_id}).encode())

    answer = answer_to(client, f"Bearer {header.decode().rstrip('=')}.{claims}.")

    assert answer.status_code == 401


def test_a_token_signed_in_another_way_is_refused(emulator: Emulator, client: httpx.Client) -> None:
    """A token that is signed with a shared secret is a 401."""
    claims = jwt.decode(token(emulator.credentials), options={"verify_signature": False})
    symmetric = jwt.encode(claims, "s" * 32, "HS256", {"kid": emulator.credentials.key_id})

    answer = answer_to(client, f"Bearer {symmetric}")

    assert answer.status_code == 401


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Bearer nothing", "Basic dTpw"])
def test_a_request_without_a_token_is_refused(client: httpx.Client, authorization: str) -> None:
    """A request without a bearer token is a 401."""
    answer = answer_to(client, authorization)

    assert (answer.status_code, answer.text.startswith("Unauthenticated")) == (401, True)


def test_an_app_of_another_account_is_refused() -> None:
    """An app that is not of the account is a 401."""
    emulator = Emulator(bundle_ids=["com.example.app"])

    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app)) as client:
        statuses = [
            client.get(
                "http://emulator/sandbox/inApps/v1/messaging/message/list",
                headers={"Authorization": f"Bearer {token(emulator.credentials, {'bid': bundle_id})}"},
            ).status_code
            for bundle_id in ("com.example.app", "com.example.other")
        ]

    assert statuses == [200, 401]


def test_tokens_are_judged_by_the_emulators_clock(emulator: Emulator, client: httpx.Client) -> None:
    """A token expires by the emulator's clock."""
    emulator.clock.advance(HOUR * 1000)

    answer = client.get("/message/list")

    assert (answer.status_code, "exp is in the past" in answer.text) == (401, True)


def test_the_refusal_never_shows_the_token(emulator: Emulator, client: httpx.Client) -> None:
    """Neither the answer nor the log contains a token that was refused."""
    bad = token(emulator.credentials, made_now({"exp": After(-1)}))

    answer = answer_to(client, f"Bearer {bad}")

    assert bad not in answer.text
    assert bad not in str(emulator.requests())


def test_the_key_is_not_in_the_repr_of_credentials(emulator: Emulator) -> None:
    """The repr of credentials does not contain the key."""
    assert emulator.credentials.private_key not in repr(emulator.credentials)
    assert "private_key" not in repr(emulator.credentials)
