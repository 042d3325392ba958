"""What a message says: its texts with their lengths, and its pictures; as Apple's keys have it in a program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast

from retention_messaging_cli.state import Resource, Secret
from retention_messaging_provider import rules, texts

if TYPE_CHECKING:
    from retention_messaging_provider.resources.records import ImageRecord, MessageRecord

SECRET = "a secret of the stack, not drawn"  # noqa: S105 - a sentence
LATER = "known when pulumi up has run"

LABELS = {"header": "Header", "body": "Body", "text": "Text", "altText": "Alt text"}
"""The last part of a property's path → the name of the text."""


@dataclass(frozen=True)
class Text:
    """
    One text of a message.

    label: its name for a reader; limit: the most characters that Apple takes
    value: None where it cannot be drawn, and then `instead` says why
    """

    label: str
    limit: int
    value: str | None = field(repr=False)
    instead: str = ""

    @cached_property
    def length(self) -> int | None:
        """How many characters a reader sees, as the provider counts them; None where the text is not known."""
        return None if self.value is None else texts.graphemes(self.value)

    @property
    def warnings(self) -> list[str]:
        """Where Apple may count otherwise."""
        return [each.reason for each in rules.length_warnings(self.label, self.value, self.limit)]


@dataclass(frozen=True)
class Picture:
    """
    One picture of a message.

    label: its name for a reader; alt: what a screen reader says
    state: of Apple's review, "" before it is uploaded
    path, sha256: of the file, "" where the picture is no resource of the program
    width, height: pixels; those of Apple's size where they are not known
    """

    label: str
    identifier: str
    alt: Text
    state: str = ""
    path: str = ""
    sha256: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Content:
    """
    A message under one identifier.

    state: of Apple's review, "" before it is uploaded
    texts: property path, such as `bulletPoints[0].text` → text, in Apple's order; the same for pictures
    """

    identifier: str
    state: str
    texts: Mapping[str, Text]
    pictures: Mapping[str, Picture]
    is_header_above_image: bool = False

    @property
    def bullets(self) -> list[tuple[Text, Picture | None]]:
        """Every bullet point with its icon."""
        stems = [path.removesuffix(".text") for path in self.texts if path.endswith("].text")]
        return [(self.texts[f"{each}.text"], self.pictures.get(f"{each}.imageIdentifier")) for each in stems]

    @property
    def image(self) -> Picture | None:
        """The picture beside header and body."""
        return self.pictures.get("image.imageIdentifier")


def content(message: Resource, images: Mapping[str, Resource], *, is_uploaded: bool) -> Content:
    """
    What a message says.

    images: identifier → the Image of the program that has it
    is_uploaded: False of what a plan will upload, whose record says already what Apple will answer
    """
    props = message.recorded
    said = {path: _text(path, value, limit) for path, value, limit in rules.message_texts(props)}
    pictures = {}
    for path, value, size in rules.message_images(props):
        alt = said[f"{path.rpartition('.')[0]}.altText"]
        pictures[path] = _picture(label(path), value, size, alt, images)
    record = cast("MessageRecord", message.record)
    state = record.state if is_uploaded else ""
    return Content(record.identifier, state, said, pictures, props.get("headerPosition") == "ABOVE_IMAGE")


def label(path: str) -> str:
    """`bulletPoints[0].altText` → `Bullet point 1, alt text`."""
    place, _, key = path.rpartition(".")
    if key == "imageIdentifier":
        return "Image" if place == "image" else f"{_bullet(place)}, icon"
    if not place:
        return LABELS[key]
    if place == "image":
        return f"Image, {LABELS[key].lower()}"
    return _bullet(place) if key == "text" else f"{_bullet(place)}, {LABELS[key].lower()}"


def _bullet(place: str) -> str:
    return f"Bullet point {int(place.removeprefix('bulletPoints[').rstrip(']')) + 1}"


def _text(path: str, value: object, limit: int) -> Text:
    if isinstance(value, str):
        return Text(label(path), limit, value)
    return Text(label(path), limit, None, SECRET if isinstance(value, Secret) else LATER)


def _picture(label_: str, value: object, size: str, alt: Text, images: Mapping[str, Resource]) -> Picture:
    image = images.get(value) if isinstance(value, str) else None
    if image is None:
        width, _, height = rules.PIXELS[size]
        return Picture(label_, str(value or ""), alt, width=width, height=height)
    facts = {**image.inputs, **image.outputs}
    return Picture(
        label_,
        str(value),
        alt,
        cast("ImageRecord", image.record).state,
        str(facts["path"]),
        str(facts["sha256"]),
        int(facts["width"]),
        int(facts["height"]),
    )
