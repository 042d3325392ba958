"""The handler of a message, run by run, as the Pulumi engine plays it."""

import pytest

from histories.driver import Mishap
from histories.in_process import Befallen
from resources.samples import bullet_point, image, message, of
from resources.stack import Stack
from retention_messaging_emulator import Fault
from retention_messaging_provider.api import AppleUnavailable

FIRST, SECOND, THIRD = message("First"), message("Second"), message("Third")
LIST, PUT, DELETE = "Get Message List", "Upload Message", "Delete Message"


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

    planned = FIRST.handler(run).check({}, sandbox.props(SECOND)).inputs

    sandbox.up(SECOND)
    assert planned["approvedIdentifier"] == sandbox["stay"]["approvedIdentifier"]


def test_a_new_message_in_production_shows_nothing_until_it_is_approved(production: Stack) -> None:
    done = production.up(FIRST)

    assert production["stay"]["messageState"] == "PENDING"
    assert production["stay"]["approvedIdentifier"] == ""
    assert done.said == [
        "message stay waits for Apple's review; until then nothing may be shown; run pulumi up again after it"
    ]


def test_an_edit_in_production_goes_on_showing_the_earlier_message(production: Stack, shown: str) -> None:
    done = production.up(SECOND)

    stay = production["stay"]
    assert done.steps == {"stay": "replace"}
    assert done.requests == [LIST, PUT]
    assert done.said == [
        f"message stay waits for Apple's review; until then {shown} may be shown; run pulumi up again after it"
    ]
    assert (stay["approvedIdentifier"], stay["superseded"]) == (shown, [shown])
    assert production.messages == {shown: "APPROVED", stay["messageIdentifier"]: "PENDING"}


def test_a_preview_of_an_edit_in_production_plans_to_show_the_earlier_message(production: Stack, shown: str) -> None:
    run, _ = production.begin()
    handler = FIRST.handler(run)
    handler.diff(shown, production["stay"], handler.check(production["stay"], production.props(SECOND)).inputs)

    planned = handler.check({}, production.props(SECOND)).inputs

    assert planned["approvedIdentifier"] == shown
    assert planned["messageIdentifier"] != shown


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


def test_a_message_is_destroyed_with_what_it_superseded(production: Stack) -> None:
    production.up(FIRST)
    production.apple.approve()
    production.up(FIRST)
    production.up(SECOND)

    production.destroy()

    assert production.messages == {}


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


def test_an_edit_taken_back_keeps_its_approval_without_another_upload(production: Stack, shown: str) -> None:
    production.up(SECOND)
    production.apple.fail_next(Fault(kind="lose-answer", path=PUT))

    done = production.up(FIRST)

    assert done.requests == [LIST, DELETE]
    assert production["stay"]["approvedIdentifier"] == shown


def test_a_destroy_that_fails_half_way_has_lost_nothing_that_is_recorded(production: Stack) -> None:
    production.up(FIRST)
    production.apple.approve()
    production.up(FIRST)
    production.up(message("Second"))
    way = production.transport
    production.transport = Befallen(way, Mishap("bad gateway", request=2, times=9), production.apple.approve)

    with pytest.raises(AppleUnavailable):
        production.destroy()
    recorded = production["stay"]["messageIdentifier"]
    there = production.messages
    production.transport = way
    production.destroy()

    assert recorded in there
    assert production.messages == {}
