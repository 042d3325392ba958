"""
The end of docs/emulator.md, from the code: control routes, faults and switches.

`cd tests && ../.venv/bin/python -m documentation.emulator_page` writes it anew, and leaves what is written by hand
above it.
"""

from __future__ import annotations

from engine.found import CHECKOUT
from retention_messaging_emulator.web.manual import manual

PAGE = CHECKOUT / "docs" / "emulator.md"


def page() -> str:
    """The whole page."""
    generated = manual()
    by_hand, _, _ = PAGE.read_text().partition(generated.partition("\n")[0])
    return f"{by_hand}{generated}\n"


if __name__ == "__main__":
    PAGE.write_text(page())
