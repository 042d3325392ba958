"""
The end of docs/good-enough.md: what is measured, in a run against the emulator.

`cd tests && ../.venv/bin/python -m documentation.good_enough` writes it anew, and leaves what is written by hand above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.counts import IMAGES, requests_of
from documentation.markdown import table
from dynamic.adapter import serialized
from engine.found import CHECKOUT
from retention_messaging_provider.dynamic import MessageProvider

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = CHECKOUT / "docs" / "good-enough.md"
BEGINNING = "## Measured"
COUNT = 200
"""Messages."""

COMMANDS = {
    "create": f"`pulumi up`, {COUNT} new messages",
    "preview": f"`pulumi preview`, {COUNT} approved messages and {IMAGES} images",
    "refresh": "`pulumi refresh` of the same",
    "edit": "`pulumi up`, one text edited, in sandbox",
    "destroy": f"`pulumi destroy` of {COUNT} messages",
}
"""What `requests_of` counts → what a user types."""


def page() -> str:
    """The whole page."""
    by_hand, _, _ = PAGE.read_text().partition(BEGINNING)
    return by_hand + "\n".join(measured()) + "\n"


def measured() -> Iterator[str]:
    """The size of a provider in the state, and requests by command."""
    provider = serialized(MessageProvider)
    yield from (BEGINNING, "")
    yield f"The provider of a message is {len(provider)} characters in the state: the name of its class, in base64."
    yield from ("", "Requests to Apple, counted by the App Store emulator:", "")
    sent = requests_of(COUNT)
    yield from table(
        ("Command", "Requests", "of which"),
        ((typed, str(sum(sent[name].values())), parts(sent[name])) for name, typed in COMMANDS.items()),
    )


def parts(endpoints: dict[str, int]) -> str:
    return ", ".join(f"{count} {endpoint}" for endpoint, count in endpoints.items())


if __name__ == "__main__":
    PAGE.write_text(page())
