"""`make test-cli` itself: a few histories, and none where the Pulumi CLI is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.found import CHECKOUT, MISSING, pulumi_cli

HERE = Path(__file__).parent


def make_test_cli(*arguments: str, path: str) -> subprocess.CompletedProcess[str]:
    """As the Makefile does, with another PATH and home."""
    roots = ":".join(str(CHECKOUT / each) for each in ("provider", "sdk", "tests"))
    environment = {"PATH": path, "HOME": path.split(":", maxsplit=1)[0], "PYTHONPATH": roots}
    return subprocess.run(
        [sys.executable, HERE, *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif((CHECKOUT / ".pulumi" / "bin" / "pulumi").exists(), reason="make pulumi has been run here")
def test_without_the_pulumi_cli_it_is_skipped(tmp_path: Path) -> None:
    """And says so."""
    ended = make_test_cli(path=str(tmp_path))

    assert ended.stdout == f"skipped: {MISSING}\n"
    assert ended.returncode == 0


@pytest.mark.long
@pytest.mark.skipif(pulumi_cli() is None, reason=MISSING)
def test_a_few_histories_are_lived(tmp_path: Path) -> None:
    """The count, the seed and the version stand at the end."""
    engine = pulumi_cli()
    assert engine is not None

    ended = make_test_cli("--count", "3", "--seed", "1", path=f"{engine.folder}:/usr/bin:/bin")

    assert ended.stdout.splitlines()[-1] == (
        f"3 random histories of seed 1 on {engine}: 0 pairs lost, 0 lines untrue, 0 left over without a line, 0 stuck"
    )
