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
    """A new message in sandbox may be shown at once."""
    done = sandbox.up(FIRST)

    stay = sandbox["stay"]
    assert done.requests == [LIST, PUT]
    assert stay["messageState"] == "APPROVED"
    assert stay["approvedIdentifier"] == stay["messageIdentifier"]
    assert sandbox.messages == {stay["messageIdentifier"]: "APPROVED"}


def test_an_edit_in_sandbox_deletes_the_earlier_message(sandbox: Stack) -> None:
    """An edit in sandbox deletes the earlier message in the same run."""
    sandbox.up(FIRST)

    done = sandbox.up(SECOND)

    assert done.steps == {"stay": "replace"}
    assert done.requests == [LIST, PUT, DELETE]
    assert sandbox.messages == {sandbox["stay"]["approvedIdentifier"]: "APPROVED"}


def test_a_plan_knows_what_an_edit_in_sandbox_will_show(sandbox: Stack) -> None:
    """The plan of an edit in sandbox has the identifier that will be shown."""
    sandbox.up(FIRST)
    run, _ = sandbox.begin()

    planned = FIRST.handler(run).check({}, sandbox.props(SECOND)).inputs

    sandbox.up(SECOND)
    assert planned["approvedIdentifier"] == sandbox["stay"]["approvedIdentifier"]


def test_a_new_message_in_production_waits_for_its_approval(production: Stack) -> None:
    """A new message in production shows nothing until it is approved, and a line reports that."""
    done = production.up(FIRST)

    assert production["stay"]["messageState"] == "PENDING"
    assert production["stay"]["approvedIdentifier"] == ""
    assert done.said == [
        "message stay waits for Apple's review; until then there is nothing to show; run pulumi up again after it"
    ]


def test_an_edit_in_production_keeps_the_earlier_message_shown(production: Stack, shown: str) -> None:
    """An edit in production waits for its review beside the earlier message, which may be shown until then."""
    done = production.up(SECOND)

    stay = production["stay"]
    assert done.steps == {"stay": "replace"}
    assert done.requests == [LIST, PUT]
    assert done.said == [
        f"message stay waits for Apple's review; until then {shown} stays; run pulumi up again after it"
    ]
    assert (stay["approvedIdentifier"], stay["superseded"]) == (shown, [shown])
    assert production.messages == {shown: "APPROVED", stay["messageIdentifier"]: "PENDING"}


def test_a_plan_of_an_edit_shows_the_earlier_message(production: Stack, shown: str) -> None:
    """The plan of an edit in production goes on showing the earlier message."""
    run, _ = production.begin()
    handler = FIRST.handler(run)
    handler.diff(shown, production["stay"], handler.check(production["stay"], production.props(SECOND)).inputs)

    planned = handler.check({}, production.props(SECOND)).inputs

    assert planned["approvedIdentifier"] == shown
    assert planned["messageIdentifier"] != shown


def test_a_second_edit_before_the_review_deletes_the_first(production: Stack, shown: str) -> None:
    """A second edit before the review deletes the first edit, and not the message that is shown."""
    production.up(SECOND)

    production.up(THIRD)

    stay = production["stay"]
    assert (stay["approvedIdentifier"], stay["superseded"]) == (shown, [shown])
    assert production.messages == {shown: "APPROVED", stay["messageIdentifier"]: "PENDING"}


def test_a_pending_edit_that_is_reverted_leaves_nothing(production: Stack, shown: str) -> None:
    """An edit that is reverted while it is pending is deleted, and the earlier message is the resource's again."""
    production.up(SECOND)

    done = production.up(FIRST)

    stay = production["stay"]
    assert (stay["messageIdentifier"], stay["messageState"], stay["approvedIdentifier"]) == (shown, "APPROVED", shown)
    assert stay["superseded"] == []
    assert production.messages == {shown: "APPROVED"}
    assert production.up(FIRST).steps == {"stay": "same"}
    assert done.said == []


def test_an_approved_edit_that_is_reverted_needs_no_review(production: Stack, shown: str) -> None:
    """An edit that is reverted after its approval is deleted, and the earlier message is shown without a review."""
    production.up(SECOND)
    production.apple.approve()
    production.up(SECOND)

    production.up(FIRST)

    assert production["stay"]["approvedIdentifier"] == shown
    assert production.messages == {shown: "APPROVED"}


def test_an_edit_reverted_after_the_retirement_waits_again(production: Stack, shown: str) -> None:
    """An edit that is reverted after the earlier message was deleted waits for a review again."""
    production.up(SECOND)
    production.apple.approve()
    production.up(SECOND)
    production.up(SECOND)
    second = production["stay"]["messageIdentifier"]

    production.up(FIRST)

    assert production["stay"]["approvedIdentifier"] == second
    assert production.messages == {shown: "PENDING", second: "APPROVED"}


def test_a_message_is_destroyed_with_what_it_superseded(production: Stack) -> None:
    """Destroy deletes a message with what it superseded."""
    production.up(FIRST)
    production.apple.approve()
    production.up(FIRST)
    production.up(SECOND)

    production.destroy()

    assert production.messages == {}


def test_a_whole_message_is_uploaded_as_it_was_written(sandbox: Stack) -> None:
    """A message with all its parts is uploaded as it was written."""
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


def test_a_reverted_edit_keeps_its_approval_without_an_upload(production: Stack, shown: str) -> None:
    """A reverted edit keeps the approval of the earlier message, and nothing is uploaded."""
    production.up(SECOND)
    production.apple.fail_next(Fault(kind="lose-answer", path=PUT))

    done = production.up(FIRST)

    assert done.requests == [LIST, DELETE]
    assert production["stay"]["approvedIdentifier"] == shown


def test_a_destroy_that_fails_half_way_leaves_a_true_record(production: Stack) -> None:
    """A destroy that fails half-way leaves a record that is true, and the next one deletes everything."""
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


@pytest.mark.parametrize("name", ["stay::en", "::", 'a "quoted" 🔥', "עברית"])
def test_a_line_names_a_message_by_its_whole_name(production: Stack, name: str) -> None:
    """A line names a message by the name that the program gave it, whatever is in that."""
    done = production.up(message("First", name=name))

    assert any(line.startswith(f"message {name} waits for Apple's review; ") for line in done.said)
