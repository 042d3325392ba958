"""Who we are to Apple: where the settings are found, how they may be written, and what cannot be right."""

import pickle
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from retention_messaging_emulator import Credentials
from retention_messaging_provider.remedies import config_set
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


ELSEWHERE = {environment_variable(key): f"{key} of the environment" for key in KEYS}


def test_a_variable_wins_for_the_credentials_alone() -> None:
    """Variables win over the stack's config for the credentials, and the config wins for the rest."""
    read = Settings.read(looked_up_in(CONFIG), ELSEWHERE)

    assert read == replace(
        FOUND,
        issuer_id="issuerId of the environment",
        key_id="keyId of the environment",
        private_key="privateKey of the environment",
        private_key_path="privateKeyPath of the environment",
    )
    assert read.from_environment == {"issuerId", "keyId", "privateKey", "privateKeyPath"}


@pytest.mark.parametrize("blank", ["", " \n", '""'])
def test_empty_text_counts_as_absent(blank: str) -> None:
    """A setting that is empty in one place is read from the other."""
    empty = dict.fromkeys(CONFIG, blank)

    assert Settings.read(looked_up_in(CONFIG), {environment_variable(key): blank for key in KEYS}) == FOUND
    assert Settings.read(looked_up_in(empty), {environment_variable(k): v for k, v in CONFIG.items()}) == FOUND


@pytest.mark.parametrize(
    ("variable", "text", "path"),
    [
        ("privateKey", "of now", None),
        ("privateKeyPath", None, "of now"),
    ],
)
def test_a_keys_text_and_its_path_are_one_choice(variable: str, text: str | None, path: str | None) -> None:
    """A private key in one variable leaves nothing of the config's in the other's place."""
    read = Settings.read(looked_up_in(CONFIG), {environment_variable(variable): "of now"})

    assert (read.private_key, read.private_key_path) == (text, path)
    assert (read.key_id, read.from_environment) == (CONFIG["keyId"], frozenset([variable]))


@pytest.mark.parametrize("written", ["{}\r", "{}\n", "\ufeff{} ", '"{}"', "'{}'\r\n", ' "{}\n" ', "\u200b{}\xa0"])
def test_what_comes_with_a_value_is_left_out(written: str) -> None:
    """Blanks, line ends and quotes around a value are no part of it, in the config and in a variable."""
    config = {key: written.format(value) for key, value in CONFIG.items()}

    assert Settings.read(looked_up_in(config), {}) == FOUND
    assert Settings.read(looked_up_in({}), {environment_variable(k): v for k, v in config.items()}) == FOUND


@pytest.mark.parametrize(
    "write",
    [
        lambda key: key.replace("\n", "\r\n"),
        lambda key: key.replace("\n", " "),
        lambda key: key.replace("\n", ""),
        lambda key: key.replace("\n", r"\n"),
        lambda key: key.replace("\n", r"\r\n"),
        lambda key: key.replace("\n", r"\\n"),
        lambda key: "'" + key.replace("\n", r"\n") + "'\r",
    ],
    ids=["CR LF", "blanks", "one line", r"\n", r"\r\n", r"\\n", "quoted"],
)
def test_a_key_may_be_written_in_one_line(write: Callable[[str], str], private_key: str, tmp_path: Path) -> None:
    """A private key signs in every form in which people have it, as a text and in a file."""
    (tmp_path / "key.p8").write_bytes(write(private_key).encode("utf-8-sig"))
    ids = {"issuerId": CONFIG["issuerId"], "keyId": CONFIG["keyId"]}

    for given in ({"privateKey": write(private_key)}, {"privateKeyPath": str(tmp_path / "key.p8")}):
        signed = Settings.read(looked_up_in({**ids, **given}), {}).credentials()
        assert load_pem_private_key(signed.private_key.encode(), None).key_size == 256  # type: ignore[union-attr]


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
    variables = " and ".join(environment_variable(key) for key in missing)

    with pytest.raises(MissingCredentials) as refused:
        given.credentials()

    assert str(refused.value) == (
        f"no {', '.join(missing)} to sign requests to Apple with; set it: {commands}; "
        f"for refresh and destroy then run pulumi up first, add --run-program, or set {variables}"
    )


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
        f"privateKeyPath is {path}, which cannot be read ({reason}); "
        "type: pulumi config set retention-messaging:privateKeyPath <folder>/SubscriptionKey_<key id>.p8; "
        "for refresh and destroy then run pulumi up first, add --run-program, or set "
        "RETENTION_MESSAGING_PRIVATE_KEY_PATH"
    )


def no_home(_: Path) -> Path:
    return Path("~nobody-of-this-name/key.p8")


@pytest.mark.parametrize("unusable", [no_home, lambda folder: folder / "\0", lambda _: Path(__file__)])
def test_every_flaw_of_a_keys_file_is_a_failure(tmp_path: Path, unusable: Callable[[Path], Path]) -> None:
    """A path that leads to no key, for whatever reason, is one failure of the path."""
    found = list(settings(private_key_path=str(unusable(tmp_path))).failures())

    assert [each.property for each in found] == ["privateKeyPath"]


WRONG = {
    "key_id": {
        CONFIG["issuerId"]: "is a UUID, as issuer ids are",
        "SubscriptionKey_2X9R4HXF34.p8": "is the key's file name; the key id is the ten characters in it",
        "AuthKey_2X9R4HXF34": "is the key's file name; the key id is the ten characters in it",
        "keys/2X9R4HXF34": "is the key's file name; the key id is the ten characters in it",
        "2X9R4 HXF34": "is no key id, which is ten letters and digits",
        "-----BEGIN PRIVATE KEY-----\nhunter2": "is no key id, which is ten letters and digits",
    },
    "issuer_id": {
        CONFIG["keyId"]: "looks like a key id; the issuer id is the UUID above the list of keys",
        CONFIG["issuerId"][:-1]: "is nearly a UUID; the issuer id is a whole one",
        CONFIG["issuerId"].replace("-", ""): "is nearly a UUID; the issuer id is a whole one",
        "Example, Inc.": "is no issuer id, which is a UUID",
    },
    "private_key": {
        "keys/SubscriptionKey_2X9R4HXF34.p8": "is the path of a key; a path is for privateKeyPath",
        "~/hunter2": "is the path of a key; a path is for privateKeyPath",
        "C:\\keys\\hunter2": "is the path of a key; a path is for privateKeyPath",
        "hunter2": "is no In-App Purchase key: it does not contain the line -----BEGIN PRIVATE KEY-----",
        "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t": "is no In-App Purchase key: it is the key's file in base64",
    },
    "private_key_path": {
        "-----BEGIN PRIVATE KEY-----\nhunter2": "is the text of a key; a text is for privateKey",
        "MIGTAgEAMBMGByqGSM49" * 8: "is the text of a key; a text is for privateKey",
    },
    "base_url": {
        "https://proxy:hunter2@proxy.example.com": "was refused: it has a user or a password in it",
        "http://hunter2.example.com": "was refused: credentials are sent unencrypted only to this machine",
    },
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
@pytest.mark.parametrize("is_variable", [False, True], ids=["config", "variable"])
def test_what_cannot_be_right_is_refused_unquoted(name: str, value: str, is_variable: bool) -> None:
    """A setting that cannot be right says what it looks like and what to do where it was found, without its value."""
    key = next(key for key in KEYS if environment_variable(key).endswith(f"_MESSAGING_{name.upper()}"))
    given = settings(**{name: value}, from_environment=frozenset([key] if is_variable else []))

    (failure,) = given.failures()

    assert failure.property == key
    assert failure.reason.startswith(WRONG[name][value])
    todo = f"set {environment_variable(key)} anew" if is_variable else f"type: {config_set(key)}"
    assert failure.reason.endswith(f"; {todo}")
    assert not re.search(rf"hunter2|{re.escape(value)}", failure.reason)


@pytest.mark.parametrize(
    "given",
    [
        Settings(),
        settings(),
        Settings(issuer_id="i", key_id="k"),
        settings(private_key_path="nowhere.p8"),
    ],
)
def test_what_is_missing_or_unusual_is_no_failure(given: Settings) -> None:
    """What is missing is no failure, and neither is an identifier of an unusual form."""
    assert list(given.failures()) == []


THEN = (
    "for refresh and destroy then run pulumi up first, add --run-program, or set RETENTION_MESSAGING_ISSUER_ID and "
    "RETENTION_MESSAGING_KEY_ID"
)


def test_credentials_that_cannot_be_right_are_not_used(private_key: str) -> None:
    """Credentials are refused with all that cannot be right of them, and with nothing else."""
    given = Settings(
        issuer_id=CONFIG["keyId"],
        key_id=CONFIG["issuerId"],
        private_key=private_key,
        base_url="nowhere",
        max_rate_limit_wait="soon",
    )

    with pytest.raises(SettingsError) as refused:
        given.credentials()

    wrong = given.failures(["issuerId", "keyId"])
    assert str(refused.value) == "; ".join([*(f"{each.property} {each.reason}" for each in wrong), THEN])


def test_a_wrong_variable_needs_no_up_first() -> None:
    """Only what was found in the config has to be recorded before a refresh sees it."""
    given = settings(key_id="keys/key", private_key="no key", from_environment=frozenset(["keyId", "privateKey"]))

    with pytest.raises(SettingsError) as refused:
        given.credentials()

    assert "pulumi up" not in str(refused.value)


ROTATION = (
    "refresh, destroy and up --refresh use the config that the last pulumi up recorded: after a change run pulumi up "
    "first, add --run-program, or set RETENTION_MESSAGING_KEY_ID and RETENTION_MESSAGING_PRIVATE_KEY"
)


@pytest.mark.parametrize(
    ("variables", "origin", "remedy"),
    [
        ((), "from the stack's config", ROTATION),
        (("keyId",), "from the stack's config and RETENTION_MESSAGING_KEY_ID", ROTATION),
        (
            ("issuerId", "keyId", "privateKey"),
            "from RETENTION_MESSAGING_ISSUER_ID and RETENTION_MESSAGING_KEY_ID and RETENTION_MESSAGING_PRIVATE_KEY",
            "the variables win over the stack's config",
        ),
    ],
)
def test_credentials_know_where_they_were_found(
    variables: tuple[str, ...], origin: str, remedy: str, private_key: str
) -> None:
    """Credentials say where each part was found, and what helps if Apple refuses them."""
    values = {**CONFIG, "privateKey": private_key}
    environ = {environment_variable(key): values[key] for key in variables}

    found = Settings.read(looked_up_in({**values, "privateKeyPath": ""}), environ).credentials()

    assert (found.origin, found.remedy) == (origin, remedy)


@pytest.mark.parametrize(("wait", "seconds"), [("0s", 0), ("30s", 30), ("10m", 600), ("1h", 3600)])
def test_a_wait_is_a_number_of_seconds_minutes_or_hours(wait: str, seconds: int) -> None:
    """A wait is a number of seconds, minutes or hours."""
    assert Settings(max_rate_limit_wait=wait).max_rate_limit_seconds() == seconds


@pytest.mark.parametrize("wait", ["10", "m", "-1m", "1.5h", "1w", "10 m", "10m\n"])
def test_any_other_wait_is_refused_with_what_to_type(wait: str) -> None:
    """Any other wait is refused with the command to type."""
    with pytest.raises(
        SettingsError,
        match=r"is no duration such as 10m; type: pulumi config set .*:maxRateLimitWait 10m; for refresh ",
    ):
        Settings(max_rate_limit_wait=wait).max_rate_limit_seconds()


def test_the_key_is_in_no_text_and_no_pickle_of_the_settings(private_key: str) -> None:
    """The settings show the key in no text, and are never pickled."""
    given = settings(private_key=private_key)

    assert private_key not in repr(given)
    with pytest.raises(TypeError, match="holds a private key and is never pickled"):
        pickle.dumps(given)


def test_all_resources_have_the_key_judged_once(tmp_path: Path) -> None:
    """What cannot be right is the same for every resource of a command: the key's file is not read for each."""
    path = tmp_path / "key.p8"
    path.write_text("no key")
    found = Settings.read({"privateKeyPath": str(path)}.get, {})

    first = found.wrong
    path.unlink()

    assert [each.property for each in first] == ["privateKeyPath"]
    assert found.wrong == first
