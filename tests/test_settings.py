"""Who we are to Apple: where the settings are found, and the error if one is missing."""

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from retention_messaging_emulator import Credentials
from retention_messaging_provider.api import KeyRefused
from retention_messaging_provider.settings import (
    KEYS,
    MissingCredentials,
    Settings,
    SettingsError,
    environment_variable,
)

CONFIG = {
    "environment": "sandbox",
    "bundleId": "com.example.app",
    "issuerId": "57246542-96fe-1a63-e053-0824d011072a",
    "keyId": "2X9R4HXF34",
    "privateKey": "the key",
    "privateKeyPath": "keys/SubscriptionKey_2X9R4HXF34.p8",
    "baseUrl": "http://localhost:8080/sandbox",
    "maxRateLimitWait": "30s",
}
TO_TYPE = {
    "issuerId": "pulumi config set retention-messaging:issuerId <issuer id>",
    "keyId": "pulumi config set retention-messaging:keyId <key id>",
    "privateKey": "pulumi config set --secret retention-messaging:privateKey < SubscriptionKey_<key id>.p8",
}
FOUND = Settings(
    environment="sandbox",
    bundle_id="com.example.app",
    issuer_id="57246542-96fe-1a63-e053-0824d011072a",
    key_id="2X9R4HXF34",
    private_key="the key",
    private_key_path="keys/SubscriptionKey_2X9R4HXF34.p8",
    base_url="http://localhost:8080/sandbox",
    max_rate_limit_wait="30s",
)


@pytest.fixture(scope="module")
def private_key() -> str:
    return Credentials.make().private_key


def looked_up_in(config: Mapping[str, str]) -> Callable[[str], str | None]:
    """The way that Pulumi answers for a stack's config."""

    def look_up(key: str) -> str | None:
        return config.get(key)

    return look_up


def settings(**given: Any) -> Settings:
    return Settings(**{"issuer_id": CONFIG["issuerId"], "key_id": CONFIG["keyId"], **given})


def test_the_stacks_config_is_read() -> None:
    """Every setting is read from the stack's config."""
    assert Settings.read(looked_up_in(CONFIG), {}) == FOUND


def test_environment_variables_are_read_where_a_key_is_absent() -> None:
    """A setting that the config does not have is read from its environment variable."""
    environ = {environment_variable(key): value for key, value in CONFIG.items()}

    assert Settings.read(looked_up_in({}), environ) == FOUND


@pytest.mark.parametrize(
    ("key", "variable"),
    [
        ("environment", "RETENTION_MESSAGING_ENVIRONMENT"),
        ("bundleId", "RETENTION_MESSAGING_BUNDLE_ID"),
        ("issuerId", "RETENTION_MESSAGING_ISSUER_ID"),
        ("keyId", "RETENTION_MESSAGING_KEY_ID"),
        ("privateKey", "RETENTION_MESSAGING_PRIVATE_KEY"),
        ("privateKeyPath", "RETENTION_MESSAGING_PRIVATE_KEY_PATH"),
        ("baseUrl", "RETENTION_MESSAGING_BASE_URL"),
        ("maxRateLimitWait", "RETENTION_MESSAGING_MAX_RATE_LIMIT_WAIT"),
    ],
)
def test_every_key_has_an_environment_variable(key: str, variable: str) -> None:
    """Every config key has its environment variable."""
    assert key in KEYS
    assert environment_variable(key) == variable


@pytest.mark.parametrize("config", [CONFIG, {**CONFIG, "keyId": ""}], ids=["config", "empty text counts as absent"])
def test_the_stacks_config_wins(config: dict[str, str]) -> None:
    """The stack's config wins over the environment, and an empty text counts as absent."""
    environ = {environment_variable(key): "from the environment" for key in KEYS}

    read = Settings.read(looked_up_in(config), environ)

    assert read.bundle_id == "com.example.app"
    assert read.key_id == (config["keyId"] or "from the environment")


def test_what_nobody_set_is_absent_and_never_defaulted() -> None:
    """What is not set is absent; only the longest wait has a default."""
    assert Settings.read(looked_up_in({}), {}) == Settings(environment=None, bundle_id=None, max_rate_limit_wait="10m")


@pytest.mark.parametrize(
    ("given", "recorded"),
    [
        (None, None),
        ("https://api.storekit.apple.com", None),
        ("https://api.storekit-sandbox.apple.com/", None),
        ("http://localhost:8080/sandbox/", "http://localhost:8080/sandbox"),
        ("https://proxy.example.com", "https://proxy.example.com"),
    ],
)
def test_a_base_url_is_recorded_unless_it_is_apples(given: str | None, recorded: str | None) -> None:
    """A base URL is recorded without its last slash, unless it is Apple's."""
    assert Settings(base_url=given).recorded_base_url == recorded


def test_the_keys_text_makes_credentials(private_key: str) -> None:
    """The text of the key makes credentials."""
    credentials = settings(private_key=private_key).credentials()

    assert (credentials.issuer_id, credentials.key_id) == (CONFIG["issuerId"], CONFIG["keyId"])
    assert credentials.private_key == private_key


def test_the_keys_file_makes_credentials(private_key: str, tmp_path: Path) -> None:
    """The file of the key makes credentials."""
    path = tmp_path / "SubscriptionKey_2X9R4HXF34.p8"
    path.write_text(private_key)

    assert settings(private_key_path=str(path)).credentials().private_key == private_key


def test_the_keys_file_is_found_in_the_users_home(
    private_key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path of the key that begins with ~ is in the user's home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "key.p8").write_text(private_key)

    assert settings(private_key_path="~/key.p8").credentials().private_key == private_key


def test_the_keys_text_wins_over_its_file(private_key: str) -> None:
    """The text of the key wins over its file."""
    given = settings(private_key=private_key, private_key_path="nowhere.p8")

    assert given.credentials().private_key == private_key


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (settings(), ["privateKey"]),
        (settings(key_id=None, private_key="the key"), ["keyId"]),
        (settings(issuer_id=None, key_id=None, private_key_path="key.p8"), ["issuerId", "keyId"]),
        (Settings(), ["issuerId", "keyId", "privateKey"]),
    ],
)
def test_missing_credentials_are_named_with_what_to_type(given: Settings, missing: list[str]) -> None:
    """Missing credentials are named with the commands to type."""
    commands = "; ".join(TO_TYPE[key] for key in missing)

    with pytest.raises(MissingCredentials) as refused:
        given.credentials()

    assert str(refused.value) == f"no {', '.join(missing)} to sign requests to Apple with; set it: {commands}"


def no_file(folder: Path) -> Path:
    return folder / "key.p8"


def a_folder(folder: Path) -> Path:
    return folder


def no_text(folder: Path) -> Path:
    (folder / "key.p8").write_bytes(b"\xff\xfe\x00\xd8")
    return folder / "key.p8"


@pytest.mark.parametrize(
    ("unusable", "reason"),
    [(no_file, "No such file or directory"), (a_folder, "Is a directory"), (no_text, "it is not a text file")],
)
def test_a_key_file_that_cannot_be_read_is_named_with_what_to_do(
    tmp_path: Path, unusable: Callable[[Path], Path], reason: str
) -> None:
    """A key file that cannot be read is named, with the reason and what to do."""
    path = unusable(tmp_path)

    with pytest.raises(SettingsError) as refused:
        settings(private_key_path=str(path)).credentials()

    assert str(refused.value) == (
        f"the key file {path} cannot be read ({reason}); "
        "set retention-messaging:privateKeyPath to the .p8 file of an In-App Purchase key"
    )


def test_a_private_key_that_is_refused_is_not_repeated() -> None:
    """The refusal of a private key does not contain it."""
    with pytest.raises(KeyRefused) as refused:
        settings(private_key="c2VjcmV0").credentials()

    assert "c2VjcmV0" not in str(refused.value)


@pytest.mark.parametrize(("wait", "seconds"), [("0s", 0), ("30s", 30), ("10m", 600), ("1h", 3600)])
def test_a_wait_is_a_number_of_seconds_minutes_or_hours(wait: str, seconds: int) -> None:
    """A wait is a number of seconds, minutes or hours."""
    assert Settings(max_rate_limit_wait=wait).max_rate_limit_seconds() == seconds


@pytest.mark.parametrize("wait", ["10", "m", "-1m", "1.5h", "1w", "10 m", "10m\n"])
def test_any_other_wait_is_refused_with_what_to_type(wait: str) -> None:
    """Any other wait is refused with the command to type."""
    with pytest.raises(SettingsError, match=r"not a duration; write .*pulumi config set .*:maxRateLimitWait 10m$"):
        Settings(max_rate_limit_wait=wait).max_rate_limit_seconds()


def test_the_key_is_in_no_text_and_no_pickle_of_the_settings(private_key: str) -> None:
    """The settings show the key in no text, and are never pickled."""
    given = settings(private_key=private_key)

    assert private_key not in repr(given)
    with pytest.raises(TypeError, match="holds a private key and is never pickled"):
        pickle.dumps(given)
