"""What one command remembers of its program and of Apple, through the ledger's public methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resources.views import APP, MONTHLY, SANDBOX_APP, YEARLY
from retention_messaging_provider.resources.identity import derive, owner_prefix_of
from retention_messaging_provider.resources.ledger import DEFAULT, IMAGE, MESSAGE, Ledger, Ref
from retention_messaging_provider.resources.location import Location

if TYPE_CHECKING:
    from collections.abc import Callable

STAY, OTHER = "urn:pulumi:dev::app::Message::stay", "urn:pulumi:dev::app::Message::other"
A, B = Ref(APP, MESSAGE, "a"), Ref(APP, MESSAGE, "b")
HERO = Ref(APP, IMAGE, "a")
PAIR = Ref(APP, DEFAULT, MONTHLY)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


# What the program has


@pytest.mark.parametrize("kind", [MESSAGE, IMAGE])
def test_what_is_declared_is_of_its_kind(ledger: Ledger, kind: str) -> None:
    """A resource that was checked is declared as its kind, and makes the command one with a program."""
    before = ledger.has_program()
    ledger.declare(kind, STAY)

    assert [before, ledger.has_program()] == [False, True]
    assert [ledger.is_declared(each, STAY) for each in (MESSAGE, IMAGE, DEFAULT)] == [
        kind == MESSAGE,
        kind == IMAGE,
        False,
    ]
    assert not ledger.is_declared(kind, OTHER)


def test_every_message_is_seen_when_as_many_were_seen(ledger: Ledger) -> None:
    """All messages have been seen when as many owners were seen as the program has, each counted once."""
    seen = []
    ledger.note_program({"messages": 2, "images": 0, "isComplete": True})
    for owner in (STAY, STAY, OTHER):
        ledger.see(MESSAGE, owner)
        seen.append(ledger.has_seen_every(MESSAGE))

    assert seen == [False, False, True]
    assert ledger.has_seen_every(IMAGE)


def test_nothing_is_complete_before_the_program_is_known(ledger: Ledger) -> None:
    """Without the program's counts nothing has been seen completely, even where none is declared."""
    ledger.declare(MESSAGE, STAY)

    assert not ledger.has_seen_every(MESSAGE)
    assert not ledger.has_seen_every(IMAGE)


def test_a_program_that_is_not_known_does_not_erase_one_that_is(ledger: Ledger) -> None:
    """A resource without the program's facts does not erase those that another one had."""
    ledger.note_program({"messages": 0, "images": 0, "isComplete": False})
    ledger.note_program(None)

    assert ledger.has_seen_every(MESSAGE)
    assert not ledger.knows_all_pairs()


@pytest.mark.parametrize(
    ("program", "expected"), [(None, True), ({"isComplete": True}, True), ({"isComplete": False}, False)]
)
def test_pairs_are_known_unless_the_program_is_incomplete(
    ledger: Ledger, program: dict[str, bool] | None, expected: bool
) -> None:
    """All pairs are known unless the program reports that some are not."""
    ledger.note_program(program)

    assert ledger.knows_all_pairs() is expected


# Claims


def test_a_claim_answers_who_was_first(ledger: Ledger) -> None:
    """A claim answers the owner that claimed first, also to that owner itself."""
    assert [ledger.claim(A, owner) for owner in (STAY, OTHER, STAY)] == [STAY, STAY, STAY]


@pytest.mark.parametrize(
    "other", [B, HERO, Ref(SANDBOX_APP, MESSAGE, "a"), Ref(Location("production", "com.example.b", None), MESSAGE, "a")]
)
def test_a_claim_is_of_one_thing_at_one_location(ledger: Ledger, other: Ref) -> None:
    """One identifier of another kind, in another environment or app is another thing."""
    ledger.claim(A, STAY)

    assert ledger.is_claimed(A)
    assert not ledger.is_claimed(other)
    assert ledger.claim(other, OTHER) == OTHER


# What records account for


def test_what_several_keep_is_kept_until_the_last_has_ended(ledger: Ledger) -> None:
    """What several resources keep stays kept until none of them accounts for it any more."""
    ledger.keep([A, HERO], STAY)
    ledger.keep([A], OTHER)
    kept = []
    for owner in (STAY, STAY, OTHER):
        ledger.end(owner, [A], [])
        kept.append(ledger.is_kept(A))

    assert kept == [True, True, False]
    assert ledger.is_kept(HERO)
    assert not ledger.is_kept(B)


def test_an_image_is_kept_until_its_record_ends(ledger: Ledger) -> None:
    """A record that ends does not keep its images any more, nor what it never kept."""
    ledger.keep([HERO], STAY)
    ledger.end(STAY, [], [HERO, Ref(APP, IMAGE, "never kept")])

    assert not ledger.is_kept(HERO)


def test_what_an_owner_keeps_itself_need_not_count(ledger: Ledger) -> None:
    """What only the named owner keeps is not kept but by it; what another keeps is."""
    ledger.keep([A, B], STAY)
    ledger.keep([B], OTHER)

    assert [ledger.is_kept(each, but_by=STAY) for each in (A, B)] == [False, True]
    assert [ledger.is_kept(each, but_by=OTHER) for each in (A, B)] == [True, True]


def test_many_are_asked_about_as_one_is(ledger: Ledger) -> None:
    """The answers about many identifiers are those about each: claimed, kept, and noted for pairs."""
    ledger.claim(A, STAY)
    ledger.keep([B, HERO], STAY)
    ledger.keep([HERO], OTHER)
    ledger.note_default(PAIR, "b")

    for kind in (MESSAGE, IMAGE):
        refs = {each: Ref(APP, kind, each) for each in "ab"}
        assert ledger.which_are_claimed(APP, kind, "ab") == {each: ledger.is_claimed(ref) for each, ref in refs.items()}
        assert ledger.which_are_kept(APP, kind, "ab") == {each: ledger.is_kept(ref) for each, ref in refs.items()}
        assert ledger.which_are_kept(APP, kind, "ab", but_by=STAY) == {
            each: ledger.is_kept(ref, but_by=STAY) for each, ref in refs.items()
        }
    assert ledger.which_are_claimed(APP, MESSAGE, "ab") == {"a": True, "b": False}
    assert ledger.which_are_kept(APP, IMAGE, "ab", but_by=STAY) == {"a": True, "b": False}
    assert ledger.which_pairs_are_noted(APP, "ab") == {"a": set(), "b": {MONTHLY}}


@pytest.mark.parametrize("how", ["claimed", "kept", "replaced", "of a claimed prefix"])
def test_a_message_of_the_program_is_known(ledger: Ledger, how: str) -> None:
    """A message is known that a resource has, accounts for or has had, and one of the same owner prefix."""
    first, second = (derive(APP.bundle_id, APP.environment, STAY, {"header": text}) for text in ("First", "Second"))
    ref = Ref(APP, MESSAGE, first)
    acts: dict[str, Callable[[], object]] = {
        "claimed": lambda: ledger.claim(ref, STAY),
        "kept": lambda: ledger.keep([ref], STAY),
        "replaced": lambda: ledger.remember(STAY, ref, {}, is_replaced=True),
        "of a claimed prefix": lambda: ledger.claim(Ref(APP, MESSAGE, second), STAY),
    }
    prefix = owner_prefix_of(first)
    before = ledger.knows_message(APP, first, prefix)

    acts[how]()

    assert [before, ledger.knows_message(APP, first, prefix)] == [False, True]
    assert not ledger.knows_message(SANDBOX_APP, first, prefix)


# Replacements


def test_the_outputs_from_before_the_command_are_remembered(ledger: Ledger) -> None:
    """What a resource was before this command is remembered by its owner, and is None of others."""
    ledger.remember(STAY, A, {"messageIdentifier": "a"}, is_replaced=False)

    assert ledger.before(STAY) == {"messageIdentifier": "a"}
    assert ledger.before(OTHER) is None
    assert (ledger.replaced_by(A), ledger.awaits_replacement(A)) == ("", False)


def test_what_is_replaced_awaits_it_until_it_is_created(ledger: Ledger) -> None:
    """What is to be replaced awaits its replacement until that is created, and remains replaced by its owner."""
    ledger.remember(STAY, A, {}, is_replaced=True)
    awaits = [ledger.awaits_replacement(A)]
    ledger.note_created(OTHER)
    awaits.append(ledger.awaits_replacement(A))
    ledger.note_created(STAY)
    awaits.append(ledger.awaits_replacement(A))

    assert awaits == [True, True, False]
    assert ledger.replaced_by(A) == STAY
    assert (ledger.replaced_by(B), ledger.awaits_replacement(B)) == ("", False)


def test_a_deletion_before_the_replacement_is_noted(ledger: Ledger) -> None:
    """What Pulumi asked to delete before its replacement exists is noted, and nothing else."""
    ledger.note_replaced_first(A)

    assert [ledger.is_replaced_first(each) for each in (A, B)] == [True, False]


# Defaults


def test_the_pairs_of_a_message_are_the_latest_noted(ledger: Ledger) -> None:
    """The pairs of a message are those that were noted last; of others there are none."""
    ledger.note_pairs(STAY, [MONTHLY])
    ledger.note_pairs(STAY, [YEARLY, MONTHLY])

    assert ledger.pairs_of(STAY) == {MONTHLY, YEARLY}
    assert ledger.pairs_of(OTHER) == frozenset()


def test_defaults_are_noted_by_location_and_message(ledger: Ledger) -> None:
    """Every pair that showed a message, or is to show it, is noted for it, at its location only."""
    ledger.note_default(PAIR, "a")
    ledger.note_default(Ref(APP, DEFAULT, YEARLY), "a")
    ledger.note_default(PAIR, "b")
    ledger.note_default(Ref(SANDBOX_APP, DEFAULT, YEARLY), "b")

    assert ledger.which_pairs_are_noted(APP, ["a"])["a"] == {MONTHLY, YEARLY}
    assert ledger.which_pairs_are_noted(APP, ["b"])["b"] == {MONTHLY}
    assert ledger.which_pairs_are_noted(SANDBOX_APP, ["b"])["b"] == {YEARLY}
    assert ledger.which_pairs_are_noted(SANDBOX_APP, ["a"])["a"] == set()


def test_the_noted_pairs_are_a_copy(ledger: Ledger) -> None:
    """Whoever changes the pairs that were noted for a message changes a copy."""
    ledger.note_default(PAIR, "a")
    ledger.which_pairs_are_noted(APP, ["a"])["a"].clear()

    assert ledger.which_pairs_are_noted(APP, ["a"])["a"] == {MONTHLY}


# What waits


def test_a_deferred_action_is_taken_once_in_order(ledger: Ledger) -> None:
    """Deferred actions are taken once, in the order in which they were deferred, by what they wait for."""
    done: list[str] = []
    for until, name in ((PAIR, "first"), (PAIR, "second"), (A, "other")):
        assert ledger.defer(until, 0, lambda name=name: done.append(name))  # type: ignore[misc]

    for action in [*ledger.take_deferred(PAIR), *ledger.take_deferred(PAIR)]:
        action()

    assert done == ["first", "second"]
    assert len(ledger.take_deferred(A)) == 1


def test_a_deleted_message_ends_the_wait_for_one(ledger: Ledger) -> None:
    """What waits for a deletion of a message is taken once, at the location where there was one."""
    done: list[str] = []
    for location in (APP, SANDBOX_APP):
        ledger.defer(Ref(location, IMAGE, ""), 0, lambda location=location: done.append(location.environment))  # type: ignore[misc]

    for messages, images in (([], [HERO]), ([A, B], [HERO]), ([A], [])):
        for action in ledger.end(STAY, messages, images):
            action()

    assert done == ["production"]


def test_an_action_may_defer_itself_again(ledger: Ledger) -> None:
    """An action that defers itself while it is taken is taken the next time."""
    ledger.defer(PAIR, 0, lambda: ledger.defer(PAIR, ledger.changes(), lambda: None))
    for action in ledger.take_deferred(PAIR):
        action()

    assert len(ledger.take_deferred(PAIR)) == 1


def test_what_has_changed_meanwhile_is_not_waited_for(ledger: Ledger) -> None:
    """Nothing waits for what has changed since Apple was asked; a change of something else does not count."""
    before = ledger.changes()
    ledger.take_deferred(PAIR)

    assert not ledger.defer(PAIR, before, lambda: None)
    assert ledger.defer(PAIR, ledger.changes(), lambda: None)
    assert ledger.defer(A, before, lambda: None)
    assert len(ledger.take_deferred(PAIR)) == 1
