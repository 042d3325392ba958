"""The handler of an image, alone and under a message."""

import shutil
from pathlib import Path

import pytest

from resources.samples import EXPLICIT, PICTURES, image, message, of
from resources.stack import CheckFailed, Stack, Want
from retention_messaging_emulator import Fault
from retention_messaging_provider.png import ImageFileError
from retention_messaging_provider.resources.handler import UNKNOWN, Failure

HERO, EDITED, TALL = image("hero.png"), image("hero-edited.png"), image("hero-tall.png")
ILLUSTRATED = message(image=of())
LIST, PUT, DELETE = "Get Image List", "Upload Image", "Delete Image"


def approved_up(stack: Stack, *program: Want) -> None:
    """Until nothing waits any more."""
    stack.up(*program)
    stack.apple.approve()
    stack.up(*program)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """An image file that a test may change."""
    return Path(shutil.copy(PICTURES / "hero.png", tmp_path / "copy.png"))


@pytest.mark.parametrize(
    ("file", "size"), [("hero.png", "FULL_SIZE"), ("hero-tall.png", "FULL_SIZE"), ("bullet.png", "BULLET_POINT")]
)
def test_the_pixels_decide_the_size_of_an_upload(sandbox: Stack, file: str, size: str) -> None:
    """The pixels decide the imageSize that an image is uploaded as."""
    done = sandbox.up(image(file))

    identifier = sandbox["hero"]["imageIdentifier"]
    assert done.requests == [LIST, PUT]
    assert sandbox["hero"]["imageSize"] == size
    assert sandbox.store.images() == [{"imageIdentifier": identifier, "imageSize": size, "imageState": "APPROVED"}]


def test_unknown_pixels_make_an_unknown_identifier(sandbox: Stack) -> None:
    """An image whose pixels are unknown has an unknown size and an unknown identifier."""
    run, _ = sandbox.begin()

    checked = HERO.handler(run).check({}, {**sandbox.props(HERO), "width": UNKNOWN})

    assert checked.failures == []
    assert (checked.inputs["imageSize"], checked.inputs["imageIdentifier"]) == (UNKNOWN, UNKNOWN)


def test_the_file_is_uploaded_as_it_is(sandbox: Stack) -> None:
    """The file is uploaded byte for byte."""
    sandbox.up(HERO)

    assert sandbox.store.image_file(sandbox["hero"]["imageIdentifier"]) == (PICTURES / "hero.png").read_bytes()


def test_the_same_image_in_another_file_is_no_change(sandbox: Stack, copy: Path) -> None:
    """The same image in another file is no change, and Apple is asked nothing."""
    sandbox.up(HERO)

    done = sandbox.up(image(copy))

    assert (done.steps, done.requests) == ({"hero": "same"}, [])


def test_another_image_replaces_the_earlier_one(sandbox: Stack) -> None:
    """Another image is uploaded, and then the earlier one is deleted."""
    sandbox.up(HERO)

    done = sandbox.up(EDITED)

    assert done.steps == {"hero": "replace"}
    assert (done.requests, done.said) == ([LIST, PUT, DELETE], [])
    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}


def test_a_file_changed_since_the_plan_is_not_uploaded(sandbox: Stack, copy: Path) -> None:
    """A file that has changed since the plan is not uploaded."""
    planned = image(copy)
    shutil.copy(PICTURES / "hero-edited.png", copy)

    with pytest.raises(Failure, match=r"copy.png changed while pulumi ran, and was not uploaded; run it again"):
        sandbox.up(planned)

    assert sandbox.images == {}


def test_a_file_missing_since_the_plan_is_an_error(sandbox: Stack, copy: Path) -> None:
    """A file that is missing since the plan is an error."""
    planned = image(copy)
    copy.unlink()

    with pytest.raises(ImageFileError, match=r"copy.png cannot be read \(No such file or directory\)"):
        sandbox.up(planned)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("transparent.png", r"path .*transparent.png has transparency \(an alpha channel or tRNS\); save it without"),
        ("small.png", r"path .*small.png is 100 × 100 pixels; allowed are 3840 × 160-2160 .* or 1024 × 1024"),
    ],
)
def test_an_image_that_apple_would_refuse_is_not_sent(sandbox: Stack, file: str, reason: str) -> None:
    """An image that Apple would refuse is a check failure before anything is sent."""
    with pytest.raises(CheckFailed, match=reason):
        sandbox.up(image(file))

    assert sandbox.apple.requests() == []


def test_the_upload_of_a_killed_run_is_used_by_the_next(sandbox: Stack) -> None:
    """The next run takes over the image that a killed run uploaded."""
    sandbox.killed_up(HERO)

    sandbox.up(HERO)

    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}


def test_the_next_upload_deletes_what_a_killed_run_uploaded(sandbox: Stack) -> None:
    """The next upload deletes another image that a killed run uploaded."""
    sandbox.up(HERO)
    sandbox.killed_up(EDITED)

    sandbox.up(TALL)

    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}


def test_destroy_deletes_what_a_killed_run_uploaded(sandbox: Stack) -> None:
    """Destroy deletes another image that a killed run uploaded."""
    sandbox.up(HERO)
    sandbox.killed_up(EDITED)

    sandbox.destroy()

    assert sandbox.images == {}


def test_a_taken_identifier_gives_way_to_the_next_of_the_chain(sandbox: Stack) -> None:
    """An identifier that Apple takes no more gives way to the next of the chain."""
    sandbox.apple.fail_next(Fault(path="Upload Image", error_code=4090000))

    sandbox.up(HERO, ILLUSTRATED)

    assert sandbox.images == {sandbox["hero"]["imageIdentifier"]: "APPROVED"}
    assert sandbox.up(HERO, ILLUSTRATED).steps == {"hero": "same", "stay": "same"}


def test_a_taken_explicit_identifier_needs_adopt(sandbox: Stack) -> None:
    """An explicit identifier that Apple has already is refused without `adopt`."""
    sandbox.store.put_image(EXPLICIT, (PICTURES / "hero.png").read_bytes())

    with pytest.raises(Failure, match=rf"Apple has the image {EXPLICIT} already"):
        sandbox.up(image(imageIdentifier=EXPLICIT))
    sandbox.up(image(imageIdentifier=EXPLICIT, adopt=True))

    assert sandbox["hero"]["imageIdentifier"] == EXPLICIT


def test_an_approved_image_is_an_update_without_a_line(production: Stack) -> None:
    """The approval of an image is an update, without a line."""
    production.up(HERO)
    production.apple.approve()

    done = production.up(HERO)

    assert (done.steps, done.requests, done.said) == ({"hero": "update"}, [LIST], [])
    assert production["hero"]["imageState"] == "APPROVED"


def test_a_rejected_image_is_reported(production: Stack) -> None:
    """The rejection of an image is recorded, and a line reports what to do."""
    production.up(HERO)
    production.apple.reject()

    done = production.up(HERO)

    assert production["hero"]["imageState"] == "REJECTED"
    assert done.said == ["image hero: Apple rejected it; change it and run pulumi up"]


def test_an_image_missing_while_it_waits_is_uploaded_again(production: Stack) -> None:
    """An image that goes missing while it is pending is uploaded again."""
    production.up(HERO)
    production.store.delete_image(production["hero"]["imageIdentifier"])

    done = production.up(HERO)

    assert done.steps == {"hero": "replace"}
    assert production.images == {production["hero"]["imageIdentifier"]: "PENDING"}


def test_what_an_image_replaced_under_retain_on_delete_stays(sandbox: Stack) -> None:
    """What an image replaced under `retainOnDelete` is not deleted."""
    sandbox.up(image("hero.png", retainOnDelete=True))
    first = sandbox["hero"]["imageIdentifier"]

    sandbox.up(image("hero-edited.png", retainOnDelete=True))
    sandbox.up(image("hero-tall.png", retainOnDelete=True))

    assert first in sandbox.images
    assert len(sandbox.images) == 3
