"""
Who we are to Apple: the stack's config, and environment variables.

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

For the credentials (issuerId, keyId, privateKey or privateKeyPath) a variable that is set wins over the config, and for
the rest the config wins. In `refresh` and `destroy` Pulumi hands a provider the config that the last `up` recorded, and
nothing tells the two apart: only a variable is certain to be of now.

`RETENTION_MESSAGING_DEBUG=1` shows every request, without credentials, and the traceback of every error.
"""

import os
import string
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from retention_messaging_provider import rules
from retention_messaging_provider.api import BASE_URLS, Credentials
from retention_messaging_provider.api.auth import NeverPickled
from retention_messaging_provider.remedies import (
    CREDENTIALS,
    NAMESPACE,
    OF_A_PROGRAM,
    Remedies,
    environment_variable,
    snake_case,
)
from retention_messaging_provider.rules import CheckFailure
from retention_messaging_provider.setting_flaws import FLAWS, key_in, unreadable, with_newlines

__all__ = [
    "CREDENTIALS",
    "KEYS",
    "NAMESPACE",
    "MissingCredentials",
    "Settings",
    "SettingsError",
    "environment_variable",
]

KEYS = ("environment", "bundleId", *CREDENTIALS, "baseUrl", "maxRateLimitWait")
PRIVATE_KEY = ("privateKey", "privateKeyPath")  # two ways to give one thing

BLANKS = f"{string.whitespace}\xa0\u200b\ufeff"
"""What comes with a value that is copied, or written by an editor or a shell, and is never a part of it."""


class SettingsError(Exception):
    """A setting is missing or unusable; the message names it and the command to type."""


@dataclass(frozen=True)
class Settings(NeverPickled):
    """
    One stack's settings as they were found; what is missing is None until somebody needs it.

    from_environment: the keys whose value an environment variable had
    remedies: what to type where one is missing or wrong
    """

    environment: str | None = None
    bundle_id: str | None = None
    issuer_id: str | None = None
    key_id: str | None = None
    private_key: str | None = field(default=None, repr=False)
    private_key_path: str | None = None
    base_url: str | None = field(default=None, repr=False)
    max_rate_limit_wait: str = "10m"
    debug: bool = False
    from_environment: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    remedies: Remedies = field(default=OF_A_PROGRAM, repr=False, compare=False)

    @classmethod
    def read(
        cls,
        config: Callable[[str], str | None],
        environ: Mapping[str, str] = os.environ,
        remedies: Remedies = OF_A_PROGRAM,
    ) -> "Settings":
        """
        Look every setting up: `config` gets a bare key such as `bundleId`, `environ` has the variables.

        Blanks and quotes around a value are left out, and empty text counts as absent. A private key may have its
        newlines written out. Nothing is judged here.
        """
        configured = _found(config)
        variables = _found(lambda key: environ.get(environment_variable(key)))
        if not variables.keys().isdisjoint(PRIVATE_KEY):
            configured = {key: value for key, value in configured.items() if key not in PRIVATE_KEY}
        winning = {key: value for key, value in variables.items() if key in CREDENTIALS or key not in configured}
        found: dict[str, str] = {snake_case(key): value for key, value in {**configured, **winning}.items()}
        debug = environ.get(environment_variable("debug"), "") not in ("", "0")
        return cls(**found, debug=debug, from_environment=frozenset(winning), remedies=remedies)

    @property
    def recorded_base_url(self) -> str | None:
        """The base URL that resources record: None when it is Apple's own."""
        url = self.base_url.rstrip("/") if self.base_url else None
        return None if url in BASE_URLS.values() else url

    @cached_property
    def wrong(self) -> tuple[CheckFailure, ...]:
        """All of them that cannot be right, judged once: every resource of a plan asks."""
        return tuple(self.failures())

    def failures(self, keys: Collection[str] = KEYS) -> Iterator[CheckFailure]:
        """Which of these are there and cannot be right, without what may be a secret; the key's file is read."""
        values = {
            "issuerId": self.issuer_id,
            "keyId": self.key_id,
            "privateKey": self.private_key,
            "privateKeyPath": None if self.private_key else self.private_key_path,
            "baseUrl": self.base_url,
            "maxRateLimitWait": self.max_rate_limit_wait,
        }
        for key, value in values.items():
            if key in keys and value is not None and (flaw := FLAWS[key](value)):
                yield CheckFailure(key, f"{flaw}; {self._to_set(key)}")

    def _to_set(self, key: str) -> str:
        """What to do to set it where it was found."""
        is_variable = key in self.from_environment
        return f"set {environment_variable(key)} anew" if is_variable else self.remedies.to_type(key)

    def credentials(self) -> Credentials:
        """
        The key that signs requests. Raises SettingsError, naming what to type, when a part is missing or cannot be
        right, or when the key's file cannot be read.
        """
        key = self.private_key or self.private_key_path
        parts = {"issuerId": self.issuer_id, "keyId": self.key_id, "privateKey": key}
        if missing := [name for name, value in parts.items() if value is None]:
            raise MissingCredentials(missing, self.remedies)
        self._refuse(CREDENTIALS)
        return Credentials(
            key_id=str(self.key_id),
            issuer_id=str(self.issuer_id),
            private_key=self.private_key or self._key_file(),
            origin=f"from {' and '.join(self._sources())}",
            remedy=VARIABLES_WIN if self._sources()[0] != CONFIG else self.remedies.rotation(),
        )

    def _key_file(self) -> str:
        try:
            return key_in(str(self.private_key_path))
        except FileNotFoundError as error:
            reason = f"{unreadable(str(self.private_key_path), error)}; {self._to_set('privateKeyPath')}"
            raise self._error([CheckFailure("privateKeyPath", reason)]) from None

    def _sources(self) -> list[str]:
        """Where the credentials come from: the config first, then each variable."""
        needed = ("issuerId", "keyId", "privateKey" if self.private_key else "privateKeyPath")
        variables = [environment_variable(key) for key in needed if key in self.from_environment]
        return variables if len(variables) == len(needed) else [CONFIG, *variables]

    def max_rate_limit_seconds(self) -> float:
        """`maxRateLimitWait` in seconds. Raises SettingsError when it is not a duration."""
        self._refuse(["maxRateLimitWait"])
        return rules.seconds(self.max_rate_limit_wait) or 0

    def _refuse(self, keys: Collection[str]) -> None:
        if wrong := list(self.failures(keys)):
            raise self._error(wrong)

    def _error(self, wrong: list[CheckFailure]) -> SettingsError:
        sentences = [f"{each.property} {each.reason}" for each in wrong]
        configured = [each.property for each in wrong if each.property not in self.from_environment]
        afterwards = self.remedies.afterwards(configured) if configured else ""
        return SettingsError("; ".join(filter(None, [*sentences, afterwards])))


CONFIG = "the stack's config"
VARIABLES_WIN = "the variables win over the stack's config"


class MissingCredentials(SettingsError):
    """Apple has to be called and there is nothing to sign with."""

    def __init__(self, missing: list[str], remedies: Remedies = OF_A_PROGRAM) -> None:
        commands = [remedies.command(key) for key in missing]
        halves = (f"no {', '.join(missing)} to sign requests to Apple with", f"set it: {'; '.join(commands)}")
        super().__init__("; ".join(filter(None, [*halves, remedies.afterwards(missing)])))


def _found(look_up: Callable[[str], str | None]) -> dict[str, str]:
    """What is there, without what is around it."""
    found = {key: _bare(look_up(key) or "") for key in KEYS}
    found["privateKey"] = with_newlines(found["privateKey"])
    return {key: value for key, value in found.items() if value}


def _bare(value: str) -> str:
    value = value.strip(BLANKS)
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip(BLANKS) if is_quoted else value
