"""What a PNG file contains: read in the program to plan with, and again before it is uploaded."""

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path


class ImageFileError(Exception):
    """The file cannot be used; the message gives the reason and what to do."""


@dataclass(frozen=True)
class Png:
    """A PNG file: pixels, whether it can be transparent anywhere, and the SHA-256 of its bytes in hexadecimal."""

    width: int
    height: int
    transparency: bool
    sha256: str


def read(path: str | os.PathLike[str]) -> bytes:
    """The file's bytes. Raises ImageFileError when it is not there or not readable."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ImageFileError(
            f"the image file {path} cannot be read ({error.strerror}); paths are relative to the program's folder"
        ) from None


def sha256(data: bytes) -> str:
    """The digest that stands for a picture in the state, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def inspect(data: bytes, path: str | os.PathLike[str]) -> Png:
    """The facts of a PNG; `path` is for the error's text only. Raises ImageFileError when it is not a PNG."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - slow to import; needed only where a PNG is read

    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.format != "PNG":
                raise ImageFileError(f"{path} is a {image.format} file; Apple takes PNG only, so export it as PNG")
            image.verify()
            return Png(image.width, image.height, image.has_transparency_data, sha256(data))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ImageFileError(f"{path} is not a readable PNG; Apple takes PNG only, so export it anew") from None
