"""Apple's limits, at the exact boundary."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from retention_messaging_provider import rules
from retention_messaging_provider.rules import UNKNOWN, CheckFailure, is_known

HERO, BULLET = "a1b2c3d4-e5f6-4890-a1b2-000000000001", "a1b2c3d4-e5f6-4890-a1b2-000000000002"
ELSEWHERE = "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"  # an image or a message of another program
SIZES = {HERO: "FULL_SIZE", BULLET: "BULLET_POINT"}
FAMILY = "👨‍👩‍👧‍👦"  # one character to its reader, 7 code points, 11 UTF-16 units
E_ACUTE = "e\N{COMBINING ACUTE ACCENT}"
FLAG = "🇩🇪"


def message(**changes: object) -> dict[str, Any]:
    return {"header": "Keep your streak", "body": "Your friends are still here.", **changes}


def shown(identifier: str = HERO, **changes: object) -> dict[str, object]:
    """The image of a message."""
    return {"imageIdentifier": identifier, "altText": "A flame", **changes}


def bullet_point(**changes: object) -> dict[str, object]:
    return {"text": "Ten days in a row", **shown(BULLET), **changes}


def failures(props: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.property, each.reason) for each in rules.message(props, SIZES.get)]


TEXTS: dict[str, tuple[int, Callable[[str], dict[str, Any]]]] = {
    "header": (66, lambda text: message(header=text)),
    "body": (144, lambda text: message(body=text)),
    "image.altText": (150, lambda text: message(image=shown(altText=text))),
    "bulletPoints[0].text": (66, lambda text: message(bulletPoints=[bullet_point(text=text)])),
    "bulletPoints[0].altText": (150, lambda text: message(bulletPoints=[bullet_point(altText=text)])),
}


@pytest.mark.parametrize("character", ["a", "é", E_ACUTE, "🔥", FLAG, FAMILY])
@pytest.mark.parametrize("path", TEXTS)
def test_a_text_has_as_many_characters_as_its_reader_sees(path: str, character: str) -> None:
    """A text is measured in characters as its reader sees them, and refused beyond the limit."""
    limit, with_text = TEXTS[path]

    longest, too_long = failures(with_text(character * limit)), failures(with_text(character * (limit + 1)))

    assert longest == []
    assert too_long == [(path, f"has {limit + 1} characters; at most {limit} are allowed")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty; a text of 1 to 66 characters is needed"),
        (None, "is empty; a text of 1 to 66 characters is needed"),
        (" \t\N{NO-BREAK SPACE}", "is blank; a text of 1 to 66 characters is needed"),
        ("\N{ZERO WIDTH SPACE}", "is blank; a text of 1 to 66 characters is needed"),
        ("\N{HANGUL FILLER}", "is blank; a text of 1 to 66 characters is needed"),
        ("\N{BRAILLE PATTERN BLANK}", "is blank; a text of 1 to 66 characters is needed"),
        (66, "is an int; a text is needed"),
        (["Keep"], "is a list; a text is needed"),
    ],
)
def test_a_text_must_be_there_and_be_text(text: object, reason: str) -> None:
    """A text that is empty, of nothing that can be seen, or not a text is refused."""
    assert failures(message(header=text)) == [("header", reason)]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("a" * 66, None),
        ("🔥" * 33, None),
        ("🔥" * 33 + "a", 67),
        (FAMILY * 7, 77),
        ("a" * 67, None),
    ],
)
def test_a_text_that_fits_only_in_characters_has_a_warning(text: str, units: int | None) -> None:
    """A text that fits in characters but not in UTF-16 units has a warning."""
    warnings = [each.reason for each in rules.length_warnings("header", text, 66)]

    expected = f"has {units} UTF-16 units; if Apple counts those, more than 66 are refused"
    assert warnings == ([expected] if units else [])


@pytest.mark.parametrize(
    ("text", "is_decomposed"),
    [
        (f"caf{E_ACUTE}", True),
        ("café", False),
        ("\N{DEVANAGARI LETTER QA}", False),
        ("x\N{COMBINING ACUTE ACCENT}", False),
        (UNKNOWN, False),
    ],
    ids=["decomposed", "composed", "a letter that NFC itself decomposes", "no composed form", "unknown"],
)
def test_decomposed_letters_have_a_warning_of_their_own(text: object, is_decomposed: bool) -> None:
    """A text with letters that can be composed has a warning that says so."""
    warnings = [each.reason for each in rules.length_warnings("header", text, 66)]

    expected = "has decomposed letters (NFD), whose parts Apple may count; compose it to NFC"
    assert warnings == ([expected] if is_decomposed else [])


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        (message(bulletPoints=[bullet_point()] * 5), []),
        (message(bulletPoints=[bullet_point()] * 6), [("bulletPoints", "has 6 items; at most 5 are allowed")]),
        (message(headerPosition="ABOVE_BODY"), []),
        (message(headerPosition="ABOVE_IMAGE", image=shown()), []),
        (
            message(headerPosition="ABOVE_IMAGE", bulletPoints=[bullet_point()]),
            [("headerPosition", "is ABOVE_IMAGE but there is no image; add an image or use ABOVE_BODY")],
        ),
        (
            message(headerPosition="above_body"),
            [("headerPosition", "is none of Apple's; it must be ABOVE_BODY or ABOVE_IMAGE")],
        ),
        (
            message(image=shown(BULLET)),
            [("image.imageIdentifier", "is a BULLET_POINT image; a FULL_SIZE image is needed here")],
        ),
        (
            message(bulletPoints=[bullet_point(), bullet_point(imageIdentifier=HERO)]),
            [("bulletPoints[1].imageIdentifier", "is a FULL_SIZE image; a BULLET_POINT image is needed here")],
        ),
        (message(image=shown(ELSEWHERE), bulletPoints=[bullet_point(imageIdentifier=ELSEWHERE)]), []),
    ],
)
def test_a_message_fits_together(props: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """The number of bullet points, the header position and the sizes of the images have to fit."""
    assert failures(props) == expected


@pytest.mark.parametrize(
    "props",
    [
        message(header=UNKNOWN, body=UNKNOWN, headerPosition=UNKNOWN, image=UNKNOWN, bulletPoints=UNKNOWN),
        message(headerPosition="ABOVE_IMAGE", image=UNKNOWN),
        message(image={"imageIdentifier": UNKNOWN, "altText": UNKNOWN}),
        message(bulletPoints=[UNKNOWN, bullet_point(text=UNKNOWN, imageIdentifier=UNKNOWN)]),
    ],
)
def test_what_is_unknown_is_not_judged(props: dict[str, Any]) -> None:
    """A value that is unknown in preview is not refused."""
    assert failures(props) == []


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("text", True),
        (None, True),
        ({"a": ["b", {"c": 1}]}, True),
        (UNKNOWN, False),
        ({"a": ["b", {"c": UNKNOWN}]}, False),
        (("a", UNKNOWN), False),
    ],
)
def test_a_value_is_known_if_everything_inside_it_is(value: object, known: bool) -> None:
    """A value is known if everything inside it is known."""
    assert is_known(value) is known


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (3840, 159, None),
        (3840, 160, "FULL_SIZE"),
        (3840, 2160, "FULL_SIZE"),
        (3840, 2161, None),
        (3839, 2160, None),
        (3841, 160, None),
        (1024, 1024, "BULLET_POINT"),
        (1024, 1023, None),
        (1023, 1024, None),
        (1024, 160, None),
        (3840.0, 160.0, "FULL_SIZE"),
    ],
)
def test_the_pixels_of_a_picture_decide_its_size(width: float, height: float, size: str | None) -> None:
    """The pixels of an image decide its size, and other pixels are refused."""
    found = [each.property for each in rules.image({"path": "hero.png", "width": width, "height": height})]

    assert rules.image_size(width, height) == size
    assert found == ([] if size else ["path"])


def test_a_picture_that_is_wrong_twice_has_two_failures() -> None:
    """An image of the wrong size with transparency has two check failures."""
    picture = {"path": "hero.png", "width": 100, "height": 50, "transparency": True}

    assert [each.reason for each in rules.image(picture)] == [
        "hero.png is 100 × 50 pixels; allowed are 3840 × 160-2160 (FULL_SIZE) or 1024 × 1024 (BULLET_POINT)",
        "hero.png has transparency (an alpha channel or tRNS); save it without",
    ]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://retention.example.com/apple", None),
        ("https://e.com/" + "x" * 242, None),
        ("https://e.com/" + "x" * 243, "has 257 characters; at most 256 are allowed"),
        ("http://retention.example.com", "begins with http://; it must begin with https://"),
        ("HTTPS://retention.example.com", "begins with HTTPS://; it must begin with https://"),
        ("retention.example.com", "is no https URL; it must begin with https://"),
        ("https://", "names no host; it must name one, such as https://retention.example.com/apple"),
        ("https:///apple", "names no host; it must name one, such as https://retention.example.com/apple"),
        ("https://[::1", "names no host; it must name one, such as https://retention.example.com/apple"),
        ("https://e.com/apple\n", "has a space or a control character; it must have none"),
        ("https://e.com/a pple", "has a space or a control character; it must have none"),
        ("", "is empty; an https URL is needed"),
        (None, "is empty; an https URL is needed"),
        (UNKNOWN, None),
    ],
)
def test_a_realtime_url_is_short_and_begins_with_https(url: object, reason: str | None) -> None:
    """A realtime URL is https with a host, without spaces, of at most 256 characters."""
    assert list(rules.realtime_url(url)) == ([CheckFailure("url", reason)] if reason else [])


SECRET = "hunter2 " * 40


@pytest.mark.parametrize(
    "rule",
    [
        lambda secret: rules.message({"header": secret, "body": secret, "headerPosition": secret}, SIZES.get),
        lambda secret: rules.message(message(image=shown(secret, altText=secret)), SIZES.get),
        lambda secret: rules.message(message(bulletPoints=[{"text": secret, **shown(secret)}]), SIZES.get),
        rules.realtime_url,
        lambda secret: rules.realtime_url(f"http://apple:{secret}@example.com"),
        lambda secret: rules.realtime_url(f"https://example.com/?token={secret}"),
        rules.product_id,
        rules.original_transaction_id,
        rules.locale,
        lambda secret: rules.uuid("messageIdentifier", secret),
        lambda secret: rules.duration("deadline", secret),
        rules.environment,
        rules.bundle_id,
    ],
)
def test_a_refusal_never_repeats_the_value(rule: Callable[[str], Iterable[CheckFailure]]) -> None:
    """A refusal says what is wrong with a value, which may be a secret, without a part of it."""
    found = list(rule(SECRET))

    assert found
    assert [each.reason for each in found if "hunter2" in each.reason] == []


@pytest.mark.parametrize(
    ("identifier", "accepted"),
    [
        (ELSEWHERE, True),
        (ELSEWHERE.upper(), True),
        (UNKNOWN, True),
        (ELSEWHERE[:-1], False),
        (ELSEWHERE.replace("-", ""), False),
        (f"{{{ELSEWHERE}}}", False),
        (f"{ELSEWHERE}\n", False),
        ("stay-en", False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_an_identifier_is_a_uuid_in_apples_form(identifier: object, accepted: bool) -> None:
    """An identifier is a UUID with hyphens, in upper or lower case."""
    found = [each.property for each in rules.uuid("messageIdentifier", identifier)]

    assert found == ([] if accepted else ["messageIdentifier"])


@pytest.mark.parametrize(
    ("environment", "actual"),
    [
        ("sandbox", None),
        ("production", None),
        (UNKNOWN, None),
        (None, "is not set"),
        ("Sandbox", "is neither sandbox nor production"),
    ],
)
def test_an_environment_is_never_assumed(environment: object, actual: str | None) -> None:
    """An environment that is not set is refused with the command to type."""
    to_type = "type: pulumi config set retention-messaging:environment sandbox (or production)"

    expected = [CheckFailure("environment", f"{actual}; {to_type}")] if actual else []
    assert list(rules.environment(environment)) == expected


@pytest.mark.parametrize(
    ("bundle_id", "accepted"),
    [
        ("com.example.app", True),
        ("com.example.my-app2", True),
        ("app", True),
        (UNKNOWN, True),
        (None, False),
        ("", False),
        ("com.example app", False),
        ("com..app", False),
        (".com", False),
        ("com.example/app", False),
        ("com.example.app\n", False),
    ],
)
def test_a_bundle_id_is_letters_digits_hyphens_and_periods(bundle_id: object, accepted: bool) -> None:
    """A bundle id consists of letters, digits, hyphens and periods."""
    found = [each.property for each in rules.bundle_id(bundle_id)]

    assert found == ([] if accepted else ["bundleId"])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (True, None),
        (False, None),
        (None, None),
        (UNKNOWN, None),
        ("false", "is a str; give True or False (Config.get_bool)"),
        ("", "is a str; give True or False (Config.get_bool)"),
        (1, "is an int; give True or False (Config.get_bool)"),
    ],
)
def test_a_boolean_is_no_text(value: object, reason: str | None) -> None:
    """Where True or False is needed, a text is refused, whatever it says."""
    assert [each.reason for each in rules.boolean("adopt", value)] == ([reason] if reason else [])
