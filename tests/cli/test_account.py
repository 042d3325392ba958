"""What may stay at Apple, and what is left over."""

from __future__ import annotations

from typing import Any

from cli.account import Account
from cli.app_store import Seen

ONE, TWO = "one", "two"
APP = "com.example.app"


def record(identifier: str, **more: Any) -> dict[str, Any]:
    """A message that is approved."""
    outputs = {"messageState": "APPROVED", "superseded": [], "supersededImages": {}}
    return {
        "type": "retention-messaging:Message",
        "id": identifier,
        "urn": f"urn::{identifier}",
        "outputs": outputs,
        **more,
    }


def both() -> Seen:
    return Seen({ONE: "APPROVED", TWO: "APPROVED"}, {ONE: frozenset(), TWO: frozenset()})


def left(
    account: Account, before: list[Any], after: list[Any], told: set[str], *, is_cut_off: bool = False
) -> list[str]:
    return list(account.command(before, after, both(), told, {TWO}, is_cut_off=is_cut_off))


def test_what_no_record_has_any_more_needs_a_line() -> None:
    """A record that goes while its upload stays is a failure, if no line names it."""
    assert left(Account(), [record(ONE)], [record(TWO)], set()) == ["left without a line: one"]
    assert left(Account(), [record(ONE)], [record(TWO)], {ONE}) == []


def test_what_is_retained_needs_no_line() -> None:
    """The user said that it stays."""
    assert left(Account(), [record(ONE, retainOnDelete=True)], [record(TWO)], set()) == []


def test_what_is_recorded_as_retained_needs_no_line() -> None:
    """A record may have it as retained, where the option was set with the edit."""
    after = record(TWO)
    after["outputs"] = {**after.get("outputs", {}), "retainedIdentifiers": [ONE]}

    assert left(Account(), [record(ONE)], [after], set()) == []


def test_what_was_uploaded_is_recorded() -> None:
    """But for what befell the command."""
    assert left(Account(), [record(ONE)], [record(ONE)], set()) == ["left without a line: two"]
    assert left(Account(), [record(ONE)], [record(ONE)], set(), is_cut_off=True) == []


def test_what_is_recorded_again_may_not_stay() -> None:
    """A line excuses what it names until a record has it."""
    account = Account()
    left(account, [record(ONE)], [record(TWO)], {ONE})
    left(account, [record(TWO)], [record(ONE), record(TWO)], set())
    assert left(account, [record(ONE), record(TWO)], [record(TWO)], set()) == ["left without a line: one"]


def test_what_a_record_has_is_not_taken_away() -> None:
    """A command that deletes what another record has is a failure."""
    assert list(Account.taken(both(), [record(ONE)], Seen({TWO: "APPROVED"}))) == [
        "taken away: one, which one still records"
    ]
    assert list(Account.taken(both(), [record(ONE)], both())) == []


def test_a_picture_that_a_record_has_for_nothing_may_go() -> None:
    """Only one that a superseded message uses is taken away."""
    for used_by, wrongs in (([], 0), ([ONE], 1)):
        has = record(ONE, outputs={"supersededImages": {TWO: {"usedBy": used_by, "left": True}}})
        assert len(list(Account.taken(both(), [has], Seen({ONE: "APPROVED"})))) == wrongs


def test_states_and_the_app_store_agree() -> None:
    """What is recorded is there, as it is recorded; what is there is recorded."""
    assert list(Account().differences([record(ONE), record(TWO)], both(), APP)) == []
    assert list(Account().differences([record(ONE)], both(), APP)) == ["two is at Apple, and nothing records it"]
    assert list(Account().differences([record("three"), record(ONE), record(TWO)], both(), APP)) == [
        "three is recorded as APPROVED, and is not there"
    ]
