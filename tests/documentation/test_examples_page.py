"""examples/README.md, typed as it stands there, for each example."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from acceptance.stacks import CLI_ONLY, EVERY_ENGINE
from documentation.pages import blocks, commands
from documentation.terminals import Terminal, running
from engine.found import CHECKOUT
from retention_messaging_provider.settings import KEYS, environment_variable

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = CHECKOUT / "examples" / "README.md"
EXAMPLES = sorted(each.parent.name for each in PAGE.parent.glob("*/Pulumi.yaml"))
INSTALL_AND_SERVE, BEGIN, LIFE, PRODUCTION, REVIEW, NO_TEST, *TESTED, AUTOMATION = (
    list(commands(text)) for _, text in blocks("console", [PAGE])
)
TRUST, WITHOUT_TEST, WORKER, TEST = TESTED
BEFORE_UP = {"production-ready": NO_TEST}
ADDRESS = "http://localhost:8080"


@pytest.fixture
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Terminal:
    """In a folder with what a checkout has, `.venv` being the environment of these tests; `pulumi` is an engine."""
    for name, place in {"examples": PAGE.parent, ".venv": Path(sys.prefix)}.items():
        (tmp_path / name).symlink_to(place)
    return Terminal(tmp_path, request.param)


class Served:
    """The emulator that a second terminal serves: its address, and what it printed to type."""

    def __init__(self, printed: str) -> None:
        self.url = re.findall(r"^Listening on (\S+)", printed, re.MULTILINE)[0]
        self.settings = re.findall(r"^pulumi config set .*", printed, re.MULTILINE)

    def inventory(self) -> str:
        return httpx.get(f"{self.url}/_emulator/inventory").text

    def is_empty(self) -> bool:
        apps: list[dict[str, Any]] = httpx.get(f"{self.url}/_emulator/inventory").json()["apps"]
        kinds = ("images", "messages", "defaults", "realtimeURL")
        return bool(apps) and not any(app[kind] for app in apps for kind in kinds)


@contextmanager
def served(terminal: Terminal, serve: str = INSTALL_AND_SERVE[-1]) -> Iterator[Served]:
    """The page's command that serves, in a terminal of its own, on a port that is free."""
    with terminal.other(f"{serve} --port 0") as printed:
        yield Served(printed)


@pytest.mark.long
@pytest.mark.parametrize("terminal", EVERY_ENGINE, indirect=True)
@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_run_as_its_reader_is_told(terminal: Terminal, example: str) -> None:
    """An example comes up, follows the edit, and is destroyed, by the commands of the page in their order."""
    up, edit, up_again, *rest = LIFE
    with served(terminal) as emulator:
        for command in (*(each.replace("quickstart", example) for each in BEGIN), *emulator.settings):
            terminal.type(command)
        for command in (*BEFORE_UP.get(example, []), up):
            terminal.type(command)
        made = emulator.inventory()
        for command in (edit, up_again):
            terminal.type(command)
        edited = emulator.inventory()
        for command in rest:
            terminal.type(command)

        assert ("12 days" in made, "twelve days" in made) == (True, False)
        assert ("12 days" in edited, "twelve days" in edited) == (False, True)
        assert emulator.is_empty()


@pytest.mark.long
@pytest.mark.parametrize("terminal", EVERY_ENGINE, indirect=True)
def test_production_is_reviewed_as_its_reader_is_told(terminal: Terminal) -> None:
    """The production stack waits for the approval that the page types, and has it afterwards."""
    with served(terminal) as emulator:
        settings = [each.replace("sandbox", "production") for each in emulator.settings]
        for command in (*BEGIN, *PRODUCTION, *settings):
            terminal.type(command)
        passed, up, approve, up_again = (each.replace(ADDRESS, emulator.url) for each in REVIEW)

        terminal.type(passed)
        assert "waits for Apple's review" in terminal.type(up)
        terminal.type(approve)
        assert "approved" in terminal.type(up_again)


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return str(listening.getsockname()[1])


@pytest.mark.long
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
@pytest.mark.parametrize("terminal", CLI_ONLY, indirect=True)
def test_a_server_is_tested_as_its_reader_is_told(terminal: Terminal, tmp_path: Path) -> None:
    """Apple's performance test of the Worker passes, by the commands of the page."""
    certificate, serve = TRUST
    port = free_port()
    terminal.type(certificate)
    with served(terminal, serve) as emulator:
        *copy, install, fetch, run = (each.replace(ADDRESS, emulator.url) for each in WORKER)
        begin = (each.replace("quickstart", "production-ready") for each in BEGIN)
        for command in (*begin, *emulator.settings, *NO_TEST, *WITHOUT_TEST):
            terminal.type(command.replace("8787", port))
        (tmp_path / "third").mkdir()
        third = Terminal(tmp_path / "third")
        third.folder = tmp_path
        for command in copy:
            third.type(command)
        if subprocess.run(["bash", "-c", install], cwd=third.folder, env=third.environment, check=False).returncode:
            pytest.skip("npm reaches no registry")
        third.type(fetch)
        with running(f"{run} --port {port}", third.folder, third.environment):
            answers(f"https://localhost:{port}", tmp_path / "server.pem")
            for command in TEST:
                tested = terminal.type(command)

    assert '"result":"PASS"' in tested


def answers(url: str, certificate: Path) -> None:
    """Wait until a server answers whatever it is asked."""
    trust = ssl.create_default_context(cafile=certificate)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            httpx.get(url, verify=trust)
            return
        time.sleep(1)


@pytest.mark.long
@pytest.mark.parametrize("terminal", CLI_ONLY, indirect=True)
def test_automation_is_run_as_its_reader_is_told(terminal: Terminal) -> None:
    """The Automation API's example comes up, follows another header, and is destroyed, by the commands of the page."""
    variables = {f"retention-messaging:{key}": environment_variable(key) for key in KEYS}
    with served(terminal) as emulator:
        printed = {variables[key]: value for *_, key, value in map(shlex.split, emulator.settings)}
        exported = [
            re.sub(
                r"^export (RETENTION_MESSAGING_\w+)=.*", lambda found: f"export {found[1]}={printed[found[1]]}", each
            )
            for each in AUTOMATION
        ]
        for command in exported[:-1]:
            terminal.type(command)
            if "HEADER=" in command:
                assert "One moment" in emulator.inventory()
        assert not emulator.is_empty()
        terminal.type(exported[-1])

        assert printed.keys() <= set(re.findall(r"RETENTION_MESSAGING_\w+", " ".join(AUTOMATION)))
        assert emulator.is_empty()
