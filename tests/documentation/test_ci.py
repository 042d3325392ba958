"""docs/recipes/ci.md: the last step of its workflow fails where somebody is needed, and nowhere else."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml  # type: ignore[import-untyped]

from documentation.pages import blocks
from engine.found import CHECKOUT
from retention_messaging_cli.exit_codes import Exit

if TYPE_CHECKING:
    from pathlib import Path


def status_step() -> str:
    """What the step `Status` runs."""
    ((_, text),) = blocks("yaml", [CHECKOUT / "docs" / "recipes" / "ci.md"])
    (script,) = [each["run"] for each in yaml.safe_load(text)["jobs"]["up"]["steps"] if each.get("name") == "Status"]
    return str(script)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("code", Exit)
def test_a_review_that_waits_fails_no_run(code: Exit, tmp_path: Path) -> None:
    """The step passes where all is well or waits for Apple, fails at all else, and always shows what it found."""
    program = tmp_path / "retention-messaging"
    program.write_text(f"#!/bin/sh\necho found\nexit {int(code)}\n")
    program.chmod(0o755)
    summary = tmp_path / "summary.md"
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "GITHUB_STEP_SUMMARY": str(summary)}

    ended = subprocess.run(["bash", "-e", "-c", status_step()], env=environment, check=False)

    assert (ended.returncode == 0) == (code in (Exit.OK, Exit.WAITING))
    assert summary.read_text() == "found\n"
