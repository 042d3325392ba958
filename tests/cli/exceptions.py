"""
What the judge lets pass, all of it: why an `up` may fail, and what may stay at Apple though nothing records it.

Everything else is a failure of the provider's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.program import PINNED

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.world import World

MAY_FAIL: dict[str, Callable[[World], bool]] = {
    # The next `up` without any of these has to succeed again.
    "a command was interrupted, or failed at Apple, since the last good `up`": lambda world: "mishap" in world.doubts,
    "somebody changed the state by hand since then": lambda world: "state" in world.doubts,
    "the last command left resources out, or replaced one by force": lambda world: bool(
        world.doubts & {"--target", "--exclude", "--replace", "destroy"}
    ),
    # As the README says: `pulumi refresh` comes first.
    "somebody else or Apple took something away, and nobody has refreshed": lambda world: bool(world.unseen),
    "two stacks declare one pair, which only one of them can have": lambda world: bool(world.contested()),
    "what is protected is to be replaced or deleted": lambda world: (
        any(each.protect for each in world.program.resources())
        or any(each.get("protect") for each in world.records(world.stack))
    ),
    # Such a default may name a text that Apple has not approved, has rejected, or has no more.
    "a default names its message by plain text, or by message_identifier": lambda world: any(
        each.form in (*PINNED, "identifier") for each in world.program.defaults.values()
    ),
    # Pulumi's own refusal, before the provider is asked.
    "a resource gets an alias that another one has taken": lambda world: any(
        each.before for each in world.program.resources()
    ),
}
"""The sentence → whether it is so."""

PLAN_MAY_DIFFER = (
    "somebody else or Apple took something away, and nobody has refreshed",
    "a message has `keep_replaced`, here 2 s, which may be over between the plan and the run",
)

MAY_STAY = (
    "what somebody else made",
    "what was retained by `retain_on_delete` when its record went",
    "what a line of the provider's named with the words `was not deleted`",
    "what an interrupted command uploaded, until a state records it, or deleted from the state: its lines may be lost",
    "what somebody took out of the state by `pulumi state delete`, or by an older state that was put back",
)
"""What `Account` keeps."""


def reasons(world: World) -> list[str]:
    """Why an `up` may fail as things are."""
    return [sentence for sentence, is_so in MAY_FAIL.items() if is_so(world)]
