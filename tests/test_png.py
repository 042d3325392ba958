"""What a PNG file contains."""

import hashlib
import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resources.samples import BOUNDED, PICTURES
from retention_messaging_provider.png import ImageFileError, Png, inspect, read, sha256


def picture(mode: str = "RGB", kind: str = "PNG", **saving: Any) -> bytes:
    """40 × 30 pixels."""
    file = io.BytesIO()
    Image.new(mode, (40, 30)).save(file, kind, **saving)
    return file.getvalue()


def header_only(*fields: int) -> bytes:
    """A PNG that is nothing but a header, with a width, a height, and as many more fields as are given."""
    header = b"IHDR" + struct.pack(">II", *fields[:2]) + bytes(fields[2:])
    length, checksum = struct.pack(">I", len(header) - 4), struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + length + header + checksum


def test_the_facts_of_a_picture() -> None:
    """A PNG is read as its pixels, its transparency and the digest of its bytes."""
    data = read(PICTURES / "hero.png")

    assert inspect(data, "hero.png") == Png(
        width=3840,
        height=160,
        transparency=False,
        sha256="c6b85f51e01cef10e9fdf5431564cf74e779d9ef6ae25480c978afda8eba1ffe",
    )


def test_a_digest_is_that_of_the_bytes() -> None:
    """The digest is the SHA-256 of the bytes in hexadecimal."""
    assert sha256(b"picture") == hashlib.sha256(b"picture").hexdigest()


@pytest.mark.parametrize(
    ("data", "transparency"),
    [
        pytest.param(picture("RGB"), False, id="colours"),
        pytest.param(picture("L"), False, id="greys"),
        pytest.param(picture("P"), False, id="a palette"),
        pytest.param(picture("RGBA"), True, id="an alpha channel, though no pixel makes use of it"),
        pytest.param(picture("LA"), True, id="greys with an alpha channel"),
        pytest.param(picture("P", transparency=0), True, id="a transparent colour of a palette"),
        pytest.param(picture("RGB", transparency=(255, 255, 255)), True, id="a transparent colour"),
    ],
)
def test_a_picture_that_could_be_transparent_has_transparency(data: bytes, transparency: bool) -> None:
    """An image has transparency if a pixel of it could be transparent."""
    assert inspect(data, "hero.png").transparency is transparency


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(picture(kind="JPEG"), "is a JPEG file; Apple takes PNG only, so export it as PNG", id="JPEG"),
        pytest.param(picture(kind="GIF"), "is a GIF file; Apple takes PNG only, so export it as PNG", id="GIF"),
        pytest.param(b"<svg/>", "is not a readable PNG", id="SVG"),
        pytest.param(b"", "is not a readable PNG", id="empty"),
        pytest.param(picture()[:-20], "is not a readable PNG", id="cut off"),
        pytest.param(picture()[:20], "is not a readable PNG", id="cut off in its header"),
        pytest.param(header_only(40, 30), "is not a readable PNG", id="a header with fields missing"),
        pytest.param(header_only(20_000, 20_000, 8, 2, 0, 0, 0), "is not a readable PNG", id="a decompression bomb"),
    ],
)
def test_what_is_no_png_is_refused_in_one_line(data: bytes, reason: str) -> None:
    """A file that is not a whole PNG is refused in one line with what to do."""
    with pytest.raises(ImageFileError) as refused:
        inspect(data, "images/hero.png")

    assert str(refused.value).startswith(f"images/hero.png {reason}")
    assert "\n" not in str(refused.value)


@BOUNDED
@given(at=st.integers(0, len(picture()) - 1), byte=st.integers(0, 255), end=st.integers(0, len(picture())))
def test_a_damaged_picture_is_refused_or_read_and_never_a_bug(at: int, byte: int, end: int) -> None:
    """A damaged PNG is read or refused, and never another exception."""
    data = bytearray(picture())
    data[at] = byte
    damaged = bytes(data[:end])

    with suppress(ImageFileError):
        assert inspect(damaged, "hero.png").sha256 == sha256(damaged)


@pytest.mark.parametrize(("path", "reason"), [("nowhere.png", "No such file or directory"), (".", "Is a directory")])
def test_an_image_file_that_cannot_be_read_is_named(tmp_path: Path, path: str, reason: str) -> None:
    """An image file that cannot be read is named, with the reason and what paths are relative to."""
    with pytest.raises(ImageFileError) as refused:
        read(tmp_path / path)

    assert str(refused.value) == (
        f"the image file {tmp_path / path} cannot be read ({reason}); paths are relative to the program's folder"
    )
