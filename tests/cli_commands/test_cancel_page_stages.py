"""What is live and what follows it, of states and of plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cli_commands.pages.drawing import draw, drawn, pulumi_that_prints
from cli_commands.pages.samples import default, identifier, message, plan, state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAIR = "com.example.monthly/en-US"
Resources = list[dict[str, Any]]
Steps = list[tuple[str, dict[str, Any] | None]]

OLD = message("stay", "Keep your streak", "Tomorrow is day 13.", [PAIR])
NEW = {
    review: message("stay", "Keep your long streak", "Day 13 is tomorrow.", [PAIR], review, identifier(OLD))
    for review in ("PENDING", "REJECTED", "APPROVED")
}
MOVED = message("stay", "Keep your long streak", "Day 13 is tomorrow.", [PAIR])
OTHER = message("other", "Something else", "Of another resource.", [PAIR])
UNUSED = message("stay", "Keep your streak", "Tomorrow is day 13.")
WAITS, SHOWS, SHOWS_NEW = default(PAIR, ""), default(PAIR, identifier(OLD)), default(PAIR, identifier(MOVED))

STATES: dict[str, tuple[Resources, str, Steps]] = {
    "shown": ([OLD, SHOWS], "shown", [("now", OLD)]),
    "waiting": ([NEW["PENDING"], SHOWS], "waiting", [("now", OLD), ("review", MOVED)]),
    "rejected": ([NEW["REJECTED"], SHOWS], "rejected", [("now", OLD), ("never", MOVED)]),
    "approved, and not moved yet": ([NEW["APPROVED"], SHOWS], "approved", [("now", OLD), ("up", MOVED)]),
    "the first one": ([NEW["PENDING"], WAITS], "waiting", [("now", None), ("review", MOVED)]),
    "for a server": ([UNUSED], "ready", [("answer", UNUSED)]),
    "somebody else's message": ([SHOWS], "shown", [("now", OLD)]),
    "nothing at all": ([WAITS], "empty", [("now", None)]),
}
"""What is recorded → its state, and what customers see when."""

PLANS: dict[str, tuple[Resources, Resources, str, Steps]] = {
    "an edit in production": ([OLD, SHOWS], [NEW["PENDING"], SHOWS], "planned", [("now", OLD), ("review", MOVED)]),
    "an edit in sandbox": ([OLD, SHOWS], [MOVED, SHOWS_NEW], "changes", [("now", OLD), ("up", MOVED)]),
    "an approval": ([NEW["PENDING"], SHOWS], [MOVED, SHOWS_NEW], "changes", [("now", OLD), ("up", MOVED)]),
    "nothing": ([OLD, SHOWS], [OLD, SHOWS], "shown", [("now", OLD)]),
    "a new message": ([], [NEW["PENDING"], WAITS], "planned", [("now", None), ("review", MOVED)]),
    "a default that goes": ([OLD, SHOWS], [UNUSED], "removed", [("now", OLD), ("up", None)]),
    "everything goes": ([OLD, SHOWS], [], "removed", [("now", OLD), ("up", None)]),
    "another message": (
        [OLD, OTHER, SHOWS],
        [UNUSED, OTHER, default(PAIR, identifier(OTHER))],
        "changes",
        [("now", OLD), ("up", OTHER)],
    ),
}
"""What is recorded, and what will be → its state, and what customers see when."""


def stages_of(steps: Steps) -> list[tuple[str, str | None]]:
    return [(moment, identifier(each) if each else None) for moment, each in steps]


def of_pair(data: Any) -> dict[str, Any]:
    """The one entry that a default shows; where none does, the only one."""
    (entry,) = [each for each in data["entries"] if each["locale"]] or data["entries"]
    found: dict[str, Any] = entry
    return found


def steps_of(entry: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(each["moment"], each["messageIdentifier"]) for each in entry["stages"]]


@pytest.mark.parametrize("name", STATES)
def test_what_is_live_and_what_follows_is_as_recorded(name: str, tmp_path: Path) -> None:
    """Of a state, what is live, what follows it and how far that has come are what its records say."""
    resources, expected, steps = STATES[name]

    data, _ = draw(tmp_path, state(*resources))

    assert (of_pair(data)["state"], steps_of(of_pair(data))) == (expected, stages_of(steps))


@pytest.mark.parametrize("name", PLANS)
def test_what_is_live_and_what_follows_is_as_planned(name: str, tmp_path: Path) -> None:
    """Of a plan, what is live is recorded, and what follows it is planned."""
    before, after, expected, steps = PLANS[name]

    data, _ = drawn(tmp_path, env=pulumi_that_prints(tmp_path, plan(before, after)))

    assert (of_pair(data)["state"], steps_of(of_pair(data))) == (expected, stages_of(steps))


def test_products_that_show_the_same_are_drawn_once(tmp_path: Path) -> None:
    """A locale whose products show the same message is one entry; one whose product shows another is its own."""
    pairs = [f"com.example.{product}/en-US" for product in ("monthly", "yearly", "weekly")]
    made = message("stay", "Stay", "A while.", pairs, "PENDING", identifier(OLD))
    defaults = [*(default(pair, identifier(OLD)) for pair in pairs[:2]), default(pairs[2], "")]

    data, _ = draw(tmp_path, state(made, *defaults))

    assert [each["products"] for each in data["entries"]] == [
        ["com.example.monthly", "com.example.yearly"],
        ["com.example.weekly"],
    ]


def test_what_is_live_comes_from_an_earlier_state(tmp_path: Path) -> None:
    """What is live and no longer recorded is drawn from a state of before the edit, and its words are compared."""
    (tmp_path / "before.json").write_text(state(OLD, SHOWS))
    after = state(NEW["PENDING"], SHOWS)

    _, alone = draw(tmp_path, after)
    data, both = draw(tmp_path, after, "--earlier", str(tmp_path / "before.json"))

    assert f"The text of {identifier(OLD)} is not recorded here" in alone
    assert [each["text"] for each in data["entries"][0]["stages"][0]["texts"]] == [
        "Keep your streak",
        "Tomorrow is day 13.",
    ]
    assert "Keep your <ins>long</ins> streak" in both


def test_what_is_still_to_be_deleted_is_not_live(tmp_path: Path) -> None:
    """What a run replaced and has not deleted yet is no message of its own, and its text is known."""
    data, _ = draw(tmp_path, state(NEW["PENDING"], {**OLD, "delete": True}, SHOWS))

    assert len(data["entries"]) == 1
    assert data["entries"][0]["stages"][0]["texts"][0]["text"] == "Keep your streak"
