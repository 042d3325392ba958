"""
A whole catalogue, as many messages and images as Apple allows, beside half of one: what grows faster than they do.

An edit of some messages takes room for both texts, so as many messages are left out. Measured once: it takes minutes.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from acceptance.stacks import ProgramStack
from benchmark.commands import LIGHT, PROGRAMS
from benchmark.measure import Row, at_most, not_measured, seconds
from engine.found import STAND_IN
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure import Options

MOST, EDITED = 2000, 50
PICTURE = Path(__file__).parents[1] / "resources" / "pictures" / "hero.png"


def rows(options: Options) -> Iterator[Row]:
    """A row for each command."""
    what = f"a catalogue of {MOST - EDITED} messages and {MOST} images"
    if options.engine is STAND_IN:
        yield not_measured(what, "half of it", f"the {STAND_IN} engine is too slow for so many")
        return
    half, whole = (life(options, MOST // parts, (MOST - EDITED) // parts) for parts in (2, 1))
    for command, took in whole.items():
        ratio = took / (2 * half[command])
        details = f"{took:.1f} : 2 × {half[command]:.1f} s"
        yield at_most(f"{command} of {what}", "half of it, twice", 1.05, ratio, "{:.2f} ×", details=details)


def life(options: Options, images: int, messages: int) -> dict[str, float]:
    """Seconds by command."""
    emulator = Emulator()
    with (
        closing(emulator),
        emulator.serve() as server,
        ProgramStack(options.engine, emulator, server.url, PROGRAMS / "catalogue") as stack,
    ):
        shutil.copy(PICTURE, stack.program)
        stack.environment |= {**LIGHT, "IMAGES": str(images), "MESSAGES": str(messages), "EDITED": "0"}
        took = {"up": seconds(stack.up)}
        stack.environment["EDITED"] = str(EDITED)
        took[f"edit of {EDITED}"] = seconds(stack.up)
        took["refresh"] = seconds(stack.refresh)
        took["destroy"] = seconds(stack.destroy)
    return took
