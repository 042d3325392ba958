"""What Apple never tells of an adopted upload: recorded as NOT_TOLD, filled in by an update, and never uploaded."""

from typing import Any

import httpx
import pytest

from engine.snapshot import Resource
from resources.samples import EXPLICIT, PICTURES, default, image, message, of
from resources.stack import TYPE, CheckFailed, Stack, Want
from retention_messaging_provider.resources.image import Image
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.records import DefaultRecord, ImageRecord, MessageRecord
from retention_messaging_provider.rules import NOT_TOLD

THEIRS = {"header": "Theirs", "body": "Somebody else wrote this."}
OTHER = "7a0b3a3c-1d7e-4f53-9b61-3f2d0c9e4a11"
ICON = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
USE = {"imageIdentifier": ICON, "altText": "A flame"}
UNTOLD, TOLD = message(NOT_TOLD, body=NOT_TOLD), message(**THEIRS)
EDITED = message("Ours", body="We wrote this.")
UNTOLD_IMAGE = Want(Image, "hero", {"path": NOT_TOLD})
PAIR = ("com.example.monthly", "en-US")
LINE = f"message stay: what the program says is recorded as what Apple has under {EXPLICIT}, which Apple never tells"
REFUSED = r"is NOT_TOLD, and what Apple never tells cannot be uploaded; fill it in, or, .* pulumi import --file"


def adopt(stack: Stack, state: str = "APPROVED", **content: Any) -> None:
    """Record a message, and the default that shows it where it is approved, as an import does of what Apple tells."""
    stack.store.put_message(EXPLICIT, {**THEIRS, **content}, state)  # type: ignore[arg-type]  # one of Apple's states
    shown = EXPLICIT if state == "APPROVED" else ""
    if shown:
        stack.store.configure_default_message(*PAIR, {"messageIdentifier": shown})
    stay = MessageRecord(
        location(stack), UNTOLD.urn, EXPLICIT, state, False, approved=shown, pairs=frozenset({"/".join(PAIR)})
    )
    monthly = DefaultRecord(location(stack), default().urn, "/".join(PAIR), shown, shown)
    record(stack, UNTOLD, EXPLICIT, stay.to_outputs(stack.props(UNTOLD, [UNTOLD, default()])))
    record(stack, default(), "monthly", monthly.to_outputs(stack.props(default())))


def adopt_image(stack: Stack) -> None:
    """Record an image that a message may use, as an import does of what Apple tells."""
    stack.store.put_image(ICON, (PICTURES / "hero.png").read_bytes())
    hero = ImageRecord(location(stack), UNTOLD_IMAGE.urn, ICON, "APPROVED", retain=False)
    record(stack, UNTOLD_IMAGE, ICON, hero.to_outputs({**stack.props(UNTOLD_IMAGE), "imageSize": "FULL_SIZE"}))


def location(stack: Stack) -> Location:
    return Location(stack.environment, str(stack.settings.bundle_id), stack.settings.recorded_base_url)


def record(stack: Stack, want: Want, id_: str, outputs: dict[str, Any]) -> None:
    outputs.pop("program", None)
    inputs = {key: value for key, value in outputs.items() if key not in want.handler.COMPUTED}
    type_ = TYPE + want.handler.__name__
    stack.snapshot.resources.append(Resource(want.urn, type_, custom=True, id=id_, inputs=inputs, outputs=outputs))


@pytest.mark.parametrize("state", ["APPROVED", "PENDING", "REJECTED"])
def test_what_is_recorded_as_not_told_stays_as_it_is(production: Stack, state: str) -> None:
    """A message that was adopted changes neither in an `up` nor by a refresh, whatever Apple decided about it."""
    adopt(production, state)

    runs = [production.up(UNTOLD, default()), production.refresh(), production.up(UNTOLD, default())]

    assert [set(each.steps.values()) for each in runs] == [{"same"}] * 3
    assert production.messages == {EXPLICIT: state}


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_what_is_filled_in_is_recorded_and_not_uploaded(environment: str, request: pytest.FixtureRequest) -> None:
    """A text that is filled in is an update that asks Apple nothing, and that the plan tells of."""
    stack: Stack = request.getfixturevalue(environment)
    adopt(stack)

    planned, done, after = stack.preview(TOLD, default()), stack.up(TOLD, default()), stack.up(TOLD, default())

    assert planned.steps == done.steps == {"stay": "update", "monthly-en": "same"}
    assert done.requests == []
    assert [LINE in line for line in planned.said] == [LINE in line for line in done.said] == [True]
    assert (set(after.steps.values()), after.said) == ({"same"}, [])
    assert (stack["stay"]["header"], stack["stay"]["messageIdentifier"]) == ("Theirs", EXPLICIT)
    assert stack.messages == {EXPLICIT: "APPROVED"}


def test_texts_and_pictures_are_filled_in_one_by_one(production: Stack) -> None:
    """As long as one of its texts is not told, whatever the program says of a message is filled in."""
    adopt_image(production)
    adopt(production, image=USE)
    texts = (
        message(THEIRS["header"], body=NOT_TOLD),
        message(**THEIRS, image={**USE, "altText": NOT_TOLD}),
        message(**THEIRS, image=USE, headerPosition="ABOVE_IMAGE"),
        message(**THEIRS, image={**USE, "altText": "A fire"}, headerPosition="ABOVE_IMAGE"),
    )

    steps = [production.up(UNTOLD_IMAGE, each, default()).steps["stay"] for each in texts]

    assert steps == ["update", "update", "update", "replace"]


def test_a_change_after_that_is_an_edit_like_any_other(production: Stack) -> None:
    """Once its texts are told, an edit goes on showing the adopted message until the new one is approved."""
    adopt(production)
    production.up(TOLD, default())

    edited = production.up(EDITED, default())
    new = production["stay"]["messageIdentifier"]
    waiting = production.store.default_message(*PAIR)
    production.apple.approve()
    production.up(EDITED, default())
    production.up(EDITED, default())

    assert (edited.steps["stay"], waiting) == ("replace", EXPLICIT)
    assert production.messages == {new: "APPROVED"}
    assert production.store.default_message(*PAIR) == new


def test_another_text_is_uploaded_under_another_identifier(sandbox: Stack) -> None:
    """Where the program gives a message that is not told another identifier, its text is uploaded."""
    adopt(sandbox)

    done = sandbox.up(message("Ours", messageIdentifier=OTHER), default())

    assert done.steps["stay"] == "replace"
    assert sandbox.messages == {OTHER: "APPROVED"}
    assert sandbox.store.default_message(*PAIR) == OTHER


@pytest.mark.parametrize(
    ("want", "named"),
    [
        (UNTOLD, r"header .*body"),
        (message(body=NOT_TOLD, messageIdentifier=EXPLICIT, adopt=True), "body"),
        (message(image={**USE, "altText": NOT_TOLD}), r"image\.altText"),
        (message(bulletPoints=[{**USE, "text": NOT_TOLD}]), r"bulletPoints\[0\]\.text"),
        (UNTOLD_IMAGE, "path"),
    ],
    ids=["a message", "one to adopt", "an alt text", "a bullet point", "an image"],
)
def test_what_is_not_told_is_never_uploaded(sandbox: Stack, want: Want, named: str) -> None:
    """A plan refuses NOT_TOLD where nothing is recorded that it stands for."""
    with pytest.raises(CheckFailed, match=rf"{named} {REFUSED}"):
        sandbox.preview(want)
    with pytest.raises(CheckFailed):
        sandbox.up(want)
    assert (sandbox.messages, sandbox.images) == ({}, {})


def test_a_text_that_is_told_does_not_become_untold(sandbox: Stack) -> None:
    """A plan refuses to put NOT_TOLD back in place of a text that is recorded."""
    adopt(sandbox)
    sandbox.up(TOLD, default())

    with pytest.raises(CheckFailed, match=f"header {REFUSED}"):
        sandbox.preview(message(NOT_TOLD, body=THEIRS["body"]), default())


def test_a_forced_replacement_of_what_is_not_told_is_refused(production: Stack) -> None:
    """A forced replacement of a message that is not told is refused, and what is shown stays."""
    adopt(production)

    with pytest.raises(CheckFailed, match=f"header {REFUSED}"):
        production.up(UNTOLD, default(), replace=["stay"])

    assert production.store.default_message(*PAIR) == EXPLICIT
    assert production.messages == {EXPLICIT: "APPROVED"}


def test_what_somebody_deleted_is_uploaded_once_filled_in(production: Stack) -> None:
    """A message that waits and that somebody else deletes is refused until it is filled in, and then uploaded."""
    adopt(production, "PENDING")
    production.store.delete_message(EXPLICIT)

    with pytest.raises(CheckFailed, match=f"header {REFUSED}"):
        production.preview(UNTOLD, default())
    done = production.up(TOLD, default())

    assert done.steps["stay"] == "replace"
    assert not any(LINE in line for line in done.said)
    assert list(production.messages) == [production["stay"]["messageIdentifier"]]


def test_a_plan_without_apple_tells_of_what_is_filled_in(production: Stack) -> None:
    """Where Apple does not answer, what is filled in is planned all the same, and recorded once it does."""
    adopt(production, "PENDING")
    answers, production.transport = production.transport, httpx.MockTransport(lambda _: httpx.Response(503))

    planned = production.preview(TOLD, default())
    production.transport = answers
    done = production.up(TOLD, default())

    assert planned.steps["stay"] == done.steps["stay"] == "update"
    assert production["stay"]["header"] == "Theirs"


def test_destroy_deletes_what_is_not_told(production: Stack) -> None:
    """Destroy deletes an adopted message with its default, and the image that nothing tells of its use."""
    adopt_image(production)
    adopt(production, image=USE)
    production.up(UNTOLD_IMAGE, UNTOLD, default())

    production.destroy()

    assert (production.messages, production.images) == ({}, {})


def test_the_file_of_an_adopted_image_is_filled_in(sandbox: Stack) -> None:
    """The path of an adopted image is filled in by an update, and another picture after that is a replacement."""
    adopt_image(sandbox)

    steps = [sandbox.up(each).steps["hero"] for each in (UNTOLD_IMAGE, image("hero.png"), image("hero-edited.png"))]

    assert steps == ["same", "update", "replace"]
    assert list(sandbox.images) == [sandbox["hero"]["imageIdentifier"]]


def test_a_picture_of_another_size_is_refused(sandbox: Stack) -> None:
    """A file that cannot be the picture that Apple has is refused in the plan."""
    adopt_image(sandbox)

    with pytest.raises(
        CheckFailed, match=rf"path is a BULLET_POINT image, but what Apple has as {ICON} is a FULL_SIZE"
    ):
        sandbox.preview(image("bullet.png"))


def test_an_untold_message_may_use_an_untold_image(sandbox: Stack) -> None:
    """An adopted image, not told either, is filled into an adopted message, and stays when that is edited."""
    adopt_image(sandbox)
    adopt(sandbox, image=USE)

    filled = sandbox.up(UNTOLD_IMAGE, message(**THEIRS, image=of()), default())
    sandbox.up(UNTOLD_IMAGE, message("Ours", image=of()), default())

    assert filled.steps == {"hero": "same", "stay": "update", "monthly-en": "same"}
    assert list(sandbox.messages) == [sandbox["stay"]["messageIdentifier"]]
    assert list(sandbox.images) == [ICON]
