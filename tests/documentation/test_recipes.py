"""Recipes, typed as they stand there: a baseline, and an account that scripts have filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import NO_CLI
from documentation.pages import blocks
from documentation.terminals import make_stack, production_settings, typed, with_the_package
from engine.found import CHECKOUT
from retention_messaging_emulator import Emulator
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from pathlib import Path

DOCS = CHECKOUT / "docs"
BASELINE = DOCS / "recipes" / "baseline.md"
ADOPT = DOCS / "adopt.md"
PRODUCT, IDENTIFIER = "com.example.app.monthly", "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"
PROJECT = "name: recipe\nruntime: python\n"


@NO_CLI
@pytest.mark.long
def test_a_baseline_is_typed_as_it_stands_there(tmp_path: Path) -> None:
    """Without `show` Apple reviews the message and nobody sees it; with it, the next `pulumi up` shows it."""
    emulator = Emulator()
    ((upload, show, up),) = typed(BASELINE)
    ((_, program),) = blocks("python", [BASELINE])
    terminal = with_the_package(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "__main__.py").write_text(program)

    with emulator.serve() as server:
        make_stack(terminal, "production", production_settings(tmp_path, emulator.credentials, server.url))
        terminal.type(upload)
        assert emulator.production.inventory()["defaults"] == []
        (approved,) = emulator.approve()
        terminal.type(show)
        terminal.type(up)

    assert emulator.production.default_message("com.example.monthly", "en-US") == approved


@NO_CLI
@pytest.mark.long
def test_an_account_is_taken_over_as_it_stands_there(tmp_path: Path) -> None:
    """What a script uploaded is the stack's after the page's commands, and Apple has what it had."""
    emulator = Emulator()
    (*_, adopt), taken_over, *_ = typed(ADOPT)
    emulator.production.upload_message(IDENTIFIER, {"header": "Keep your streak", "body": "Tomorrow is day 13."})
    emulator.approve()
    emulator.production.configure_default_message(PRODUCT, "en-US", {"messageIdentifier": IDENTIFIER})
    before = emulator.production.inventory()
    terminal = with_the_package(tmp_path)

    with emulator.serve() as server:
        for name, value in production_settings(tmp_path, emulator.credentials, server.url).items():
            terminal.environment[environment_variable(name)] = value
        for command in (adopt, *taken_over):
            printed = terminal.type(command)

    assert "3 unchanged" in printed
    assert emulator.production.inventory() == before
