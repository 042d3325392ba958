"""
What becomes of large pictures, in a process of its own: `python -m benchmark.pictures <declare or upload>`.

Standard input has the paths of one warm-up and of the pictures, and for an upload the URL of a server. Told is how
often a picture was opened at most, and how many bytes Python had for them at most, in all.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tracemalloc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.uploading import THREADS
from pulumi_retention_messaging import Image as DeclaredImage
from retention_messaging_emulator import Credentials
from retention_messaging_provider.resources.image import Image
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.settings import Settings
from sdk.programs import LOOP, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def declare(given: dict[str, Any]) -> Callable[[Sequence[str]], object]:
    """As a program does."""

    def program(paths: Sequence[str]) -> None:
        for number, path in enumerate(paths):
            DeclaredImage(f"picture-{number}", path=path)

    return lambda paths: run(lambda: program(paths))


def upload(given: dict[str, Any]) -> Callable[[Sequence[str]], object]:
    """As the provider does."""
    key = Credentials.make()
    settings = Settings("sandbox", key.bundle_id, key.issuer_id, key.key_id, key.private_key, base_url=given["url"])
    handler = Image(Run(settings))
    digests = {path: digest(path) for path in (given["warm_up"], given["pictures"][0])}  # the others are links to it

    def create(path: str) -> None:
        sha256 = digests.get(path, digests[given["pictures"][0]])
        facts = {"path": path, "width": 3840, "height": 2160, "transparency": False, "sha256": sha256}
        where = {"environment": "sandbox", "bundleId": key.bundle_id, "baseUrl": given["url"], "owner": path}
        handler.create(handler.check({}, {**facts, **where}).inputs)

    def create_all(paths: Sequence[str]) -> None:
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(create, paths))

    return create_all


def digest(path: str) -> str:
    """The SHA-256 of a file, in hexadecimal, without its bytes in memory."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> dict[str, int]:
    """What was told."""
    given = json.load(sys.stdin)
    act = {"declare": declare, "upload": upload}[sys.argv[1]](given)
    act([given["warm_up"]])
    opened: Counter[str] = Counter()
    sys.addaudithook(lambda event, args: opened.update([str(args[0])]) if event == "open" else None)
    tracemalloc.start()
    act(given["pictures"])
    _, most = tracemalloc.get_traced_memory()
    LOOP.close()
    return {"reads": max(opened[each] for each in given["pictures"]), "memory": most}


if __name__ == "__main__":
    print(json.dumps(main()))
