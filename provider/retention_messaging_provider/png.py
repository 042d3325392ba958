"""What a PNG file contains: read in the program to plan with, and again before it is uploaded."""

import errno
import hashlib
import io
import os
import stat
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

# https://www.w3.org/TR/png-3/#3PNGsignature
SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXEL_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
# https://www.w3.org/TR/png-3/#6Colour-values: grey with alpha, and colour with alpha
ALPHA_COLOUR_TYPES = (4, 6)
OTHER_FORMATS = (
    (0, b"\xff\xd8\xff", "a JPEG"),
    (0, b"GIF8", "a GIF"),
    (0, b"BM", "a BMP"),
    (0, b"II*\0", "a TIFF"),
    (0, b"MM\0*", "a TIFF"),
    (0, b"8BPS", "a PSD"),
    (0, b"%PDF-", "a PDF"),
    (8, b"WEBP", "a WebP"),
    (4, b"ftyphei", "a HEIC"),
    (4, b"ftypmif1", "a HEIC"),
    (4, b"ftypavi", "an AVIF"),
)
"""Where in a file which bytes tell which format: no decoder but PNG's has to look at it."""

MOST_PIXELS = 3840 * 2160
"""
Of the largest picture that Apple takes; what has more is refused for that, and not decoded.

https://developer.apple.com/documentation/retentionmessaging/imagesize
"""

MOST_BYTES = 256 * 1024 * 1024
"""Apple documents no limit. The largest picture has 66 MB where nothing is compressed; the rest is for metadata."""


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
    """The bytes of a regular file. Raises ImageFileError when it is none, too large, not there or not readable."""
    try:
        found = Path(path).stat()
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(found.st_mode):
            raise ImageFileError(f"{shown(path)} is a pipe or a device, not a file; give the path of a PNG file")
        if found.st_size > MOST_BYTES:
            raise ImageFileError(
                f"{shown(path)} has {found.st_size:,} bytes, at most {MOST_BYTES:,} are read; export it smaller"
            )
        return Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror
    except ValueError:
        reason = "its path has a NUL or what is no character"
    raise ImageFileError(
        f"the image file {shown(path)} cannot be read ({reason}); paths are relative to the program's folder"
    )


def shown(path: str | os.PathLike[str]) -> str:
    """A path as it stands in a line."""
    text = os.fspath(path)
    return text if text.isprintable() else repr(text)


def sha256(data: bytes) -> str:
    """The digest that stands for a picture in the state, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def inspect(data: bytes, path: str | os.PathLike[str]) -> Png:
    """
    The facts of a PNG; `path` is for the error's text only. Raises ImageFileError when it is not a whole PNG.

    It is decoded without its metadata: Apple limits none, and Pillow limits texts and profiles.
    """
    from PIL import Image  # noqa: PLC0415 - slow to import; needed only where a PNG is read

    for at, first_bytes, name in OTHER_FORMATS:
        if data.startswith(first_bytes, at):
            raise ImageFileError(f"{shown(path)} is {name} file; Apple takes PNG only, so export it as PNG")
    try:
        chunks = list(chunks_of(data))
        width, height, colour_type = header(chunks[0])
        if width * height <= MOST_PIXELS:
            with Image.open(without_metadata(chunks), formats=["PNG"]) as image:
                image.load()
    except (OSError, SyntaxError, ValueError):
        raise ImageFileError(f"{shown(path)} is not a readable PNG; Apple takes PNG only, so export it anew") from None
    transparency = colour_type in ALPHA_COLOUR_TYPES or any(chunk.kind == b"tRNS" for chunk in chunks)
    return Png(width, height, transparency, sha256(data))


class Pieces(io.RawIOBase):
    """Pieces of bytes, one after the other, as a file: a picture may be large, and none of it is copied."""

    def __init__(self, pieces: Sequence[memoryview]) -> None:
        self._pieces = pieces
        self._ends = list(accumulate(map(len, pieces)))
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as the piece at this place goes."""
        index, into = bisect_right(self._ends, self._at), memoryview(buffer)
        if index == len(self._pieces):
            return 0
        piece = self._pieces[index]
        found = piece[len(piece) - (self._ends[index] - self._at) :][: len(into)]
        into[: len(found)] = found
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._ends[-1]}[whence]
        return self._at


@dataclass(frozen=True)
class Chunk:
    """A part of a PNG: its kind, and all of its bytes."""

    kind: bytes
    raw: memoryview

    @property
    def content(self) -> memoryview:
        """Without length, kind and checksum."""
        return self.raw[8:-4]


def chunks_of(data: bytes) -> Iterator[Chunk]:
    """Every chunk up to the last. Raises ValueError where one is cut off or damaged."""
    if not data.startswith(SIGNATURE):
        raise ValueError
    view, at, kind = memoryview(data), len(SIGNATURE), b""
    while kind != b"IEND":
        end = at + 12 + int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        if end > len(data) or zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            raise ValueError
        yield Chunk(kind, view[at:end])
        at = end


def without_metadata(chunks: Iterable[Chunk]) -> io.BufferedReader:
    """A PNG of the chunks without which there is no picture, as a file."""
    kept = [chunk.raw for chunk in chunks if chunk.kind in PIXEL_CHUNKS]
    return io.BufferedReader(Pieces([memoryview(SIGNATURE), *kept]))


def header(first: Chunk) -> tuple[int, int, int]:
    """Width, height and colour type, which the first chunk has. Raises ValueError where it has none."""
    if first.kind != b"IHDR" or len(first.content) != 13:
        raise ValueError
    width, height, _, colour_type = struct.unpack_from(">IIBB", first.content)
    if not width * height:
        raise ValueError
    return width, height, colour_type
