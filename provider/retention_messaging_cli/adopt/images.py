"""The images of an account: with their files, where a state tells which those are, and they are there."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from retention_messaging_cli.adopt.adopted import Adopted, Known
from retention_messaging_cli.adopt.content import word
from retention_messaging_cli.adopt.names import upload_name
from retention_messaging_cli.state import Resource
from retention_messaging_provider import png
from retention_messaging_provider.resources.records import ImageRecord
from retention_messaging_provider.rules import NOT_TOLD

FACTS = ("sha256", "width", "height", "transparency")
"""What is recorded of a file."""


def adopt_images(known: Known, pictures: Mapping[str, Path]) -> Iterator[Adopted]:
    """Every image. `pictures`: identifier → the file of it."""
    for identifier, listed in sorted(known.inventory.images.items()):
        told = known.told.images.get(identifier)
        name = known.names.resource("Image", told.name if told else upload_name("image", identifier))
        variable = known.names.variable("Image", name)
        facts: dict[str, Any] = {"path": NOT_TOLD}
        if told and identifier in pictures:
            facts = {"path": f"images/{variable}.png", **{key: told.recorded[key] for key in FACTS}}
        retain = {"retainOnDelete": True} if told and told.recorded.get("retainOnDelete") else {}
        inputs = {**known.owner("Image", name), **facts, **retain, "imageSize": listed.image_size}
        record = ImageRecord.from_outputs({**inputs, "imageIdentifier": identifier, "imageState": listed.image_state})
        yield Adopted(
            "Image",
            name,
            identifier,
            {"path": word(facts["path"], variable)},
            record.to_outputs(inputs),
            variable,
            record.retain,
            f"{identifier}: {listed.image_size}, {listed.image_state}{_lost(told, facts)}",
        )


def _lost(told: Resource | None, facts: Mapping[str, Any]) -> str:
    """What a state tells of a picture whose file is not there."""
    if not told or facts["path"] != NOT_TOLD:
        return ""
    path, sha256 = _path(told), told.recorded.get("sha256")
    return f"; uploaded from {path}, whose SHA-256 was {sha256}" if path and isinstance(sha256, str) else ""


def _path(told: Resource) -> str | None:
    """The path that a state has of a picture; None for one that it has not, that is NOT_TOLD, or that is a secret."""
    path = told.recorded.get("path")
    return path if isinstance(path, str) and path != NOT_TOLD else None


def pictures_in(folder: Path, known: Known) -> dict[str, Path]:
    """Identifier → the file in a program's folder that is the picture that Apple has."""
    found = {each: folder / path for each, told in known.told.images.items() if (path := _path(told))}
    return {
        each: file for each, file in found.items() if _digest(file) == known.told.images[each].recorded.get("sha256")
    }


def _digest(file: Path) -> str:
    with suppress(png.ImageFileError):
        return png.sha256(png.read(file))
    return ""
