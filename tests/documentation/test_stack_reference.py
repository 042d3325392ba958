"""The page of messages, and that of the registry: one stack reads what another may show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import CLI, NO_CLI, ProgramStack
from documentation.pages import blocks
from engine.found import CHECKOUT
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from pathlib import Path

(MESSAGES,) = (text for _, text in blocks("python", [CHECKOUT / "docs/_index.md"]))
(SERVER,) = (text for _, text in blocks("python", [CHECKOUT / "docs/resources/message.md"]) if "StackReference" in text)


@NO_CLI
@pytest.mark.long
def test_another_stack_reads_what_may_be_shown(tmp_path: Path) -> None:
    """The stack on the page of messages exports the message that the stack on the registry's page may show."""
    (tmp_path / "Pulumi.yaml").write_text("name: retention\nruntime: python\n")
    apple = Emulator()
    assert CLI
    with apple.serve() as server, ProgramStack(CLI, apple, server.url, tmp_path, "production") as stack:
        stack.write("__main__.py", MESSAGES)
        stack.up()
        apple.approve()
        stack.up()
        shown = stack.outputs("stay-en")["approvedIdentifier"]

        stack.run("stack", "init", "server")
        stack.write("__main__.py", SERVER)
        stack.up()

        assert stack.run("stack", "output", "identifier").stdout.split() == [shown]
        assert apple.production.default_message("com.example.monthly", "en-US") == shown
