from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

import pulumi_retention_messaging as retention
from retention_messaging_emulator import Emulator
from sdk.programs import run
from sdk.samples import ICON

MESSAGE = {"header": "Keep your streak", "body": "Stay."}


@pytest.fixture
def config() -> Iterator[tuple[Emulator, dict[str, str]]]:
    """An App Store, and the stack's settings for it."""
    emulator = Emulator()
    key = emulator.credentials
    with emulator.serve() as server:
        settings = {
            "environment": "sandbox",
            "bundleId": key.bundle_id,
            "issuerId": key.issuer_id,
            "keyId": key.key_id,
            "privateKey": key.private_key,
            "baseUrl": f"{server.url}/sandbox",
        }
        yield emulator, {f"retention-messaging:{name}": value for name, value in settings.items()}
    emulator.close()


def ask(config: dict[str, str], question: Any) -> Any:
    """The answer that a program gets, whose private key is a secret of the stack."""
    answers: list[Any] = []
    run(lambda: answers.append(question()), config=config, secret_keys=("retention-messaging:privateKey",))
    return answers[0]


def test_a_program_may_look_at_every_message_and_image(config: tuple[Emulator, dict[str, str]]) -> None:
    """`list_messages` has the message that is at Apple, with its state, and `list_images` is empty without images."""
    emulator, settings = config
    emulator.sandbox.put_message(ICON, MESSAGE, "REJECTED")

    messages = ask(settings, retention.list_messages)
    images = ask(settings, retention.list_images)

    assert [(each.message_identifier, each.message_state) for each in messages] == [(ICON, "REJECTED")]
    assert images == []


def test_a_default_and_the_realtime_url_are_none_until_set(
    config: tuple[Emulator, dict[str, str]],
) -> None:
    """The look-ups of a default and of the realtime URL return None until it is set, and then the identifier or URL."""
    emulator, settings = config

    before = ask(settings, lambda: (retention.get_default_message("monthly", "en-US"), retention.get_realtime_url()))
    emulator.sandbox.put_message(ICON, MESSAGE)
    emulator.sandbox.configure_default_message("monthly", "en-US", {"messageIdentifier": ICON})
    emulator.sandbox.put_realtime_url({"realtimeURL": "https://retention.example.com"})
    after = ask(settings, lambda: (retention.get_default_message("monthly", "en-US"), retention.get_realtime_url()))

    assert before == (None, None)
    assert after == (ICON, "https://retention.example.com")


def test_another_app_may_be_looked_at(config: tuple[Emulator, dict[str, str]]) -> None:
    """A look-up with a `bundle_id` is about that app, and one without about the stack's."""
    emulator, settings = config
    emulator.app_store("sandbox", "com.example.other").put_message(ICON, MESSAGE)

    assert len(ask(settings, lambda: retention.list_messages(bundle_id="com.example.other"))) == 1
    assert ask(settings, retention.list_messages) == []


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("environment", "environment is not set; type: pulumi config set retention-messaging:environment sandbox"),
        ("bundleId", "bundleId is not set; type: pulumi config set retention-messaging:bundleId com.example.app"),
        ("keyId", "no keyId to sign requests to Apple with"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    config: tuple[Emulator, dict[str, str]], left_out: str, sentence: str
) -> None:
    """A look-up without an environment, an app or a key id raises RunError, which names what is missing."""
    _, settings = config
    del settings[f"retention-messaging:{left_out}"]

    with pytest.raises(pulumi.RunError, match=sentence):
        ask(settings, retention.list_messages)


def test_a_key_that_apple_refuses_is_one_line(config: tuple[Emulator, dict[str, str]]) -> None:
    """A look-up with a key that Apple refuses raises RunError with Apple's 401 and the advice to check the key."""
    _, settings = config
    settings["retention-messaging:keyId"] = "AAAAAAAAAA"

    with pytest.raises(pulumi.RunError, match=r"^Apple refused to get message list: 401 .*; check that the key is"):
        ask(settings, retention.list_messages)
