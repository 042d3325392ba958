"""How large the state is: what is recorded of a resource as inputs and outputs, which is not the engine's."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acceptance.stacks import ProgramStack
from benchmark.measure import Row, at_most
from emulator.samples import BULLET
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure import Options

PROGRAM = Path(__file__).parent / "programs" / "kinds"
TEXTS = ("header", "body", "text", "altText")
LIMIT = 1200


def rows(options: Options) -> Iterator[Row]:
    """A row for each resource of a program that has every kind."""
    emulator = Emulator()
    with (
        closing(emulator),
        emulator.serve() as server,
        ProgramStack(options.engine, emulator, server.url, PROGRAM) as stack,
    ):
        stack.write("icon.png", BULLET)
        stack.up()
        records = [each for each in stack.export()["resources"] if "retention-messaging:" in each["type"]]
    for record in records:
        whole, text = size(record["inputs"], record["outputs"]), 2 * text_size(record["inputs"])
        yield at_most(
            f"state of a {record['urn'].rpartition('::')[2]}",
            "twice its text",
            LIMIT,
            whole - text,
            "{:.0f} bytes more",
            details=f"{whole} bytes with {text} of text",
        )


def size(*values: object) -> int:
    """Bytes as JSON without blanks."""
    return sum(len(json.dumps(each, separators=(",", ":"), ensure_ascii=False).encode()) for each in values)


def text_size(value: Any, key: str = "") -> int:
    """Bytes of what customers read, or are read to, wherever it is inside."""
    if isinstance(value, dict):
        return sum(text_size(item, name) for name, item in value.items())
    if isinstance(value, list):
        return sum(text_size(item, key) for item in value)
    return len(value.encode()) if key in TEXTS and isinstance(value, str) else 0
