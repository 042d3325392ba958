"""What a user sets wrong: one line with the fault and what to do, nothing done, and one `up` after it is fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from acceptance.stacks import rows
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from acceptance.stacks import ProgramStack
    from retention_messaging_emulator import Emulator

MESSAGE = 'retention.Message("stay", header="Keep your streak", body="Tomorrow is day 13.")'
RESOURCE = "pulumi-python:dynamic/retention-messaging:Message resource 'stay'"
KEY_HINT = (
    "use the whole text of SubscriptionKey_<key id>.p8, an In-App Purchase key from App Store Connect, "
    "Users and Access, Integrations"
)


def other_key(curve: ec.EllipticCurve) -> str:
    """A private key like Apple's, on a curve of choice."""
    key = ec.generate_private_key(curve)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


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
            "RetentionMessagingError: The private key was refused: it does not contain the line "
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
            "to it, and that this machine's clock is right; production refuses every key until the app's first release"
        ),
    ),
    "no environment": (
        {"environment": ""},
        (
            f"{RESOURCE} has a problem: environment "
            "is not set; type: pulumi config set retention-messaging:environment sandbox (or production)"
        ),
    ),
    "an environment that Apple does not have": (
        {"environment": "staging"},
        (
            f"{RESOURCE}: property environment value {{staging}} has a problem: "
            "is 'staging'; type: pulumi config set retention-messaging:environment sandbox (or production)"
        ),
    ),
    "no bundle id": (
        {"bundleId": ""},
        (
            f"{RESOURCE} has a problem: bundleId "
            "is not set; type: pulumi config set retention-messaging:bundleId com.example.app"
        ),
    ),
    "a bundle id that is none": (
        {"bundleId": "Example App"},
        (
            f"{RESOURCE}: property bundleId value {{Example App}} has a problem: "
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
            "RetentionMessagingError: The base URL 'http://apple.example.com' was refused: credentials are sent "
            "unencrypted only to this machine; use https://, or http:// to localhost, 127.0.0.1 or [::1]"
        ),
    ),
}


@pytest.mark.parametrize("mistake", rows(WRONG_SETTINGS, quick={"no key", "no environment"}))
def test_a_wrong_setting_is_refused_and_nothing_is_done(sandbox: ProgramStack, mistake: str) -> None:
    """A wrong setting is one line with what to do, nothing is made, and one `up` with a right one succeeds."""
    wrong, sentence = WRONG_SETTINGS[mistake]
    right = {key: sandbox.environment.get(environment_variable(key), "") for key in wrong}
    sandbox.program_is(MESSAGE)

    sandbox.set(**wrong)
    sandbox.refuses(sentence)
    assert sandbox.is_empty_at_the_app_store()

    sandbox.set(**right)
    sandbox.up()
    sandbox.agrees()


def test_a_private_key_in_clear_is_not_used(sandbox: ProgramStack, emulator: Emulator) -> None:
    """A private key in clear text in the config is refused and not used, with the command to type."""
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


def test_a_stack_stays_where_it_was_made(sandbox: ProgramStack) -> None:
    """A change of environment, app or base URL on an existing stack is refused."""
    sandbox.program_is(MESSAGE)
    url = sandbox.environment["RETENTION_MESSAGING_BASE_URL"]
    elsewhere = {"environment": "production", "bundleId": "com.example.other", "baseUrl": "https://proxy.example.com"}
    here = {"environment": "sandbox", "bundleId": "com.example.app", "baseUrl": url}
    sandbox.up()

    sandbox.set(**elsewhere)
    sandbox.refuses(
        *(
            f"{RESOURCE}: property {key} value {{{there}}} has a problem: is {there}, but this "
            f"resource was made with {here[key]} and stays there; set {key} back, or use another stack for the other "
            "one (pulumi stack init)"
            for key, there in elsewhere.items()
        )
    )

    sandbox.set(**here)
    sandbox.agrees()
