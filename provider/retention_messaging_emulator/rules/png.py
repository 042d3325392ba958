"""
What Apple asks of an image file.

https://developer.apple.com/documentation/retentionmessaging/upload-image
"""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from retention_messaging_emulator.errors import AppStoreError, RefusedError, refuse
from retention_messaging_emulator.switches import Switches

# https://developer.apple.com/documentation/retentionmessaging/imagesize: (width, heights) in pixels
PIXELS: Mapping[str, tuple[int, range]] = {
    "FULL_SIZE": (3840, range(160, 2160 + 1)),
    "BULLET_POINT": (1024, range(1024, 1024 + 1)),
}


@dataclass(frozen=True)
class Png:
    """An image that Apple accepts: the file as it was sent, and its facts."""

    file: bytes
    facts: dict[str, str | int]


def accept(file: bytes, image_size: str, switches: Switches) -> Png:
    """The file, if it is a PNG of the pixels that its size asks for, without transparency."""
    if image_size not in PIXELS:
        raise RefusedError(switches.unknown_image_size)
    if len(file) > switches.max_image_bytes:
        raise RefusedError(switches.too_large_image)
    image = _open(file)
    width, heights = PIXELS[image_size]
    if image.width != width or image.height not in heights:
        raise RefusedError(switches.wrong_pixels)
    if image.has_transparency_data:
        _refuse_transparency(image, switches)
    return Png(
        file,
        {
            "imageSize": image_size,
            "width": image.width,
            "height": image.height,
            "bytes": len(file),
            "sha256": hashlib.sha256(file).hexdigest(),
        },
    )


def _open(file: bytes) -> Image.Image:
    """The image with only its header and checksums read: its pixels may be tens of megabytes."""
    try:
        Image.open(io.BytesIO(file), formats=["PNG"]).verify()
        return Image.open(io.BytesIO(file), formats=["PNG"])
    except Exception:  # noqa: BLE001  Pillow raises many kinds for a broken file, and all mean the same here
        raise RefusedError(AppStoreError.INVALID_IMAGE) from None


def _refuse_transparency(image: Image.Image, switches: Switches) -> None:
    refuse(switches.opaque_alpha_channel)
    try:
        lowest, _ = image.convert("RGBA").getchannel("A").getextrema()
    except OSError:
        raise RefusedError(AppStoreError.INVALID_IMAGE) from None
    if lowest != 255:
        raise RefusedError(AppStoreError.INVALID_IMAGE)
