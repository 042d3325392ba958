from typing import Any

import pytest

import pulumi_retention_messaging as retention
from sdk.programs import WHERE, run
from sdk.samples import EVERYTHING, ICON

PAIR: Any = {"product_id": "com.example.monthly", "locale": "en-US"}


def message(name: str = "stay", **more: Any) -> retention.Message:
    return retention.Message(name, header="Keep your streak", body="Stay.", **more)


OWNER = {"owner": "urn:pulumi:dev::shop::pulumi-python:dynamic/retention-messaging:DefaultMessage::monthly"}
GIVEN = {"productId": "com.example.monthly", "locale": "en-US", "messageIdentifier": ICON}
LEAST = {**GIVEN, **OWNER, "program": GIVEN}


@pytest.mark.parametrize(
    ("args", "inputs"),
    [
        (retention.DefaultMessageArgs(**PAIR, message=ICON), {**WHERE, **LEAST}),
        (EVERYTHING["DefaultMessage"], {**WHERE, **LEAST, "bundleId": "com.example.other", "adopt": True}),
    ],
    ids=["the least", "everything"],
)
def test_it_reaches_the_engine_in_apples_words(args: retention.DefaultMessageArgs, inputs: dict[str, Any]) -> None:
    """A DefaultMessage made with args or with keywords has the same inputs, in Apple's words and with its owner."""
    with_args = run(lambda: retention.DefaultMessage("monthly", args))
    with_keywords = run(lambda: retention.DefaultMessage("monthly", **vars(args)))

    assert with_args.resources["monthly"].inputs == inputs
    assert with_keywords.resources["monthly"].inputs == inputs


def test_a_message_is_referred_to_by_what_may_be_shown_of_it() -> None:
    """A default that is given a Message has the Message's `approvedIdentifier` as its `messageIdentifier`."""
    ran = run(
        lambda: retention.DefaultMessage("monthly", **PAIR, message=message()),
        states={"stay": {"messageIdentifier": "new", "approvedIdentifier": ICON}},
    )

    assert ran.resources["monthly"].inputs["messageIdentifier"] == ICON


@pytest.mark.parametrize("left_out", ["product_id", "locale", "message"])
def test_product_locale_and_message_are_needed(left_out: str) -> None:
    """A DefaultMessage without a product, a locale or a message raises TypeError, which names what is missing."""
    given = {**PAIR, "message": ICON}
    del given[left_out]

    with pytest.raises(TypeError, match=left_out):
        run(lambda: retention.DefaultMessage("monthly", **given))
