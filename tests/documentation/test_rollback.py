"""docs/recipes/rollback.md: what `pulumi up` does after an edit is reverted."""

from __future__ import annotations

import pytest

from resources.samples import default, message
from resources.stack import Stack
from retention_messaging_emulator import Emulator

EARLIER, EDIT = "Keep your streak", "Keep your streak alive"


@pytest.mark.parametrize(
    ("runs_with_the_edit", "kept", "after_the_revert"),
    [
        (0, None, {EARLIER: "APPROVED"}),
        (2, "30d", {EARLIER: "APPROVED", EDIT: "APPROVED"}),
        (2, None, {EARLIER: "PENDING", EDIT: "APPROVED"}),
    ],
    ids=["the edit waits", "the earlier text is kept", "the earlier text was deleted"],
)
def test_a_text_is_rolled_back(runs_with_the_edit: int, kept: str | None, after_the_revert: dict[str, str]) -> None:
    """After the revert Apple has what the page says, and customers see the earlier text where it is approved."""
    emulator = Emulator()
    stack = Stack(emulator, "production")
    before, after = ((message(text, keepReplaced=kept), default()) for text in (EARLIER, EDIT))
    stack.up(*before)
    emulator.approve()
    stack.up(*before)
    stack.up(*after)
    for _ in range(runs_with_the_edit):
        emulator.approve()
        stack.up(*after)

    stack.up(*before)

    stored = stack.store.inventory()
    texts = {each["messageIdentifier"]: each["header"] for each in stored["messages"]}
    assert {each["header"]: each["messageState"] for each in stored["messages"]} == after_the_revert
    shown = EARLIER if after_the_revert[EARLIER] == "APPROVED" else EDIT
    assert [texts[each["messageIdentifier"]] for each in stored["defaults"]] == [shown]
