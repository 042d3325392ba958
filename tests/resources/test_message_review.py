"""From a message's upload to the retirement of what it superseded: what Apple's review decides, run by run."""

from dataclasses import replace

import pytest

from resources.samples import default, image, message, of, realtime_url
from resources.stack import Stack, Want
from retention_messaging_emulator import Fault
from retention_messaging_provider.api import NoPassingTest

FIRST, SECOND, THIRD = message("First"), message("Second"), message("Third")
LIST, DELETE = "Get Message List", "Delete Message"


def test_a_pending_message_waits_without_a_change(production: Stack, shown: str) -> None:
    """A message that is still pending is no change, and costs one list."""
    production.up(SECOND)

    done = production.up(SECOND)

    assert done.steps == {"stay": "same"}
    assert done.requests == [LIST]


def test_an_approval_is_recorded_then_retires_the_earlier_one(production: Stack, shown: str) -> None:
    """The run after an approval shows the edit, the next deletes the earlier message, and then nothing changes."""
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
    assert switch.said == [f"message stay: approved; its approved_identifier is {second} from this run on"]
    assert retirement.said == []
    assert production["stay"]["superseded"] == []
    assert production.messages == {second: "APPROVED"}
    assert (rest.steps, rest.requests, rest.said) == ({"stay": "same"}, [], [])


def test_a_refresh_records_an_approval_too(production: Stack, shown: str) -> None:
    """A refresh records an approval, too."""
    production.up(SECOND)
    production.apple.approve()

    production.refresh()

    stay = production["stay"]
    assert stay["approvedIdentifier"] == stay["messageIdentifier"]
    assert stay["superseded"] == [shown]


def test_a_rejected_edit_keeps_the_earlier_message_shown(production: Stack, shown: str) -> None:
    """After a rejection the earlier message may still be shown, and every run reports what to do."""
    production.up(SECOND)
    production.apple.reject(production["stay"]["messageIdentifier"])
    line = f"message stay: Apple rejected it; {shown} stays meanwhile; change it and run pulumi up"

    decided = production.up(SECOND)
    rest = production.up(SECOND)

    assert (decided.steps, decided.said) == ({"stay": "update"}, [line])
    assert (rest.steps, rest.requests, rest.said) == ({"stay": "same"}, [], [line])
    assert production["stay"]["messageState"] == "REJECTED"
    assert production["stay"]["approvedIdentifier"] == shown
    assert shown in production.messages


def test_an_edit_of_a_rejected_edit_deletes_only_that(production: Stack, shown: str) -> None:
    """An edit of a rejected edit deletes that, and not the message that is shown."""
    production.up(SECOND)
    production.apple.reject(production["stay"]["messageIdentifier"])
    production.up(SECOND)

    production.up(THIRD)

    assert production.messages == {shown: "APPROVED", production["stay"]["messageIdentifier"]: "PENDING"}


def test_an_approved_message_waits_for_its_image(production: Stack) -> None:
    """An approved message is not shown before Apple has approved its image."""
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


def test_a_message_of_a_rejected_image_is_not_shown(production: Stack) -> None:
    """A message whose image Apple rejected is not shown, and a line names the image."""
    program = [image(), message(image=of())]
    production.up(*program)
    hero = production["hero"]["imageIdentifier"]
    production.apple.approve(production["stay"]["messageIdentifier"])
    production.apple.reject(hero)

    done = production.up(*program)

    assert production["stay"]["approvedIdentifier"] == ""
    rejected = f"message stay: Apple rejected its image {hero}; there is nothing to show meanwhile"
    assert f"{rejected}; change it and run pulumi up" in done.said


def test_a_message_missing_while_pending_is_uploaded_again(production: Stack, shown: str) -> None:
    """A message that goes missing while it is pending is uploaded again."""
    production.up(SECOND)
    second = production["stay"]["messageIdentifier"]
    production.store.delete_message(second)

    done = production.up(SECOND)

    assert done.steps == {"stay": "replace"}
    assert done.said[0] == "message stay is no longer at Apple; it is uploaded again"
    assert production["stay"]["approvedIdentifier"] == shown
    assert production.messages == {shown: "APPROVED", second: "PENDING"}


def test_a_missing_earlier_message_is_no_longer_recorded(production: Stack, shown: str) -> None:
    """An earlier message that was deleted outside this stack is no longer recorded."""
    production.up(SECOND)
    production.store.delete_message(shown)

    done = production.up(SECOND)

    assert done.steps == {"stay": "update"}
    assert (production["stay"]["approvedIdentifier"], production["stay"]["superseded"]) == ("", [])


@pytest.mark.usefixtures("shown")
def test_a_message_missing_before_a_retirement_is_uploaded_again(production: Stack) -> None:
    """A message that goes missing before it has retired another is uploaded again."""
    production.up(SECOND)
    second = production["stay"]["messageIdentifier"]
    production.apple.approve()
    production.up(SECOND)
    production.store.delete_message(second)

    done = production.up(SECOND)

    assert done.steps == {"stay": "replace"}
    assert production.messages[second] == "PENDING"


def test_retain_on_delete_keeps_what_a_message_replaced(production: Stack) -> None:
    """What a message replaced under `retainOnDelete` is never deleted, even once the option is off."""
    production.up(message("First", retainOnDelete=True))
    production.apple.approve()
    production.up(message("First", retainOnDelete=True))
    first = production["stay"]["messageIdentifier"]
    second = message("Second", retainOnDelete=True)

    production.up(second)
    production.apple.approve()
    production.up(second)
    rest = production.up(second)
    production.up(message("Second"))

    assert rest.steps == {"stay": "same"}
    assert production.messages == {first: "APPROVED", production["stay"]["messageIdentifier"]: "APPROVED"}


def test_retain_on_delete_after_an_edit_keeps_the_earlier_one(production: Stack, shown: str) -> None:
    """`retainOnDelete` that is set after an edit keeps the earlier message."""
    production.up(SECOND)
    production.apple.approve()
    production.up(SECOND)

    production.up(message("Second", retainOnDelete=True))

    assert shown in production.messages


def test_the_original_of_a_failed_run_stays_while_it_is_shown(production: Stack, shown: str) -> None:
    """The original that a failed run left in the state is not deleted while it is shown."""
    with pytest.raises(NoPassingTest):
        production.up(SECOND, realtime_url())

    production.up(SECOND)

    assert production["stay"]["approvedIdentifier"] == shown
    assert shown in production.messages
    assert [each.name for each in production.state] == ["stay"]


@pytest.mark.parametrize("program", [[FIRST], [FIRST, default()]])
def test_a_forced_replacement_with_an_edit_keeps_what_is_shown(production: Stack, program: list[Want]) -> None:
    """A forced replacement with an edit goes on showing the earlier message."""
    production.up(*program)
    production.apple.approve()
    production.up(*program)
    shown = production["stay"]["approvedIdentifier"]
    edited = [message("Second"), *program[1:]]

    production.up(*edited, replace=["stay"])

    assert production["stay"]["approvedIdentifier"] == shown
    assert production.messages == {shown: "APPROVED", production["stay"]["messageIdentifier"]: "PENDING"}


def test_a_refresh_names_what_a_record_that_goes_accounted_for(production: Stack, shown: str) -> None:
    """With a message that somebody else deleted goes the record of what it superseded: a line names that."""
    production.up(SECOND)
    production.store.delete_message(production["stay"]["messageIdentifier"])

    done = production.refresh()

    [line] = done.said
    assert line.startswith("message stay is no longer at Apple and leaves the state")
    assert f"was not deleted by this refresh: {shown}; run pulumi up" in line
    assert production.messages == {shown: "APPROVED"}


@pytest.fixture
def retiring(production: Stack) -> str:
    """An earlier message that the next `up` deletes, after a wait of a quarter of an hour for Apple's rate limit."""
    for text in ("First", "First", "Second", "Second"):
        production.up(message(text), default())
        production.apple.approve()
    production.settings = replace(production.settings, max_rate_limit_wait="1h")
    until = str(int((production.now + 900) * 1000))
    production.apple.fail_next(Fault(error_code=4290000, headers={"Retry-After": until}, path="Delete Message"))
    earlier: str = production["stay"]["superseded"][0]
    return earlier


def test_a_deletion_that_waited_looks_again(production: Stack, retiring: str) -> None:
    """A deletion that had to wait is not sent where a pair shows the message by then, and a line says so."""
    pair = ("com.example.monthly", "en-US", {"messageIdentifier": retiring})
    production.on_sleep = lambda: production.store.configure_default_message(*pair)

    done = production.up(message("Second"), default())

    assert retiring in production.messages
    assert any(f"{retiring} was not deleted while com.example.monthly/en-US showed it" in line for line in done.said)


def test_a_deletion_that_waited_is_sent_if_it_is_due(production: Stack, retiring: str) -> None:
    """A deletion that had to wait is sent then, where no pair shows the message."""
    production.up(message("Second"), default())

    assert retiring not in production.messages


def test_after_an_older_state_what_apple_shows_stays(production: Stack, shown: str) -> None:
    """Where the record is older than what Apple has, an edit's lines and its default are of what is shown."""
    production.up(FIRST, default())
    older = production.snapshot
    for _ in ("approved", "shown", "retired"):
        production.up(SECOND, default())
        production.apple.approve()
    (second,) = production.messages
    production.snapshot = older

    plan, done = production.preview(THIRD, default()), production.up(THIRD, default())

    assert production["monthly-en"]["messageIdentifier"] == second
    assert plan.steps == done.steps == {"stay": "replace", "monthly-en": "update"}
    assert plan.said == []
    assert [f"until then {second} stays" in line for line in done.said] == [True]
