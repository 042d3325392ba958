"""
The App Store's side of retention messages: a state machine under Apple's rules, which knows no HTTP.

Every method takes the content of a request and returns the content of the answer, or raises RefusedError.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from retention_messaging_emulator.clock import Clock
from retention_messaging_emulator.errors import AppStoreError, RefusedError, refuse
from retention_messaging_emulator.realtime.requests import Realtime
from retention_messaging_emulator.rules import png
from retention_messaging_emulator.rules.content import Content
from retention_messaging_emulator.runner import Runner
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.tables import image_uses, passed_tests, performance_tests, transactions
from retention_messaging_emulator.tables.database import App, Database
from retention_messaging_emulator.tables.uploads import Kind, Uploads

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
    realtime: Realtime
    runner: Runner

    def upload_image(self, identifier: str, file: bytes, image_size: str = "FULL_SIZE") -> None:
        """
        Keep a PNG under an identifier that is not in use.

        https://developer.apple.com/documentation/retentionmessaging/upload-image
        """
        identifier = self.content.identifier(identifier)
        self._check_early("image", identifier)
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
        self._check_early("message", identifier)
        message = self.content.message(body)
        with self._open() as (app, images, messages):
            image_uses.check(images, message, self.switches)
            messages.add(identifier, message, self.first_state, self.clock.now())
            image_uses.keep(app, identifier, message)

    def delete_message(self, identifier: str) -> None:
        """
        Forget a message.

        https://developer.apple.com/documentation/retentionmessaging/delete-message
        """
        identifier = self.content.identifier(identifier)
        with self._open() as (app, _, messages):
            messages.get(identifier)
            messages.delete(identifier)
            image_uses.keep(app, identifier, {})
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
            if image_uses.unapproved(images, message):
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
            now = self.clock.now()
            if self.environment == "sandbox":
                passed_tests.record_sandbox_url(app, self.switches, now, url)
            elif not passed_tests.has_passed(app, self.switches, now, url):
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

    def initiate_performance_test(self, body: object) -> dict[str, Any]:
        """
        Begin to send requests to the URL, in the background; its `requestId`, and the `config` it runs with.

        https://developer.apple.com/documentation/retentionmessaging/initiate-performance-test
        """
        transaction_id = self.content.performance_test(body)
        with self._open() as (app, _, _):
            transaction = transactions.original(app, transaction_id)
            run = performance_tests.begin(app, transaction, self.switches, self.clock.now())
        self.runner.start(run)
        return {"config": run.config, "requestId": run.request_id}

    def performance_test_results(self, request_id: str) -> dict[str, Any]:
        """
        How a test went, or how it has gone so far.

        https://developer.apple.com/documentation/retentionmessaging/get-performance-test-results
        """
        request_id = self.content.request_id(request_id)
        with self._open() as (app, _, _):
            return performance_tests.results(app, request_id, self.switches, self.clock.now())

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

    def _check_early(self, kind: Kind, identifier: str) -> None:
        if self.switches.checked_first == "identifier":
            with self.database.app(self.environment, self.bundle_id) as app:
                Uploads(app, kind, self.switches).check_new(identifier)

    def _visible(self, uploads: Uploads) -> list[sqlite3.Row]:
        latest = self.clock.now() - self.switches.list_delay
        return [row for row in uploads.all() if row["uploaded"] <= latest]

    def _check_pair(self, product_id: str, locale: str) -> None:
        if self.products is not None and product_id not in self.products:
            raise RefusedError(AppStoreError.INVALID_PRODUCT_ID)
        self.content.check_locale(locale)
