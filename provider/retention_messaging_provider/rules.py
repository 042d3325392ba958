"""
Apple's limits, as functions from a value to check failures. No I/O; unknown values are not judged.

A check failure names the property, its flaw and what is allowed. It never repeats the value: what is wrong may be
anything, and a provider is not told what is a secret. A warning has the same form: what Apple may refuse, and what
cannot be decided here. Sources are beside the constants.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from retention_messaging_provider import texts
from retention_messaging_provider.remedies import OF_A_PROGRAM, Remedies

# https://developer.apple.com/documentation/retentionmessaging/upload-message
TEXT_LIMITS = {"header": 66, "body": 144, "altText": 150, "text": 66}
# Apple's App Store Server Libraries (UploadMessageRequestBody); the documentation gives no number
MAX_BULLET_POINTS = 5
# https://developer.apple.com/documentation/retentionmessaging/headerposition
HEADER_POSITIONS = ("ABOVE_BODY", "ABOVE_IMAGE")
# https://developer.apple.com/documentation/retentionmessaging/imagesize: width, least and greatest height
PIXELS = {"FULL_SIZE": (3840, 160, 2160), "BULLET_POINT": (1024, 1024, 1024)}
# https://developer.apple.com/documentation/retentionmessaging/realtimeurl
MAX_REALTIME_URL = 256
# https://developer.apple.com/help/app-store-connect/reference/app-information/app-store-localizations: the short codes
LOCALES = frozenset(
    """
    ar-SA bn-BD ca cs da de-DE el en-AU en-CA en-GB en-US es-ES es-MX fi fr-CA fr-FR gu-IN he hi hr hu id it ja kn-IN
    ko ml-IN mr-IN ms nl-NL no or-IN pa-IN pl pt-BR pt-PT ro ru sk sl-SI sv ta-IN te-IN th tr uk ur-PK vi zh-Hans
    zh-Hant
    """.split()  # noqa: SIM905 - fifty lines of quotes would be no table
)
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
ENVIRONMENTS = ("sandbox", "production")


class Unknown:
    """The type of UNKNOWN: a value that is decided only while `pulumi up` runs."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


def is_known(value: object) -> bool:
    """Whether a value, and everything inside it, is decided."""
    if isinstance(value, Mapping):
        return all(map(is_known, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(is_known, value))
    return not isinstance(value, Unknown)


NOT_TOLD = "(not told by Apple)"
"""In place of a text, or of the path of a picture, that Apple has and never tells, and nobody has filled in yet."""


@dataclass(frozen=True)
class CheckFailure:
    """What is wrong with one property: `reason` has the actual and the allowed."""

    property: str
    reason: str


CheckFailures = Iterator[CheckFailure]


def text(property_: str, value: object, limit: int) -> CheckFailures:
    """
    A text that must be there and not be too long. Apple's documentation names no unit, so a text is refused only when
    it is too long in every unit; grapheme clusters are the fewest.
    """
    if value is None or (isinstance(value, str) and texts.is_blank(value)):
        actual = "blank" if value else "empty"
        yield CheckFailure(property_, f"is {actual}; a text of 1 to {limit} characters is needed")
    elif isinstance(value, str) and len(value) > limit and (length := texts.graphemes(value)) > limit:
        yield CheckFailure(property_, f"has {length} characters; at most {limit} are allowed")
    elif not isinstance(value, (str, Unknown)):
        yield CheckFailure(property_, f"is {with_article(type(value).__name__)}; a text is needed")


def with_article(noun: str) -> str:
    """`an Image`."""
    return f"{'an' if noun[0] in 'AEIOUaeiou' else 'a'} {noun}"


def length_warnings(property_: str, value: object, limit: int) -> CheckFailures:
    """A text of decomposed letters, or that fits in characters but not in UTF-16 units: Apple may count either way."""
    if not isinstance(value, str):
        return
    if len(unicodedata.normalize("NFC", value)) < len(value):
        yield CheckFailure(property_, "has decomposed letters (NFD), whose parts Apple may count; compose it to NFC")
    if (units := len(value.encode("utf-16-le")) // 2) > limit >= texts.graphemes(value):
        yield CheckFailure(property_, f"has {units} UTF-16 units; if Apple counts those, more than {limit} are refused")


def message_texts(props: Mapping[str, Any]) -> Iterator[tuple[str, object, int]]:
    """Every text of a message with its property path and Apple's limit."""
    for key in ("header", "body"):
        yield key, props.get(key), TEXT_LIMITS[key]
    image = props.get("image")
    if isinstance(image, Mapping):
        yield "image.altText", image.get("altText"), TEXT_LIMITS["altText"]
    bullets = props.get("bulletPoints")
    for i, bullet in enumerate(bullets if isinstance(bullets, Sequence) else []):
        if isinstance(bullet, Mapping):
            for key in ("text", "altText"):
                yield f"bulletPoints[{i}].{key}", bullet.get(key), TEXT_LIMITS[key]


def message_images(props: Mapping[str, Any]) -> Iterator[tuple[str, object, str]]:
    """Every image of a message: property path, identifier, and the imageSize that is needed there."""
    image = props.get("image")
    if isinstance(image, Mapping):
        yield "image.imageIdentifier", image.get("imageIdentifier"), "FULL_SIZE"
    bullets = props.get("bulletPoints")
    for i, bullet in enumerate(bullets if isinstance(bullets, Sequence) else []):
        if isinstance(bullet, Mapping):
            yield f"bulletPoints[{i}].imageIdentifier", bullet.get("imageIdentifier"), "BULLET_POINT"


def message(props: Mapping[str, Any], image_size: Callable[[str], str | None]) -> CheckFailures:
    """
    A whole message. `image_size` answers the imageSize of an identifier, or None when it is not known here.

    Source: https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody
    """
    for path, value, limit in message_texts(props):
        yield from text(path, value, limit)
    yield from header_position(props)
    for path, identifier, needed in message_images(props):
        yield from uuid(path, identifier)
        actual = image_size(identifier) if isinstance(identifier, str) else None
        if actual is not None and actual != needed:
            yield CheckFailure(path, f"is a {actual} image; a {needed} image is needed here")
    bullets = props.get("bulletPoints")
    if isinstance(bullets, Sequence) and len(bullets) > MAX_BULLET_POINTS:
        yield CheckFailure("bulletPoints", f"has {len(bullets)} items; at most {MAX_BULLET_POINTS} are allowed")


def header_position(props: Mapping[str, Any]) -> CheckFailures:
    """One of Apple's two positions, and ABOVE_IMAGE only where there is an image."""
    position = props.get("headerPosition")
    if position is None or isinstance(position, Unknown):
        return
    if position not in HEADER_POSITIONS:
        yield CheckFailure("headerPosition", f"is none of Apple's; it must be {' or '.join(HEADER_POSITIONS)}")
    elif position == "ABOVE_IMAGE" and props.get("image") is None:
        yield CheckFailure("headerPosition", "is ABOVE_IMAGE but there is no image; add an image or use ABOVE_BODY")


def image(props: Mapping[str, Any]) -> CheckFailures:
    """The facts of a PNG: its pixels and that it has no transparency."""
    width, height, path = props.get("width"), props.get("height"), props.get("path")
    if is_known([width, height]) and image_size(width, height) is None:
        allowed = " or ".join(
            f"{w} × {low if low == high else f'{low}-{high}'} ({size})" for size, (w, low, high) in PIXELS.items()
        )
        yield CheckFailure("path", f"{path} is {width} × {height} pixels; allowed are {allowed}")
    if props.get("transparency") is True:
        yield CheckFailure("path", f"{path} has transparency (an alpha channel or tRNS); save it without")


def image_size(width: object, height: object) -> str | None:
    """Apple's imageSize for these pixels, or None where no size has them."""
    for size, (exact, low, high) in PIXELS.items():
        if width == exact and isinstance(height, (int, float)) and low <= height <= high:
            return size
    return None


def realtime_url(value: object) -> CheckFailures:
    """https, a host, no spaces, at most 256 characters."""
    if isinstance(value, Unknown):
        return
    if not isinstance(value, str) or not value:
        yield CheckFailure("url", "is empty; an https URL is needed")
        return
    if len(value) > MAX_REALTIME_URL:
        yield CheckFailure("url", f"has {len(value)} characters; at most {MAX_REALTIME_URL} are allowed")
    if not value.startswith("https://"):
        scheme = re.match(r"https?://", value, re.IGNORECASE)
        actual = f"begins with {scheme[0]}" if scheme else "is no https URL"
        yield CheckFailure("url", f"{actual}; it must begin with https://")
    elif " " in value or not value.isprintable():
        yield CheckFailure("url", "has a space or a control character; it must have none")
    elif not _host(value):
        yield CheckFailure("url", "names no host; it must name one, such as https://retention.example.com/apple")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def product_id(value: object) -> CheckFailures:
    """
    There, and without spaces; whether the app has such a subscription, Apple knows.

    Source: https://developer.apple.com/documentation/retentionmessaging/productid
    """
    if isinstance(value, Unknown):
        return
    if not isinstance(value, str) or not value or re.search(r"\s", value):
        yield CheckFailure("productId", "is empty or has a space; the product id of a subscription is needed")


def original_transaction_id(value: object) -> CheckFailures:
    """
    Decimal digits.

    Source: https://developer.apple.com/documentation/retentionmessaging/originaltransactionid
    """
    if not isinstance(value, Unknown) and not (isinstance(value, str) and re.fullmatch(r"[0-9]+", value)):
        yield CheckFailure("originalTransactionId", "is not digits alone; digits are needed, such as '70000500092808'")


def locale(value: object) -> CheckFailures:
    """
    An App Store short code: language, and region or script where Apple has one. Case matters.

    Source: https://developer.apple.com/documentation/retentionmessaging/locale
    """
    if isinstance(value, Unknown):
        return
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2,3}(-([A-Z]{2}|[A-Z][a-z]{3}))?", value):
        yield CheckFailure("locale", f"is not written as Apple writes locales{did_you_mean(str(value))}")


def locale_warnings(value: object) -> CheckFailures:
    """A code of the right form that is not on the list that is known here: Apple adds to it."""
    if isinstance(value, str) and value not in LOCALES:
        yield CheckFailure(
            "locale", f"{value} is not among the App Store locales that are known here{did_you_mean(value)}"
        )


def did_you_mean(code: str) -> str:
    """`; did you mean en-US?` for `en_US`, `EN-us` and `en`; "; such as en-US" if no code is near."""
    wanted = code.replace("_", "-").lower()
    language = wanted.split("-")[0]
    near = {known for known in LOCALES if known.lower() == wanted} or {
        known for known in LOCALES if known.split("-")[0] == language
    }
    return f"; did you mean {' or '.join(sorted(near))}?" if near else "; such as en-US"


def uuid(property_: str, value: object) -> CheckFailures:
    """8-4-4-4-12 hexadecimal digits; version bits are not looked at, as Apple's own samples have none."""
    if isinstance(value, Unknown):
        return
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value):
        yield CheckFailure(property_, "is no UUID; one is needed, such as 0b54ab32-1cf3-8d2e-9a6c-2f6f3c1d7e55")


def duration(property_: str, value: object) -> CheckFailures:
    """`30s`, `30m`, `12h` or `7d`, if it is given."""
    if value is not None and not isinstance(value, Unknown) and seconds(value) is None:
        yield CheckFailure(property_, "is no duration; one is needed, such as 30m, 12h or 7d")


def seconds(value: object) -> float | None:
    """A duration in seconds, or None if it is not one."""
    match = re.fullmatch(r"(\d+)([smhd])", value) if isinstance(value, str) else None
    return int(match[1]) * SECONDS[match[2]] if match else None


def boolean(property_: str, value: object) -> CheckFailures:
    """True or False, if it is given; every text would count as True."""
    if not isinstance(value, (bool, Unknown, type(None))):
        yield CheckFailure(property_, f"is {with_article(type(value).__name__)}; give True or False (Config.get_bool)")


def environment(value: object, remedies: Remedies = OF_A_PROGRAM) -> CheckFailures:
    """`sandbox` or `production`: set by the stack, never assumed."""
    if value not in ENVIRONMENTS and not isinstance(value, Unknown):
        actual = "is not set" if value is None else f"is neither {' nor '.join(ENVIRONMENTS)}"
        yield CheckFailure("environment", f"{actual}; {remedies.to_type('environment')}")


def bundle_id(value: object, remedies: Remedies = OF_A_PROGRAM) -> CheckFailures:
    """The app's bundle identifier: letters, digits, hyphens and periods."""
    if isinstance(value, Unknown) or (
        isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value)
    ):
        return
    # https://developer.apple.com/documentation/bundleresources/information-property-list/cfbundleidentifier
    actual = "is not set" if value is None else "is not letters, digits, hyphens and periods"
    yield CheckFailure("bundleId", f"{actual}; {remedies.to_type('bundleId')}")
