"""Since when a stack has its resources: Apple tells no dates, and the Pulumi CLI writes one to each resource."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from retention_messaging_cli import pulumi_cli


def created(stack: str | None, cwd: Path, files: Sequence[Path]) -> dict[str, datetime]:
    """
    URN → when the resource was created, where the state tells: after a replacement that is when it was uploaded.

    The states are those of `read_states`, which has read them before.
    """
    contents = [_unpacked(file.read_bytes()) for file in files]
    if stack and not files:
        contents = [pulumi_cli.ask("stack", "export", "--stack", stack, cwd=cwd).encode()]
    return dict(each for content in contents for each in _created(json.loads(content)))


def _unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def _created(state: Mapping[str, Any]) -> Iterator[tuple[str, datetime]]:
    deployment = state.get("deployment") or state["checkpoint"].get("latest") or {}
    for each in deployment.get("resources") or ():
        if "created" in each and not each.get("delete"):
            yield each["urn"], datetime.fromisoformat(each["created"])
