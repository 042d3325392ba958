"""
docs/terminal-*.svg: what a terminal shows after an edit, and of a wrong key, drawn from a run before the emulator.

`cd tests && ../.venv/bin/python -m documentation.terminal_pictures` draws them anew, with the Pulumi CLI.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from acceptance.stacks import ProgramStack
from cli_commands.command_line import PROGRAM
from documentation.pages import blocks
from engine.found import CHECKOUT, MISSING, pulumi_cli
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.found import Engine

GET_STARTED = CHECKOUT / "docs" / "get-started.md"
COLUMNS = 110
EDIT = ("Keep your streak", "Keep your streak alive")
REVIEWED_FOR = timedelta(days=2, minutes=1)
DURATION = re.compile(r"^Duration: ")


def picture_file(name: str) -> Path:
    return CHECKOUT / "docs" / f"terminal-{name}.svg"


def pictures(engine: Engine) -> Iterator[tuple[str, str]]:
    """The pictures by name, from the Pulumi CLI: the stand-in has lines of its own, and records no times."""
    emulator = Emulator()
    with emulator.serve() as server, tempfile.TemporaryDirectory() as folder:
        program = next(text for _, text in blocks("python", [GET_STARTED]))
        (Path(folder) / "__main__.py").write_text(program)
        (Path(folder) / "Pulumi.yaml").write_text("name: retention\nruntime: python\n")
        with ProgramStack(engine, emulator, server.url, Path(folder), "production") as stack:
            stack.up()
            emulator.approve()
            stack.up()
            stack.edit(*EDIT)
            edited = run([*engine.command, "up", "--yes", "--color", "always"], stack)
            _, result = edited.split("Diagnostics:")[-2:]
            yield "up", drawing("up", "pulumi up --yes", f"…\nDiagnostics:{result}")
            wait(stack)
            command = [*PROGRAM, "status", "--stack", "production", "--output", "table"]
            status = run(command, stack)
            yield "status", drawing("status", "retention-messaging status --stack production", status)
        with ProgramStack(engine, emulator, server.url, Path(folder), "sandbox") as stack:
            yield "doctor", drawing("doctor", "retention-messaging doctor --stack sandbox", wrong_key(stack))


def wrong_key(stack: ProgramStack) -> str:
    """What doctor says of a key of another kind, from the settings on: the rows above are the machine's own."""
    stack.write("AuthKey_2X9R4HXF34.p8", stack.emulator.credentials.private_key).chmod(0o600)
    settings = {
        "environment": "sandbox",
        "bundleId": "com.example.app",
        "issuerId": "57246542-96fe-1a63-e053-0824d011072a",
        "keyId": "2X9R4HXF34",
        "privateKeyPath": "AuthKey_2X9R4HXF34.p8",
    }
    stack.set(**dict.fromkeys(settings, ""), baseUrl="")
    for name, value in settings.items():
        stack.config_set(f"retention-messaging:{name}", value)
    lines = run([*PROGRAM, "doctor", "--stack", "sandbox", "--output", "table"], stack).splitlines()
    found = [Text.from_ansi(line).plain.strip() for line in lines]
    first = next(number for number, line in enumerate(found) if line.startswith("settings "))
    return "\n".join([" …", *lines[first:]])


def wait(stack: ProgramStack) -> None:
    """Apple's review takes days: what the state has recorded is now two days older."""
    deployment = stack.export()
    for each in deployment["resources"]:
        if "created" in each:
            each["created"] = (datetime.fromisoformat(each["created"]) - REVIEWED_FOR).isoformat()
    file = stack.write("older.json", json.dumps({"version": 3, "deployment": deployment}))
    stack.run("stack", "import", "--file", str(file))


def run(command: list[str], stack: ProgramStack) -> str:
    """What a terminal with colours is sent, without how long it took."""
    path = f"{stack.engine.folder}{os.pathsep}{os.environ['PATH']}"
    terminal = {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "PATH": path}
    variables = {name: text for name, text in stack.environment.items() if name != "NO_COLOR"}
    done = subprocess.run(
        command,
        cwd=stack.program,
        env={**variables, **terminal},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1, 2}, done.stderr
    lines = (line.rstrip() for line in done.stdout.splitlines())
    return "\n".join(line for line in lines if not DURATION.match(Text.from_ansi(line).plain)).strip()


def drawing(name: str, typed: str, shown: str) -> str:
    """A terminal with a command and what it printed, as rich draws it; no font is loaded from another host."""
    console = Console(record=True, file=StringIO(), width=COLUMNS, force_terminal=True, color_system="truecolor")
    console.print(Text.assemble(("$ ", "bold green"), typed))
    console.print(Text.from_ansi(shown))
    svg = console.export_svg(title=typed, unique_id=f"terminal-{name}")
    return re.sub(r"\n\s*@font-face \{.*?\}(?=\n)", "", svg, flags=re.DOTALL) + "\n"


def main() -> None:
    engine = pulumi_cli()
    if engine is None:
        sys.exit(MISSING)
    for name, svg in pictures(engine):
        picture_file(name).write_text(svg)


if __name__ == "__main__":
    main()
