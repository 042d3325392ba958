"""`emulator`: serves, says what to type, and where to look."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from cli_commands.command_line import PROGRAM, completed, run
from retention_messaging_cli.exit_codes import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = {"environment", "bundleId", "issuerId", "keyId", "privateKeyPath", "baseUrl"}


@contextmanager
def started(folder: Path, *options: str) -> Iterator[tuple[str, list[str]]]:
    """The URL, and the lines that it prints before it serves; Ctrl-C ends it, with 0."""
    command = [*PROGRAM, "emulator", "--port", "0", *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines: list[str] = []
        try:
            while not lines or not lines[-1].startswith("Its console is "):
                lines.append(process.stdout.readline())
                assert lines[-1], process.communicate()
            found = re.search(r"^Listening on (\S+)", "".join(lines), re.MULTILINE)
            assert found
            yield found[1], lines
        finally:
            process.send_signal(signal.SIGINT)
            left = process.communicate(timeout=120)
    assert (process.returncode, left) == (Exit.OK, ("", ""))


def test_it_serves_and_prints_what_to_type(tmp_path: Path) -> None:
    """It serves with a key of its own, and prints the commands that set all that a stack needs."""
    with started(tmp_path, "--bundle-id", "com.example.mine") as (url, lines):
        typed = [shlex.split(line) for line in lines if line.startswith("pulumi config set ")]
        settings = {key.removeprefix("retention-messaging:"): value for *_, key, value in typed}
        answer = httpx.get(f"{url}/_emulator/inventory")

    assert settings.keys() == SETTINGS
    assert (settings["bundleId"], settings["baseUrl"]) == ("com.example.mine", f"{url}/sandbox")
    assert answer.status_code == 200


def test_it_says_what_a_production_stack_needs(tmp_path: Path) -> None:
    """With production for sandbox in the first command and the last, as it says, a stack is at production."""
    with started(tmp_path) as (url, lines):
        typed = [line for line in lines if line.startswith("pulumi config set ")]
        production = [shlex.split(line.replace("sandbox", "production"))[-1] for line in typed]
        answer = httpx.get(f"{production[-1]}/inApps/v1/messaging/message/list")

    assert "type production in the place of sandbox: in the first command and in the last." in "".join(lines)
    assert ["sandbox" in line for line in typed] == [True, *[False] * (len(typed) - 2), True]
    assert (production[0], production[-1]) == ("production", f"{url}/production")
    assert answer.status_code == 401


def test_it_names_its_console_once(tmp_path: Path) -> None:
    """One of its lines has the address of the console, where a browser gets a page."""
    with started(tmp_path) as (url, lines):
        answer = httpx.get(f"{url}/_emulator/", headers={"Accept": "text/html"})

    assert answer.headers["Content-Type"].startswith("text/html")
    assert len([line for line in lines if f"{url}/_emulator/" in line]) == 1


@pytest.mark.parametrize("option", ["--prot", "--port=many", "--switch=nothing=1"])
def test_a_wrong_option_is_one_line(option: str) -> None:
    """A wrong option of the emulator is refused as one of any command is."""
    result = run("emulator", option)

    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")
    assert result.stderr.endswith("; see: retention-messaging emulator --help\n")
    assert result.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    """A port that is taken is one line with what to do."""
    with started(tmp_path) as (url, _):
        command = [*PROGRAM, "emulator", "--port", url.rpartition(":")[2]]
        second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (second.returncode, second.stderr.count("\n")) == (Exit.FAILED, 1)
    assert second.stderr.startswith("Error: cannot listen on 127.0.0.1 port ")


@pytest.mark.parametrize(
    "option", ["--port=99999", "--database=no/folder/emulator.sqlite", "--credentials-directory=a-file/keys"]
)
def test_a_place_that_cannot_be_used_is_one_line(option: str, tmp_path: Path) -> None:
    """A port that there is not, and a place that cannot be written, is one line that names the option."""
    (tmp_path / "a-file").touch()

    ended = subprocess.run([*PROGRAM, "emulator", option], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr.count("\n")) == (Exit.FAILED, 1)
    assert ended.stderr.startswith("Error: the emulator cannot start: ")
    assert option.partition("=")[0] in ended.stderr


def test_without_its_extra_it_names_the_command() -> None:
    """Without the extra one sentence has the command that installs it."""
    script = (
        "import sys; sys.modules['flask'] = None; import retention_messaging_cli.__main__ as m; m.cli(['emulator'])"
    )

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (Exit.FAILED, "", 1)
    assert ended.stderr.startswith("Error: the App Store emulator needs flask, which is an extra; install it: ")
    assert ended.stderr.endswith(": pip install 'pulumi-retention-messaging[emulator]'\n")


def test_nothing_of_the_key_is_printed(tmp_path: Path) -> None:
    """What is printed names the key's file and holds nothing of the key."""
    with started(tmp_path, "--credentials-directory", "keys") as (_, lines):
        (file,) = (tmp_path / "keys").iterdir()

    assert [line for line in lines if file.name in line]
    assert file.read_text().splitlines()[1] not in "".join(lines)


def test_a_shell_completes_its_options() -> None:
    """A shell completes the options of the emulator, as those of any command."""
    assert completed("emulator", "--port", "8081", "--app") == ["plain,--app", "plain,--app-apple-id"]
