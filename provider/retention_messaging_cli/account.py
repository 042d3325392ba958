"""Whose account: the settings of a stack, or of the environment, as the provider reads them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retention_messaging_cli import pulumi_cli
from retention_messaging_cli.options import cwd_option, stack_option
from retention_messaging_cli.progress import tell
from retention_messaging_cli.remedies import OfAStack, OfVariables
from retention_messaging_provider.remedies import Remedies
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.location import Location, location_failures
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.rules import CheckFailure
from retention_messaging_provider.settings import KEYS, NAMESPACE, Settings, environment_variable

SECRET = "[secret]"  # noqa: S105 - what is shown in place of one


def account_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --stack and --cwd, as the parameters `stack` (a name, or None) and `cwd` (a Path)."""
    cwd = cwd_option("The folder of the Pulumi program.")
    stack = stack_option("The stack whose settings are read; without it, environment variables.")
    return stack(cwd(command))


@dataclass(frozen=True)
class Account:
    """
    Settings, and where each was found.

    stack: whose config was read, None for none
    secrets: the keys that the config has as secrets
    cwd: the folder of the program
    configured: the keys that the config has
    """

    settings: Settings
    stack: str | None = None
    secrets: frozenset[str] = frozenset()
    cwd: Path = Path()
    configured: frozenset[str] = frozenset()

    @classmethod
    def read(cls, stack: str | None, cwd: Path) -> "Account":
        """
        Read the config of a stack and the environment, or without a stack the environment alone.

        Raises Failure where the Pulumi CLI cannot read the config.
        """
        config = _config_of(stack, cwd) if stack else {}
        remedies = OfAStack(stack, cwd) if stack else OfVariables()
        settings = Settings.read(lambda key: config.get(key, {}).get("value"), remedies=remedies)
        secrets = frozenset(key for key, each in config.items() if each.get("secret"))
        return cls(settings, stack, secrets, cwd, frozenset(config))

    def origin(self, key: str) -> str:
        """Where a setting was found, "" where it was not."""
        if key in self.settings.from_environment:
            return f"the environment variable {environment_variable(key)}"
        is_configured = key in self.configured and self.value(key) is not None
        return f"the config of stack {self.stack}" if is_configured else ""

    def value(self, key: str) -> str | None:
        """A setting as it may be shown, or None; of a base URL, which may hold a secret, its host."""
        value: str | None = getattr(self.settings, _FIELDS[key])
        if value is None:
            return None
        if key == "privateKey" or key in self.secrets:
            return SECRET
        return _host(value) if key == "baseUrl" else value

    def found(self) -> list[str]:
        """The keys of all settings that were found somewhere."""
        return [key for key in KEYS if self.origin(key)]

    def wrong(self) -> list[CheckFailure]:
        """All of the settings that cannot be right, and an environment or an app that is not set."""
        props = {"environment": self.settings.environment, "bundleId": self.settings.bundle_id}
        return list(location_failures(self.settings, {}, props))

    @property
    def remedies(self) -> Remedies:
        """What sets a setting where these were looked for."""
        return self.settings.remedies

    def refuse_key_in_clear(self) -> None:
        """Raise Failure where the stack's config has the key in clear text, as a program does."""
        is_configured = self.settings.private_key is not None and "privateKey" not in self.settings.from_environment
        if is_configured and "privateKey" not in self.secrets:
            raise Failure(
                f"{NAMESPACE}:privateKey is in the config of stack {self.stack} in clear text; "
                f"revoke the key if that file was shared, and {self.remedies.to_type('privateKey')}"
            )

    def location(self) -> Location:
        """The app and the environment. Raises Failure, with all that is missing or cannot be right."""
        self.refuse_key_in_clear()
        if wrong := self.wrong():
            is_missing = any(not self.origin(each.property) for each in wrong)
            elsewhere = [f"or {WITHOUT_STACK}"] if is_missing and not self.stack else []
            raise Failure("; ".join([*(f"{each.property} {each.reason}" for each in wrong), *elsewhere]))
        settings = self.settings
        return Location(str(settings.environment), str(settings.bundle_id), settings.recorded_base_url)

    def open(self, report: Callable[[str], None] = tell) -> Run:
        """
        Open a run for these settings: `run.apple` asks Apple as the provider does. Close it at the end.

        report: gets a line for every wait

        Raises SettingsError where there is no key that could sign a request.
        """
        self.settings.credentials()
        return Run(self.settings, report=report)


WITHOUT_STACK = f"add --stack <name> to read a stack's config, or set {environment_variable('environment')} and so on"
"""What to do where something is missing and no stack was named."""

_FIELDS = {key: environment_variable(key).removeprefix("RETENTION_MESSAGING_").lower() for key in KEYS}
"""Key → its field of Settings."""


def _host(base_url: str) -> str:
    from retention_messaging_provider.api import address  # noqa: PLC0415 - reads a URL with httpx, which is slow

    url = address.parse(base_url)
    return address.origin(url) if url and "@" not in base_url else SECRET


def _config_of(stack: str, cwd: Path) -> Mapping[str, Mapping[str, Any]]:
    """Our part of a stack's config, in clear: key without its namespace → value, secret."""
    printed = pulumi_cli.ask("config", "--json", "--show-secrets", "--stack", stack, cwd=cwd)
    prefix = f"{NAMESPACE}:"
    return {key.removeprefix(prefix): each for key, each in json.loads(printed).items() if key.startswith(prefix)}
