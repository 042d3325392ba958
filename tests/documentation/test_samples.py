"""Every code sample and every command on a page is right: it compiles, it can be typed, it is run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import click
import httpx
import pytest
import yaml  # type: ignore[import-untyped]

from acceptance.stacks import NO_CLI, ProgramStack
from documentation.pages import blocks, commands
from engine.found import CHECKOUT, STAND_IN, pulumi_cli
from retention_messaging_cli.__main__ import cli
from retention_messaging_emulator import Emulator, Switches
from retention_messaging_emulator.options import parser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYTHON = dict(blocks("python"))
PROGRAMS = {
    page: text
    for page, text in PYTHON.items()
    if "import pulumi_retention_messaging" in text and "def test_" not in text
}
TESTS = {page: text for page, text in PYTHON.items() if "def test_" in text}
TYPED = {line: page for page, text in blocks("console") for line in commands(text)}
NAMED = ("state.json", "before.json", "other-stack.json", ".retention-messaging-emulator", "the-old-program")
"""Files and folders that commands on the pages name, and that have to be there."""
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]


def ours(words: list[str]) -> None:
    """`retention-messaging`: a command and options that there are."""
    command = cli.get_command(click.Context(cli), words[1])
    assert command is not None
    command.make_context(words[1], words[2:], resilient_parsing="[OPTIONS]" in words or "FOLDER" in words)


def emulator(words: list[str]) -> None:
    parser().parse_args(words[1:])


def make(words: list[str]) -> None:
    targets = re.findall(r"^([^\s:]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)
    assert set(words[1:]) <= set(targets)


def pip(words: list[str]) -> None:
    """Of our package with an extra that there is."""
    extras = re.findall(r"pulumi-retention-messaging\[(\w+)\]", " ".join(words))
    assert words[1] == "install"
    assert set(extras) <= set(PROJECT["optional-dependencies"])


def answering() -> httpx.MockTransport:
    """A real-time server that answers as Apple wants it."""
    answer = {"message": {"messageIdentifier": "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"}}
    return httpx.MockTransport(lambda _: httpx.Response(200, json=answer))


CHECKS: dict[str, Callable[[list[str]], None]] = {
    "retention-messaging": ours,
    "retention-messaging-emulator": emulator,
    "make": make,
    "pip": pip,
}


@pytest.mark.parametrize("line", TYPED)
def test_a_command_on_a_page_can_be_typed(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command on a page is one that the shell reads, and of ours with options that there are."""
    read = subprocess.run(["bash", "-n"], input=line, text=True, capture_output=True, check=False)
    assert read.stderr == "", TYPED[line]
    words = shlex.split(re.split(r" #| && | >", line)[0])
    monkeypatch.chdir(tmp_path)
    for name in NAMED:
        (tmp_path / name).touch() if "json" in name else (tmp_path / name).mkdir()

    check = CHECKS.get(words[0].rpartition("/")[2])

    if check:
        check(words)


@NO_CLI
@pytest.mark.long
@pytest.mark.parametrize("line", [each for each in TYPED if each.startswith("pulumi ")])
def test_a_command_of_pulumis_on_a_page_exists(line: str) -> None:
    """A command of Pulumi's on a page has a name and options that the CLI knows."""
    engine = pulumi_cli()
    assert engine is not None
    words = shlex.split(line)
    names = [word for word in words[1:] if re.fullmatch(r"[a-z]+", word)][: 2 if words[1] in {"stack", "config"} else 1]

    help_ = subprocess.run([*engine.command, *names, "--help"], capture_output=True, text=True, check=True).stdout

    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert {each for each in options if not re.search(rf"{each}\b", help_)} == set()


@pytest.mark.parametrize("page", PYTHON)
def test_a_sample_compiles(page: str) -> None:
    """A sample in Python is Python."""
    compile(PYTHON[page], page, "exec")


@pytest.mark.parametrize(
    "page", [pytest.param(each, marks=() if "/message.md" in each else pytest.mark.long) for each in PROGRAMS]
)
def test_a_program_on_a_page_comes_up(page: str) -> None:
    """A program on a page comes up in sandbox as it stands there, and a second run has nothing to do."""
    apple = Emulator(transport=answering(), switches=Switches(total_requests=4, total_duration=0))
    with apple.serve() as server, ProgramStack(STAND_IN, apple, server.url, CHECKOUT / "examples/quickstart") as stack:
        stack.write("__main__.py", PROGRAMS[page])
        stack.write("images/streak.png", (CHECKOUT / "examples/bullets/images/streak.png").read_bytes())
        stack.config_set("realtimeUrl", "https://retention.example.com/apple")

        stack.up()
        stack.preview("--expect-no-changes")


@pytest.mark.parametrize(
    "page",
    [pytest.param(each, marks=[NO_CLI, pytest.mark.long] if "automation" in TESTS[each] else []) for each in TESTS],
)
def test_a_test_on_a_page_passes(page: str, tmp_path: Path) -> None:
    """A test on a page passes as it stands there, in a process of its own."""
    (tmp_path / "test_sample.py").write_text(TESTS[page])
    engine = pulumi_cli()
    path = [str(engine.folder)] if engine else []

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_sample.py"],
        cwd=tmp_path,
        env={**os.environ, "PATH": os.pathsep.join([*path, os.environ["PATH"]])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", dict(blocks("yaml")))
def test_a_workflow_on_a_page_types_what_there_is(page: str) -> None:
    """YAML on a page is YAML; what a workflow types of ours are commands that there are."""
    data = yaml.safe_load(dict(blocks("yaml"))[page])
    steps = [step for job in data.get("jobs", {}).values() for step in job["steps"]]

    for line in "\n".join(each.get("run", "") for each in steps).splitlines():
        if line.strip().startswith("retention-messaging "):
            ours(shlex.split(re.split(r" >|\|\|", line)[0]))

    assert "jobs" in data or "runtime" in data


def test_no_block_is_left_out() -> None:
    """No page of ours has a block of a language that nothing here looks at."""
    text = "\n".join(path.read_text() for path in (CHECKOUT / "docs").rglob("*.md"))

    assert set(re.findall(r"^ *```\{?(\w[\w-]*)", text, re.MULTILINE)) <= {
        *("console", "python", "sh", "yaml", "toctree", "eval-rst"),
    }
