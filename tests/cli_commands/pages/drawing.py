"""Draws a state or a plan by the command line, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli_commands.command_line import data_of, fake_pulumi, run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def draw(folder: Path, content: str, *arguments: str) -> tuple[Any, str]:
    """Draw a state: what the command printed as JSON, and the page."""
    (folder / "state.json").write_text(content)
    return drawn(folder, "--state", str(folder / "state.json"), *arguments)


def drawn(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[Any, str]:
    result = run("preview", "--cwd", str(folder), "--html", str(folder / "page.html"), *arguments, env=env)
    assert result.exit_code == 0, result.output
    return data_of("preview", result), (folder / "page.html").read_text()


def pulumi_that_prints(folder: Path, printed: str) -> dict[str, str]:
    """A `pulumi` on PATH that prints this, whatever it is asked."""
    (folder / "printed").write_text(printed)
    return fake_pulumi(folder, f"print(open({str(folder / 'printed')!r}).read())")
