from typing import Any

import pulumi
import pytest

import pulumi_retention_messaging as retention
from sdk.programs import WHERE, run
from sdk.samples import ICON, Group

PAIR: Any = {"product_id": "com.example.monthly", "locale": "en-US"}


def message(name: str = "stay", **more: Any) -> retention.Message:
    return retention.Message(name, header="Keep your streak", body="Stay.", **more)


def test_it_reaches_the_engine_in_apples_words() -> None:
    ran = run(lambda: retention.DefaultMessage("monthly", **PAIR, message=ICON))

    assert ran.resources["monthly"].inputs == {
        **WHERE,
        "productId": "com.example.monthly",
        "locale": "en-US",
        "messageIdentifier": ICON,
        "owner": ran.resources["monthly"].urn,
    }


def test_a_message_is_referred_to_by_what_may_be_shown_of_it() -> None:
    ran = run(
        lambda: retention.DefaultMessage("monthly", **PAIR, message=message()),
        states={"stay": {"messageIdentifier": "new", "approvedIdentifier": ICON}},
    )

    assert ran.resources["monthly"].inputs["messageIdentifier"] == ICON


def test_a_message_knows_the_pairs_of_all_defaults_that_refer_to_it() -> None:
    def program() -> None:
        stay = message()
        message("other")
        for locale in ("fr-FR", "en-US"):
            retention.DefaultMessage(f"monthly-{locale}", product_id="com.example.monthly", locale=locale, message=stay)
        pulumi.export("after", stay.approved_identifier)
        retention.DefaultMessage(
            "yearly",
            product_id="com.example.yearly",
            locale="en-US",
            message=stay,
            opts=pulumi.ResourceOptions(Group()),
        )

    ran = run(program)

    pairs = ["com.example.monthly/en-US", "com.example.monthly/fr-FR", "com.example.yearly/en-US"]
    assert ran.resources["stay"].inputs["pairs"] == pairs
    assert ran.resources["other"].inputs["pairs"] == []


def test_a_pair_that_is_decided_later_is_not_known() -> None:
    def program() -> None:
        stay = message()
        product_id = pulumi.Output.from_input("com.example.monthly")
        retention.DefaultMessage("monthly", product_id=product_id, locale="en-US", message=stay)

    assert run(program).resources["stay"].inputs["pairs"] == []


@pytest.mark.parametrize("left_out", ["product_id", "locale", "message"])
def test_product_locale_and_message_are_needed(left_out: str) -> None:
    given = {**PAIR, "message": ICON}
    del given[left_out]

    with pytest.raises(TypeError, match=left_out):
        run(lambda: retention.DefaultMessage("monthly", **given))
