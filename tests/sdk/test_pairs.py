"""The pairs of a message: those of the defaults that may show it."""

import asyncio
import enum
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi import Output
from pulumi.runtime.rpc import is_rpc_secret

import pulumi_retention_messaging as retention
from sdk.programs import run
from sdk.samples import ICON, Group

SHOWN = {"stay": {"approvedIdentifier": ICON, "messageIdentifier": ICON}}
MONTHLY, YEARLY = "com.example.monthly/en-US", "com.example.yearly/en-US"


class Product(enum.StrEnum):
    MONTHLY = "com.example.monthly"


class Locale(enum.Enum):
    ENGLISH = "en-US"


def message(name: str, **options: Any) -> retention.Message:
    opts = pulumi.ResourceOptions(**options)
    return retention.Message(name, header="Keep your streak", body="Stay.", opts=opts)


def default(of: Any, product: Any = "com.example.monthly", locale: Any = "en-US", **options: Any) -> None:
    opts = pulumi.ResourceOptions(**options)
    retention.DefaultMessage("the default", product_id=product, locale=locale, message=of, opts=opts)


async def soon(value: str) -> str:
    await asyncio.sleep(0.01)
    return value


def unknown() -> Output[Any]:
    """An Output as a preview has them."""
    value, is_known = asyncio.Future[Any](), asyncio.Future[bool]()
    value.set_result(None)
    is_known.set_result(False)
    return Output(set(), value, is_known)


REFERENCES: dict[str, tuple[Callable[[retention.Message], Any], bool]] = {
    "the message": (lambda stay: stay, True),
    "approved_identifier": (lambda stay: stay.approved_identifier, True),
    "message_identifier": (lambda stay: stay.message_identifier, True),
    "id": (lambda stay: stay.id, True),
    "apply": (lambda stay: stay.approved_identifier.apply(str), False),
    "concat": (lambda stay: Output.concat("", stay.approved_identifier), False),
    "all": (lambda stay: Output.all(stay.approved_identifier)[0], False),
    "a plain identifier": (lambda _: ICON, False),
    "an Output of elsewhere": (lambda _: Output.from_input(ICON), False),
    "an awaitable": (lambda _: soon(ICON), False),
}
"""How a default names its message → whether it can be told which one that is."""


@pytest.mark.parametrize("form", REFERENCES)
def test_a_default_counts_for_its_message_or_else_for_all(form: str) -> None:
    """A default counts for its message, or for every message of the program where its own cannot be told."""
    refer, is_known = REFERENCES[form]

    ran = run(lambda: default(refer((message("stay"), message("other"))[0])), states=SHOWN)

    assert ran.resources["stay"].inputs["pairs"] == [MONTHLY]
    assert ran.resources["other"].inputs["pairs"] == ([] if is_known else [MONTHLY])
    assert ran.resources["stay"].inputs["program"]["isComplete"]


PAIRS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "plain": lambda: ("com.example.monthly", "en-US"),
    "an Enum of texts": lambda: (Product.MONTHLY, "en-US"),
    "an Enum": lambda: ("com.example.monthly", Locale.ENGLISH),
    "Outputs": lambda: (Output.from_input("com.example.monthly"), Output.from_input("en-US")),
    "Outputs of Enums": lambda: (Output.from_input(Product.MONTHLY), Output.from_input(Locale.ENGLISH)),
    "awaitables": lambda: (soon("com.example.monthly"), soon("en-US")),
    "an output of another resource": lambda: (product(), "en-US"),
}


def product() -> Output[str]:
    return retention.RealtimeUrl("product", url="com.example.monthly").url


@pytest.mark.parametrize("form", PAIRS)
def test_product_and_locale_are_known_in_every_form(form: str) -> None:
    """A product and a locale in any form are text among the default's inputs, and the same in the message's pairs."""
    ran = run(lambda: default(message("stay"), *PAIRS[form]()))

    inputs = ran.resources["the default"].inputs
    assert (inputs["productId"], inputs["locale"]) == ("com.example.monthly", "en-US")
    assert ran.resources["stay"].inputs["pairs"] == [MONTHLY]
    assert ran.resources["stay"].inputs["program"]["isComplete"]


def test_pairs_are_in_order_and_each_is_there_once() -> None:
    """The pairs of a message are in order and without repeats, whatever the order and number of its defaults."""

    def program() -> None:
        stay = message("stay", parent=Group())
        default(stay, "com.example.yearly")
        retention.DefaultMessage("2", product_id="com.example.monthly", locale="en-US", message=stay)
        retention.DefaultMessage("3", product_id="com.example.monthly", locale="en-US", message=ICON)

    assert run(program).resources["stay"].inputs["pairs"] == [MONTHLY, YEARLY]


def test_a_default_depends_on_its_message_and_not_reversed() -> None:
    """A default depends on its message, which depends on nothing, not even on what the product comes from."""
    ran = run(lambda: default(message("stay"), product()), states=SHOWN)

    assert list(ran.resources["stay"].options.dependencies) == []
    assert ran.resources["stay"].urn in ran.resources["the default"].options.dependencies


@pytest.mark.parametrize("form", ["product", "locale"])
def test_a_secret_product_or_locale_stays_secret(form: str) -> None:
    """A secret product or locale makes the message's pairs secret."""
    ran = run(lambda: default(message("stay"), **{form: Output.secret("com.example.monthly")}))

    inputs = ran.resources["stay"].inputs
    assert is_rpc_secret(inputs["pairs"])
    assert is_rpc_secret(inputs["program"])


@pytest.mark.parametrize("form", ["product", "locale"])
def test_what_a_preview_does_not_know_is_left_out(form: str) -> None:
    """A default whose product or locale is unknown in a preview is left out of the pairs, which are then incomplete."""

    def program() -> None:
        stay = message("stay")
        default(stay, **{form: unknown()})
        retention.DefaultMessage("2", product_id="com.example.yearly", locale="en-US", message=stay)

    ran = run(program, preview=True)

    assert ran.resources["stay"].inputs["pairs"] == [YEARLY]
    assert not ran.resources["stay"].inputs["program"]["isComplete"]
    assert ran.log == []


def test_a_product_that_cannot_be_had_fails_the_program() -> None:
    """An error in the Output of a product fails the program as it was raised."""

    def fail(_: str) -> str:
        raise ValueError("no such product")

    with pytest.raises(ValueError, match="no such product"):
        run(lambda: default(message("stay"), Output.from_input("").apply(fail)))
