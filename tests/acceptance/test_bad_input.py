"""What a user gets wrong: one line that says what and what to do, nothing done, and one `up` after it is mended."""

from __future__ import annotations

import io
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image

from acceptance.stacks import CLI_TAKES_LONG
from emulator.samples import WIDE, png
from retention_messaging_emulator import Emulator, Fault
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from acceptance.stacks import Stack

MESSAGE = 'retention.Message("stay", header="Keep your streak", body="Tomorrow is day 13.")'
RESOURCE = "pulumi-python:dynamic/retention-messaging:"
KEY_HINT = (
    "use the whole text of SubscriptionKey_<key id>.p8, an In-App Purchase key from App Store Connect, "
    "Users and Access, Integrations"
)


def other_key(curve: ec.EllipticCurve) -> str:
    """A private key like Apple's, on a curve of choice."""
    key = ec.generate_private_key(curve)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "JPEG")
    return file.getvalue()


WRONG_SETTINGS = {
    "no key": (
        {"privateKeyPath": ""},
        (
            "RetentionMessagingError: no privateKey to sign requests to Apple with; set it: "
            "pulumi config set --secret retention-messaging:privateKey < SubscriptionKey_<key id>.p8"
        ),
    ),
    "nothing to sign with": (
        {"privateKeyPath": "", "keyId": "", "issuerId": ""},
        (
            "RetentionMessagingError: no issuerId, keyId, privateKey to sign requests to Apple with; set it: "
            "pulumi config set retention-messaging:issuerId <issuer id>; "
            "pulumi config set retention-messaging:keyId <key id>; "
            "pulumi config set --secret retention-messaging:privateKey < SubscriptionKey_<key id>.p8"
        ),
    ),
    "a key file that is not there": (
        {"privateKeyPath": "keys/nobody.p8"},
        (
            "RetentionMessagingError: the key file keys/nobody.p8 cannot be read (No such file or directory); "
            "set retention-messaging:privateKeyPath to the .p8 file of an In-App Purchase key"
        ),
    ),
    "a file that is no key": (
        {"privateKeyPath": "Pulumi.yaml"},
        (
            "RetentionMessagingError: The private key was refused: it does not hold the line "
            f"-----BEGIN PRIVATE KEY-----; {KEY_HINT}"
        ),
    ),
    "a key that is not on P-256": (
        {"privateKeyPath": "", "privateKey": other_key(ec.SECP384R1())},
        f"RetentionMessagingError: The private key was refused: it is not an elliptic curve key on P-256; {KEY_HINT}",
    ),
    "a key that Apple does not know": (
        {"privateKeyPath": "", "privateKey": other_key(ec.SECP256R1())},
        (
            "RetentionMessagingError: Apple refused to get message list: 401 UNAUTHORIZED: "
            "Unauthenticated Signature verification failed; "
            "check that the key is an In-App Purchase key and not revoked, that key id, issuer id and bundle id belong "
            "to it, and this machine's clock; production refuses every key until the app's first release"
        ),
    ),
    "no environment": (
        {"environment": ""},
        (
            f"{RESOURCE}Message resource 'stay' has a problem: environment "
            "is not set; type: pulumi config set retention-messaging:environment sandbox (or production)"
        ),
    ),
    "an environment that Apple does not have": (
        {"environment": "staging"},
        (
            f"{RESOURCE}Message resource 'stay': property environment value {{staging}} has a problem: "
            "is 'staging'; type: pulumi config set retention-messaging:environment sandbox (or production)"
        ),
    ),
    "no bundle id": (
        {"bundleId": ""},
        (
            f"{RESOURCE}Message resource 'stay' has a problem: bundleId "
            "is not set; type: pulumi config set retention-messaging:bundleId com.example.app"
        ),
    ),
    "a bundle id that is none": (
        {"bundleId": "Example App"},
        (
            f"{RESOURCE}Message resource 'stay': property bundleId value {{Example App}} has a problem: "
            "is 'Example App', not letters, digits, hyphens and periods; "
            "type: pulumi config set retention-messaging:bundleId com.example.app"
        ),
    ),
    "a waiting time that is none": (
        {"maxRateLimitWait": "soon"},
        (
            "RetentionMessagingError: maxRateLimitWait is 'soon', not a duration; "
            "write for example: pulumi config set retention-messaging:maxRateLimitWait 10m"
        ),
    ),
    "a base URL that would see the key's tokens": (
        {"baseUrl": "http://apple.example.com"},
        (
            "RetentionMessagingError: The base URL 'http://apple.example.com' was refused: credentials go nowhere "
            "unencrypted but to this machine; use https://, or http:// to localhost, 127.0.0.1 or [::1]"
        ),
    ),
}


@pytest.mark.parametrize("engine", CLI_TAKES_LONG, indirect=True)
@pytest.mark.parametrize(("wrong", "sentence"), WRONG_SETTINGS.values(), ids=WRONG_SETTINGS)
def test_a_wrong_setting_is_refused_and_nothing_is_done(sandbox: Stack, wrong: dict[str, str], sentence: str) -> None:
    right = {key: sandbox.environment.get(environment_variable(key), "") for key in wrong}
    sandbox.program_is(MESSAGE)

    sandbox.set(**wrong)
    sandbox.refuses(sentence)
    assert sandbox.is_empty_at_the_app_store()

    sandbox.set(**right)
    sandbox.up()
    sandbox.agrees()


def test_a_private_key_in_clear_is_not_used(sandbox: Stack, emulator: Emulator) -> None:
    key = emulator.credentials.private_key
    sandbox.program_is(MESSAGE)
    sandbox.set(privateKeyPath="")

    sandbox.run("config", "set", "--plaintext", "retention-messaging:privateKey", stdin=key)
    sandbox.refuses(
        "retention-messaging:privateKey is in the stack's config in clear text, and was not used; revoke the key if "
        "that file was shared, and type: "
        "pulumi config set --secret retention-messaging:privateKey < SubscriptionKey_<key id>.p8"
    )
    assert emulator.requests() == []

    sandbox.config_set("retention-messaging:privateKey", key, secret=True)
    sandbox.up()
    sandbox.agrees()


def test_no_access_is_not_taken_for_gone(sandbox: Stack, emulator: Emulator) -> None:
    sandbox.program_is(MESSAGE)
    no_access = Fault(kind="no-access", path="Get Message List")
    sentence = (
        "RetentionMessagingError: Apple refused to get message list: 404 NOT FOUND; access is not granted to this "
        "account: request it at https://developer.apple.com/contact/request/retention-messaging-api/, "
        "or check a base URL that is not Apple's"
    )

    emulator.fail_next(no_access)
    sandbox.refuses(sentence)
    sandbox.up()

    emulator.fail_next(no_access)
    sandbox.refuses(sentence, command=("refresh", "--yes", "--skip-preview"))
    sandbox.agrees()


def rate_limited(until: float) -> Fault:
    """Apple's 429: the time is absolute, in milliseconds."""
    return Fault(error_code=4290000, headers={"Retry-After": str(int(until * 1000))}, path="Get Message List")


def local(moment: float) -> str:
    return datetime.fromtimestamp(int(moment)).strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ006 - the user's clock


def test_a_rate_limit_is_waited_for_in_reason_and_aloud(sandbox: Stack, emulator: Emulator) -> None:
    sandbox.program_is(MESSAGE)
    in_an_hour = time.time() + 3600

    emulator.fail_next(rate_limited(in_an_hour))
    sandbox.refuses(
        "RetentionMessagingError: Apple refused to get message list: its rate limit is reached "
        f"(4290000 RateLimitExceededError); run again after {local(in_an_hour)}, or raise maxRateLimitWait"
    )
    assert sandbox.is_empty_at_the_app_store()

    in_a_moment = time.time() + 4
    emulator.fail_next(rate_limited(in_a_moment))
    result = sandbox.up()
    assert f"Apple's rate limit for get message list is reached; going on at {local(in_a_moment)}" in result.stdout
    assert time.time() >= in_a_moment
    sandbox.agrees()


IMAGE = 'retention.Image("hero", path="hero.png")'
WRONG_PICTURES = {
    "no picture": (
        b"<html>",
        "'hero': hero.png is not a readable PNG; Apple takes PNG only, so export it anew",
    ),
    "half a picture": (
        png(3840, 160)[:500],
        "'hero': hero.png is not a readable PNG; Apple takes PNG only, so export it anew",
    ),
    "no PNG": (
        jpeg(3840, 160),
        "'hero': hero.png is a JPEG file; Apple takes PNG only, so export it as PNG",
    ),
    "transparent": (
        png(3840, 160, "RGBA"),
        (
            f"{RESOURCE}Image resource 'hero': property path value {{hero.png}} has a problem: "
            "hero.png has transparency (an alpha channel or tRNS); save it without"
        ),
    ),
    "of a size that Apple does not take": (
        png(800, 600),
        (
            f"{RESOURCE}Image resource 'hero': property path value {{hero.png}} has a problem: hero.png is 800 × 600 "
            "pixels; allowed are 3840 × 160-2160 (FULL_SIZE) or 1024 × 1024 (BULLET_POINT)"
        ),
    ),
}


@pytest.mark.parametrize("engine", CLI_TAKES_LONG, indirect=True)
@pytest.mark.parametrize(("wrong", "sentence"), WRONG_PICTURES.values(), ids=WRONG_PICTURES)
def test_a_wrong_picture_is_refused_and_nothing_is_done(
    sandbox: Stack, emulator: Emulator, wrong: bytes, sentence: str
) -> None:
    sandbox.program_is(IMAGE)

    sandbox.write("hero.png", wrong)
    sandbox.refuses(sentence)
    assert emulator.requests() == []

    sandbox.write("hero.png", WIDE)
    sandbox.up()
    sandbox.agrees()


def test_a_picture_that_vanishes_is_an_error_and_no_deletion(sandbox: Stack) -> None:
    sandbox.up()

    (sandbox.program / "hero.png").rename(sandbox.program / "hero.jpg")
    sandbox.refuses(
        "'hero': the image file hero.png cannot be read (No such file or directory); "
        "paths are relative to the program's folder"
    )

    (sandbox.program / "hero.jpg").rename(sandbox.program / "hero.png")
    sandbox.agrees()


def test_everything_wrong_with_a_message_is_said_at_once(sandbox: Stack) -> None:
    sandbox.program_is("""
        retention.Message(
            "stay",
            header="Too long" * 9,
            body="",
            header_position="ABOVE_IMAGE",
            bullet_points=[retention.BulletPointArgs(text="One", image="no-uuid", alt_text="x" * 151)] * 6,
        )
    """)
    about = f"{RESOURCE}Message resource 'stay'"

    sandbox.refuses(
        f"{about}: property header value {{{'Too long' * 9}}} has a problem: has 72 characters; at most 66 are allowed",
        f"{about}: property body value {{}} has a problem: is empty; a text of 1 to 144 characters is needed",
        f"{about} has a problem: bulletPoints[5].altText has 151 characters; at most 150 are allowed",
        command=("preview",),
    )

    sandbox.program_is(MESSAGE)
    sandbox.up()
    sandbox.agrees()


def test_somebody_elses_realtime_url_is_overwritten_only_when_asked(sandbox: Stack) -> None:
    sandbox.app_store.put_realtime_url({"realtimeURL": "https://somebody.example.com"})

    sandbox.refuses(
        "RetentionMessagingError: com.example.app has the sandbox realtime URL https://somebody.example.com already, "
        "not set by this resource, and it was not overwritten; delete it, or set adopt=True to take it over"
    )
    assert sandbox.app_store.inventory()["realtimeURL"] == "https://somebody.example.com"

    sandbox.edit('/apple"', '/apple", adopt=True')
    sandbox.up()
    sandbox.agrees()


@pytest.mark.parametrize("engine", CLI_TAKES_LONG, indirect=True)
def test_a_stack_stays_where_it_was_made(sandbox: Stack) -> None:
    sandbox.program_is(MESSAGE)
    url = sandbox.environment["RETENTION_MESSAGING_BASE_URL"]
    elsewhere = {"environment": "production", "bundleId": "com.example.other", "baseUrl": "https://proxy.example.com"}
    here = {"environment": "sandbox", "bundleId": "com.example.app", "baseUrl": url}
    sandbox.up()

    sandbox.set(**elsewhere)
    sandbox.refuses(
        *(
            f"{RESOURCE}Message resource 'stay': property {key} value {{{there}}} has a problem: is {there}, but this "
            f"resource was made with {here[key]} and lives there; set {key} back, or use another stack for the other "
            "one (pulumi stack init)"
            for key, there in elsewhere.items()
        )
    )

    sandbox.set(**here)
    sandbox.agrees()
