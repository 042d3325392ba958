from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from pulumi.runtime.rpc import is_rpc_secret

from sdk.programs import SETTINGS, run
from sdk.samples import RESOURCES

KEY = "-----BEGIN PRIVATE KEY-----"


def inputs_with(config: Mapping[str, str], **more: Any) -> dict[str, Any]:
    return run(lambda: RESOURCES["RealtimeUrl"](**more), config=config).resources["it"].inputs


@pytest.mark.parametrize("name", RESOURCES)
def test_every_resource_records_where_it_lives(name: str) -> None:
    """Every resource has the stack's environment, bundle ID and base URL among its inputs."""
    config = {**SETTINGS, "retention-messaging:baseUrl": "http://127.0.0.1:8080/sandbox"}

    inputs = run(RESOURCES[name], config=config).resources["it"].inputs

    assert inputs["environment"] == "sandbox"
    assert inputs["bundleId"] == "com.example.app"
    assert inputs["baseUrl"] == "http://127.0.0.1:8080/sandbox"


@pytest.mark.parametrize("name", RESOURCES)
def test_a_resource_may_belong_to_another_app_than_the_stacks(name: str) -> None:
    """A resource with a `bundle_id` has that among its inputs instead of the stack's."""
    ran = run(lambda: RESOURCES[name](bundle_id="com.example.other"))

    assert ran.resources["it"].inputs["bundleId"] == "com.example.other"


def test_environment_variables_stand_in_for_missing_config(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment variable stands in for a setting that the stack's config lacks, and for no other."""
    monkeypatch.setenv("RETENTION_MESSAGING_ENVIRONMENT", "production")
    monkeypatch.setenv("RETENTION_MESSAGING_BUNDLE_ID", "com.example.variable")
    monkeypatch.setenv("RETENTION_MESSAGING_BASE_URL", "https://proxy.example.com")

    inputs = inputs_with({"retention-messaging:bundleId": "com.example.config"})

    assert inputs["environment"] == "production"
    assert inputs["bundleId"] == "com.example.config"
    assert inputs["baseUrl"] == "https://proxy.example.com"


def test_nothing_is_made_up_where_nothing_is_set() -> None:
    """Without any setting a RealtimeUrl has no environment, bundle ID or base URL among its inputs."""
    assert inputs_with({}).keys() == {"url", "configuredUrl", "owner"}


@pytest.mark.parametrize(
    "url",
    [
        "https://api.storekit.apple.com",
        "https://api.storekit.apple.com/",
        "https://api.storekit-sandbox.apple.com",
        "https://api.storekit-sandbox.apple.com/",
    ],
)
def test_apples_own_hosts_are_not_recorded(url: str) -> None:
    """A base URL that is one of Apple's own hosts is not among the inputs, with or without a slash at its end."""
    assert "baseUrl" not in inputs_with({**SETTINGS, "retention-messaging:baseUrl": url})


@pytest.mark.parametrize("name", RESOURCES)
def test_a_secret_setting_stays_secret(name: str) -> None:
    """A base URL that is a secret of the stack's config is a secret input, and the other settings are none."""
    config = {**SETTINGS, "retention-messaging:baseUrl": "https://proxy.example.com/hunter2"}

    ran = run(RESOURCES[name], config=config, secret_keys=("retention-messaging:baseUrl",))

    inputs = ran.resources["it"].inputs
    assert is_rpc_secret(inputs["baseUrl"])
    assert not is_rpc_secret(inputs["environment"])
    assert not is_rpc_secret(inputs["bundleId"])


def test_a_private_key_in_clear_text_is_refused() -> None:
    """A private key in clear text in the config raises RunError, which gives the command that makes it a secret."""
    config = {**SETTINGS, "retention-messaging:privateKey": KEY}

    with pytest.raises(pulumi.RunError) as refused:
        run(RESOURCES["Message"], config=config)

    assert str(refused.value) == (
        "retention-messaging:privateKey is in the stack's config in clear text, and was not used; "
        "revoke the key if that file was shared, and type: "
        "pulumi config set --secret retention-messaging:privateKey < SubscriptionKey_<key id>.p8"
    )


@pytest.mark.parametrize("name", RESOURCES)
def test_a_private_key_is_no_part_of_any_resource(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A private key, secret in the config and in an environment variable, is nowhere in a registration."""
    monkeypatch.setenv("RETENTION_MESSAGING_PRIVATE_KEY", KEY)
    config = {**SETTINGS, "retention-messaging:privateKey": KEY}

    ran = run(RESOURCES[name], config=config, secret_keys=("retention-messaging:privateKey",))

    assert KEY.encode() not in ran.resources["it"].options.SerializeToString()


def test_a_path_to_the_private_key_is_no_secret_and_not_recorded() -> None:
    """`privateKeyPath` may stand in the config in clear text, and adds nothing to the inputs."""
    config = {**SETTINGS, "retention-messaging:privateKeyPath": "SubscriptionKey_2X9R4HXF34.p8"}

    assert inputs_with(config) == inputs_with(SETTINGS)
