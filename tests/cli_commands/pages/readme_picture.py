"""
docs/preview.png: an edited message that waits for Apple's review, as `retention-messaging preview --png` draws it.

`cd tests && ../.venv/bin/python -m cli_commands.pages.readme_picture` makes it anew, with a Chromium, from the
quickstart's production stack on the best engine that is found.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

from acceptance.stacks import ProgramStack
from cli_commands.command_line import run
from engine.found import CHECKOUT, best
from retention_messaging_emulator import Emulator

PICTURE = CHECKOUT / "docs" / "preview.png"
QUICKSTART = CHECKOUT / "examples" / "quickstart"
WIDTH = 1660
"""Pixels: twice the width of a README on GitHub."""


def states(stack: ProgramStack, emulator: Emulator) -> tuple[Path, Path]:
    """The stack's state before an edit, which Apple has approved, and after it."""
    emulator.performance_test(passed=True)
    stack.up()
    emulator.approve(environment="production")
    stack.up()
    before = _write(stack, "before.json")
    stack.edit('"Keep your streak"', '"Keep your streak alive"')
    stack.edit("Stay, and tomorrow is day 13.", "Stay, and reach day 13 tomorrow.")
    stack.up()
    return before, _write(stack, "after.json")


def _write(stack: ProgramStack, name: str) -> Path:
    return stack.write(name, json.dumps({"version": 3, "deployment": stack.export()}))


def draw(before: Path, after: Path, program: Path) -> Path:
    """The picture of the edited message."""
    folder = program / "pictures"
    files = ["--state", str(after), "--earlier", str(before), "--html", str(program / "page.html")]
    result = run("preview", "--cwd", str(program), *files, "--png", str(folder))
    if result.exit_code:
        sys.exit(result.stderr)
    return folder / "stay-en-en-US.png"


def main() -> None:
    emulator = Emulator()
    with (
        emulator.serve() as server,
        ProgramStack(best(), emulator, server.url, QUICKSTART, "production") as stack,
        tempfile.TemporaryDirectory() as folder,
    ):
        program = Path(shutil.copytree(stack.program, folder, dirs_exist_ok=True))
        before, after = states(stack, emulator)
        with Image.open(draw(before, after, program)) as drawn:
            small = drawn.resize((WIDTH, round(drawn.height * WIDTH / drawn.width)), Image.Resampling.LANCZOS)
    small.save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
