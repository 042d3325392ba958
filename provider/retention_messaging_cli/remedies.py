"""What a person types who gave a command of this command line wrong settings: every command reads them anew."""

import shlex
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from retention_messaging_provider.remedies import VALUES, Remedies, config_set, environment_variable


@dataclass(frozen=True)
class OfACommand(Remedies):
    """Of every command: what is set now is all that the next one reads."""

    def afterwards(self, keys: Collection[str]) -> str:
        """Nothing."""
        return ""


@dataclass(frozen=True)
class OfAStack(OfACommand):
    """
    For the config of the stack that was asked for.

    stack: its name; cwd: the folder of the program, which a command names unless it is the current one
    """

    stack: str
    cwd: Path

    def command(self, key: str, value: str = "") -> str:
        """What sets a setting."""
        return config_set(key, value, options=self._options())

    def rotation(self) -> str:
        """What helps where Apple refuses the config's key."""
        return f"or type: pulumi config {self._options()}"

    def _options(self) -> str:
        folder = [] if self.cwd == Path() else ["--cwd", str(self.cwd)]
        return shlex.join(["--stack", self.stack, *folder])


@dataclass(frozen=True)
class OfVariables(OfACommand):
    """For environment variables, where no stack was asked for."""

    def command(self, key: str, value: str = "") -> str:
        """What sets a setting."""
        example = value or VALUES[key]
        to = "" if "<" in example else f" to {example}"
        return f"set {environment_variable(key)}{to}"

    def to_type(self, key: str) -> str:
        """The same, which is no command of every shell."""
        return self.command(key)
