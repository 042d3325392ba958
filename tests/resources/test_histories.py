"""Random histories: whatever happens in whatever order, a customer never loses the message that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from histories.history import History, Move
from histories.in_process import MISHAPS, InProcess
from histories.program import DEFAULTS, FILES, PAIRS
from resources.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from retention_messaging_emulator import Emulator


def move(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Move]:
    return st.tuples(st.just(name), *arguments)


slots, pairs, numbers = st.sampled_from("ab"), st.sampled_from(PAIRS), st.integers(0, 5)
headers = st.sampled_from(["First", "Second", "Third"])
defaults, images = st.sampled_from(DEFAULTS), st.sampled_from(["hero", "other"])
mishaps = st.tuples(st.sampled_from(sorted(MISHAPS)), st.integers(0, 14), st.sampled_from([1, 1, 9]))


def command(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Move]:
    """Half the time with a mishap."""
    return st.tuples(move(name, *arguments), mishaps).map(lambda each: (*each[0], *each[1]))


EDITS = [
    move("edit", slots, headers),
    move("picture", images, st.sampled_from(FILES)),
    move("use", slots, st.sampled_from(["hero", "other", ""])),
    move("swap"),
    move("rename", slots, st.booleans()),
    move("relocate", slots, st.booleans()),
    move("remove", slots),
    move("remove_image", images),
    move("point", defaults, pairs, st.sampled_from("aab")),
    move("point", defaults, pairs, st.just("")),
    move("exchange"),
    move("reverse"),
]
OPTIONS = [
    *[move("keep_replaced", slots, st.sampled_from(["7d", None]))] * 3,
    *[move("protect", slots, st.booleans())] * 3,
    *[move("protect_default", defaults, st.booleans())] * 3,
    move("retain", st.booleans()),
]
OTHERS = [
    move("approve"),
    move("approve"),
    move("approve", numbers),
    move("reject", numbers),
    move("wait_a_week"),
    move("somebody_sets_a_default", pairs),
    move("somebody_deletes_a_default", pairs),
    move("somebody_deletes_a_message", numbers),
    move("somebody_deletes_an_image", numbers),
]
COMMANDS = [
    move("up"),
    move("up"),
    command("up"),
    move("target", numbers),
    command("target", numbers),
    move("replace", numbers),
    command("replace", numbers),
    move("preview"),
    move("refresh"),
    command("refresh"),
    move("destroy"),
    command("destroy"),
]
moves = st.one_of(
    st.one_of(EDITS), st.one_of(EDITS), st.one_of(COMMANDS), st.one_of(COMMANDS), st.one_of(OTHERS), st.one_of(OPTIONS)
)
ONE: list[Move] = [
    ("picture", "hero", "hero.png"),
    ("edit", "a", "First"),
    ("use", "a", "hero"),
    ("point", "default-1", PAIRS[0], "a"),
    ("point", "default-2", PAIRS[1], "a"),
    ("up",),
    ("approve",),
    ("up",),
]
TWO: list[Move] = [
    ("edit", "b", "First"),
    ("point", "default-3", PAIRS[2], "b"),
    *ONE,
]
environments = st.sampled_from(["production", "production", "production", "sandbox"])
histories = st.integers(0, 40).flatmap(lambda length: st.lists(moves, min_size=length, max_size=length))
beginnings = st.sampled_from([[], ONE, TWO])


@pytest.mark.parametrize(
    ("number", "count"), [(0, 300), *(pytest.param(n, 500, marks=pytest.mark.long) for n in range(1, 21))]
)
def test_no_history_loses_a_message_or_leaves_anything(
    one_emulator: Emulator, number: int, count: int, record_property: Callable[[str, object], None]
) -> None:
    """No random history deletes a message that is shown, or leaves anything that nobody needs."""
    played = 0

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(environments, st.integers(0, 9), beginnings, histories)
    def play(environment: Any, order: int, beginning: list[Move], history: list[Move]) -> None:
        nonlocal played
        played += 1
        one_emulator.reset()
        History(InProcess(Stack(one_emulator, environment), order)).live([*beginning, *history])

    try:
        play()
    finally:
        record_property("histories", [number, played])
