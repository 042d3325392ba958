"""A folder of this user alone, in which one process tells another what no state has."""

import getpass
import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def users_folder() -> Path:
    """The folder beside Pulumi's own files; in the system's folder for temporary files where that cannot be written."""
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    name = f"pulumi-retention-messaging-{getattr(os, 'getuid', getpass.getuser)()}"
    return first_writable([home / "retention-messaging", Path(tempfile.gettempdir()) / name])


def first_writable(folders: Sequence[Path]) -> Path:
    """The first that is there or can be made, and can be written; the first of all where there is none."""
    return next(filter(_is_writable, folders), folders[0])


def digest(value: object) -> str:
    """What stands in a file for what may be somebody's secret, such as a base URL."""
    return hashlib.sha256(repr(value).encode()).hexdigest()


def _is_writable(folder: Path) -> bool:
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.access(folder, os.W_OK | os.X_OK)
    return False
