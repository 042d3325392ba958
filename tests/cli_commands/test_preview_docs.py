"""docs/preview.md: what it says to type exists, and the comment's script runs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml  # type: ignore[import-untyped]

from engine.found import CHECKOUT
from retention_messaging_cli.__main__ import cli
from retention_messaging_cli.cancel_page.entries import Standing

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (CHECKOUT / "docs" / "preview.md").read_text()
TOOLS = ("bash", "git", "jq")


@cache
def steps() -> dict[str, Any]:
    """The steps of the workflow that have a name."""
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    workflow = yaml.safe_load(text)
    return {each["name"]: each for each in workflow["jobs"]["preview"]["steps"] if "name" in each}


def commands() -> list[str]:
    """Every command line of ours on the page, without where its output goes."""
    lines = [*re.findall(r"^\$ (.*)", PAGE, re.MULTILINE), *steps()["Draw"]["run"].splitlines()]
    return [line.partition(" > ")[0] for line in lines if line.startswith("retention-messaging")]


@pytest.mark.parametrize("line", commands())
def test_a_command_on_the_page_can_be_typed(line: str) -> None:
    """Every command line on the page has a command and options that there are."""
    _, name, *arguments = shlex.split(line)

    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    command.make_context(name, arguments, resilient_parsing=False)


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def test_every_state_is_explained() -> None:
    """The page's table has each state that a message can be in."""
    rows = re.findall(r"^\| (\w+) \| ", PAGE, re.MULTILINE)

    assert set(rows) - {"State"} == {each.word for each in Standing}


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"one of {', '.join(TOOLS)} is not installed")
def test_the_script_of_the_comment_runs(tmp_path: Path) -> None:
    """The comment's script pushes the pictures of what changes to a branch of their own, and comments with them."""
    origin, clone, bin_ = tmp_path / "origin", tmp_path / "clone", tmp_path / "bin"
    git("init", "--quiet", "--bare", str(origin))
    git("clone", "--quiet", str(origin), str(clone))
    (clone / "out" / "pictures").mkdir(parents=True)
    entries = []
    for name, state in {"stay-en-US": "planned", "pause-en-US": "shown"}.items():
        (clone / "out" / "pictures" / f"{name}.png").write_bytes(name.encode())
        entries.append({"state": state, "picture": f"out/pictures/{name}.png"})
    (clone / "out.json").write_text(json.dumps({"entries": entries}))
    (clone / "comment.md").write_text("### Who sees what\n")
    bin_.mkdir()
    (bin_ / "gh").write_text('#!/bin/sh\necho "$@" > asked\n')
    (bin_ / "gh").chmod(0o755)
    environment = {"PULL_REQUEST": "7", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/shop"}
    path = f"{bin_}{os.pathsep}{os.environ['PATH']}"

    subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", steps()["Comment"]["run"]],
        cwd=clone,
        env={**os.environ, **environment, "PATH": path},
        check=True,
        capture_output=True,
    )

    commit = git("--git-dir", str(origin), "rev-parse", "refs/heads/retention-pictures/7").strip()
    listed = git("--git-dir", str(origin), "ls-tree", "--name-only", commit)
    assert listed == "stay-en-US.png\n"
    assert (clone / "comment.md").read_text().splitlines()[1:] == [
        f"![stay-en-US](https://github.com/acme/shop/blob/{commit}/stay-en-US.png?raw=true)"
    ]
    assert (clone / "asked").read_text() == "pr comment 7 --edit-last --create-if-none --body-file comment.md\n"
