"""
What becomes of large pictures, in a process of its own: `python -m benchmark.pictures <declare or upload>`.

Standard input has the paths of one warm-up and of the pictures, and for an upload the URL of a server. Told is how
often a picture was opened at most, and how many bytes of memory they took at most, in all.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from benchmark.uploading import THREADS
from pulumi_retention_messaging import Image as DeclaredImage
from retention_messaging_emulator import Credentials
from retention_messaging_provider import png
from retention_messaging_provider.resources.image import Image
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.settings import Settings
from sdk.programs import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BYTES = 1 if sys.platform == "darwin" else 1024
"""In which `ru_maxrss` counts."""


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
    digest = png.sha256(png.read(given["pictures"][0]))

    def create(path: str) -> None:
        sha256 = digest if path in given["pictures"] else png.sha256(png.read(path))
        facts = {"path": path, "width": 3840, "height": 2160, "transparency": False, "sha256": sha256}
        where = {"environment": "sandbox", "bundleId": key.bundle_id, "baseUrl": given["url"], "owner": path}
        handler.create(handler.check({}, {**facts, **where}).inputs)

    def create_all(paths: Sequence[str]) -> None:
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(create, paths))

    return create_all


def most_memory() -> int:
    """Bytes, that this process has had at once until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES


def main() -> dict[str, int]:
    """What was told."""
    given = json.load(sys.stdin)
    act = {"declare": declare, "upload": upload}[sys.argv[1]](given)
    act([given["warm_up"]])
    opened: Counter[str] = Counter()
    sys.addaudithook(lambda event, args: opened.update([str(args[0])]) if event == "open" else None)
    before = most_memory()
    act(given["pictures"])
    return {"reads": max(opened[each] for each in given["pictures"]), "memory": most_memory() - before}


if __name__ == "__main__":
    print(json.dumps(main()))
