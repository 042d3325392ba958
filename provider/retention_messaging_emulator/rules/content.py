"""What an identifier, a message, a default and a realtime URL may contain; each is returned normalized."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import regex

from retention_messaging_emulator.errors import AppStoreError, RefusedError, refuse
from retention_messaging_emulator.switches import Switches

# https://developer.apple.com/documentation/retentionmessaging/header
MAX_HEADER = 66
# https://developer.apple.com/documentation/retentionmessaging/body
MAX_BODY = 144
# https://developer.apple.com/documentation/retentionmessaging/alttext
MAX_ALT_TEXT = 150
# https://developer.apple.com/documentation/retentionmessaging/bulletpointtext
MAX_BULLET_POINT_TEXT = 66
# https://developer.apple.com/documentation/retentionmessaging/realtimeurl
MAX_REALTIME_URL = 256

# https://developer.apple.com/help/app-store-connect/reference/app-store-localizations
EARLY_LOCALES = """
    ar-SA ca cs da de-DE el en-AU en-CA en-GB en-US es-ES es-MX fi fr-CA fr-FR he hi hr hu id it ja ko ms nl-NL no pl
    pt-BR pt-PT ro ru sk sv th tr uk vi zh-Hans zh-Hant
"""
LATE_LOCALES = "bn-BD gu-IN kn-IN ml-IN mr-IN or-IN pa-IN sl-SI ta-IN te-IN ur-PK"

# What may stand in a text unless the switch of this name refuses it. U+FE0F asks for the picture of a character.
REFUSABLE = {
    "control_character": regex.compile(r"\p{Cc}"),
    "emoji": regex.compile(r"\p{Emoji_Presentation}|\ufe0f"),
    "markup": regex.compile(r"</?\p{L}"),
}

# A host whose last label begins with a letter, and a path.
PLAIN_URL = re.compile(r"https?://([^/?#@:.]+\.)*[^\W\d_][^/?#@:.]*(/[^?#]*)?", re.IGNORECASE)

LENGTH: Mapping[str, Callable[[str], int]] = {
    "code-points": len,
    "graphemes": lambda text: len(regex.findall(r"\X", text)),
    "utf-16-units": lambda text: len(text.encode("utf-16-le")) // 2,
    "utf-8-bytes": lambda text: len(text.encode()),
}


class Content:
    """Apple's rules for what is sent, as far as they need no look at what is stored."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def identifier(self, value: object) -> str:
        """A UUID of the 8-4-4-4-12 form, in lower case."""
        try:
            parsed = uuid.UUID(str(value))
        except ValueError:
            raise RefusedError(self._switches.malformed_identifier) from None
        if not isinstance(value, str) or str(parsed) != value.lower():
            raise RefusedError(self._switches.malformed_identifier)
        if str(parsed) != value:
            refuse(self._switches.upper_case_identifier)
        if parsed.version != 4:
            refuse(self._switches.identifier_not_version_4)
        return str(parsed)

    def message(self, body: object) -> dict[str, Any]:
        """
        A message without what equals a default.

        https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody
        """
        fields = self._object(body, "header", "body", "image", "headerPosition", "bulletPoints")
        message: dict[str, Any] = {
            "header": self._text(fields, "header", MAX_HEADER, AppStoreError.HEADER_TOO_LONG),
            "body": self._text(fields, "body", MAX_BODY, AppStoreError.BODY_TOO_LONG),
        }
        if any(value is None for value in fields.values()):
            refuse(self._switches.null_field)
        if fields.get("image") is not None:
            message["image"] = self._image(self._object(fields["image"], "imageIdentifier", "altText"))
        bullet_points = self._bullet_points(fields.get("bulletPoints"))
        if bullet_points:
            message["bulletPoints"] = bullet_points
        position = fields.get("headerPosition")
        if position not in (None, "ABOVE_BODY", "ABOVE_IMAGE"):
            raise RefusedError(self._switches.malformed_request)
        if position == "ABOVE_IMAGE":
            self._needs_an_image(message)
            message["headerPosition"] = position
        return message

    def default(self, body: object) -> str:
        """
        The identifier of the message.

        https://developer.apple.com/documentation/retentionmessaging/defaultconfigurationrequest
        """
        return self.identifier(self._object(body, "messageIdentifier").get("messageIdentifier"))

    def check_locale(self, locale: str) -> None:
        """One of https://developer.apple.com/documentation/retentionmessaging/locale, in exactly this case."""
        if locale in LATE_LOCALES.split():
            refuse(self._switches.late_locale)
        elif locale not in EARLY_LOCALES.split():
            raise RefusedError(AppStoreError.INVALID_LOCALE)

    def realtime_url(self, body: object) -> str:
        """
        The URL.

        https://developer.apple.com/documentation/retentionmessaging/realtimeurlrequest
        """
        url = self._object(body, "realtimeURL").get("realtimeURL")
        if not isinstance(url, str):
            raise RefusedError(self._switches.malformed_request)
        has_tls = url.lower().startswith("https://") or (self._switches.local_url_without_tls and _is_local(url))
        if not has_tls or len(url) > MAX_REALTIME_URL:
            raise RefusedError(AppStoreError.BAD_REQUEST_REALTIME_URL)
        if not url.startswith(("https://", "http://")):
            refuse(self._switches.upper_case_https)
        if not _is_url(url):
            refuse(self._switches.loose_realtime_url)
        elif not PLAIN_URL.fullmatch(url):
            refuse(self._switches.elaborate_realtime_url)
        return url

    def performance_test(self, body: object) -> str:
        """
        The original transaction id.

        https://developer.apple.com/documentation/retentionmessaging/performancetestrequest
        """
        malformed = self._switches.malformed_performance_test_request
        fields = self._object(body, "originalTransactionId", malformed=malformed)
        transaction_id = fields.get("originalTransactionId")
        if not isinstance(transaction_id, str):
            raise RefusedError(malformed)
        return transaction_id

    def request_id(self, value: str) -> str:
        """
        A UUID, in lower case.

        https://developer.apple.com/documentation/retentionmessaging/requestid
        """
        try:
            return str(uuid.UUID(value))
        except ValueError:
            raise RefusedError(self._switches.malformed_request_id) from None

    def _object(self, value: object, *known: str, malformed: AppStoreError | None = None) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise RefusedError(malformed or self._switches.malformed_request)
        if value.keys() - set(known):
            refuse(self._switches.unknown_field)
        return value

    def _text(self, fields: dict[str, Any], name: str, most: int, too_long: AppStoreError) -> str:
        text = fields.get(name)
        if not isinstance(text, str):
            raise RefusedError(self._switches.malformed_request)
        if LENGTH[self._switches.text_unit](text) > most:
            raise RefusedError(too_long)
        if not text:
            refuse(self._switches.empty_text)
        if text.isspace():
            refuse(self._switches.blank_text)
        for switch, pattern in REFUSABLE.items():
            if pattern.search(text):
                refuse(getattr(self._switches, switch))
        return text

    def _image(self, fields: dict[str, Any]) -> dict[str, str]:
        return {
            "imageIdentifier": self.identifier(fields.get("imageIdentifier")),
            "altText": self._text(fields, "altText", MAX_ALT_TEXT, AppStoreError.ALT_TEXT_TOO_LONG),
        }

    def _bullet_points(self, value: object) -> list[dict[str, str]]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise RefusedError(self._switches.malformed_request)
        if not value:
            refuse(self._switches.empty_bullet_points)
        if len(value) > self._switches.max_bullet_points:
            raise RefusedError(AppStoreError.BAD_REQUEST_TOO_MANY_BULLET_POINTS)
        too_long = AppStoreError.BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG
        return [
            {"text": self._text(fields, "text", MAX_BULLET_POINT_TEXT, too_long), **self._image(fields)}
            for fields in (self._object(item, "text", "imageIdentifier", "altText") for item in value)
        ]

    def _needs_an_image(self, message: dict[str, Any]) -> None:
        if "image" in message:
            return
        if "bulletPoints" in message:
            refuse(self._switches.above_image_with_bullet_images_only)
        else:
            raise RefusedError(AppStoreError.BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE)


def _is_local(url: str) -> bool:
    return re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?([/?]|$)", url) is not None


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # parsed when asked for, and may be no number
    except ValueError:
        return False
    return bool(parts.hostname) and text.isprintable() and " " not in text
