"""The examples of docs/command-line.md, each typed as it stands there, in the folder of a program with two stacks."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import NO_CLI
from documentation.pages import blocks, commands
from documentation.terminals import make_stack, production_settings, with_the_package
from engine.found import CHECKOUT
from retention_messaging_cli.cancel_page.screenshot import NAMES
from retention_messaging_emulator import Emulator
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from documentation.terminals import Terminal

PAGE = CHECKOUT / "docs" / "command-line.md"
EXAMPLES = [line for _, text in blocks("console", [PAGE]) for line in commands(text) if "[OPTIONS]" not in line]
NOT_TYPED = {
    "pip install": "the package is installed where a test has an environment of its own: test_get_started.py",
    "doctor --endpoint": "nobody serves retention.example.com; a server on this machine is looked at in test_server.py",
}
"""A part of an example → why it is not typed here."""
*_, ALONE = commands(next(text for _, text in blocks("console", [PAGE.with_name("emulator.md")])))
SERVES = [ALONE, *(each for each in EXAMPLES if each.startswith("retention-messaging emulator"))]
TYPED = [each for each in EXAMPLES if each not in SERVES and not any(part in each for part in NOT_TYPED)]
NAMED = "0b54ab32-1cf3-8d2e-9a6c-2f6f3c1d7e55"
SHOWN = {
    "adopt": "pulumi import",
    "doctor --json": '"checks"',
    "doctor": "ok",
    "preview": "retention-messages.html",
    "preview --stack production --output": "| locale |",
    "prune": NAMED,
    "status": "en-US",
}
"""The beginning of an example → some words that it prints; the longest that fits."""


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """In the folder of `defaults` with both stacks up, exported states, and variables of production as in a CI."""
    folder = tmp_path_factory.mktemp("examples")
    emulator = Emulator()
    emulator.production.upload_message(NAMED, {"header": "Keep your streak", "body": "Tomorrow is day 13."})
    terminal = with_the_package(folder)
    terminal.type(f"cp -r {CHECKOUT / 'examples' / 'defaults'} program && cd program")
    with emulator.serve() as server:
        settings = production_settings(folder, emulator.credentials, server.url)
        make_stack(terminal, "sandbox", {**settings, "environment": "sandbox", "baseUrl": f"{server.url}/sandbox"})
        terminal.type("pulumi up --yes")
        make_stack(terminal, "production", settings)
        terminal.type("pulumi up --yes")
        emulator.approve()
        for name in ("state", "before", "other-stack"):
            terminal.type(f"pulumi stack export --file {name}.json")
        terminal.environment |= {environment_variable(key): value for key, value in settings.items()}
        terminal.environment["GITHUB_STEP_SUMMARY"] = "summary.md"
        yield terminal


@NO_CLI
@pytest.mark.long
@pytest.mark.parametrize("example", TYPED)
def test_an_example_is_typed_as_it_stands_there(terminal: Terminal, example: str) -> None:
    """An example ends without an error, and shows what it is there for."""
    words = example.removeprefix("retention-messaging ")
    if "--png" in words and not any(map(shutil.which, NAMES)):
        pytest.skip("no Chromium is installed")
    terminal.type("rm -rf retention")

    shown = terminal.type(example.replace("pulumi up", "pulumi up --yes"))

    if ">>" in example:
        shown = terminal.type('cat "$GITHUB_STEP_SUMMARY"')
    assert SHOWN[max((each for each in SHOWN if words.startswith(each)), key=len)] in shown


@NO_CLI
@pytest.mark.long
@pytest.mark.parametrize("example", SERVES)
def test_an_emulator_is_served_as_its_example_says(example: str, tmp_path: Path) -> None:
    """An example that serves says where; here on a port that is free."""
    with with_the_package(tmp_path).other(f"{example} --port 0") as printed:
        assert printed.startswith("Listening on ")


def test_every_reason_is_of_an_example() -> None:
    """No example is left out that the page no longer has."""
    assert [part for part in NOT_TYPED if not any(part in each for each in EXAMPLES)] == []
