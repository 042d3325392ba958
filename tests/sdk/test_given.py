"""What a program gives that cannot be used."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from PIL import Image
from pulumi.runtime.proto.resource_pb2 import RegisterResourceRequest

import pulumi_retention_messaging as retention
from sdk import programs
from sdk.programs import run
from sdk.samples import ICON, RESOURCES

PAIR = {"product_id": "com.example.monthly", "locale": "en-US"}


def message(**changes: Any) -> retention.Message:
    return retention.Message("it", **{"header": "Keep your streak", "body": "Stay.", **changes})


def image(path: Any = "picture.png") -> retention.Image:
    return retention.Image("it", path=path)


def picture() -> retention.Image:
    return retention.Image("picture", path="picture.png")


def above(**changes: Any) -> dict[str, Any]:
    return {"image": ICON, "alt_text": "A mountain", **changes}


def default(of: Any, **changes: Any) -> retention.DefaultMessage:
    return retention.DefaultMessage("it", **{**PAIR, "message": of, **changes})


WHOLE = "give MessageImageArgs, or a dict, with image and alt_text"
POINT = "give BulletPointArgs, or a dict, with text, image and alt_text"
PATH = "give the file's path as a text or Path: it is read while the program runs"
UNUSABLE: dict[str, tuple[Callable[[], Any], str]] = {
    "an Image as it is": (lambda: message(image=picture()), f"image is an Image; {WHOLE}"),
    "an identifier as it is": (lambda: message(image=ICON), f"image is a str; {WHOLE}"),
    "an Output of a dict": (lambda: message(image=pulumi.Output.from_input(above())), f"image is an Output; {WHOLE}"),
    "a bullet point above": (
        lambda: message(image=retention.BulletPointArgs(text="One", **above())),
        f"image is a BulletPointArgs; {WHOLE}",
    ),
    "a dict with less": (
        lambda: message(image={"image": ICON}),
        "image is a dict with image; it needs image and alt_text",
    ),
    "a dict with nothing": (lambda: message(image={}), "image is a dict with nothing; it needs image and alt_text"),
    "Apple's words": (
        lambda: message(image={"imageIdentifier": ICON, "altText": "A mountain"}),
        "image is a dict with imageIdentifier and altText; it needs image and alt_text",
    ),
    "a file for an image": (
        lambda: message(image=above(image=Path("picture.png"))),
        f"image.image is a {type(Path()).__name__}; give an Image, or the identifier of one",
    ),
    "None for an image": (
        lambda: message(image=above(image=None)),
        "image.image is None; give an Image, or the identifier of one",
    ),
    "an Image for a text": (
        lambda: message(image=above(alt_text=picture())),
        "image.alt_text is an Image; a text is needed",
    ),
    "one bullet point": (
        lambda: message(bullet_points={"text": "One", **above()}),
        "bullet_points is a dict; give a list of BulletPointArgs or of dicts",
    ),
    "bullet points as a text": (
        lambda: message(bullet_points="One"),
        "bullet_points is a str; give a list of BulletPointArgs or of dicts",
    ),
    "an Output of bullet points": (
        lambda: message(bullet_points=pulumi.Output.from_input([])),
        "bullet_points is an Output; give a list of BulletPointArgs or of dicts",
    ),
    "a text as a bullet point": (lambda: message(bullet_points=["One"]), f"bullet_points[0] is a str; {POINT}"),
    "a resource for a bullet point's image": (
        lambda: message(bullet_points=[{"text": "One", **above(image=message())}]),
        "bullet_points[0].image is a Message; give an Image, or the identifier of one",
    ),
    "a resource as the header": (lambda: message(header=picture()), "header is an Image; a text is needed"),
    "an Output as the path": (lambda: image(pulumi.Output.from_input("picture.png")), f"path is an Output; {PATH}"),
    "an asset as the path": (lambda: image(pulumi.FileAsset("picture.png")), f"path is a FileAsset; {PATH}"),
    "bytes as the path": (lambda: image(b"picture.png"), f"path is a bytes; {PATH}"),
    "no path": (lambda: image(None), f"path is None; {PATH}"),
    "an Image as a message": (
        lambda: default(picture()),
        "message is an Image; give a Message, or the identifier of one",
    ),
    "no message": (lambda: default(None), "message is None; give a Message, or the identifier of one"),
    "a resource as a product": (
        lambda: default(ICON, product_id=picture()),
        "product_id is an Image; a text is needed",
    ),
    "a path as a URL": (
        lambda: retention.RealtimeUrl("it", url=picture()),  # type: ignore[call-overload]
        "url is an Image; a text is needed",
    ),
    "bytes as a transaction": (
        lambda: retention.PerformanceTest("it", original_transaction_id=b"7"),  # type: ignore[call-overload]
        "original_transaction_id is a bytes; a text is needed",
    ),
}
"""What is given, by what it is → how it is refused."""


def refusal(program: Callable[[], Any], **how: Any) -> list[str]:
    """The lines of the RunError that a program ends with."""
    with pytest.raises(pulumi.RunError) as refused:
        run(program, **how)
    return str(refused.value).splitlines()


@pytest.mark.parametrize("form", UNUSABLE)
def test_what_cannot_be_used_is_refused_in_a_sentence(form: str) -> None:
    """What cannot be used raises RunError in one line: the resource, the property, what it is and what is needed."""
    give, sentence = UNUSABLE[form]

    assert refusal(give) == [f"'it': {sentence}"]


@pytest.mark.parametrize("has_root", [True, False], ids=["in a stack", "in a user's unit test"])
def test_what_is_wrong_in_several_resources_is_told_at_once(folder: Path, has_root: bool) -> None:
    """What cannot be used of several resources is told in one run, in the order of the program."""
    Image.new("RGB", (8, 8)).save(folder / "photo.png", "JPEG")

    def program() -> None:
        hero, icon = retention.Image("hero", path="none.png"), retention.Image("icon", path="photo.png")
        stay: Any = retention.Message
        stay("stay", header="Keep your streak", body="Stay.", image=hero, bullet_points=[icon])
        pulumi.export("hero", hero.image_identifier)

    no_file = "cannot be read (No such file or directory); paths are relative to the program's folder"
    assert refusal(program, has_root=has_root) == [
        f"'hero': the image file none.png {no_file}",
        "'icon': photo.png is a JPEG file; Apple takes PNG only, so export it as PNG",
        f"'stay': image is an Image; {WHOLE}",
        f"'stay': bullet_points[0] is an Image; {POINT}",
    ]


@pytest.mark.parametrize("name", RESOURCES)
def test_nothing_is_registered_after_a_refusal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a program makes after something was refused does not reach the engine."""
    engine, registered = programs.Engine.RegisterResource, list[str]()

    def register(self: programs.Engine, request: RegisterResourceRequest) -> Any:
        registered.append(request.name)
        return engine(self, request)

    monkeypatch.setattr(programs.Engine, "RegisterResource", register)

    assert len(refusal(lambda: (image("none.png"), RESOURCES[name]("after"))[0].id)) == 1
    assert "after" not in registered


def test_what_is_refused_after_an_await_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused when the first refusal was told already is an error of its own."""
    log: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", log.append)

    async def program() -> None:
        image("first.png")
        await asyncio.sleep(0.01)
        image("second.png")

    first = refusal(program)

    told = [line.partition(" cannot be read")[0] for line in (*first, *log)]
    assert told == ["'it': the image file first.png", "'it': the image file second.png"]
