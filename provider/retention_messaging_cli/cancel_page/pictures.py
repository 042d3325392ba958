"""The program's PNG files, small enough for a page: only a file that is the picture of the record is drawn."""

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from retention_messaging_cli.cancel_page.content import Picture
from retention_messaging_provider import png

LARGEST = (1200, 1200)
"""Pixels: the card's width on a tablet, twice, for screens of two pixels a point."""


@dataclass(frozen=True)
class Drawn:
    """A picture as a `data:` URI; "" where it cannot be drawn, and then `reason` says why."""

    uri: str = ""
    reason: str = ""


def drawn(pictures: Iterable[Picture], folder: Path) -> dict[str, Drawn]:
    """Identifier → what can be drawn of it. Paths are relative to the program's folder."""
    return {each.identifier: _drawn(each, folder) for each in {each.identifier: each for each in pictures}.values()}


def _drawn(picture: Picture, folder: Path) -> Drawn:
    if not picture.path:
        return Drawn(reason="not an image of this program")
    try:
        data = png.read(folder / picture.path)
        if png.sha256(data) != picture.sha256:
            return Drawn(reason=f"{picture.path} is another picture by now")
        return Drawn(_uri(data))
    except (png.ImageFileError, OSError, ValueError):
        return Drawn(reason=f"{picture.path} cannot be read in this folder")


def _uri(data: bytes) -> str:
    from PIL import Image  # noqa: PLC0415 - slow to import

    with Image.open(png.without_metadata(png.chunks_of(data)), formats=["PNG"]) as image:
        small = image.convert("RGB")
        small.thumbnail(LARGEST, Image.Resampling.LANCZOS)
        file = io.BytesIO()
        small.save(file, "WEBP", quality=88)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
