"""
What a customer would see.

https://developer.apple.com/documentation/retentionmessaging/responding-to-real-time-retention-messaging-requests
"""

import json
from dataclasses import dataclass

from retention_messaging_emulator.realtime.responses import RealtimeResponse
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.tables import image_uses
from retention_messaging_emulator.tables.database import App
from retention_messaging_emulator.tables.uploads import Uploads


@dataclass(frozen=True)
class Display:
    """The confirmation page of an app in one environment, inside a transaction."""

    app: App
    switches: Switches

    def shown(
        self, response: RealtimeResponse | None, product_id: str, user_locale: str, *, asked: bool = True
    ) -> dict[str, str | None]:
        """
        The `shown` message, its `source` (`realtime` or `default`), and the `reason` why it is not what was answered.

        An answer that cannot be shown, or None, which is not valid, gives way to the default message, if there is one
        that can; where there is none, the reason says so too. `asked`: whether a realtime URL was there to be asked.
        """
        default = self._default(product_id, user_locale)
        no_default = f"{product_id} has no default message for {user_locale}" if default is None else None
        if no_default and self.switches.realtime_needs_default:
            return _report(None, None, no_default)
        reason = self.objection(response) if asked else "no realtime URL is configured"
        if response is not None and reason is None:
            return _report(response.message_identifier, "realtime", None)
        obstacle = no_default if default is None else self.obstacle(default)
        if obstacle is not None:
            return _report(None, None, f"{reason}, and {obstacle}")
        return _report(default, "default", reason)

    def objection(self, response: RealtimeResponse | None) -> str | None:
        """Why what was answered cannot be shown; None if it can, or if no message is wished for."""
        if response is None:
            return "there is no valid answer"
        if response.message_identifier is None:
            return None
        return self.obstacle(response.message_identifier, response.variant)

    def obstacle(self, identifier: str, variant: str | None = "message") -> str | None:
        """Why a message cannot be shown in this variant; None if it can."""
        message = Uploads(self.app, "message", self.switches).find(identifier)
        if message is None:
            return f"there is no message {identifier}"
        if message["state"] != "APPROVED":
            return f"message {identifier} is {message['state']}"
        unapproved = image_uses.unapproved(Uploads(self.app, "image", self.switches), message)
        if unapproved:
            return f"image {unapproved[0]} is not APPROVED"
        if variant in self._without_images and any(image_uses.image_uses(json.loads(message["content"]))):
            return f"{variant} takes a message without images, and {identifier} has some"
        return None

    def _default(self, product_id: str, user_locale: str) -> str | None:
        """The message that is configured for a product and the locale of a device, whether it can be shown or not."""
        language = user_locale.partition("-")[0]
        by_language = self.switches.default_for_another_region == "same-language"
        rows = self.app.execute(
            "SELECT locale, message FROM default_message WHERE app = :app AND product_id = :product_id"
            " AND (locale = :locale OR :by_language AND (locale = :language OR locale LIKE :language || '-%'))"
            " ORDER BY locale <> :locale, locale",
            product_id=product_id,
            locale=user_locale,
            language=language,
            by_language=by_language,
        )
        return str(rows[0]["message"]) if rows else None

    @property
    def _without_images(self) -> set[str]:
        """
        The variants that take no message with images; Apple documents two.

        https://developer.apple.com/documentation/retentionmessaging/alternateproduct and …/promotionaloffer
        """
        documented = {"alternateProduct", "promotionalOffer"}
        return (
            documented if self.switches.advanced_commerce_images == "shown" else {*documented, "advancedCommerceInfo"}
        )


def _report(shown: str | None, source: str | None, reason: str | None) -> dict[str, str | None]:
    return {"shown": shown, "source": source, "reason": reason}
