"""The images that a message shows."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from retention_messaging_emulator.errors import AppStoreError, RefusedError, refuse
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.tables.database import App
from retention_messaging_emulator.tables.uploads import Uploads


def image_uses(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every image a message shows, and the size that is needed there."""
    if "image" in message:
        yield message["image"]["imageIdentifier"], "FULL_SIZE"
    for bullet_point in message.get("bulletPoints", ()):
        yield bullet_point["imageIdentifier"], "BULLET_POINT"


def check(images: Uploads, message: dict[str, Any], switches: Switches) -> None:
    """RefusedError if an image is missing, or of the wrong size."""
    found = [(images.find(image), size) for image, size in image_uses(message)]
    for image, size in found:
        if image is not None and json.loads(image["content"])["imageSize"] != size:
            raise RefusedError(AppStoreError.BAD_REQUEST_IMAGE_SIZE)
    for image, _ in found:
        if image is None:
            refuse(switches.unknown_image)
        elif image["state"] != "APPROVED":
            refuse(switches.unapproved_image)


def keep(app: App, identifier: str, message: dict[str, Any]) -> None:
    """Remember what a message shows, in place of what it showed."""
    app.execute("DELETE FROM image_use WHERE app = :app AND message = :message", message=identifier)
    for image, _ in image_uses(message):
        app.execute(
            "INSERT OR IGNORE INTO image_use VALUES (:app, :image, :message)",
            image=image,
            message=identifier,
        )


def unapproved(images: Uploads, message: sqlite3.Row) -> list[str]:
    """The images of an uploaded message that are not there or not approved."""
    states = {image: images.find(image) for image, _ in image_uses(json.loads(message["content"]))}
    return [image for image, row in states.items() if row is None or row["state"] != "APPROVED"]
