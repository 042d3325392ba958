"""What to do about a setting that is missing or wrong, as a command to type."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

NAMESPACE = "retention-messaging"
CREDENTIALS = ("issuerId", "keyId", "privateKey", "privateKeyPath")

VALUES = {
    "environment": "sandbox (or production)",
    "bundleId": "com.example.app",
    "issuerId": "<issuer id>",
    "keyId": "<key id>",
    "privateKey": "< SubscriptionKey_<key id>.p8",
    "privateKeyPath": "<folder>/SubscriptionKey_<key id>.p8",
    "baseUrl": "https://<host>",
    "maxRateLimitWait": "10m",
}
"""Key → an example of a value."""


@cache
def environment_variable(key: str) -> str:
    """The environment variable that stands in for a config key: `bundleId` → `RETENTION_MESSAGING_BUNDLE_ID`."""
    return f"RETENTION_MESSAGING_{snake_case(key).upper()}"


def snake_case(key: str) -> str:
    """`bundleId` → `bundle_id`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()


def config_set(key: str, value: str = "", *, options: str = "", is_secret: bool = False) -> str:
    """The command that sets a setting in the config of a stack; `options` are those that name the stack."""
    secret = "--secret" if is_secret or key == "privateKey" else ""
    words = ("pulumi config set", secret, options, f"{NAMESPACE}:{key}", value or VALUES[key])
    return " ".join(filter(None, words))


@dataclass(frozen=True)
class Remedies:
    """What a person types whose program Pulumi runs: the stack is the selected one."""

    def command(self, key: str, value: str = "") -> str:
        """What sets a setting."""
        return config_set(key, value)

    def to_type(self, key: str) -> str:
        """The same, as the second half of a sentence."""
        return f"type: {self.command(key)}"

    def afterwards(self, keys: Collection[str]) -> str:
        """What makes config that is set now that of `refresh` and `destroy`, too; "" for nothing."""
        variables = [environment_variable(key) for key in keys if key in CREDENTIALS]
        instead = f", add --run-program, or set {' and '.join(variables)}" if variables else " or add --run-program"
        return f"for refresh and destroy then run pulumi up first{instead}"

    def rotation(self) -> str:
        """What helps where Apple refuses the config's key, and the right one is known."""
        return (
            "refresh, destroy and up --refresh use the config that the last pulumi up recorded: after a change run "
            "pulumi up first, add --run-program, or set RETENTION_MESSAGING_KEY_ID and RETENTION_MESSAGING_PRIVATE_KEY"
        )


OF_A_PROGRAM = Remedies()
