"""`pulumi install`, as a user begins: the wheel from an index, and no plugin to fetch."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import CLI_ONLY
from engine.found import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from acceptance.stacks import ProgramStack

VIRTUALENV = """
runtime:
  name: python
  options:
    virtualenv: venv
"""


@pytest.mark.long
@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_pulumi_install_finds_everything_and_looks_for_no_plugin(
    open_stack: Callable[..., ProgramStack], tmp_path: Path
) -> None:
    """`pulumi install` installs the wheel, and neither it nor a preview looks for a plugin."""
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    stack = open_stack(CHECKOUT / "examples" / "quickstart")
    stack.write("requirements.txt", str(next(tmp_path.glob("*.whl"))))
    stack.write("Pulumi.yaml", (stack.program / "Pulumi.yaml").read_text().replace("runtime: python", VIRTUALENV))
    for name in ("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "PULUMI_PYTHON_CMD", "PYTHONPATH"):
        stack.environment.pop(name, None)

    installed = stack.run("install")
    previewed = stack.preview()

    assert "plugin" not in installed.output + previewed.output
    assert not [*stack.folder.glob("home/plugins/*")]
