"""Images under messages: an image stays as long as a message that uses it, and no longer."""

import pytest

from resources.samples import CHOSEN, PICTURES, bullet_point, default, image, message, of, realtime_url
from resources.stack import CheckFailed, Stack, Want
from retention_messaging_provider.api import NoPassingTest

HERO, EDITED, TALL = image("hero.png"), image("hero-edited.png"), image("hero-tall.png")
ILLUSTRATED = message(image=of())
PAIRS = ["com.example.monthly/en-US"]


def approved_up(stack: Stack, *program: Want) -> None:
    """Until nothing waits any more."""
    stack.up(*program)
    stack.apple.approve()
    stack.up(*program)


def test_another_picture_under_a_message_replaces_both_and_the_message_goes_first(sandbox: Stack) -> None:
    sandbox.up(HERO, ILLUSTRATED)

    done = sandbox.up(EDITED, ILLUSTRATED)

    assert done.steps == {"hero": "replace", "stay": "replace"}
    assert done.requests[-2:] == ["Delete Message", "Delete Image"]
    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}
    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_the_picture_of_a_message_that_is_still_shown_is_left_and_said_to_be(production: Stack) -> None:
    approved_up(production, HERO, ILLUSTRATED)
    shown, picture = production["stay"]["messageIdentifier"], production["hero"]["imageIdentifier"]

    done = production.up(EDITED, ILLUSTRATED)

    stay = production["stay"]
    assert (stay["approvedIdentifier"], stay["supersededImages"]) == (
        shown,
        {picture: {"usedBy": [shown], "left": True}},
    )
    assert production.images == {picture: "APPROVED", production["hero"]["imageIdentifier"]: "PENDING"}
    assert done.said == [
        f"message stay waits for Apple's review; until then {shown} may be shown; run pulumi up again after it"
    ]
    assert "Delete Image" not in done.requests


def test_another_text_with_the_same_picture_asks_nothing_about_pictures(sandbox: Stack) -> None:
    sandbox.up(HERO, message("First", image=of()))

    done = sandbox.up(HERO, message("Second", image=of()))

    assert done.requests == ["Get Message List", "Upload Message", "Delete Message"]


def test_a_second_picture_before_the_review_takes_only_the_first_edits_away(production: Stack) -> None:
    approved_up(production, HERO, ILLUSTRATED)
    picture = production["hero"]["imageIdentifier"]
    production.up(EDITED, ILLUSTRATED)

    production.up(TALL, ILLUSTRATED)

    assert production.images == {picture: "APPROVED", production["hero"]["imageIdentifier"]: "PENDING"}


@pytest.mark.parametrize("edits", [[EDITED], [EDITED, TALL], [EDITED, TALL, HERO], [EDITED, HERO]])
def test_once_a_message_is_approved_with_its_new_picture_nothing_else_is_left(
    production: Stack, edits: list[Want]
) -> None:
    approved_up(production, HERO, ILLUSTRATED)
    for edited in edits:
        production.up(edited, ILLUSTRATED)
    final = [edits[-1], ILLUSTRATED]
    production.apple.approve()

    production.up(*final)
    production.up(*final)
    rest = production.up(*final)

    assert (rest.steps, rest.requests) == ({"hero": "same", "stay": "same"}, [])
    assert production.images == {production["hero"]["imageIdentifier"]: "APPROVED"}
    assert production.messages == {production["stay"]["approvedIdentifier"]: "APPROVED"}


def test_destroying_while_a_new_picture_waits_leaves_nothing(production: Stack) -> None:
    approved_up(production, HERO, ILLUSTRATED)
    production.up(EDITED, ILLUSTRATED)

    production.destroy()

    assert (production.images, production.messages) == ({}, {})


@pytest.mark.parametrize("picture", [EDITED, TALL], ids=["that stays", "that is another"])
def test_a_message_that_leaves_the_program_with_a_picture_takes_the_earlier_one_along(
    production: Stack, picture: Want
) -> None:
    approved_up(production, HERO, ILLUSTRATED)
    production.up(EDITED, ILLUSTRATED)

    production.up(picture)

    assert production.messages == {}
    assert list(production.images) == [production["hero"]["imageIdentifier"]]


def test_a_picture_that_nobody_of_this_program_uploaded_is_left_when_its_message_goes(production: Stack) -> None:
    production.store.put_image(CHOSEN, (PICTURES / "hero.png").read_bytes())
    theirs = message(image={"imageIdentifier": CHOSEN.upper(), "altText": "A flame"})
    approved_up(production, theirs)
    approved_up(production, HERO, ILLUSTRATED)
    production.up(HERO, ILLUSTRATED)

    production.destroy()

    assert production.images == {CHOSEN: "APPROVED"}


def test_an_image_that_somebody_elses_message_uses_is_left_until_that_is_gone(sandbox: Stack) -> None:
    sandbox.up(HERO)
    picture = sandbox["hero"]["imageIdentifier"]
    sandbox.store.put_message(
        CHOSEN, {"header": "H", "body": "B", "image": {"imageIdentifier": picture, "altText": "A"}}
    )

    edited = sandbox.up(EDITED)
    still_there = sandbox.images
    sandbox.store.delete_message(CHOSEN)
    sandbox.up(TALL)

    assert edited.said == [f"image hero: the image {picture} was not deleted while a message at Apple used it"]
    assert picture in still_there
    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}


def test_a_picture_in_the_wrong_place_is_complained_about_before_anything_is_sent(sandbox: Stack) -> None:
    bullet = image("bullet.png", name="bullet")
    misplaced = message(image=of("bullet"), bulletPoints=[bullet_point("hero")])

    with pytest.raises(CheckFailed, match=r"BULLET_POINT image; a FULL_SIZE .* FULL_SIZE image; a BULLET_POINT"):
        sandbox.preview(HERO, bullet, misplaced)


def test_picture_and_message_of_a_killed_run_are_taken_away_by_later_runs(sandbox: Stack) -> None:
    sandbox.up(HERO, ILLUSTRATED)
    sandbox.killed_up(EDITED, ILLUSTRATED)

    sandbox.up(TALL, ILLUSTRATED)
    sandbox.up(TALL, ILLUSTRATED)
    sandbox.up(HERO, ILLUSTRATED)

    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}
    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_the_picture_of_a_message_that_is_retained_stays_with_it(
    environment: str, request: pytest.FixtureRequest
) -> None:
    stack: Stack = request.getfixturevalue(environment)
    retained = message(image=of(), retainOnDelete=True)
    approved_up(stack, HERO, retained)
    picture, text = stack["hero"]["imageIdentifier"], stack["stay"]["messageIdentifier"]

    approved_up(stack, EDITED, retained)

    assert picture in stack.images
    assert text in stack.messages
    assert stack.up(EDITED, retained).steps == {"hero": "same", "stay": "same"}


def test_a_killed_runs_message_goes_before_the_picture_it_uses(production: Stack) -> None:
    approved_up(production, HERO, message("First"))
    production.killed_up(HERO, message("Second", image=of()))
    edited = [EDITED, message("Third", image=of())]

    done = production.up(*edited)
    production.apple.approve()
    production.up(*edited)
    production.up(*edited)

    assert [line for line in done.said if "was not deleted" in line] == []
    assert production.images == {production["hero"]["imageIdentifier"]: "APPROVED"}
    assert production.messages == {production["stay"]["approvedIdentifier"]: "APPROVED"}


def test_a_retained_picture_is_not_retired_with_the_message_that_used_it(production: Stack) -> None:
    approved_up(production, image("hero.png", retainOnDelete=True), ILLUSTRATED)
    picture = production["hero"]["imageIdentifier"]
    edited = [image("hero-edited.png", retainOnDelete=True), ILLUSTRATED]

    approved_up(production, *edited)
    production.up(*edited)

    assert production.messages == {production["stay"]["approvedIdentifier"]: "APPROVED"}
    assert picture in production.images


def test_the_picture_in_the_state_of_a_failed_run_is_left_while_its_message_is_shown(production: Stack) -> None:
    approved_up(production, HERO, ILLUSTRATED)
    shown, picture = production["stay"]["messageIdentifier"], production["hero"]["imageIdentifier"]
    with pytest.raises(NoPassingTest):
        production.up(EDITED, ILLUSTRATED, realtime_url())

    done = production.up(EDITED, ILLUSTRATED)

    assert shown in production.messages
    assert picture in production.images
    assert "Delete Image" not in done.requests


def test_an_approved_message_whose_picture_waits_is_not_shown_in_place_of_its_edit(production: Stack) -> None:
    production.up(HERO, message("First", image=of(), pairs=PAIRS), default())
    production.apple.approve(production["stay"]["messageIdentifier"])

    production.up(HERO, message("Second", image=of(), pairs=PAIRS), default())

    assert production["stay"]["approvedIdentifier"] == ""
    assert production.store.inventory()["defaults"] == []


def test_a_message_approved_with_its_picture_since_the_last_run_is_shown_in_place_of_its_edit(
    production: Stack,
) -> None:
    production.up(HERO, message("First", image=of(), pairs=PAIRS), default())
    first = production["stay"]["messageIdentifier"]
    production.apple.approve()

    production.up(HERO, message("Second", image=of(), pairs=PAIRS), default())

    assert production["stay"]["approvedIdentifier"] == first
    assert production.store.default_message("com.example.monthly", "en-US") == first
