"""How large the state is: the inputs and outputs of a resource as JSON, without what the engine adds of itself."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from acceptance.stacks import ProgramStack
from benchmark.measure import Row, at_most
from emulator.samples import BULLET
from retention_messaging_emulator import Emulator
from state.size import MOST, recorded, sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure import Options

PROGRAM = Path(__file__).parent / "programs" / "kinds"


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
        whole, twice = recorded(record["inputs"], record["outputs"]), 2 * sent(record["inputs"])
        yield at_most(
            f"state of {record['urn'].rpartition('::')[2]}",
            "twice the text that Apple is sent",
            MOST,
            whole - twice,
            "{:.0f} bytes more",
            details=f"{whole} : {twice} bytes",
        )
