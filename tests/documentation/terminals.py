"""What the reader of a recipe has before its first line: a terminal, a key, and a stack of the emulator's."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from documentation.pages import blocks, commands
from documentation.test_get_started import Terminal

if TYPE_CHECKING:
    from engine.found import Engine
    from retention_messaging_emulator.credentials import Credentials


def typed(page: Path) -> list[list[str]]:
    """What a page types, block by block; nobody is there to say yes."""
    answered = re.compile(r"^(pulumi (?:up|import|refresh)\b[^#]*?) *(?=#|$)")
    return [[answered.sub(r"\1 --yes ", line) for line in commands(text)] for _, text in blocks("console", [page])]


def with_the_package(folder: Path, engine: Engine | None = None) -> Terminal:
    """A terminal in a folder, in the virtual environment of these tests, with a state of its own."""
    terminal = Terminal(folder, engine)
    terminal.environment |= {
        "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{terminal.environment['PATH']}",
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "anything",
    }
    return terminal


def key_file(folder: Path, credentials: Credentials) -> str:
    """The path of a key file in a terminal's home folder, as it is typed."""
    path = folder / "keys" / f"SubscriptionKey_{credentials.key_id}.p8"
    path.parent.mkdir(exist_ok=True)
    path.write_text(credentials.private_key)
    path.chmod(0o600)
    return f"~/keys/{path.name}"


def production_settings(folder: Path, credentials: Credentials, url: str) -> dict[str, str]:
    """The settings of a production stack at an emulator."""
    return {
        "environment": "production",
        "bundleId": credentials.bundle_id,
        "issuerId": credentials.issuer_id,
        "keyId": credentials.key_id,
        "privateKeyPath": key_file(folder, credentials),
        "baseUrl": f"{url}/production",
    }


def make_stack(terminal: Terminal, name: str, settings: dict[str, str]) -> None:
    """A stack of the program in the terminal's folder."""
    terminal.type(f"pulumi stack init {name}")
    for key, value in settings.items():
        terminal.type(f"pulumi config set retention-messaging:{key} '{value}'")
