"""
docs/four-runs.svg: one message over four runs of `pulumi up`, drawn from a run of the handlers before the emulator.

`cd tests && ../.venv/bin/python -m documentation.four_runs` draws it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from engine.found import CHECKOUT
from resources.samples import default, message
from resources.stack import Stack
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURE = CHECKOUT / "docs" / "four-runs.svg"
TEXTS = ("Keep your streak", "Keep your streak alive")
COLUMN, LEFT, TOP, ROW = 190, 210, 64, 74
STYLE = """<style>
text{fill:#1b1b1b;font:14px system-ui,sans-serif}
text.bold{font-weight:600}
text.note{fill:#5f5f5f;font-size:12px}
text.on{fill:#fff;font-weight:600}
</style>"""
COLOURS = {"APPROVED": "#2e7d32", "PENDING": "#b26a00", "REJECTED": "#b3261e"}
"""On white and on black, each with a contrast of 3 at least."""


@dataclass(frozen=True)
class Moment:
    """After a run: what the App Store has by its text, which text customers see, and what was sent to Apple."""

    title: str
    states: dict[str, str]
    shown: str
    approved: str
    requests: list[str]


def moments() -> Iterator[Moment]:
    """An approved message is edited; Apple approves the edit between the second run and the third."""
    emulator = Emulator()
    stack = Stack(emulator, "production")
    before, after = ((message(text), default()) for text in TEXTS)
    stack.up(*before)
    emulator.approve()
    stack.up(*before)
    yield look(stack, "before", [])
    for number in range(1, 5):
        if number == 3:
            emulator.approve()
        done = stack.up(*after)
        yield look(stack, f"run {number}", done.requests)


def look(stack: Stack, title: str, requests: list[str]) -> Moment:
    """What the App Store and the state have now."""
    stored: dict[str, Any] = stack.store.inventory()
    texts = {each["messageIdentifier"]: each["header"] for each in stored["messages"]}
    states = {each["header"]: each["messageState"] for each in stored["messages"]}
    (shown,) = (texts[each["messageIdentifier"]] for each in stored["defaults"])
    changing = [each for each in requests if not each.startswith("Get ")]
    return Moment(title, states, shown, texts[stack["stay"]["approvedIdentifier"]], changing)


def picture() -> str:
    """The drawing: a column a run, a row a text, and below them what is shown and what was sent."""
    columns = list(moments())
    width, height = LEFT + COLUMN * len(columns), TOP + ROW * 4 + 12
    parts = [part for number, moment in enumerate(columns) for part in column(moment, LEFT + COLUMN * number)]
    heads = [*(f"“{text}”" for text in TEXTS), "approved_identifier", "requests that change"]
    rows = [label(12, TOP + ROW * number + 34, head, "bold") for number, head in enumerate(heads)]
    between = label(LEFT + COLUMN * 3 - 8, TOP - 38, "Apple approves ↓", "note", "middle")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
            "<title>One message over four runs of pulumi up</title>",
            STYLE,
            f'<rect width="{width}" height="{height}" rx="10" fill="#fafafa"/>',
            *rows,
            between,
            *parts,
            "</svg>",
            "",
        ]
    )


def column(moment: Moment, x: int) -> Iterator[str]:
    """One run."""
    yield label(x, TOP - 12, moment.title, "bold")
    for number, text in enumerate(TEXTS):
        if state := moment.states.get(text):
            y = TOP + ROW * number
            yield f'<rect x="{x}" y="{y}" width="{COLUMN - 16}" height="54" rx="6" fill="{COLOURS[state]}"/>'
            yield label(x + 10, y + 23, state, "on")
            yield label(x + 10, y + 42, "customers see it" if text == moment.shown else "", "on")
    yield label(x, TOP + ROW * 2 + 34, f"“{moment.approved}”", "")
    for line, request in enumerate(moment.requests or ["none"] if moment.title != "before" else []):
        yield label(x, TOP + ROW * 3 + 26 + 18 * line, request, "note")


def label(x: int, y: int, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


if __name__ == "__main__":
    PICTURE.write_text(picture())
