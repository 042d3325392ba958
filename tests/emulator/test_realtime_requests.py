"""The emulator as Apple towards a developer's server: what it asks, and how it judges what comes back."""

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from emulator.samples import (
    BULLET,
    MESSAGE,
    REALTIME_URL,
    WIDE,
    answering,
    bullet_point,
    identifier,
    listening,
    message,
    naming,
    shown,
)
from retention_messaging_emulator import AppStoreConnect, Credentials, Emulator, Switches

MONTHLY = ("com.example.monthly", "en-US")
SIGNATURE_V1 = {
    "encodedSignature": "MEUCIQ==",
    "productId": "com.example.monthly",
    "nonce": "e5f6a789-0123-4567-e5f6-a78901234567",
    "timestamp": 1698148900000,
    "keyId": "keyId123",
    "offerIdentifier": "offer123",
    "appAccountToken": "f6a78901-2345-6789-f6a7-890123456789",
}
COMMERCE = base64.b64encode(b'{"signature": "a.b.c"}').decode()


def without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in fields.items() if each != name}


def asked(transport: httpx.BaseTransport, **switches: Any) -> dict[str, Any]:
    """What an emulator without a single message reports about one request."""
    emulator = Emulator(transport=transport, switches=Switches(**switches))
    emulator.sandbox.put_realtime_url({"realtimeURL": REALTIME_URL})
    return emulator.ask()


def test_a_request_carries_the_customer_and_the_app(emulator: Emulator) -> None:
    """A real-time request carries the transaction, product, locale, app and environment."""
    sent: list[dict[str, Any]] = []
    asking = Emulator(transport=listening(sent))
    asking.production.put_realtime_url({"realtimeURL": REALTIME_URL})

    report = asking.ask("com.example.yearly", "fr-FR", "123", "production")

    assert without(without(sent[0], "signedPayload"), "signedDate") == {
        "originalTransactionId": "123",
        "appAppleId": 531412,
        "productId": "com.example.yearly",
        "userLocale": "fr-FR",
        "requestIdentifier": report["requestIdentifier"],
        "environment": "Production",
    }


def test_what_came_back_is_reported_as_it_came() -> None:
    """The report has the status and the body that the server answered."""
    report = asked(answering(503, text="Down for tea"))

    assert (report["url"], report["status"], report["body"]) == (REALTIME_URL, 503, "Down for tea")
    assert report["milliseconds"] < 700


@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        ({"message": naming()}, "message"),
        ({"message": naming(), "promotionalOffer": None}, "message"),
        ({"message": naming(mood="sad"), "version": 2}, "message"),
        ({"message": {"messageIdentifier": identifier().upper()}}, "message"),
        ({"alternateProduct": naming(productId="yearly")}, "alternateProduct"),
        ({"alternateProduct": naming(productId="yearly", billingPlanType="MONTHLY")}, "alternateProduct"),
        ({"promotionalOffer": naming(promotionalOfferSignatureV2="a.b.c")}, "promotionalOffer"),
        ({"promotionalOffer": naming(promotionalOfferSignatureV1=SIGNATURE_V1)}, "promotionalOffer"),
        (
            {"promotionalOffer": naming(promotionalOfferSignatureV1=without(SIGNATURE_V1, "appAccountToken"))},
            "promotionalOffer",
        ),
        ({"advancedCommerceInfo": naming(advancedCommerceData=COMMERCE)}, "advancedCommerceInfo"),
    ],
)
def test_each_variant_is_understood(answer: dict[str, Any], variant: str) -> None:
    """Every variant of a response that Apple documents is understood."""
    report = asked(answering(json=answer))

    assert (report["sendAttemptResult"], report["variant"], report["messageIdentifier"]) == (
        "SUCCESS",
        variant,
        identifier(),
    )


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"message": None},
        {"message": identifier()},
        {"message": {}},
        {"message": {"messageIdentifier": "stay-en"}},
        {"message": {"messageIdentifier": identifier().replace("-", "")}},
        {"Message": naming()},
        {"message": naming(), "alternateProduct": naming(productId="yearly")},
        {"alternateProduct": naming()},
        {"alternateProduct": naming(productId="yearly", billingPlanType="WEEKLY")},
        {"promotionalOffer": naming()},
        {"promotionalOffer": naming(promotionalOfferSignatureV2="")},
        {
            "promotionalOffer": naming(
                promotionalOfferSignatureV2="a.b.c",
                promotionalOfferSignatureV1=SIGNATURE_V1,
            )
        },
        {"promotionalOffer": naming(promotionalOfferSignatureV1={**SIGNATURE_V1, "timestamp": "1698148900000"})},
        {"promotionalOffer": naming(promotionalOfferSignatureV1={**SIGNATURE_V1, "timestamp": True})},
        {"promotionalOffer": naming(promotionalOfferSignatureV1={**SIGNATURE_V1, "nonce": identifier().upper()})},
        {"advancedCommerceInfo": naming()},
        {"advancedCommerceInfo": naming(advancedCommerceData="{}")},
        {"advancedCommerceInfo": naming(advancedCommerceData=base64.b64encode(b"[]").decode())},
    ],
)
def test_what_is_no_variant_is_an_invalid_response(answer: object) -> None:
    """A response that is none of the documented variants is INVALID_RESPONSE."""
    report = asked(answering(json=answer))

    assert (report["sendAttemptResult"], report["variant"], report["shown"]) == ("INVALID_RESPONSE", None, None)
    assert report["reason"] == "there is no valid answer, and com.example.monthly has no default message for en-US"


@pytest.mark.parametrize("missing", without(SIGNATURE_V1, "appAccountToken"))
def test_every_part_of_a_signature_is_required(missing: str) -> None:
    """A signature without one of its required parts is INVALID_RESPONSE."""
    answer = {"promotionalOffer": naming(promotionalOfferSignatureV1=without(SIGNATURE_V1, missing))}

    assert asked(answering(json=answer))["sendAttemptResult"] == "INVALID_RESPONSE"


@pytest.fixture
def answer() -> dict[str, Any]:
    """What the developer's server answers; a test may change it."""
    return {"message": naming(1)}


@pytest.fixture
def store(answer: dict[str, Any]) -> AppStoreConnect:
    """The sandbox of an app with a developer's server: message 2 is the default."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    store = Emulator(transport=transport).sandbox
    store.put_realtime_url({"realtimeURL": REALTIME_URL})
    store.put_message(identifier(2), MESSAGE)
    store.configure_default_message(*MONTHLY, {"messageIdentifier": identifier(2)})
    return store


def nothing_more(_: AppStoreConnect) -> None:
    pass


def a_message(state: Any) -> Callable[[AppStoreConnect], None]:
    return lambda store: store.put_message(identifier(1), MESSAGE, state)


def a_message_with_an_image(state: Any) -> Callable[[AppStoreConnect], None]:
    def arrange(store: AppStoreConnect) -> None:
        store.put_image(identifier(3), WIDE, state=state)
        store.put_message(identifier(1), message(image=shown(3)))

    return arrange


def a_message_with_bullet_points(store: AppStoreConnect) -> None:
    store.put_image(identifier(3), BULLET, "BULLET_POINT")
    store.put_message(identifier(1), message(bulletPoints=[bullet_point(imageIdentifier=identifier(3))]))


OFFER = {"promotionalOffer": naming(promotionalOfferSignatureV2="a.b.c")}
SWITCH_PLAN = {"alternateProduct": naming(productId="com.example.yearly")}
TEXT = {"message": naming()}
HAS_IMAGES = f"takes a message without images, and {identifier(1)} has some"


@pytest.mark.parametrize(
    ("arrange", "answered"),
    [
        (a_message("APPROVED"), TEXT),
        (a_message("APPROVED"), OFFER),
        (a_message("APPROVED"), SWITCH_PLAN),
        (a_message_with_an_image("APPROVED"), TEXT),
        (a_message_with_bullet_points, TEXT),
    ],
)
def test_an_approved_message_is_shown(
    store: AppStoreConnect,
    answer: dict[str, Any],
    arrange: Callable[[AppStoreConnect], None],
    answered: dict[str, Any],
) -> None:
    """An approved message that was answered is shown, where its variant allows images or it has none."""
    arrange(store)
    answer.clear()
    answer.update(answered)

    report = store.ask()

    assert (report["shown"], report["source"], report["reason"]) == (identifier(1), "realtime", None)


@pytest.mark.parametrize(
    ("arrange", "answered", "reason"),
    [
        (nothing_more, TEXT, f"there is no message {identifier(1)}"),
        (a_message("PENDING"), TEXT, f"message {identifier(1)} is PENDING"),
        (a_message("REJECTED"), TEXT, f"message {identifier(1)} is REJECTED"),
        (a_message_with_an_image("PENDING"), TEXT, f"image {identifier(3)} is not APPROVED"),
        (a_message_with_an_image("APPROVED"), OFFER, f"promotionalOffer {HAS_IMAGES}"),
        (a_message_with_an_image("APPROVED"), SWITCH_PLAN, f"alternateProduct {HAS_IMAGES}"),
        (a_message_with_bullet_points, SWITCH_PLAN, f"alternateProduct {HAS_IMAGES}"),
        (a_message("APPROVED"), {"message": {}}, "there is no valid answer"),
    ],
)
def test_the_default_is_shown_instead_of_what_cannot_be(
    store: AppStoreConnect,
    answer: dict[str, Any],
    arrange: Callable[[AppStoreConnect], None],
    answered: dict[str, Any],
    reason: str,
) -> None:
    """If the answer cannot be shown, the default is, with the reason."""
    arrange(store)
    answer.clear()
    answer.update(answered)

    report = store.ask()

    assert (report["shown"], report["source"], report["reason"]) == (identifier(2), "default", reason)


@pytest.mark.parametrize("pair", [("com.example.yearly", "en-US"), ("com.example.monthly", "fr-FR")])
def test_nothing_is_shown_without_a_default(store: AppStoreConnect, pair: tuple[str, str]) -> None:
    """If the answer cannot be shown and the pair has no default, nothing is, with both reasons."""
    report = store.ask(*pair)

    assert (report["shown"], report["source"]) == (None, None)
    assert report["reason"] == (
        f"there is no message {identifier(1)}, and {pair[0]} has no default message for {pair[1]}"
    )


def test_a_default_that_was_rejected_is_not_shown(store: AppStoreConnect) -> None:
    """A default whose message was rejected is not shown, with both reasons."""
    store.reject(identifier(2))

    report = store.ask()

    assert (report["shown"], report["source"]) == (None, None)
    assert report["reason"] == f"there is no message {identifier(1)}, and message {identifier(2)} is REJECTED"


def test_without_a_realtime_url_the_default_is_shown(store: AppStoreConnect) -> None:
    """Without a realtime URL nothing is asked, and the default is shown, or nothing."""
    store.delete_realtime_url()

    report, elsewhere = store.ask(), store.ask(user_locale="fr-FR")

    assert (report["url"], report["sendAttemptResult"]) == (None, None)
    assert (report["shown"], report["source"], report["reason"]) == (
        identifier(2),
        "default",
        "no realtime URL is configured",
    )
    assert (elsewhere["shown"], elsewhere["source"], elsewhere["reason"]) == (
        None,
        None,
        "no realtime URL is configured, and com.example.monthly has no default message for fr-FR",
    )
    assert elsewhere.keys() == report.keys()


def test_the_root_certificate_lasts_as_long_as_the_key() -> None:
    """Two emulators with one key sign under one root, and with another key under another."""
    key = Credentials.make()

    roots = [Emulator(credentials=each).root_certificate for each in (key, key, Credentials.make())]

    assert roots[0] == roots[1]
    assert roots[0] != roots[2]
