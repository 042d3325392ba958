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
    from collections.abc import Iterator, Mapping

    from benchmark.measure import Options

PROGRAM = Path(__file__).parent / "programs" / "kinds"
SENT = {"header", "body", "image", "bulletPoints"}
"""https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody"""

HERE = ("baseUrl",)
"""What is recorded because the emulator is not at Apple's address."""


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
        recorded = [without(record[key], *HERE) for key in ("inputs", "outputs")]
        sent = without(record["inputs"], *(record["inputs"].keys() - SENT))
        whole, twice = sum(map(size, recorded)), 2 * size(sent) if sent else 0
        yield at_most(
            f"state of {record['urn'].rpartition('::')[2]}",
            "twice the text that Apple is sent",
            1200,
            whole - twice,
            "{:.0f} bytes more",
            details=f"{whole} : {twice} bytes",
        )


def without(props: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in props.items() if key not in keys}


def size(value: object) -> int:
    """Bytes as JSON without blanks."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
