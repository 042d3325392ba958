"""
What a developer's server may answer.

https://developer.apple.com/documentation/retentionmessaging/realtimeresponsebody
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from retention_messaging_emulator.switches import Switches

Check = Callable[[object], bool]

UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class RealtimeResponse:
    """Which of the variants was answered, and the message it names; neither if no message is wished for."""

    variant: str | None = None
    message_identifier: str | None = None


def read(body: str, switches: Switches) -> RealtimeResponse | None:
    """The answer that a body holds, or None if it is not valid. Signatures of offers are not verified."""
    try:
        answered = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answered, dict):
        return None
    given = [name for name in VARIANTS if answered.get(name) is not None]
    if not given:
        return RealtimeResponse() if not answered and switches.empty_answer_is_valid else None
    if len(given) > 1 and switches.several_variants == "invalid":
        return None
    variant = given[0]
    if not VARIANTS[variant](answered[variant]):
        return None
    return RealtimeResponse(variant, answered[variant]["messageIdentifier"].lower())


def text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def milliseconds(value: object) -> bool:
    return type(value) is int


def uuid(value: object) -> bool:
    return isinstance(value, str) and UUID.fullmatch(value.lower()) is not None


def lower_case_uuid(value: object) -> bool:
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def billing_plan_type(value: object) -> bool:
    return value in ("BILLED_UPFRONT", "MONTHLY")  # the values in Apple's App Store Server Libraries


def base64_of_an_object(value: object) -> bool:
    try:
        return isinstance(value, str) and isinstance(json.loads(base64.b64decode(value, validate=True)), dict)
    except (binascii.Error, ValueError):
        return False


def object_of(required: Mapping[str, Check], optional: Mapping[str, Check], one_of: tuple[str, ...] = ()) -> Check:
    """An object with these fields, and with exactly one of those named in `one_of`; null is absent, more is ignored."""

    def check(value: object) -> bool:
        if not isinstance(value, dict):
            return False
        given = {name: each for name, each in value.items() if each is not None}
        return (
            required.keys() <= given.keys()
            and all(holds(given[name]) for name, holds in {**required, **optional}.items() if name in given)
            and (not one_of or len(given.keys() & set(one_of)) == 1)
        )

    return check


PROMOTIONAL_OFFER_SIGNATURE_V1 = object_of(
    {
        "encodedSignature": text,
        "productId": text,
        "nonce": lower_case_uuid,
        "timestamp": milliseconds,
        "keyId": text,
        "offerIdentifier": text,
    },
    {"appAccountToken": lower_case_uuid},
)

# Each has its page: https://developer.apple.com/documentation/retentionmessaging/<its name in lower case>
VARIANTS: Mapping[str, Check] = {
    "message": object_of({"messageIdentifier": uuid}, {}),
    "alternateProduct": object_of(
        {"messageIdentifier": uuid, "productId": text}, {"billingPlanType": billing_plan_type}
    ),
    "promotionalOffer": object_of(
        {"messageIdentifier": uuid},
        {"promotionalOfferSignatureV2": text, "promotionalOfferSignatureV1": PROMOTIONAL_OFFER_SIGNATURE_V1},
        one_of=("promotionalOfferSignatureV2", "promotionalOfferSignatureV1"),
    ),
    "advancedCommerceInfo": object_of({"messageIdentifier": uuid, "advancedCommerceData": base64_of_an_object}, {}),
}
