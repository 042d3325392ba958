"""What a PNG file contains."""

import hashlib
import io
import os
import struct
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resources.samples import BOUNDED, PICTURES
from retention_messaging_provider.png import MOST_BYTES, OTHER_FORMATS, ImageFileError, Png, inspect, read, sha256


def picture(mode: str = "RGB", kind: str = "PNG", **saving: Any) -> bytes:
    """40 × 30 pixels."""
    file = io.BytesIO()
    Image.new(mode, (40, 30)).save(file, kind, **saving)
    return file.getvalue()


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def header(*fields: int) -> bytes:
    """A header with a width, a height, and as many more fields as are given."""
    return chunk(b"IHDR", struct.pack(">II", *fields[:2]) + bytes(fields[2:]))


def made_of(*chunks: bytes) -> bytes:
    """A PNG of these chunks and its end."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND")


HEADER = header(40, 30, 8, 2, 0, 0, 0)
ROWS = (b"\0" + bytes(40 * 3)) * 30
PIXELS = chunk(b"IDAT", zlib.compress(ROWS))
LARGE = zlib.compress(bytes(2_000_000))


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
        pytest.param(made_of(header(40, 30), PIXELS), "is not a readable PNG", id="a header with fields missing"),
        pytest.param(made_of(header(0, 30, 8, 2, 0, 0, 0), PIXELS), "is not a readable PNG", id="no pixels in a row"),
        pytest.param(made_of(header(40, 30, 9, 9, 0, 0, 0), PIXELS), "is not a readable PNG", id="no such colours"),
        pytest.param(made_of(PIXELS), "is not a readable PNG", id="no header"),
        pytest.param(made_of(HEADER), "is not a readable PNG", id="no pixel data"),
        pytest.param(made_of(HEADER, chunk(b"IDAT")), "is not a readable PNG", id="empty pixel data"),
        pytest.param(
            made_of(HEADER, chunk(b"IDAT", zlib.compress(ROWS[:-200]))), "is not a readable PNG", id="too few rows"
        ),
        pytest.param(made_of(HEADER, chunk(b"IDAT", b"no pixels")), "is not a readable PNG", id="damaged pixel data"),
    ],
)
def test_what_is_no_png_is_refused_in_one_line(data: bytes, reason: str) -> None:
    """A file that is not a whole PNG is refused in one line with what to do."""
    with pytest.raises(ImageFileError) as refused:
        inspect(data, "images/hero.png")

    assert str(refused.value).startswith(f"images/hero.png {reason}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(made_of(HEADER, PIXELS), id="nothing more"),
        pytest.param(made_of(HEADER, chunk(b"zTXt", b"XMP\0\0" + LARGE), PIXELS), id="a large text"),
        pytest.param(made_of(HEADER, PIXELS, chunk(b"iTXt", b"XMP\0\1\0\0\0" + LARGE)), id="a large text at the end"),
        pytest.param(made_of(HEADER, chunk(b"iCCP", b"printer\0\0" + LARGE), PIXELS), id="a large colour profile"),
        pytest.param(made_of(HEADER, *[chunk(b"tEXt", b"a\0" + bytes(2_000_000))] * 40, PIXELS), id="many texts"),
        pytest.param(made_of(HEADER, chunk(b"eXIf", b"damaged"), PIXELS) + b"more", id="what no viewer looks at"),
    ],
)
def test_what_is_beside_the_pixels_does_not_count(data: bytes) -> None:
    """A PNG is read whatever metadata it has."""
    assert inspect(data, "hero.png") == Png(40, 30, transparency=False, sha256=sha256(data))


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    """A PNG of more pixels than Apple takes is read as its pixels, so that it is refused for them."""
    found = inspect(made_of(header(60_000, 60_000, 8, 2, 0, 0, 0), PIXELS), "hero.png")

    assert (found.width, found.height) == (60_000, 60_000)


@pytest.mark.parametrize(("first_bytes", "name"), [(at * b"." + start, name) for at, start, name in OTHER_FORMATS])
def test_another_format_is_told_by_its_first_bytes(first_bytes: bytes, name: str) -> None:
    """A file of another format is named after its first bytes, and no decoder looks at it."""
    with pytest.raises(ImageFileError) as refused:
        inspect(first_bytes, "hero.png")

    assert str(refused.value) == f"hero.png is {name} file; Apple takes PNG only, so export it as PNG"


def test_no_decoder_but_that_of_png_is_reached() -> None:
    """Pillow is asked for PNG alone."""
    with patch("PIL.Image.open", wraps=Image.open) as opened:
        inspect(picture(), "hero.png")

    assert [call.kwargs for call in opened.mock_calls] == [{"formats": ["PNG"]}]


@BOUNDED
@given(at=st.integers(0, len(picture()) - 1), byte=st.integers(0, 255), end=st.integers(0, len(picture())))
def test_a_damaged_picture_is_refused_or_read_and_never_a_bug(at: int, byte: int, end: int) -> None:
    """A damaged PNG is read or refused, and never another exception."""
    data = bytearray(picture())
    data[at] = byte
    damaged = bytes(data[:end])

    with suppress(ImageFileError):
        assert inspect(damaged, "hero.png").sha256 == sha256(damaged)


@BOUNDED
@given(at=st.integers(0, len(PIXELS) - 13), byte=st.integers(1, 255))
def test_damaged_pixel_data_is_refused_or_read_and_no_bug(at: int, byte: int) -> None:
    """Pixel data that was damaged before its checksum was made is read or refused, and never another exception."""
    damaged = bytearray(PIXELS[8:-4])
    damaged[at] ^= byte

    with suppress(ImageFileError):
        inspect(made_of(HEADER, chunk(b"IDAT", bytes(damaged))), "hero.png")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nowhere.png", "No such file or directory"),
        (".", "Is a directory"),
        ("hero.png/hero.png", "Not a directory"),
        ("a" * 300, "File name too long"),
    ],
)
def test_an_image_file_that_cannot_be_read_is_named(tmp_path: Path, path: str, reason: str) -> None:
    """An image file that cannot be read is named, with the reason and what paths are relative to."""
    (tmp_path / "hero.png").write_bytes(picture())

    with pytest.raises(ImageFileError) as refused:
        read(tmp_path / path)

    assert str(refused.value) == (
        f"the image file {tmp_path / path} cannot be read ({reason}); paths are relative to the program's folder"
    )


@pytest.mark.parametrize("path", ["hero\n.png", "hero\0.png", "hero\udc80\ud800.png"])
def test_a_path_that_cannot_be_printed_is_quoted(path: str) -> None:
    """A path with a line break, a NUL or what is no character is refused in one line that can be printed."""
    with pytest.raises(ImageFileError) as refused:
        read(path)

    assert str(refused.value).startswith(f"the image file {path!r} cannot be read (")
    assert str(refused.value).isprintable()


def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    """A pipe and a device are refused, and neither waited for nor read."""
    os.mkfifo(tmp_path / "pipe.png")

    for path in (tmp_path / "pipe.png", Path(os.devnull)):
        with pytest.raises(ImageFileError) as refused:
            read(path)
        assert str(refused.value) == f"{path} is a pipe or a device, not a file; give the path of a PNG file"


def test_a_file_that_is_no_picture_by_its_size_is_not_read(tmp_path: Path) -> None:
    """A file of more bytes than any picture needs is refused before it is read."""
    with (tmp_path / "film.png").open("wb") as file:
        file.truncate(MOST_BYTES + 1)

    with pytest.raises(ImageFileError) as refused:
        read(tmp_path / "film.png")

    assert str(refused.value) == (
        f"{tmp_path / 'film.png'} has 268,435,457 bytes, at most 268,435,456 are read; export it smaller"
    )


def test_a_picture_is_looked_at_without_a_copy_of_it() -> None:
    """What is read of a file is in memory once, while it is looked at, and its metadata left out."""
    file = io.BytesIO()
    Image.new("RGB", (2000, 1000)).save(file, "PNG", compress_level=0, dpi=(72, 72))
    data = file.getvalue()

    tracemalloc.start()
    inspect(data, "large.png")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(data) > 6_000_000 > 6 * most
