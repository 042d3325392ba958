"""
The App Store's side of retention messages: a state machine under Apple's rules, which knows no HTTP.

Every method takes what a request says and returns what the answer says, or raises RefusedError.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from . import png
from .clock import Clock
from .content import Content
from .database import App, Database
from .errors import AppStoreError, RefusedError, refuse
from .switches import Switches
from .uploads import Uploads

Environment = Literal["sandbox", "production"]


@dataclass(frozen=True)
class AppStore:
    """What Apple keeps for one app in one environment, as Apple's API shows and changes it."""

    database: Database
    clock: Clock
    switches: Switches
    products: Collection[str] | None
    environment: Environment
    bundle_id: str

    def upload_image(self, identifier: str, file: bytes, image_size: str = "FULL_SIZE") -> None:
        """
        Keep a PNG under an identifier that is not in use.

        https://developer.apple.com/documentation/retentionmessaging/upload-image
        """
        identifier = self.content.identifier(identifier)
        image = png.accept(file, image_size, self.switches)
        with self._open() as (_, images, _):
            images.add(identifier, image.facts, self.first_state, self.clock.now(), image.file)

    def delete_image(self, identifier: str) -> None:
        """
        Forget an image that no message uses.

        https://developer.apple.com/documentation/retentionmessaging/delete-image
        """
        identifier = self.content.identifier(identifier)
        with self._open() as (app, images, _):
            images.get(identifier)
            if app.execute("SELECT 1 FROM image_use WHERE app = :app AND image = :image", image=identifier):
                raise RefusedError(AppStoreError.IMAGE_IN_USE)
            images.delete(identifier)

    def images(self) -> list[dict[str, str]]:
        """
        Every image, its size and the state of its review.

        https://developer.apple.com/documentation/retentionmessaging/getimagelistresponseitem
        """
        with self._open() as (_, images, _):
            return [
                {
                    "imageIdentifier": row["identifier"],
                    "imageSize": json.loads(row["content"])["imageSize"],
                    "imageState": row["state"],
                }
                for row in self._visible(images)
            ]

    def upload_message(self, identifier: str, body: object) -> None:
        """
        Keep a message under an identifier that is not in use.

        https://developer.apple.com/documentation/retentionmessaging/upload-message
        """
        identifier = self.content.identifier(identifier)
        message = self.content.message(body)
        with self._open() as (app, images, messages):
            self._check_images(images, message)
            messages.add(identifier, message, self.first_state, self.clock.now())
            self._keep_uses(app, identifier, message)

    def delete_message(self, identifier: str) -> None:
        """
        Forget a message.

        https://developer.apple.com/documentation/retentionmessaging/delete-message
        """
        identifier = self.content.identifier(identifier)
        with self._open() as (app, _, messages):
            messages.get(identifier)
            messages.delete(identifier)
            self._keep_uses(app, identifier, {})
            if self.switches.default_of_deleted_message == "removed":
                app.execute("DELETE FROM default_message WHERE app = :app AND message = :message", message=identifier)

    def messages(self) -> list[dict[str, str]]:
        """
        Every message and the state of its review; never its text.

        https://developer.apple.com/documentation/retentionmessaging/getmessagelistresponseitem
        """
        with self._open() as (_, _, messages):
            return [
                {"messageIdentifier": row["identifier"], "messageState": row["state"]}
                for row in self._visible(messages)
            ]

    def configure_default_message(self, product_id: str, locale: str, body: object) -> None:
        """
        Show an approved message for a product in a locale, in place of any other.

        https://developer.apple.com/documentation/retentionmessaging/configure-default-message
        """
        self._check_pair(product_id, locale)
        identifier = self.content.default(body)
        with self._open() as (app, images, messages):
            message = messages.get(identifier)
            if message["state"] != "APPROVED":
                raise RefusedError(AppStoreError.MESSAGE_NOT_APPROVED)
            used = [images.find(image) for image, _ in image_uses(json.loads(message["content"]))]
            if any(image is None or image["state"] != "APPROVED" for image in used):
                raise RefusedError(AppStoreError.IMAGE_NOT_APPROVED)
            app.execute(
                "INSERT OR REPLACE INTO default_message VALUES (:app, :product_id, :locale, :message)",
                product_id=product_id,
                locale=locale,
                message=identifier,
            )

    def default_message(self, product_id: str, locale: str) -> str:
        """
        The identifier of the message for a product in a locale.

        https://developer.apple.com/documentation/retentionmessaging/get-default-message
        """
        self._check_pair(product_id, locale)
        with self._open() as (app, _, messages):
            rows = app.execute(
                "SELECT message FROM default_message"
                " WHERE app = :app AND product_id = :product_id AND locale = :locale",
                product_id=product_id,
                locale=locale,
            )
            if not rows:
                raise RefusedError(AppStoreError.DEFAULT_MESSAGE_NOT_FOUND)
            identifier: str = rows[0]["message"]
            message = messages.find(identifier)
        if message is None or message["state"] != "APPROVED":
            refuse(self.switches.default_of_unapproved_message)
        return identifier

    def delete_default_message(self, product_id: str, locale: str) -> None:
        """
        Show no message for a product in a locale, which may be so already.

        https://developer.apple.com/documentation/retentionmessaging/delete-default-message
        """
        self._check_pair(product_id, locale)
        with self._open() as (app, _, _):
            app.execute(
                "DELETE FROM default_message WHERE app = :app AND product_id = :product_id AND locale = :locale",
                product_id=product_id,
                locale=locale,
            )

    def configure_realtime_url(self, body: object) -> None:
        """
        Ask this URL from now on; production asks for a passed performance test first.

        https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url
        """
        url = self.content.realtime_url(body)
        with self._open() as (app, _, _):
            if self.environment == "production" and not app.passed_performance_test():
                raise RefusedError(AppStoreError.FORBIDDEN_NO_PASSING_TEST)
            app.execute("UPDATE app SET realtime_url = :url WHERE id = :app", url=url)

    def realtime_url(self) -> str:
        """
        The URL that is asked.

        https://developer.apple.com/documentation/retentionmessaging/get-realtime-url
        """
        with self._open() as (app, _, _):
            url: str | None = app.execute("SELECT realtime_url FROM app WHERE id = :app")[0]["realtime_url"]
        if url is None:
            raise RefusedError(AppStoreError.REALTIME_URL_NOT_FOUND)
        return url

    def delete_realtime_url(self) -> None:
        """
        Ask no URL.

        https://developer.apple.com/documentation/retentionmessaging/delete-realtime-url
        """
        with self._open() as (app, _, _):
            removed = app.execute(
                "UPDATE app SET realtime_url = NULL WHERE id = :app AND realtime_url IS NOT NULL RETURNING id"
            )
        if not removed:
            refuse(self.switches.delete_absent_realtime_url)

    @property
    def content(self) -> Content:
        return Content(self.switches)

    @property
    def first_state(self) -> str:
        """
        The state after an upload: the sandbox approves by itself.

        https://developer.apple.com/documentation/retentionmessaging/messagestate
        """
        return self.switches.sandbox_state if self.environment == "sandbox" else "PENDING"

    @contextmanager
    def _open(self) -> Iterator[tuple[App, Uploads, Uploads]]:
        """The app, its images and its messages, in one transaction."""
        with self.database.app(self.environment, self.bundle_id) as app:
            yield app, Uploads(app, "image", self.switches), Uploads(app, "message", self.switches)

    def _visible(self, uploads: Uploads) -> list[sqlite3.Row]:
        latest = self.clock.now() - self.switches.list_delay
        return [row for row in uploads.all() if row["uploaded"] <= latest]

    def _check_images(self, images: Uploads, message: dict[str, Any]) -> None:
        found = [(images.find(image), size) for image, size in image_uses(message)]
        for image, size in found:
            if image is not None and json.loads(image["content"])["imageSize"] != size:
                raise RefusedError(AppStoreError.BAD_REQUEST_IMAGE_SIZE)
        for image, _ in found:
            if image is None:
                refuse(self.switches.unknown_image)
            elif image["state"] != "APPROVED":
                refuse(self.switches.unapproved_image)

    def _keep_uses(self, app: App, identifier: str, message: dict[str, Any]) -> None:
        app.execute("DELETE FROM image_use WHERE app = :app AND message = :message", message=identifier)
        for image, _ in image_uses(message):
            app.execute(
                "INSERT OR IGNORE INTO image_use VALUES (:app, :image, :message)",
                image=image,
                message=identifier,
            )

    def _check_pair(self, product_id: str, locale: str) -> None:
        if self.products is not None and product_id not in self.products:
            raise RefusedError(AppStoreError.INVALID_PRODUCT_ID)
        self.content.check_locale(locale)


def image_uses(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every image a message shows, and the size its place asks for."""
    if "image" in message:
        yield message["image"]["imageIdentifier"], "FULL_SIZE"
    for bullet_point in message.get("bulletPoints", ()):
        yield bullet_point["imageIdentifier"], "BULLET_POINT"
