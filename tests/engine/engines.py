"""The engines that are here: the stand-in always, and the Pulumi CLI where it is found."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
MISSING = "the Pulumi CLI is not installed: https://www.pulumi.com/docs/install/"


@dataclass(frozen=True)
class Engine:
    """Something that does what `pulumi` does: a name, and how it is called."""

    name: str
    command: tuple[str, ...]
    folder: Path | None = None

    def __str__(self) -> str:
        return self.name


STAND_IN = Engine("stand-in", (sys.executable, str(HERE)))


@cache
def pulumi_cli() -> Engine | None:
    """The Pulumi CLI, with its version in its name: in the checkout, on PATH, or where it installs itself."""
    places = [CHECKOUT / ".pulumi" / "bin", *map(Path, os.get_exec_path()), Path.home() / ".pulumi" / "bin"]
    for folder in places:
        if (folder / "pulumi").is_file():
            version = subprocess.run([folder / "pulumi", "version"], capture_output=True, text=True, check=True).stdout
            return Engine(f"pulumi {version.strip()}", (str(folder / "pulumi"),), folder)
    return None


def engines() -> list[Engine]:
    """Every engine that is here: the stand-in always."""
    cli = pulumi_cli()
    return [STAND_IN, *([cli] if cli else [])]


def best() -> Engine:
    """The Pulumi CLI where it is found, else the stand-in."""
    return engines()[-1]
