"""Random histories: what may happen, and how often; a number of a seed is always the same history."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from cli.app_store import FAILURES, KILLS
from cli.program import FORMS, PAIRS

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.world import Move
    from retention_messaging_emulator.app_store import Environment

HEADERS = ("First", "Second", "Third")
KINDS = ("images", "messages", "messages", "defaults")
SLOTS = {"images": ("hero", "other"), "messages": ("a", "b"), "defaults": ("d1", "d2")}

UP, APPROVE = ("up",), ("approve",)
PLAIN: list[Move] = [("edit", "a", "First"), ("point", "d1", PAIRS[0], "a", "message"), UP, APPROVE, UP]
TWO: list[Move] = [
    ("edit", "b", "First"),
    ("edit", "a", "First"),
    ("point", "d1", PAIRS[0], "a", "message"),
    ("point", "d2", PAIRS[1], "b", "message"),
    UP,
    APPROVE,
    UP,
]
ILLUSTRATED: list[Move] = [
    ("picture", "hero", 0),
    ("picture", "icon", 0),
    ("edit", "b", "First"),
    ("use", "b", "hero", True),
    ("edit", "a", "First"),
    ("use", "a", "hero", False),
    ("use", "a", "icon", False),
    ("point", "d1", PAIRS[0], "a", "message"),
    UP,
    APPROVE,
    UP,
]
APPS: list[Move] = [("edit", "x", "First"), ("point", "x1", PAIRS[0], "x", "message"), *PLAIN]
STACKS: list[Move] = [
    *PLAIN,
    ("new_stack", "two"),
    ("edit", "a", "Second"),
    ("point", "d2", PAIRS[1], "a", "message"),
    UP,
    APPROVE,
    ("up",),
    ("other_stack",),
]


class Chance:
    """Makes one history. A theme is a table: how often → what makes the moves of one step."""

    def __init__(self, seed: int, number: int) -> None:
        self.chance = Random(f"{seed}/{number}")

    def history(self) -> tuple[Environment, list[Move]]:
        """Where it takes place, and its moves: a stack in use, and four to eight things that happen to it."""
        environment: Environment = self.chance.choice(("production", "production", "production", "sandbox"))
        themes = [ORDINARY, ORDINARY, *self.chance.sample(THEMES, 2)]
        beginning = self.chance.choice((PLAIN, PLAIN, TWO, TWO, ILLUSTRATED, APPS))
        if OF_STACKS in themes:
            beginning = STACKS
        moves: list[Move] = []
        for _ in range(self.chance.randint(4, 8)):
            theme = self.chance.choice(themes)
            makes = self.chance.choices([make for _, make in theme], [weight for weight, _ in theme])[0]
            moves += makes(self)
            if self.chance.random() < 0.35:
                moves += self.review()
            if moves[-1][0] not in ENDS_A_STEP and self.chance.random() < 0.75:
                moves.append(self.up())
        return environment, [*beginning, *moves]

    def one(self, *of: Any) -> Any:
        return self.chance.choice(of)

    def yes(self, probability: float = 0.5) -> bool:
        return self.chance.random() < probability

    def resource(self, *kinds: str) -> tuple[str, str]:
        kind = self.one(*(kinds or KINDS))
        return kind, self.one(*SLOTS[kind])

    # Commands

    def up(self, *flags: Any) -> Move:
        more = [*flags, *(flag for flag, often in (("planned", 0.2), ("empty", 0.2)) if self.yes(often))]
        return ("up", *more, *(["refresh"] if self.yes(0.08) else []))

    def command(self, *flags: Any) -> Move:
        """Any, most often `up`."""
        number = self.chance.randint(0, 5)
        commands: list[tuple[int, Move]] = [
            (10, self.up(*flags)),
            (3, ("target", number, *flags)),
            (2, ("exclude", number, *flags)),
            (3, ("replace", number, *flags)),
            (1, ("replace_all", *flags)),
            (3, ("refresh", *flags)),
            (1, ("refresh", "run-program", *flags)),
            (1, ("destroy", *flags)),
            (1, ("destroy", "refresh", *flags)),
            (1, ("destroy_target", number, *flags)),
            (1, ("preview",)),
        ]
        return self.chance.choices([each for _, each in commands], [weight for weight, _ in commands])[0]

    def any_command(self) -> list[Move]:
        return [self.command()]

    def befallen(self) -> list[Move]:
        kind = self.one(*KILLS, *FAILURES, *FAILURES, "decide")
        times = self.one(1, 1, 9) if kind in FAILURES else 1
        return [*self.edit(), self.command((kind, self.chance.randint(0, 7), times))]

    # The program

    def edit(self) -> list[Move]:
        return [("edit", self.one("a", "a", "b"), self.one(*HEADERS))]

    def pictures(self) -> list[Move]:
        slot, message = self.one("hero", "other"), self.one("a", "b")
        moves: list[list[Move]] = [
            [("picture", slot, self.chance.randint(0, 2))],
            [("picture", slot, self.chance.randint(0, 2)), ("use", message, slot, self.yes(0.3))],
            [("picture", "icon", 0), ("use", message, "icon", self.yes(0.3))],
            [("use", message, "", False)],
            [("remove", "images", slot)],
        ]
        return self.chance.choice(moves)

    def rename(self) -> list[Move]:
        return [(self.one("rename", "rename", "relocate"), *self.resource(), self.yes(0.7))]

    def name_again(self) -> list[Move]:
        """Renamed or moved, or taken out; and the name is another message's, in the run after."""
        slot = self.one("a", "b")
        left = self.one(
            ("rename", "messages", slot, True),
            ("rename", "messages", slot, self.yes()),
            ("rename_in_state", "messages", slot),
        )
        again = [("name_again", slot, self.one(*HEADERS))]
        shown = [("point", "d3", PAIRS[2], f"{slot}2", "message")] if self.yes(0.7) else []
        ends = [UP, ("destroy_target", self.chance.randint(0, 4))] if self.yes(0.3) else []
        return [left, UP, *again, *shown, *ends]

    def remove(self) -> list[Move]:
        return [("remove", *self.resource())]

    def point(self) -> list[Move]:
        form = self.one("message", "message", *FORMS)
        return [("point", self.one(*SLOTS["defaults"], "d3"), self.one(*PAIRS), self.one("a", "a", "b", ""), form)]

    def form(self) -> list[Move]:
        return [("point", "d1", PAIRS[0], self.one("a", "b"), self.one(*FORMS))]

    def given(self) -> list[Move]:
        slot = self.one(*SLOTS["defaults"])
        return [
            self.one(
                ("product", slot, self.one("output", "enum", "locale", "product", "")),
                ("when", slot, self.one("awaited", "asked", "applied", "")),
                ("turn", "transforms"),
            )
        ]

    def edition(self) -> list[Move]:
        return [("product", "d2", "product"), UP, ("edition", self.yes())]

    def shuffle(self) -> list[Move]:
        return [self.one(("swap",), ("exchange",), ("turn", "reverse"))]

    def option(self) -> list[Move]:
        kind, slot = self.resource()
        name = self.one(
            "protect", "retain", "retain", "is_replaced_first", "ignore" if kind == "defaults" else "retain"
        )
        return [("option", kind, slot, name, self.yes(0.75))]

    def keep(self) -> list[Move]:
        return [("keep_replaced", self.one("a", "b"), self.yes(0.75)), *self.edit()]

    def needed(self) -> list[Move]:
        """Something else of the program, on which a resource depends, is replaced, and deleted before."""
        kind, slot = self.resource("messages", "defaults", "images")
        needs = [("product", "d2", "product"), ("product", "d2", ""), ("option", kind, slot, "needs", True), UP]
        return [*needs, ("edition", True)]

    def replaced_first(self) -> list[Move]:
        return [self.one(("turn", "replaces_first"), ("option", "defaults", "d1", "is_replaced_first", True))]

    # Apple and somebody else

    def review(self) -> list[Move]:
        number = self.chance.randint(0, 3)
        return [self.one(APPROVE, APPROVE, APPROVE, ("approve", number), ("reject", number))]

    def take_back(self) -> list[Move]:
        return [("take_back", self.chance.randint(0, 3), self.one("PENDING", "REJECTED"))]

    def somebody(self) -> list[Move]:
        number, pair = self.chance.randint(0, 3), self.one(*PAIRS)
        return [
            self.one(
                ("somebody_sets_a_default", pair),
                ("somebody_sets_a_default", pair, number),
                ("somebody_deletes_a_default", pair),
                ("somebody_deletes_a_message", number),
                ("somebody_deletes_an_image", number),
            )
        ]

    # States

    def state(self) -> list[Move]:
        number = self.chance.randint(0, 4)
        return [
            self.one(
                ("taint", number),
                ("taint", number),
                ("forget", number),
                ("rename_in_state", *self.resource()),
                ("rename_in_state", *self.resource()),
            )
        ]

    def old_state(self) -> list[Move]:
        return [("export_state",), *self.edit(), UP, *self.review(), UP, ("import_state",)]

    def stacks(self) -> list[Move]:
        moves: list[list[Move]] = [
            [("other_stack",)],
            [("other_stack",)],
            [("rename_stack",)],
            [("rename_stack",), UP, *self.edit(), ("point", "d3", PAIRS[2], "a", "message")],
            [("move_to_other_stack", self.one("a", "a", "b")), UP, ("other_stack",)],
            [("point", "d1", PAIRS[1], "a", "message")],
            [("destroy",), ("other_stack",)],
        ]
        return self.chance.choice(moves)

    def wait(self) -> list[Move]:
        return [("wait",)]


Theme = "list[tuple[int, Callable[[Chance], list[Move]]]]"
ENDS_A_STEP = {
    *("up", "target", "exclude", "replace", "replace_all", "refresh", "preview"),
    *("destroy", "destroy_target", "other_stack"),
}
ORDINARY: list[tuple[int, Callable[[Chance], list[Move]]]] = [
    (8, Chance.edit),
    (4, Chance.any_command),
    (3, Chance.point),
    (2, Chance.pictures),
    (2, Chance.rename),
    (1, Chance.remove),
    (1, Chance.shuffle),
]
OF_STACKS: list[tuple[int, Callable[[Chance], list[Move]]]] = [(1, Chance.stacks)]
THEMES: list[list[tuple[int, Callable[[Chance], list[Move]]]]] = [
    [(1, Chance.befallen)],
    [(1, Chance.befallen), (1, Chance.any_command)],
    [(1, Chance.pictures)],
    [(2, Chance.rename), (2, Chance.name_again), (1, Chance.remove)],
    [(2, Chance.form), (2, Chance.given), (1, Chance.point)],
    [(2, Chance.option), (1, Chance.keep), (1, Chance.wait)],
    [(1, Chance.replaced_first), (1, Chance.edition), (1, Chance.needed), (1, Chance.any_command)],
    [(2, Chance.somebody), (1, Chance.take_back), (1, Chance.any_command)],
    [(3, Chance.state), (1, Chance.old_state)],
    [(1, Chance.any_command)],
    OF_STACKS,
]


def history(seed: int, number: int) -> tuple[Environment, list[Move]]:
    """The history of this number."""
    return Chance(seed, number).history()
