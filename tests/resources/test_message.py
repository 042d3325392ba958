"""The life of a message, run by run, as the Pulumi engine plays it."""

import pytest

from resources.samples import bullet_point, image, message, of
from resources.stack import Stack

FIRST, SECOND, THIRD = message("First"), message("Second"), message("Third")
LIST, PUT, DELETE = "Get Message List", "Upload Message", "Delete Message"


@pytest.fixture
def shown(production: Stack) -> str:
    """The identifier of the first message, approved and recorded as such."""
    production.up(FIRST)
    production.apple.approve()
    production.up(FIRST)
    identifier: str = production["stay"]["approvedIdentifier"]
    return identifier


def test_a_new_message_in_sandbox_may_be_shown_at_once(sandbox: Stack) -> None:
    done = sandbox.up(FIRST)

    stay = sandbox["stay"]
    assert done.requests == [LIST, PUT]
    assert stay["messageState"] == "APPROVED"
    assert stay["approvedIdentifier"] == stay["messageIdentifier"]
    assert sandbox.messages == {stay["messageIdentifier"]: "APPROVED"}


def test_an_edit_in_sandbox_deletes_the_earlier_message_in_the_same_run(sandbox: Stack) -> None:
    sandbox.up(FIRST)

    done = sandbox.up(SECOND)

    assert done.steps == {"stay": "replace"}
    assert done.requests == [LIST, PUT, DELETE]
    assert sandbox.messages == {sandbox["stay"]["approvedIdentifier"]: "APPROVED"}


def test_a_plan_knows_what_an_edit_in_sandbox_will_show(sandbox: Stack) -> None:
    sandbox.up(FIRST)
    run, _ = sandbox.begin()

    planned = FIRST.life(run).check({}, sandbox.props(SECOND)).inputs

    sandbox.up(SECOND)
    assert planned["approvedIdentifier"] == sandbox["stay"]["approvedIdentifier"]


def test_a_new_message_in_production_shows_nothing_until_it_is_approved(production: Stack) -> None:
    done = production.up(FIRST)

    assert production["stay"]["messageState"] == "PENDING"
    assert production["stay"]["approvedIdentifier"] == ""
    assert done.said == [
        "message stay waits for Apple's review; until then nothing is shown for it; then run pulumi up again"
    ]


def test_an_edit_in_production_goes_on_showing_the_earlier_message(production: Stack, shown: str) -> None:
    done = production.up(SECOND)

    stay = production["stay"]
    assert done.steps == {"stay": "replace"}
    assert done.requests == [LIST, PUT]
    assert done.said == [
        f"message stay waits for Apple's review; until then {shown} is shown; then run pulumi up again"
    ]
    assert (stay["approvedIdentifier"], stay["superseded"]) == (shown, [shown])
    assert production.messages == {shown: "APPROVED", stay["messageIdentifier"]: "PENDING"}


def test_a_preview_of_an_edit_in_production_plans_to_show_the_earlier_message(production: Stack, shown: str) -> None:
    run, _ = production.begin()
    life = FIRST.life(run)
    life.diff(shown, production["stay"], life.check(production["stay"], production.props(SECOND)).inputs)

    planned = life.check({}, production.props(SECOND)).inputs

    assert planned["approvedIdentifier"] == shown
    assert planned["messageIdentifier"] != shown


def test_a_pending_message_waits_without_a_change(production: Stack, shown: str) -> None:
    production.up(SECOND)

    done = production.up(SECOND)

    assert done.steps == {"stay": "same"}
    assert done.requests == [LIST]


@pytest.mark.usefixtures("shown")
def test_an_approved_edit_is_shown_by_the_next_run_retires_the_earlier_in_the_run_after_and_then_rests(
    production: Stack,
) -> None:
    production.up(SECOND)
    second = production["stay"]["messageIdentifier"]
    production.apple.approve()

    switch = production.up(SECOND)
    switched = production["stay"]
    retirement = production.up(SECOND)
    rest = production.up(SECOND)

    assert (switch.steps, switch.requests) == ({"stay": "update"}, [LIST])
    assert (switched["messageState"], switched["approvedIdentifier"]) == ("APPROVED", second)
    assert (retirement.steps, retirement.requests) == ({"stay": "update"}, [LIST, DELETE])
    assert production["stay"]["superseded"] == []
    assert production.messages == {second: "APPROVED"}
    assert (rest.steps, rest.requests, rest.said) == ({"stay": "same"}, [], [])


def test_a_refresh_switches_over_too(production: Stack, shown: str) -> None:
    production.up(SECOND)
    production.apple.approve()

    production.refresh()

    stay = production["stay"]
    assert stay["approvedIdentifier"] == stay["messageIdentifier"]
    assert stay["superseded"] == [shown]


def test_a_second_edit_before_the_review_takes_only_the_first_edit_away(production: Stack, shown: str) -> None:
    production.up(SECOND)

    production.up(THIRD)

    stay = production["stay"]
    assert (stay["approvedIdentifier"], stay["superseded"]) == (shown, [shown])
    assert production.messages == {shown: "APPROVED", stay["messageIdentifier"]: "PENDING"}


def test_an_edit_taken_back_while_it_is_pending_takes_the_earlier_message_up_again(
    production: Stack, shown: str
) -> None:
    production.up(SECOND)

    done = production.up(FIRST)

    stay = production["stay"]
    assert (stay["messageIdentifier"], stay["messageState"], stay["approvedIdentifier"]) == (shown, "APPROVED", shown)
    assert stay["superseded"] == []
    assert production.messages == {shown: "APPROVED"}
    assert production.up(FIRST).steps == {"stay": "same"}
    assert done.said == []


def test_an_edit_taken_back_after_its_approval_takes_the_earlier_message_up_again(
    production: Stack, shown: str
) -> None:
    production.up(SECOND)
    production.apple.approve()
    production.up(SECOND)

    production.up(FIRST)

    assert production["stay"]["approvedIdentifier"] == shown
    assert production.messages == {shown: "APPROVED"}


def test_an_edit_taken_back_after_the_earlier_message_is_gone_waits_for_a_review_again(
    production: Stack, shown: str
) -> None:
    production.up(SECOND)
    production.apple.approve()
    production.up(SECOND)
    production.up(SECOND)
    second = production["stay"]["messageIdentifier"]

    production.up(FIRST)

    assert production["stay"]["approvedIdentifier"] == second
    assert production.messages == {shown: "PENDING", second: "APPROVED"}


def test_a_rejected_edit_leaves_the_earlier_message_shown_and_says_what_to_do(production: Stack, shown: str) -> None:
    production.up(SECOND)
    production.apple.reject(production["stay"]["messageIdentifier"])
    line = f"message stay: Apple rejected it; {shown} is shown; change it and run pulumi up"

    decided = production.up(SECOND)
    rest = production.up(SECOND)

    assert (decided.steps, decided.said) == ({"stay": "update"}, [line])
    assert (rest.steps, rest.requests, rest.said) == ({"stay": "same"}, [], [line])
    assert production["stay"]["messageState"] == "REJECTED"
    assert production["stay"]["approvedIdentifier"] == shown
    assert shown in production.messages


def test_an_edit_of_a_rejected_edit_takes_only_that_away(production: Stack, shown: str) -> None:
    production.up(SECOND)
    production.apple.reject(production["stay"]["messageIdentifier"])
    production.up(SECOND)

    production.up(THIRD)

    assert production.messages == {shown: "APPROVED", production["stay"]["messageIdentifier"]: "PENDING"}


def test_an_approved_message_waits_for_its_image(production: Stack) -> None:
    program = [image(), message(image=of())]
    production.up(*program)
    stay = production["stay"]
    production.apple.approve(stay["messageIdentifier"])

    waiting = production.up(*program)
    shown_while_waiting = production["stay"]["approvedIdentifier"]
    production.apple.approve()
    approved = production.up(*program)

    assert waiting.steps == {"hero": "same", "stay": "update"}
    assert shown_while_waiting == ""
    assert approved.steps == {"hero": "update", "stay": "update"}
    assert production["stay"]["approvedIdentifier"] == stay["messageIdentifier"]


def test_a_rejected_image_is_named_as_what_keeps_a_message_from_being_shown(production: Stack) -> None:
    program = [image(), message(image=of())]
    production.up(*program)
    hero = production["hero"]["imageIdentifier"]
    production.apple.approve(production["stay"]["messageIdentifier"])
    production.apple.reject(hero)

    done = production.up(*program)

    assert production["stay"]["approvedIdentifier"] == ""
    assert (
        f"message stay: Apple rejected its image {hero}; nothing is shown for it; change it and run pulumi up"
        in done.said
    )


def test_a_message_is_destroyed_with_what_it_superseded(production: Stack) -> None:
    production.up(FIRST)
    production.apple.approve()
    production.up(FIRST)
    production.up(SECOND)

    production.destroy()

    assert production.messages == {}


def test_a_message_that_vanished_while_it_was_pending_is_uploaded_again(production: Stack, shown: str) -> None:
    production.up(SECOND)
    second = production["stay"]["messageIdentifier"]
    production.store.delete_message(second)

    done = production.up(SECOND)

    assert done.steps == {"stay": "replace"}
    assert done.said[0] == "message stay is no longer at Apple; it is uploaded again"
    assert production["stay"]["approvedIdentifier"] == shown
    assert production.messages == {shown: "APPROVED", second: "PENDING"}


def test_what_a_message_replaced_under_retain_on_delete_is_never_retired(production: Stack) -> None:
    production.up(message("First", retainOnDelete=True))
    production.apple.approve()
    production.up(message("First", retainOnDelete=True))
    first = production["stay"]["messageIdentifier"]
    second = message("Second", retainOnDelete=True)

    production.up(second)
    production.apple.approve()
    production.up(second)
    rest = production.up(second)

    assert rest.steps == {"stay": "same"}
    assert production.messages == {first: "APPROVED", production["stay"]["messageIdentifier"]: "APPROVED"}


def test_retain_on_delete_set_after_an_edit_keeps_the_earlier_message(production: Stack, shown: str) -> None:
    production.up(SECOND)
    production.apple.approve()
    production.up(SECOND)

    production.up(message("Second", retainOnDelete=True))

    assert shown in production.messages


def test_a_whole_message_is_uploaded_as_it_was_written(sandbox: Stack) -> None:
    sandbox.up(
        image(),
        image("bullet.png", name="bullet"),
        message(image=of(), headerPosition="ABOVE_IMAGE", bulletPoints=[bullet_point()]),
    )

    hero, bullet = (sandbox[name]["imageIdentifier"] for name in ("hero", "bullet"))
    uploaded = sandbox.store.inventory()["messages"][0]
    assert uploaded == {
        "messageIdentifier": sandbox["stay"]["messageIdentifier"],
        "messageState": "APPROVED",
        "header": "Keep your streak",
        "body": "Your friends are still here.",
        "headerPosition": "ABOVE_IMAGE",
        "image": {"imageIdentifier": hero, "altText": "A flame"},
        "bulletPoints": [{"text": "Ten days in a row", "imageIdentifier": bullet, "altText": "A flame"}],
    }
