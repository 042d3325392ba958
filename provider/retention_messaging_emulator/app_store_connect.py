"""What happens beside the API: Apple's review, a performance test, other people in App Store Connect."""

import json
from typing import Any, Literal, cast, get_args

from retention_messaging_emulator.app_store import AppStore
from retention_messaging_emulator.errors import AppStoreError, RefusedError
from retention_messaging_emulator.realtime.requests import NOT_ASKED, RESPONSE_TIME, RealtimeRequest
from retention_messaging_emulator.rules import png
from retention_messaging_emulator.tables import image_uses, passed_tests, transactions
from retention_messaging_emulator.tables.display import Display

# https://developer.apple.com/documentation/retentionmessaging/messagestate and …/imagestate
ReviewState = Literal["PENDING", "APPROVED", "REJECTED"]


def must_exist(identifier: str | None, decided: list[str]) -> list[str]:
    """What was decided about, unless one identifier was asked for and there is none."""
    if identifier is not None and not decided:
        raise RefusedError(AppStoreError.MESSAGE_NOT_FOUND)
    return decided


def review_state(text: str) -> ReviewState:
    if text not in get_args(ReviewState):
        raise ValueError(f"a state must be one of {', '.join(get_args(ReviewState))}, not {text!r}")
    return cast("ReviewState", text)


class AppStoreConnect(AppStore):
    """
    An app in one environment, for those who need no token.

    Other people obey the rules of what an image, a message, a default or a URL may be. Their `put` replaces what is
    there, at once and under the same identifier, which the API never does.
    """

    def approve(self, identifier: str | None = None) -> list[str]:
        """
        Approve one image or message, whatever its state, or all that are pending.

        Returns their identifiers; RefusedError if there is none of the given identifier.
        """
        return must_exist(identifier, self.review("APPROVED", identifier))

    def reject(self, identifier: str | None = None) -> list[str]:
        """Reject, as `approve` approves."""
        return must_exist(identifier, self.review("REJECTED", identifier))

    def review(self, state: ReviewState, identifier: str | None = None) -> list[str]:
        """Decide as `approve` and `reject` do; an unknown identifier gives an empty list."""
        wanted = None if identifier is None else self.content.identifier(identifier)
        with self._open() as (_, images, messages):
            return images.review(state, wanted) + messages.review(state, wanted)

    def performance_test(self, *, passed: bool) -> None:
        """Decide the app's performance test, which production asks for before it takes a realtime URL."""
        self.database.pass_performance_test(passed=passed, bundle_id=self.bundle_id, now=self.clock.now())

    def put_image(
        self, identifier: str, file: bytes, image_size: str = "FULL_SIZE", state: ReviewState = "APPROVED"
    ) -> None:
        identifier = self.content.identifier(identifier)
        image = png.accept(file, image_size, self.switches)
        with self._open() as (_, images, _):
            images.put(identifier, image.facts, state, self.clock.now(), image.file)

    def put_message(self, identifier: str, body: object, state: ReviewState = "APPROVED") -> None:
        identifier = self.content.identifier(identifier)
        message = self.content.message(body)
        with self._open() as (app, images, messages):
            image_uses.check(images, message, self.switches)
            messages.put(identifier, message, state, self.clock.now())
            image_uses.keep(app, identifier, message)

    def put_realtime_url(self, body: object) -> None:
        """No performance test is asked for."""
        accepted = self.content.realtime_url(body)
        with self._open() as (app, _, _):
            app.execute("UPDATE app SET realtime_url = :url WHERE id = :app", url=accepted)

    def put_transaction(
        self,
        original_transaction_id: str,
        kind: transactions.Kind = "original",
        product_id: str = transactions.DEFAULT_PRODUCT_ID,
        user_locale: str = transactions.DEFAULT_LOCALE,
    ) -> None:
        """
        What a transaction id stands for; any digits stand for an original transaction until put.

        A performance test asks about its `product_id` and `user_locale`, or refuses another `kind` than `original`.
        """
        transaction = transactions.Transaction(original_transaction_id, kind, product_id, user_locale)
        with self._open() as (app, _, _):
            transactions.put(app, transaction)

    def ask(
        self,
        product_id: str = transactions.DEFAULT_PRODUCT_ID,
        user_locale: str = transactions.DEFAULT_LOCALE,
        original_transaction_id: str = transactions.DEFAULT_IDENTIFIER,
    ) -> dict[str, Any]:
        """
        Ask the realtime URL as if a customer had tapped Cancel Subscription, and report what the customer would see.

        JSON: `url`, `requestIdentifier`, the `status` and `body` that came back after `milliseconds`, Apple's
        `sendAttemptResult` for it, the `variant` and `messageIdentifier` that were answered; the message that is
        `shown`, its `source` (`realtime` or `default`), and the `reason` why it is not the one that was answered.
        None where there is nothing to report: where no URL is configured, nothing is asked.
        """
        with self._open() as (app, _, _):
            url: str | None = app.execute("SELECT realtime_url FROM app WHERE id = :app")[0]["realtime_url"]
        limit = self.switches.response_time_threshold if self.environment == "sandbox" else RESPONSE_TIME
        customer = RealtimeRequest(self.environment, original_transaction_id, product_id, user_locale, limit)
        attempt = self.realtime.ask(url, customer) if url else None
        response = attempt.response if attempt else None
        with self._open() as (app, _, _):
            shown = Display(app, self.switches).shown(response, product_id, user_locale, asked=attempt is not None)
        return {"url": url, **(attempt.report() if attempt else NOT_ASKED), **shown}

    def obstacle(self, identifier: str) -> str | None:
        """Why a message can be shown to nobody; None if it can."""
        with self._open() as (app, _, _):
            return Display(app, self.switches).obstacle(identifier)

    def image_file(self, identifier: str) -> bytes:
        """The PNG as it was uploaded."""
        with self._open() as (_, images, _):
            return images.file(self.content.identifier(identifier))

    def inventory(self) -> dict[str, Any]:
        """Everything there is, with the content that Apple never shows again. JSON, in Apple's words."""
        with self._open() as (app, images, messages):
            url = app.execute("SELECT realtime_url FROM app WHERE id = :app")[0]["realtime_url"]
            defaults = app.execute("SELECT * FROM default_message WHERE app = :app")
            return {
                "environment": self.environment,
                "bundleId": self.bundle_id,
                "images": [
                    {
                        "imageIdentifier": row["identifier"],
                        "imageState": row["state"],
                        **json.loads(row["content"]),
                    }
                    for row in images.all()
                ],
                "messages": [
                    {
                        "messageIdentifier": row["identifier"],
                        "messageState": row["state"],
                        **json.loads(row["content"]),
                    }
                    for row in messages.all()
                ],
                "defaults": [
                    {
                        "productId": row["product_id"],
                        "locale": row["locale"],
                        "messageIdentifier": row["message"],
                    }
                    for row in defaults
                ],
                "realtimeURL": url,
                "passedPerformanceTest": passed_tests.has_passed(app, self.switches, self.clock.now()),
            }
