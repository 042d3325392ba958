"""Pages as pictures, by a Chromium that is on this machine: https://developer.chrome.com/docs/chromium/headless."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from retention_messaging_provider.resources.handler import Failure

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "CHROMIUM"
WINDOW = (1800, 2600)
"""Points that no message fills; what is empty is cut off."""

SCALE = 2
TIME = 60
"""Seconds that a picture may take; it takes about one."""


def chromium(environment: Mapping[str, str] = os.environ) -> str:
    """The program: the one that the variable CHROMIUM names, or one on PATH. Raises Failure where there is none."""
    named = environment.get(VARIABLE)
    names = (named,) if named else NAMES
    found = next((path for each in names if (path := shutil.which(each, path=environment.get("PATH")))), None)
    if found is None:
        missing = f"{VARIABLE} names {named}, which is no program" if named else "no Chromium was found on PATH"
        raise Failure(
            f"{missing}; install Chromium or Chrome, or set {VARIABLE} to the program; the page with all messages "
            "needs none: leave --png out"
        )
    return found


def photograph(page: str, file: Path, program: str) -> None:
    """Write a picture of a page to a PNG file. Raises Failure where Chromium makes none."""
    # after Ctrl-C a process of Chromium's may still write there
    with tempfile.TemporaryDirectory(prefix="retention-messaging-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, picture = folder / "page.html", folder / "picture.png"
        source.write_text(page, encoding="utf-8")
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            # Chromium refuses to start as root with its sandbox; what it is shown is ours, and runs no script
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            f"--user-data-dir={folder / 'profile'}",
            f"--force-device-scale-factor={SCALE}",
            f"--window-size={WINDOW[0]},{WINDOW[1]}",
            f"--screenshot={picture}",
            source.as_uri(),
        ]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=TIME, check=False)  # noqa: S603 - no shell
        except (OSError, subprocess.TimeoutExpired):
            ended = None
        if ended is None or ended.returncode or not picture.is_file():
            raise Failure(f"{program} made no picture; try another with {VARIABLE}=<program>, or leave --png out")
        _cut(picture, file)


def _cut(picture: Path, file: Path) -> None:
    """Write the picture without the empty page to the right and below."""
    from PIL import Image, ImageChops  # noqa: PLC0415 - slow to import

    with Image.open(picture) as whole:
        seen = whole.convert("RGB")
        empty = Image.new("RGB", seen.size, seen.getpixel((seen.width - 1, seen.height - 1)))
        seen.crop(ImageChops.difference(seen, empty).getbbox()).save(file, optimize=True)
