"""The settings of the stack that is to have what is adopted."""

from pathlib import Path

from retention_messaging_cli.account import Account
from retention_messaging_provider.remedies import config_set
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.settings import CREDENTIALS, NAMESPACE


def recordable_location(account: Account) -> Location:
    """The app and environment. Raises Failure where an import file cannot have them."""
    location = account.location()
    if location.base_url and "baseUrl" in account.secrets:
        raise Failure(
            f"{NAMESPACE}:baseUrl is a secret in the config, and an import file would have it in clear; "
            "set it without --secret, and with it again after pulumi import"
        )
    return location


def config_of(account: Account, location: Location, cwd: Path) -> dict[str, str]:
    """The config of the new stack: the app, and what the old one's config has that is no secret."""
    found = {"environment": location.environment, "bundleId": location.bundle_id, "baseUrl": location.base_url}
    for key in CREDENTIALS:
        if key != "privateKey" and key not in account.settings.from_environment | account.secrets:
            found[key] = account.value(key)
    if path := found.get("privateKeyPath"):
        found["privateKeyPath"] = path if path.startswith("~") else str((cwd / path).resolve())
    return {f"{NAMESPACE}:{key}": value for key, value in found.items() if value}


def commands_for_secrets(account: Account) -> list[str]:
    """The commands that set what the old one's config has as a secret."""
    secrets = account.secrets - account.settings.from_environment
    return [config_set(key, is_secret=True) for key in CREDENTIALS if key in secrets]
