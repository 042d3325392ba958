"""What a user sets wrong: one line with the fault and what to do, nothing done, and one `up` after it is fixed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from acceptance.stacks import CLI_ONLY, errors, rows
from retention_messaging_emulator import Credentials
from retention_messaging_emulator.web.tokens import TokenCheck
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from acceptance.stacks import ProgramStack
    from retention_messaging_emulator import Emulator

MESSAGE = 'retention.Message("stay", header="Keep your streak", body="Tomorrow is day 13.")'
RESOURCE = "pulumi-python:dynamic/retention-messaging:Message resource 'stay'"
MOVED = (
    "; where only the host has moved, write its new address into the state instead: "
    "pulumi stack export --file state.json, then pulumi stack import --file state.json"
)
THEN = "for refresh and destroy then run pulumi up first, add --run-program, or set"


def other_key(curve: ec.EllipticCurve) -> str:
    """A private key like Apple's, on a curve of choice."""
    key = ec.generate_private_key(curve)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


MISSING_OR_REFUSED = {
    "no key": (
        {"privateKeyPath": ""},
        (
            "RetentionMessagingError: no privateKey to sign requests to Apple with; set it: "
            "pulumi config set --secret retention-messaging:privateKey < SubscriptionKey_<key id>.p8; "
            f"{THEN} RETENTION_MESSAGING_PRIVATE_KEY"
        ),
    ),
    "nothing to sign with": (
        {"privateKeyPath": "", "keyId": "", "issuerId": ""},
        (
            "RetentionMessagingError: no issuerId, keyId, privateKey to sign requests to Apple with; set it: "
            "pulumi config set retention-messaging:issuerId <issuer id>; "
            "pulumi config set retention-messaging:keyId <key id>; "
            "pulumi config set --secret retention-messaging:privateKey < SubscriptionKey_<key id>.p8; "
            f"{THEN} RETENTION_MESSAGING_ISSUER_ID and RETENTION_MESSAGING_KEY_ID and RETENTION_MESSAGING_PRIVATE_KEY"
        ),
    ),
    "a key file that is not there": (
        {"privateKeyPath": "keys/nobody.p8"},
        (
            "RetentionMessagingError: privateKeyPath is keys/nobody.p8, which cannot be read "
            "(No such file or directory); set RETENTION_MESSAGING_PRIVATE_KEY_PATH anew"
        ),
    ),
    "a key that Apple does not know": (
        {"privateKeyPath": "", "privateKey": other_key(ec.SECP256R1()), "issuerId": "i", "keyId": "k"},
        (
            "RetentionMessagingError: Apple refused to get message list: 401 UNAUTHORIZED: "
            "Unauthenticated kid is not the key's, signed with key k (from RETENTION_MESSAGING_ISSUER_ID and "
            "RETENTION_MESSAGING_KEY_ID and RETENTION_MESSAGING_PRIVATE_KEY); "
            "check that the key is an In-App Purchase key and not revoked, that key id, issuer id and bundle id belong "
            "to it, and that this machine's clock is right; production refuses every key until the app's first "
            "release; the variables win over the stack's config"
        ),
    ),
}
WRONG_IN_THE_PLAN = {
    "a file that is no key": (
        {"privateKeyPath": "Pulumi.yaml"},
        (
            f"{RESOURCE} has a problem: privateKeyPath is Pulumi.yaml, which is no In-App Purchase key: it does not "
            "contain the line -----BEGIN PRIVATE KEY-----; set RETENTION_MESSAGING_PRIVATE_KEY_PATH anew"
        ),
    ),
    "a key that is not on P-256": (
        {"privateKeyPath": "", "privateKey": other_key(ec.SECP384R1())},
        (
            f"{RESOURCE} has a problem: privateKey is no In-App Purchase key: it is not an elliptic curve key on "
            "P-256; set RETENTION_MESSAGING_PRIVATE_KEY anew"
        ),
    ),
    "the key's file name as its id": (
        {"keyId": "SubscriptionKey_2X9R4HXF34.p8"},
        (
            f"{RESOURCE} has a problem: keyId is the key's file name; the key id is the ten characters in it; "
            "set RETENTION_MESSAGING_KEY_ID anew"
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
            f"{RESOURCE} has a problem: environment is neither sandbox nor production; "
            "type: pulumi config set retention-messaging:environment sandbox (or production)"
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
            f"{RESOURCE} has a problem: bundleId is not letters, digits, hyphens and periods; "
            "type: pulumi config set retention-messaging:bundleId com.example.app"
        ),
    ),
    "a waiting time that is none": (
        {"maxRateLimitWait": "soon"},
        (
            f"{RESOURCE} has a problem: maxRateLimitWait is no duration such as 10m; "
            "set RETENTION_MESSAGING_MAX_RATE_LIMIT_WAIT anew"
        ),
    ),
    "a base URL that would see the key's tokens": (
        {"baseUrl": "http://apple.example.com"},
        (
            f"{RESOURCE} has a problem: baseUrl was refused: credentials are sent unencrypted only to this machine; "
            "use https://, or http:// to localhost, 127.0.0.1 or [::1]; set RETENTION_MESSAGING_BASE_URL anew"
        ),
    ),
    "a base URL with a password": (
        {"baseUrl": "https://proxy:hunter2@proxy.example.com"},
        (
            f"{RESOURCE} has a problem: baseUrl was refused: it has a user or a password in it, and resources record "
            "it; leave out what is before the @: the key is all that requests are signed with; "
            "set RETENTION_MESSAGING_BASE_URL anew"
        ),
    ),
}
WRONG_SETTINGS = {**MISSING_OR_REFUSED, **WRONG_IN_THE_PLAN}


@pytest.mark.parametrize("mistake", rows(WRONG_SETTINGS, quick={"no key", "no environment"}))
def test_a_wrong_setting_is_refused_and_nothing_is_done(sandbox: ProgramStack, mistake: str) -> None:
    """A wrong setting is one line with what to do, nothing is made, and one `up` with a right one succeeds."""
    wrong, sentence = WRONG_SETTINGS[mistake]
    right = {key: sandbox.environment.get(environment_variable(key), "") for key in wrong}
    sandbox.program_is(MESSAGE)

    sandbox.set(**wrong)
    if mistake in WRONG_IN_THE_PLAN:
        sandbox.refuses(sentence, command=("preview",))
    sandbox.refuses(sentence)
    assert sandbox.is_empty_at_the_app_store()
    assert "hunter2" not in json.dumps(sandbox.export())

    sandbox.set(**right)
    sandbox.up()
    sandbox.agrees()


def credentials_in_the_config(stack: ProgramStack, credentials: Credentials) -> None:
    """The stack's config has them, and no variable has."""
    stack.set(issuerId="", keyId="", privateKey="", privateKeyPath="")
    stack.config_set("retention-messaging:issuerId", credentials.issuer_id)
    stack.config_set("retention-messaging:keyId", credentials.key_id)
    stack.config_set("retention-messaging:privateKey", credentials.private_key, secret=True)


def credentials_in_variables(stack: ProgramStack, credentials: Credentials) -> None:
    """Variables have them, whatever the stack's config has."""
    stack.set(issuerId=credentials.issuer_id, keyId=credentials.key_id, privateKey=credentials.private_key)


def rotated(emulator: Emulator) -> Credentials:
    """The key that Apple knows from now on; the one before is revoked."""
    new = Credentials.make()
    emulator.traffic.tokens = TokenCheck(new, None, emulator.switches, emulator.clock)
    return new


REVOKED = re.compile(
    r"RetentionMessagingError: Apple refused to get message list: 401 .*, signed with key (\w+) \(from the stack's "
    r"config\); check that the key is .*; refresh, destroy and up --refresh use the config that the last pulumi up "
    r"recorded: after a change run pulumi up first, add --run-program, or set RETENTION_MESSAGING_KEY_ID and "
    r"RETENTION_MESSAGING_PRIVATE_KEY"
)


@pytest.mark.parametrize(
    ("command", "help_"),
    [
        ("refresh", "up"),
        pytest.param("refresh", "program", marks=pytest.mark.long),
        pytest.param("refresh", "variables", marks=pytest.mark.long),
        pytest.param("destroy", "up", marks=pytest.mark.long),
        ("destroy", "variables"),
    ],
)
def test_a_rotated_key_fails_once_and_the_advice_helps(
    sandbox: ProgramStack, emulator: Emulator, command: str, help_: str
) -> None:
    """After a rotation in the config `refresh` and `destroy` fail with advice, and each advice helps."""
    sandbox.program_is(MESSAGE)
    credentials_in_the_config(sandbox, emulator.credentials)
    sandbox.up()
    new = rotated(emulator)
    credentials_in_the_config(sandbox, new)

    failed = sandbox.run(command, "--yes", "--skip-preview", check=False)
    assert failed.exit
    assert {found[1] for each in errors(failed) if (found := REVOKED.fullmatch(each))} == {emulator.credentials.key_id}

    if help_ == "up":
        sandbox.up("--expect-no-changes")
    elif help_ == "variables":
        credentials_in_variables(sandbox, new)
    sandbox.run(command, "--yes", "--skip-preview", *(["--run-program"] if help_ == "program" else []))
    assert sandbox.is_empty_at_the_app_store() is (command == "destroy")


@pytest.mark.long
@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_a_destroy_with_the_program_has_the_new_key(sandbox: ProgramStack, emulator: Emulator) -> None:
    """With --run-program `destroy` uses the key that the config has now."""
    sandbox.program_is(MESSAGE)
    credentials_in_the_config(sandbox, emulator.credentials)
    sandbox.up()
    credentials_in_the_config(sandbox, rotated(emulator))

    sandbox.destroy("--run-program")
    assert sandbox.is_empty_at_the_app_store()


def test_a_secret_base_url_is_recorded_encrypted(sandbox: ProgramStack) -> None:
    """A base URL that is a secret of the stack's config is nowhere in the state in clear."""
    sandbox.program_is(MESSAGE)
    url = sandbox.environment["RETENTION_MESSAGING_BASE_URL"]
    sandbox.set(baseUrl="")
    sandbox.config_set("retention-messaging:baseUrl", f"{url}/", secret=True)

    sandbox.up()
    assert url not in json.dumps(sandbox.export())
    sandbox.preview("--expect-no-changes")


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
            f"{RESOURCE} has a problem: {key} is {actual} and stays there; "
            f"set {key} back, or use another stack for the other one (pulumi stack init){otherwise}"
            for key, actual, otherwise in [
                ("environment", "production, but this resource was made with sandbox", ""),
                ("bundleId", "com.example.other, but this resource was made with com.example.app", ""),
                ("baseUrl", "another one than this resource was made with", MOVED),
            ]
        )
    )

    sandbox.set(**here)
    sandbox.agrees()


def test_a_stack_follows_a_host_that_has_moved(sandbox: ProgramStack, emulator: Emulator) -> None:
    """What the refusal of another base URL says helps: with the new address in its state, a stack goes on."""
    sandbox.program_is(MESSAGE)
    sandbox.up()
    before = sandbox.environment["RETENTION_MESSAGING_BASE_URL"]
    with emulator.serve() as server:
        sandbox.set(baseUrl=f"{server.url}/sandbox")
        assert MOVED in sandbox.run("preview", check=False).output

        state = sandbox.program / "state.json"
        sandbox.run("stack", "export", "--file", str(state))
        state.write_text(state.read_text().replace(before, f"{server.url}/sandbox"))
        sandbox.run("stack", "import", "--file", str(state))
        sandbox.agrees()
        sandbox.destroy()
    assert sandbox.is_empty_at_the_app_store()
