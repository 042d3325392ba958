"""When a message is registered: when the program has ended, and never is it waited for in vain."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pulumi
import pytest
from pulumi.runtime import invoke
from pulumi.runtime.stack import register_resource_transform

import pulumi_retention_messaging as retention
from pulumi_retention_messaging import _program
from sdk.programs import Ran, run
from sdk.samples import Group

PAIR = "com.example.monthly/en-US"


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for in vain is given up soon."""
    monkeypatch.setattr(_program, "PATIENCE", 0.2)
    monkeypatch.setattr(_program, "TICK", 0.05)


def message(name: str = "stay", **options: Any) -> retention.Message:
    opts = pulumi.ResourceOptions(**options)
    return retention.Message(name, header="Keep your streak", body="Stay.", opts=opts)


def default(of: Any, name: str = "monthly", product: Any = "com.example.monthly", **options: Any) -> pulumi.Resource:
    opts = pulumi.ResourceOptions(**options)
    return retention.DefaultMessage(name, product_id=product, locale="en-US", message=of, opts=opts)


def learned(ran: Ran, name: str = "stay") -> tuple[Any, Any]:
    """What the provider learned: the pairs of the message, and whether that is all."""
    inputs = ran.resources[name].inputs
    return inputs["pairs"], inputs["program"]["isComplete"]


def transform(_: pulumi.Resource) -> None:
    """Register a transform of resources, before which Pulumi waits for all that is being registered."""
    with suppress(Exception):  # the mocks of an earlier Pulumi have nothing to call it
        register_resource_transform(lambda _: None)


BETWEEN: dict[str, Callable[[retention.Message], object]] = {
    "nothing": lambda _: None,
    "a provider function": lambda _: invoke("shop:index:getProduct", {}),
    "a transform": transform,
    "a default and a transform": lambda stay: transform(default(stay, "yearly", "com.example.yearly")),
    "a look-up that is awaited": lambda _: asyncio.sleep(0.05),
    "a thread that is awaited": lambda _: asyncio.to_thread(str),
}
"""What stands between a message and its default."""


@pytest.mark.parametrize("between", BETWEEN)
def test_whatever_stands_between_a_default_is_known(between: str) -> None:
    """A default after its message is among the message's pairs, whatever ran the event loop between the two."""

    async def program() -> None:
        stay = message()
        step = BETWEEN[between](stay)
        if isinstance(step, Awaitable):
            await step
        default(stay)

    pairs, is_complete = learned(run(program))

    assert PAIR in pairs
    assert is_complete


def test_a_program_that_is_not_async_ends_likewise() -> None:
    """A message of a program that is not async has the pair of a later default, and is told that this is all."""

    def program() -> None:
        stay = message()
        invoke("shop:index:getProduct", {})
        default(stay)

    assert learned(run(program)) == ([PAIR], True)


async def awaited_output() -> None:
    stay = message()
    await stay.approved_identifier.future()
    default(stay)


async def awaited_output_of_a_default() -> None:
    stay = message()
    await default(stay, "first", "com.example.first").urn.future()
    default(stay)


def function_of_an_output() -> None:
    stay = message()
    invoke("shop:index:getProduct", {"of": stay.approved_identifier})
    default(stay)


def transform_after_a_dependent() -> None:
    stay = message()
    transform(Dependent(stay.approved_identifier))
    default(stay)


class Dependent(pulumi.CustomResource):
    """A resource of another package that uses a message."""

    def __init__(self, of: pulumi.Input[str]) -> None:
        super().__init__("shop:index:Setting", "setting", {"of": of})


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    "program",
    [awaited_output, awaited_output_of_a_default, function_of_an_output, transform_after_a_dependent],
    ids=lambda program: program.__name__,
)
def test_a_program_that_waits_for_a_message_goes_on(program: Callable[[], Any]) -> None:
    """A message that its program waits for is registered without the defaults to come, and two warnings say so."""
    ran = run(program)

    pairs, is_complete = learned(ran)
    assert PAIR not in pairs
    assert not is_complete
    assert [line.partition(",")[0] for line in ran.log] == [
        "the program has declared nothing for 0 s and not ended",
        "'monthly' is declared after its message was registered",
    ]


@pytest.mark.usefixtures("_impatient")
def test_a_program_that_goes_on_declaring_is_waited_for() -> None:
    """A program that goes on declaring is waited for beyond the patience, which begins anew with each declaration."""

    async def program() -> None:
        stay = message()
        for number in range(6):
            await asyncio.sleep(0.1)
            message(str(number))
        default(stay)

    assert learned(run(program)) == ([PAIR], True)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("of", ["stay", "other"])
def test_a_product_that_waits_for_the_message_is_left_out(of: str) -> None:
    """A default whose product waits for a message is in no pairs, and is registered after a warning that names it."""

    def program() -> None:
        messages = {name: message(name) for name in ("stay", "other")}
        product = messages["stay"].approved_identifier.apply(lambda _: "com.example.monthly")
        default(messages[of], product=product)

    ran = run(program, states={"stay": {"approvedIdentifier": "1f9a8c2d"}})

    assert learned(ran) == ([], False)
    assert learned(ran, "other") == ([], False)
    assert [line.partition(",")[0] for line in ran.log] == ["'monthly': its product or locale is not known after 0 s"]
    assert ran.resources["monthly"].inputs["productId"] == "com.example.monthly"


@pytest.mark.parametrize("is_async", [False, True])
def test_a_program_that_fails_has_not_declared_all(is_async: bool) -> None:
    """What a program that fails has declared counts as incomplete, whether the program is async or not."""
    programs = []

    def program() -> None:
        message()
        programs.append(_program.current_program())
        raise pulumi.RunError("no more")

    async def async_program() -> None:
        program()

    with pytest.raises(pulumi.RunError, match="no more"):
        run(async_program if is_async else program)

    assert not asyncio.get_event_loop().run_until_complete(programs[0].declared()).is_complete


def test_what_is_declared_together_inside_apply_is_known() -> None:
    """A message that is declared with its default inside `apply` has the pair, and is told that there may be more."""

    def program() -> None:
        for name in ("stay", "other"):
            pulumi.Output.from_input(name).apply(lambda name: default(message(name), f"of {name}"))

    ran = run(program)

    assert learned(ran) == learned(ran, "other") == ([PAIR], False)
    assert ran.log == []


def test_what_apply_makes_of_what_is_known_is_known() -> None:
    """A default in an `apply` on what is known is among its message's pairs, which are complete."""

    def program() -> None:
        stay = message()
        pulumi.Output.from_input("").apply(str).apply(lambda _: default(stay))

    assert learned(run(program)) == ([PAIR], True)


@pytest.mark.usefixtures("_impatient")
def test_what_comes_while_a_product_is_waited_for_is_known() -> None:
    """A default that is declared while the product of another is waited for is among the pairs, without a warning."""

    async def product() -> str:
        await asyncio.sleep(0.1)
        return "com.example.yearly"

    def program() -> None:
        stay = message()
        other = retention.RealtimeUrl("endpoint", url="https://retention.example.com")
        default(stay, "yearly", product())
        other.url.apply(lambda _: default(stay))

    ran = run(program)

    assert learned(ran) == ([PAIR, "com.example.yearly/en-US"], True)
    assert ran.log == []


def test_a_default_that_comes_too_late_is_reported() -> None:
    """A default in an `apply` on an output of its message is not among the pairs, and a warning names it."""

    def program() -> None:
        stay = message()
        stay.message_identifier.apply(lambda _: default(stay))

    ran = run(program, states={"stay": {"messageIdentifier": "1f9a8c2d"}})

    assert learned(ran) == ([], True)
    (line,) = ran.log
    assert line == (
        "'monthly' is declared after its message was registered, as inside apply, so the message does not know that it "
        "is shown there; declare it earlier, or give the message retain_on_delete=True"
    )


def test_nothing_waits_in_a_circle() -> None:
    """A program whose parents and dependencies lead through messages and defaults ends, with complete pairs."""

    def program() -> None:
        stay = message()
        image = retention.Image("image", path="picture.png", opts=pulumi.ResourceOptions(parent=stay))
        first = default(stay, parent=message("second", depends_on=[image]), depends_on=[image])
        message("third", parent=Group(opts=pulumi.ResourceOptions(parent=stay)), depends_on=[first])

    ran = run(program)

    assert learned(ran) == ([PAIR], True)
    assert ran.resources["third"].inputs["program"] == {
        "images": 1,
        "messages": 3,
        "pairs": [PAIR],
        "wanted": [],
        "explicit": [],
        "isComplete": True,
    }


def test_one_run_knows_nothing_of_another() -> None:
    """A second run has neither the defaults of the first nor its number of messages."""

    def program() -> None:
        message()
        default("6f9619ff-8b86-8d01-b42d-00cf4fc964ff")

    first, second = run(program), run(message)

    assert learned(first) == ([PAIR], True)
    assert learned(second) == ([], True)
    assert second.resources["stay"].inputs["program"]["messages"] == 1


def test_under_mocks_there_is_no_end_to_wait_for() -> None:
    """In a user's unit test a message has its pairs, and is told that there may be more."""
    ran = run(lambda: default(message()), has_root=False)

    assert learned(ran) == ([PAIR], False)
