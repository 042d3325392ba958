"""Whose account a command looks at, and what it shows of the settings."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli_commands.command_line import fake_pulumi, settings_of
from engine.engines import MISSING, pulumi_cli
from retention_messaging_cli.account import Account
from retention_messaging_emulator import Credentials, Emulator
from retention_messaging_provider.api import Unauthorized
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.ledger import MESSAGE
from retention_messaging_provider.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

CLI = pulumi_cli()
CREDENTIALS = Credentials.make()
URL = "https://proxy.example.com"
CONFIG = {
    "retention-messaging:environment": {"value": "sandbox", "secret": False},
    "retention-messaging:bundleId": {"value": "com.example.app", "secret": False},
    "retention-messaging:issuerId": {"value": CREDENTIALS.issuer_id, "secret": False},
    "retention-messaging:keyId": {"value": CREDENTIALS.key_id, "secret": False},
    "retention-messaging:privateKey": {"value": CREDENTIALS.private_key, "secret": True},
    "retention-messaging:baseUrl": {"value": "https://proxy.example.com/a-token", "secret": False},
    "other:environment": {"value": "production", "secret": False},
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in settings_of(CREDENTIALS, ""):
        monkeypatch.delenv(key, raising=False)


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, object]], None]:
    """Give the stack `sandbox` a config."""

    def config_is(config: dict[str, object]) -> None:
        script = f"assert '--stack sandbox' in ' '.join(arguments)\nprint({json.dumps(json.dumps(config))})"
        for name, value in fake_pulumi(tmp_path, script).items():
            monkeypatch.setenv(name, value)

    return config_is


def test_a_stacks_config_is_read_with_its_secrets(configure: Callable[[object], None]) -> None:
    """The settings of a stack are those of its config, of our namespace only."""
    configure(CONFIG)

    account = Account.read("sandbox", Path())

    assert account.location().bundle_id == "com.example.app"
    assert account.settings.private_key == CREDENTIALS.private_key.strip()
    assert account.origin("keyId") == "the config of stack sandbox"
    assert account.origin("privateKeyPath") == ""
    assert (account.value("maxRateLimitWait"), account.origin("maxRateLimitWait")) == ("10m", "")


def test_a_variable_wins_for_the_credentials(
    configure: Callable[[object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable for a credential wins over the config, and is named as the origin."""
    configure(CONFIG)
    monkeypatch.setenv("RETENTION_MESSAGING_KEY_ID", "OTHERKEYID")

    account = Account.read("sandbox", Path())

    assert account.value("keyId") == "OTHERKEYID"
    assert account.origin("keyId") == "the environment variable RETENTION_MESSAGING_KEY_ID"


def test_no_secret_is_shown(configure: Callable[[object], None]) -> None:
    """Neither the key, nor what the config has as a secret, nor the path of a base URL is shown."""
    configure({**CONFIG, "retention-messaging:issuerId": {"value": CREDENTIALS.issuer_id, "secret": True}})

    account = Account.read("sandbox", Path())

    assert (account.value("privateKey"), account.value("issuerId")) == ("[secret]", "[secret]")
    assert account.value("baseUrl") == "https://proxy.example.com"
    assert CREDENTIALS.issuer_id not in repr(account.value("issuerId"))


def test_a_key_in_clear_text_is_refused(configure: Callable[[object], None]) -> None:
    """A key that the config has in clear text is refused, as a program refuses it."""
    configure({**CONFIG, "retention-messaging:privateKey": {"value": CREDENTIALS.private_key, "secret": False}})

    with pytest.raises(
        Failure, match=r"in clear text; revoke the key .* type: pulumi config set --secret --stack sandbox "
    ) as refused:
        Account.read("sandbox", Path()).location()

    assert CREDENTIALS.private_key not in str(refused.value)


def test_without_a_stack_what_is_missing_names_both_ways() -> None:
    """Without a stack and without variables a location is refused with both ways to give it."""
    with pytest.raises(
        Failure, match=r"environment is not set; .* add --stack <name> .*RETENTION_MESSAGING_ENVIRONMENT"
    ):
        Account.read(None, Path()).location()


def test_a_variable_that_is_wrong_is_no_reason_to_name_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every variable is set and one is wrong, that one is to be set anew, and nothing is said of a stack."""
    for name, value in (settings_of(CREDENTIALS, URL) | {"RETENTION_MESSAGING_PRIVATE_KEY": "no key"}).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(Failure, match=r"^privateKey .*; set RETENTION_MESSAGING_PRIVATE_KEY anew$"):
        Account.read(None, Path()).location()


@pytest.mark.parametrize(
    ("stack", "cwd", "command"),
    [
        ("sandbox", "", "type: pulumi config set --stack sandbox retention-messaging:bundleId com.example.app"),
        ("sandbox", "a b", "pulumi config set --stack sandbox --cwd '{}/a b' retention-messaging:bundleId"),
        (None, "", "bundleId is not set; set RETENTION_MESSAGING_BUNDLE_ID to com.example.app; or add --stack"),
    ],
)
def test_what_to_type_is_for_the_stack_that_was_asked_for(
    stack: str | None, cwd: str, command: str, configure: Callable[[object], None], tmp_path: Path
) -> None:
    """A command that sets a setting names the stack and its folder; without a stack it is a variable."""
    configure({})
    folder = tmp_path / cwd if cwd else Path()
    folder.mkdir(exist_ok=True)

    with pytest.raises(Failure) as refused:
        Account.read(stack, folder).location()

    assert command.format(tmp_path) in str(refused.value)


@pytest.mark.parametrize("stack", ["sandbox", None])
def test_a_key_that_is_missing_is_said_before_apple_is_asked(
    stack: str | None, configure: Callable[[object], None]
) -> None:
    """Without a key nothing is opened, and nothing is said of other commands of Pulumi's."""
    configure({})

    with pytest.raises(SettingsError, match="no issuerId, keyId, privateKey to sign requests") as refused:
        Account.read(stack, Path()).open()

    assert "refresh" not in str(refused.value)
    assert ("--secret --stack sandbox" if stack else "set RETENTION_MESSAGING_PRIVATE_KEY") in str(refused.value)


def test_it_asks_apple_as_the_provider_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client goes where the settings point, and is signed for it."""
    with Emulator(credentials=CREDENTIALS).serve() as server:
        for name, value in settings_of(CREDENTIALS, server.url).items():
            monkeypatch.setenv(name, value)
        account = Account.read(None, Path())
        run = account.open()

        assert run.apple.uploads(account.location(), MESSAGE).state("none") is None

        run.close()


def test_a_refused_key_names_the_stack_and_its_config(configure: Callable[[object], None]) -> None:
    """Where Apple refuses the key, the command names this stack's config, and no other command of Pulumi's."""
    with Emulator(credentials=Credentials.make()).serve() as server:
        configure({**CONFIG, "retention-messaging:baseUrl": {"value": f"{server.url}/sandbox", "secret": False}})
        account = Account.read("sandbox", Path())
        run = account.open()

        with pytest.raises(Unauthorized, match=r"stack's config\); .*pulumi config --stack sandbox") as refused:
            run.apple.uploads(account.location(), MESSAGE).state("none")

        assert "--run-program" not in str(refused.value)
        run.close()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (
            "sys.exit(print('error: no stack named sandbox found', file=sys.stderr) or 255)",
            r"pulumi config --json: no stack named sandbox found; name one of these with --stack: pulumi stack ls",
        ),
        (
            "sys.exit(print('error: rate limited', file=sys.stderr) or 255)",
            r"pulumi config --json: rate limited; check --stack and --cwd",
        ),
        ("sys.exit(255)", r"pulumi config --json: failed without a reason; "),
        ("sys.exit(print('[1') or 255)", r"pulumi config --json: failed without a reason; "),
    ],
)
def test_what_pulumi_refuses_is_one_line(
    script: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the Pulumi CLI refuses is one line, with what to look at."""
    monkeypatch.setenv("PATH", fake_pulumi(tmp_path, script)["PATH"])

    with pytest.raises(Failure, match=sentence):
        Account.read("sandbox", Path())


NOT_YAML, NO_PROJECT, PROJECT = "[[[", "[1]", "name: one\nruntime: python\n"
BROKEN = {
    "no project": ({}, "name the folder with Pulumi.yaml with --cwd"),
    "a project that is no YAML": ({"Pulumi.yaml": NOT_YAML}, "correct that file"),
    "a project of another form": ({"Pulumi.yaml": NO_PROJECT}, "correct that file"),
    "no such stack": ({"Pulumi.yaml": PROJECT}, "pulumi stack ls"),
    "no backend": ({"Pulumi.yaml": PROJECT}, "set PULUMI_BACKEND_URL to a folder that is there"),
}


@pytest.mark.skipif(CLI is None, reason=MISSING)
@pytest.mark.parametrize("name", BROKEN)
def test_what_the_real_cli_refuses_has_its_remedy(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the real CLI says of a broken folder, stack or backend ends with what to do about that."""
    assert CLI
    files, remedy = BROKEN[name]
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    backend = tmp_path / "backend"
    if name != "no backend":
        backend.mkdir()
    monkeypatch.setenv("PATH", f"{CLI.folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PULUMI_BACKEND_URL", backend.as_uri())

    with pytest.raises(Failure, match=remedy):
        Account.read("sandbox", tmp_path)


def test_without_the_pulumi_cli_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the Pulumi CLI one line says where to have it from."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Failure, match=r"the Pulumi CLI was not found; install it from https://www\.pulumi\.com/"):
        Account.read("sandbox", Path())
