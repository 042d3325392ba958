"""Random histories are data: the same again from a seed, printed, read, and made shorter."""

from __future__ import annotations

import ast
from collections import Counter

from cli import chance
from cli.history import History
from cli.shrink import shrunk

MANY = [chance.history(1, number) for number in range(2000)]


def test_a_number_of_a_seed_is_one_history() -> None:
    """The same again, and another for another seed."""
    assert chance.history(1, 7) == chance.history(1, 7) != chance.history(2, 7)


def test_every_move_is_plain_and_known() -> None:
    """What is printed can be read again, and each is a method."""
    assert all(ast.literal_eval(repr(history)) == history for history in MANY)
    assert all(callable(getattr(History, move[0])) for _, moves in MANY for move in moves)


def test_every_kind_of_move_happens() -> None:
    """In some two hundred histories each kind is met."""
    met = Counter(move[0] for _, moves in MANY[:200] for move in moves)
    public = {name for part in History.__mro__[1:4] for name in vars(part) if not name.startswith(("_", "follow"))}
    assert public - {"store"} - met.keys() == set()


def test_ordinary_commands_are_most_of_a_history() -> None:
    """Of the commands, at least two thirds are `up` without anything that befalls it."""
    commands = [move for _, moves in MANY for move in moves if move[0] in chance.ENDS_A_STEP]
    ordinary = [move for move in commands if move[0] == "up" and all(isinstance(flag, str) for flag in move[1:])]
    assert len(ordinary) > len(commands) * 2 / 3


def test_a_failing_history_is_made_shorter() -> None:
    """What it fails without is left out."""
    moves = [("edit", "a", "A"), ("swap",), ("up",), ("refresh",), ("destroy",)]

    kept = shrunk(moves, lambda fewer: "lost" if ("up",) in fewer and ("destroy",) in fewer else "")

    assert kept == [("up",), ("destroy",)]
