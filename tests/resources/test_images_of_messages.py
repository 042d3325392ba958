"""Images under messages: an image stays as long as a message that uses it, and no longer."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from resources.samples import EXPLICIT, PICTURES, bullet_point, default, image, message, of, realtime_url
from resources.stack import CheckFailed, Stack, Want
from retention_messaging_provider.api import NoPassingTest

if TYPE_CHECKING:
    from collections.abc import Callable

HERO, EDITED, TALL = image("hero.png"), image("hero-edited.png"), image("hero-tall.png")
ILLUSTRATED = message(image=of())
PAIRS = ["com.example.monthly/en-US"]


class Overtaken(httpx.BaseTransport):
    """The way to Apple; `meanwhile` happens after Apple's first answer to a DELETE, on another thread, which ends."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.meanwhile: list[Callable[[], object]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        if request.method == "DELETE" and self.meanwhile:
            other = threading.Thread(target=self.meanwhile.pop())
            other.start()
            other.join(5)
            assert not other.is_alive()
        return answer


def approved_up(stack: Stack, *program: Want) -> None:
    """Until nothing waits any more."""
    stack.up(*program)
    stack.apple.approve()
    stack.up(*program)


def test_another_image_replaces_its_message_too(sandbox: Stack) -> None:
    """Another image replaces the message, too, and the earlier message is deleted before its image."""
    sandbox.up(HERO, ILLUSTRATED)

    done = sandbox.up(EDITED, ILLUSTRATED)

    assert done.steps == {"hero": "replace", "stay": "replace"}
    assert done.requests[-2:] == ["Delete Message", "Delete Image"]
    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}
    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_the_image_of_a_message_that_is_shown_is_recorded(production: Stack) -> None:
    """The image of a message that is still shown is not deleted, and is recorded."""
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
        f"message stay waits for Apple's review; until then {shown} stays; run pulumi up again after it"
    ]
    assert "Delete Image" not in done.requests


def test_another_text_with_the_same_image_lists_no_images(sandbox: Stack) -> None:
    """Another text with the same image asks nothing about images."""
    sandbox.up(HERO, message("First", image=of()))

    done = sandbox.up(HERO, message("Second", image=of()))

    assert done.requests == ["Get Message List", "Upload Message", "Delete Message"]


def test_a_second_image_before_the_review_deletes_the_first(production: Stack) -> None:
    """A second image before the review deletes that of the first edit, and not the one that is shown."""
    approved_up(production, HERO, ILLUSTRATED)
    picture = production["hero"]["imageIdentifier"]
    production.up(EDITED, ILLUSTRATED)

    production.up(TALL, ILLUSTRATED)

    assert production.images == {picture: "APPROVED", production["hero"]["imageIdentifier"]: "PENDING"}


@pytest.mark.parametrize("edits", [[EDITED], [EDITED, TALL], [EDITED, TALL, HERO], [EDITED, HERO]])
def test_once_approved_only_the_last_edit_is_at_apple(production: Stack, edits: list[Want]) -> None:
    """Once a message is approved with its new image, everything earlier is deleted, and then nothing changes."""
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


def test_destroying_while_a_new_image_waits_leaves_nothing(production: Stack) -> None:
    """Destroy deletes everything, while a new image waits, too."""
    approved_up(production, HERO, ILLUSTRATED)
    production.up(EDITED, ILLUSTRATED)

    production.destroy()

    assert (production.images, production.messages) == ({}, {})


@pytest.mark.parametrize("picture", [EDITED, TALL], ids=["that stays", "that is another"])
def test_a_message_that_leaves_takes_its_earlier_image_along(production: Stack, picture: Want) -> None:
    """A message that leaves the program is deleted with the earlier image that it recorded."""
    approved_up(production, HERO, ILLUSTRATED)
    production.up(EDITED, ILLUSTRATED)

    production.up(picture)

    assert production.messages == {}
    assert list(production.images) == [production["hero"]["imageIdentifier"]]


def test_an_image_of_no_resource_is_not_deleted(production: Stack) -> None:
    """An image that no resource of the program uploaded is not deleted with the message that uses it."""
    production.store.put_image(EXPLICIT, (PICTURES / "hero.png").read_bytes())
    theirs = message(image={"imageIdentifier": EXPLICIT.upper(), "altText": "A flame"})
    approved_up(production, theirs)
    approved_up(production, HERO, ILLUSTRATED)
    production.up(HERO, ILLUSTRATED)

    production.destroy()

    assert production.images == {EXPLICIT: "APPROVED"}


def test_an_image_that_a_foreign_message_uses_stays(sandbox: Stack) -> None:
    """An image that a message outside this stack uses is not deleted before that, and a line names it."""
    sandbox.up(HERO)
    picture = sandbox["hero"]["imageIdentifier"]
    sandbox.store.put_message(
        EXPLICIT, {"header": "H", "body": "B", "image": {"imageIdentifier": picture, "altText": "A"}}
    )

    edited = sandbox.up(EDITED)
    still_there = sandbox.images
    sandbox.store.delete_message(EXPLICIT)
    sandbox.up(TALL)

    assert edited.said == [f"image hero: the image {picture} was not deleted while a message at Apple used it"]
    assert picture in still_there
    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}


def test_an_image_of_the_wrong_size_is_refused_in_the_plan(sandbox: Stack) -> None:
    """A full-size image in a bullet point, or the other way round, is refused in the plan."""
    bullet = image("bullet.png", name="bullet")
    misplaced = message(image=of("bullet"), bulletPoints=[bullet_point("hero")])

    with pytest.raises(CheckFailed, match=r"BULLET_POINT image; a FULL_SIZE .* FULL_SIZE image; a BULLET_POINT"):
        sandbox.preview(HERO, bullet, misplaced)


def test_later_runs_delete_image_and_message_of_a_killed_run(sandbox: Stack) -> None:
    """Later runs delete the image and the message that a killed run uploaded."""
    sandbox.up(HERO, ILLUSTRATED)
    sandbox.killed_up(EDITED, ILLUSTRATED)

    sandbox.up(TALL, ILLUSTRATED)
    sandbox.up(TALL, ILLUSTRATED)
    sandbox.up(HERO, ILLUSTRATED)

    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}
    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_the_image_of_a_retained_message_stays_with_it(environment: str, request: pytest.FixtureRequest) -> None:
    """The image of a message that is retained stays with it, and then nothing changes."""
    stack: Stack = request.getfixturevalue(environment)
    retained = message(image=of(), retainOnDelete=True)
    approved_up(stack, HERO, retained)
    picture, text = stack["hero"]["imageIdentifier"], stack["stay"]["messageIdentifier"]

    approved_up(stack, EDITED, retained)

    assert picture in stack.images
    assert text in stack.messages
    assert stack.up(EDITED, retained).steps == {"hero": "same", "stay": "same"}


def test_the_message_of_a_killed_run_goes_before_its_image(production: Stack) -> None:
    """The message that a killed run uploaded is deleted before the image that it uses."""
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


def test_a_retained_image_is_not_deleted_with_its_message(production: Stack) -> None:
    """A retained image is not deleted with the superseded message that used it."""
    approved_up(production, image("hero.png", retainOnDelete=True), ILLUSTRATED)
    picture = production["hero"]["imageIdentifier"]
    edited = [image("hero-edited.png", retainOnDelete=True), ILLUSTRATED]

    approved_up(production, *edited)
    production.up(*edited)

    assert production.messages == {production["stay"]["approvedIdentifier"]: "APPROVED"}
    assert picture in production.images


def test_the_image_in_a_failed_runs_state_stays_while_shown(production: Stack) -> None:
    """The image that a failed run left in the state is not deleted while its message is shown."""
    approved_up(production, HERO, ILLUSTRATED)
    shown, picture = production["stay"]["messageIdentifier"], production["hero"]["imageIdentifier"]
    with pytest.raises(NoPassingTest):
        production.up(EDITED, ILLUSTRATED, realtime_url())

    done = production.up(EDITED, ILLUSTRATED)

    assert shown in production.messages
    assert picture in production.images
    assert "Delete Image" not in done.requests


def test_a_message_whose_image_waits_is_not_shown(production: Stack) -> None:
    """An approved message whose image waits is not shown instead of its edit."""
    production.up(HERO, message("First", image=of(), pairs=PAIRS), default())
    production.apple.approve(production["stay"]["messageIdentifier"])

    production.up(HERO, message("Second", image=of(), pairs=PAIRS), default())

    assert production["stay"]["approvedIdentifier"] == ""
    assert production.store.inventory()["defaults"] == []


def test_a_message_approved_before_its_edit_is_shown(
    production: Stack,
) -> None:
    """A message that Apple approved with its image since the last run is shown instead of its edit."""
    production.up(HERO, message("First", image=of(), pairs=PAIRS), default())
    first = production["stay"]["messageIdentifier"]
    production.apple.approve()

    production.up(HERO, message("Second", image=of(), pairs=PAIRS), default())

    assert production["stay"]["approvedIdentifier"] == first
    assert production.store.default_message("com.example.monthly", "en-US") == first


def test_an_image_of_two_messages_goes_with_the_later_one(production: Stack) -> None:
    """The picture that two edited messages used goes with the later of them, and nothing is left to do or to say."""
    program = [EDITED, ILLUSTRATED, message("First", image=of(), name="yearly")]
    approved_up(production, HERO, *program[1:])
    picture = production["hero"]["imageIdentifier"]
    approved_up(production, *program)

    done = production.up(*program)

    assert picture not in production.images
    assert [line for line in done.said if picture in line] == []
    assert set(production.preview(*program).steps.values()) == {"same"}


def test_an_image_goes_though_its_message_went_meanwhile(sandbox: Stack) -> None:
    """A message that another thread deletes while Apple refuses to delete its image takes the image along."""
    sandbox.up(HERO, ILLUSTRATED)
    sandbox.transport = way = Overtaken(sandbox.transport)
    run, said = sandbox.begin()
    picture, text = sandbox.state
    way.meanwhile = [lambda: text.handler(run).delete(text.id, text.outputs)]

    picture.handler(run).delete(picture.id, picture.outputs)

    assert (sandbox.messages, sandbox.images, said) == ({}, {}, [])


def test_an_image_replaced_as_a_target_goes_with_its_message(production: Stack) -> None:
    """The earlier image is the message's to delete also where another image of the program was not part of the run."""
    others = (message(image=of()), image("hero-tall.png", name="tall"), default())
    approved_up(production, HERO, *others)
    production.up(EDITED, *others, targets=["hero", "stay"])

    done = production.destroy()

    assert (production.messages, production.images, done.said) == ({}, {}, [])
