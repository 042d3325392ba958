"""
Who we are to Apple: the stack's config first, then environment variables.

| config `retention-messaging:…` | environment variable | |
|---|---|---|
| `environment` | `RETENTION_MESSAGING_ENVIRONMENT` | `sandbox` or `production`; never defaulted |
| `bundleId` | `RETENTION_MESSAGING_BUNDLE_ID` | the app |
| `issuerId` | `RETENTION_MESSAGING_ISSUER_ID` | UUID, App Store Connect → Users and Access → Integrations |
| `keyId` | `RETENTION_MESSAGING_KEY_ID` | of an In-App Purchase key |
| `privateKey` | `RETENTION_MESSAGING_PRIVATE_KEY` | the text of the .p8 file; a secret |
| `privateKeyPath` | `RETENTION_MESSAGING_PRIVATE_KEY_PATH` | or the path of that file |
| `baseUrl` | `RETENTION_MESSAGING_BASE_URL` | the App Store emulator, or a proxy; Apple's host if absent |
| `maxRateLimitWait` | `RETENTION_MESSAGING_MAX_RATE_LIMIT_WAIT` | `30s`, `10m`, `1h`; 10 minutes if absent |

Source of the key's form: https://developer.apple.com/documentation/appstoreserverapi/creating-api-keys-to-authorize-api-requests
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from retention_messaging_provider import rules
from retention_messaging_provider.api import BASE_URLS, Credentials
from retention_messaging_provider.api.auth import NeverPickled

NAMESPACE = "retention-messaging"
KEYS = (
    "environment",
    "bundleId",
    "issuerId",
    "keyId",
    "privateKey",
    "privateKeyPath",
    "baseUrl",
    "maxRateLimitWait",
)


class SettingsError(Exception):
    """A setting is missing or unusable; the message names it and the command to type."""


def environment_variable(key: str) -> str:
    """The environment variable that stands in for a config key: `bundleId` → `RETENTION_MESSAGING_BUNDLE_ID`."""
    return "RETENTION_MESSAGING_" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).upper()


@dataclass(frozen=True)
class Settings(NeverPickled):
    """One stack's settings as they were found; what is missing is None until somebody needs it."""

    environment: str | None = None
    bundle_id: str | None = None
    issuer_id: str | None = None
    key_id: str | None = None
    private_key: str | None = field(default=None, repr=False)
    private_key_path: str | None = None
    base_url: str | None = None
    max_rate_limit_wait: str = "10m"

    @classmethod
    def read(cls, config: Callable[[str], str | None], environ: Mapping[str, str] = os.environ) -> "Settings":
        """
        Look every setting up: `config` gets a bare key such as `bundleId`; a key it does not have is looked up
        in `environ`. Empty text counts as absent. Nothing is judged here.
        """
        found = {
            re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower(): value
            for key in KEYS
            if (value := config(key) or environ.get(environment_variable(key)))
        }
        return cls(**found)

    @property
    def recorded_base_url(self) -> str | None:
        """The base URL that resources record: None when it is Apple's own."""
        url = self.base_url.rstrip("/") if self.base_url else None
        return None if url in BASE_URLS.values() else url

    def credentials(self) -> Credentials:
        """
        The key that signs requests. Raises SettingsError, naming the command to type, when a part is missing
        or the key's file cannot be read; `KeyRefused` when it is not an In-App Purchase key's form.
        """
        missing = [key for key, value in (("issuerId", self.issuer_id), ("keyId", self.key_id)) if value is None]
        if self.private_key is None and self.private_key_path is None:
            missing.append("privateKey")
        if missing:
            raise MissingCredentials(missing)
        assert self.issuer_id is not None  # noqa: S101 - for the type checker; refused above
        assert self.key_id is not None  # noqa: S101 - likewise
        return Credentials(
            key_id=self.key_id, issuer_id=self.issuer_id, private_key=self.private_key or self._key_file()
        )

    def _key_file(self) -> str:
        assert self.private_key_path is not None  # noqa: S101 - one of the two is there
        path = Path(self.private_key_path).expanduser()
        try:
            return path.read_text()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not a text file"
            raise SettingsError(
                f"the key file {self.private_key_path} cannot be read ({reason}); set "
                f"{NAMESPACE}:privateKeyPath to the .p8 file of an In-App Purchase key"
            ) from None

    def max_rate_limit_seconds(self) -> float:
        """`maxRateLimitWait` in seconds. Raises SettingsError when it is not a duration."""
        seconds = rules.seconds(self.max_rate_limit_wait)
        if seconds is None:
            raise SettingsError(
                f"maxRateLimitWait is {self.max_rate_limit_wait!r}, not a duration; "
                f"write for example: pulumi config set {NAMESPACE}:maxRateLimitWait 10m"
            )
        return seconds


class MissingCredentials(SettingsError):
    """Apple has to be called and there is nothing to sign with."""

    COMMANDS = {
        "issuerId": f"pulumi config set {NAMESPACE}:issuerId <issuer id>",
        "keyId": f"pulumi config set {NAMESPACE}:keyId <key id>",
        "privateKey": f"pulumi config set --secret {NAMESPACE}:privateKey < SubscriptionKey_<key id>.p8",
    }

    def __init__(self, missing: list[str]) -> None:
        commands = "; ".join(self.COMMANDS[key] for key in missing)
        super().__init__(f"no {', '.join(missing)} to sign requests to Apple with; set it: {commands}")
