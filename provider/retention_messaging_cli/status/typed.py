"""Commands to type next, with the options that were typed."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Typed:
    """The options of `status` and `prune` that say what is looked at."""

    stack: str | None
    cwd: Path
    state: Sequence[Path] = ()
    products: Sequence[str] = ()
    locales: Sequence[str] = ()

    def ours(self, *words: str) -> str:
        """A command of ours with the same options."""
        options = {
            "--stack": [self.stack] if self.stack else [],
            "--cwd": self._folder,
            "--state": map(str, self.state),
            "--product": self.products,
            "--locale": self.locales,
        }
        again = (word for option, values in options.items() for value in values for word in (option, value))
        return shlex.join(["retention-messaging", *words, *again])

    def pulumi(self, command: str, stack: str) -> str:
        """A command of Pulumi's on the stack that was named, else on this one."""
        folder = [word for each in self._folder for word in ("--cwd", each)]
        return shlex.join(["pulumi", command, "--stack", self.stack or stack, *folder])

    @property
    def _folder(self) -> list[str]:
        return [] if self.cwd == Path() else [str(self.cwd)]
