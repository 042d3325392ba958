import hashlib
from contextlib import chdir
from pathlib import Path
from typing import Any

import pulumi
import pytest
from PIL import Image

import pulumi_retention_messaging as retention
from sdk.programs import WHERE, run
from sdk.samples import EVERYTHING

OWNER = "urn:pulumi:dev::shop::pulumi-python:dynamic/retention-messaging:Image::hero"


def test_facts_of_the_file_reach_the_engine_and_not_the_file(folder: Path) -> None:
    """An Image has the path, pixels, transparency and SHA-256 of its file as inputs, and nothing of its content."""
    digest = hashlib.sha256((folder / "picture.png").read_bytes()).hexdigest()

    ran = run(lambda: retention.Image("hero", path="picture.png"))

    assert ran.resources["hero"].inputs == {
        **WHERE,
        "owner": OWNER,
        "path": "picture.png",
        "width": 12,
        "height": 9,
        "transparency": False,
        "sha256": digest,
    }


def test_a_picture_that_is_not_told_needs_no_file() -> None:
    """An Image whose path is NOT_TOLD has that path as an input, and no facts of a file."""
    ran = run(lambda: retention.Image("hero", path=retention.NOT_TOLD))

    assert ran.resources["hero"].inputs == {**WHERE, "owner": OWNER, "path": retention.NOT_TOLD}


def test_everything_else_reaches_the_engine_in_apples_words() -> None:
    """An Image made with args or with keywords has the same inputs, with `imageIdentifier`, `adopt` and `bundleId`."""
    args = EVERYTHING["Image"]

    with_args = run(lambda: retention.Image("hero", args)).resources["hero"].inputs
    with_keywords = run(lambda: retention.Image("hero", **vars(args))).resources["hero"].inputs

    assert with_args == with_keywords
    assert with_args["imageIdentifier"] == "0e8f7b1c-2b3a-4c5d-8e9f-a0b1c2d3e4f5"
    assert with_args["adopt"] is True
    assert with_args["bundleId"] == "com.example.other"


def test_a_picture_that_can_be_seen_through_is_told(folder: Path) -> None:
    """An Image of a PNG with transparent pixels has `transparency` true among its inputs."""
    Image.new("RGBA", (12, 9), (0, 0, 0, 0)).save(folder / "glass.png")

    ran = run(lambda: retention.Image("hero", path="glass.png"))

    assert ran.resources["hero"].inputs["transparency"] is True


def test_its_outputs_are_apples_words_in_snake_case() -> None:
    """The outputs of an Image are attributes under Apple's names in snake_case."""

    def program() -> pulumi.Output[Any]:
        hero = retention.Image("hero", path="picture.png")
        return pulumi.Output.all(hero.image_identifier, hero.image_size, hero.image_state, hero.path, hero.width)

    state = {"imageIdentifier": "6f9619ff", "imageSize": "BULLET_POINT", "imageState": "PENDING"}
    ran = run(program, states={"hero": state})

    assert ran.answer == ["6f9619ff", "BULLET_POINT", "PENDING", "picture.png", 12]


@pytest.mark.parametrize(
    ("program_folder", "project", "path", "recorded"),
    [
        (".", ".", "images/hero.png", "images/hero.png"),
        (".", ".", "./images/../images/hero.png", "images/hero.png"),
        (".", ".", "{folder}/images/hero.png", "images/hero.png"),
        ("program", ".", "../images/hero.png", "../images/hero.png"),
        ("program", ".", "{folder}/images/hero.png", "../images/hero.png"),
        (".", "project", "images/hero.png", "../images/hero.png"),
        (".", None, "images/hero.png", "images/hero.png"),
        (".", "not there", "images/hero.png", "images/hero.png"),
    ],
    ids=[
        "in the program's folder",
        "written in a roundabout way",
        "absolute",
        "beside a program in a sub-folder",
        "absolute, beside a program in a sub-folder",
        "beside a project whose program lies outside of it",
        "in an inline program",
        "under Pulumi's mocks",
    ],
)
def test_the_path_is_recorded_as_the_provider_will_open_it(
    folder: Path, program_folder: str, project: str | None, path: str, recorded: str
) -> None:
    """However a program writes an image's path, it is recorded relative to the folder that the provider runs in."""
    for name in ("images", "program", "project"):
        (folder / name).mkdir()
    (folder / "picture.png").rename(folder / "images" / "hero.png")

    with chdir(program_folder):
        ran = run(
            lambda: retention.Image("hero", path=path.format(folder=folder)),
            root_directory=None if project is None else str(folder / project),
        )

    assert ran.resources["hero"].inputs["path"] == recorded


def test_a_path_may_be_a_path_object(folder: Path) -> None:
    """A `Path` is taken for an image's path, and recorded relative to the program's folder."""
    ran = run(lambda: retention.Image("hero", path=folder / "picture.png"))

    assert ran.resources["hero"].inputs["path"] == "picture.png"


def test_a_picture_on_another_drive_is_recorded_by_its_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that cannot be relative to the program's folder, as on another drive of Windows, is recorded absolute."""

    def relpath(*_: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr("os.path.relpath", relpath)

    ran = run(lambda: retention.Image("hero", path=folder / "picture.png"))

    assert ran.resources["hero"].inputs["path"] == (folder / "picture.png").as_posix()


@pytest.mark.parametrize(
    ("path", "reason", "advice"),
    [
        (
            "none.png",
            "the image file none.png cannot be read (No such file or directory)",
            "paths are relative to the program's folder",
        ),
        (
            "folder.png",
            "the image file folder.png cannot be read (Is a directory)",
            "paths are relative to the program's folder",
        ),
        ("photo.png", "photo.png is a JPEG file", "Apple takes PNG only, so export it as PNG"),
        ("note.png", "note.png is not a readable PNG", "Apple takes PNG only, so export it anew"),
    ],
)
def test_a_file_that_is_no_png_is_refused_in_one_line(folder: Path, path: str, reason: str, advice: str) -> None:
    """An Image of a missing file, a folder or no PNG raises RunError: one line with the name, the reason and advice."""
    (folder / "folder.png").mkdir()
    (folder / "note.png").write_text("not a picture")
    Image.new("RGB", (8, 8)).save(folder / "photo.png", "JPEG")

    with pytest.raises(pulumi.RunError) as refused:
        run(lambda: retention.Image("hero", path=path))

    assert str(refused.value) == f"'hero': {reason}; {advice}"
