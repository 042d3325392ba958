"""What Apple's review means for a message, as tables: a row a case, without a client, a clock or a run."""

from __future__ import annotations

from typing import Any

import pytest

from resources.views import APP, MONTHLY, SANDBOX_APP, Seen, program, record
from retention_messaging_provider.resources.deletion import is_accountable
from retention_messaging_provider.resources.records import MessageRecord, SupersededImage
from retention_messaging_provider.resources.replacement import replacement, shown_until_approved
from retention_messaging_provider.resources.review import Phase, phase, rejected, reviewed

SHOWN = record(state="APPROVED", approved="B")
NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("message", "images", "expected"),
    [
        (record(state="PENDING"), {}, Phase.WAITING),
        (record(state="REJECTED"), {}, Phase.REJECTED),
        (record(state="APPROVED"), {}, Phase.APPROVED),
        (SHOWN, {}, Phase.SHOWN),
        (record(state="APPROVED", images="1"), {"1": "PENDING"}, Phase.WAITING),
        (record(state="APPROVED", images="12"), {"1": "APPROVED", "2": "REJECTED"}, Phase.REJECTED),
        (record(state="APPROVED", images="12"), {"1": "APPROVED", "2": "APPROVED"}, Phase.APPROVED),
        (record(state="APPROVED", images="1"), {}, Phase.WAITING),
        (record(state="APPROVED", location=SANDBOX_APP, images="1"), {}, Phase.APPROVED),
    ],
)
def test_how_far_a_message_has_come(message: MessageRecord, images: dict[str, str], expected: Phase) -> None:
    """A message may be shown when Apple has approved it and all its images; in sandbox that is at once."""
    assert phase(message, Seen(images=images)) is expected


@pytest.mark.parametrize(
    ("message", "images", "expected"),
    [
        (record(state="REJECTED"), {}, "it"),
        (record(images="12"), {"1": "PENDING", "2": "REJECTED"}, "its image 2"),
        (record(images="1"), {"1": "PENDING"}, ""),
    ],
)
def test_what_was_rejected_is_named(message: MessageRecord, images: dict[str, str], expected: str) -> None:
    """It is the message, or the first of its images that Apple rejected."""
    assert rejected(message, Seen(images=images)) == expected


@pytest.mark.parametrize(
    ("before", "messages", "approved", "superseded"),
    [
        pytest.param(record(), {"B": "PENDING"}, "", "", id="the first one waits"),
        pytest.param(record(), {"B": "APPROVED"}, "B", "", id="the first one is approved"),
        pytest.param(
            record(approved="A", superseded="A"), {"A": "APPROVED", "B": "PENDING"}, "A", "A", id="an edit waits"
        ),
        pytest.param(
            record(approved="A", superseded="A"), {"A": "APPROVED", "B": "APPROVED"}, "B", "A", id="an edit is approved"
        ),
        pytest.param(
            record(approved="A", superseded="A"), {"A": "APPROVED", "B": "REJECTED"}, "A", "A", id="an edit is rejected"
        ),
        pytest.param(record(approved="A", superseded="A"), {"B": "PENDING"}, "", "", id="the shown one was deleted"),
        pytest.param(
            record(state="APPROVED", approved="B", superseded="A"),
            {"A": "APPROVED", "B": "REJECTED"},
            "A",
            "A",
            id="an approval is taken back",
        ),
        pytest.param(
            record(state="APPROVED", approved="B", superseded="A", found="A"),
            {"A": "APPROVED", "B": "REJECTED"},
            "",
            "A",
            id="what was only found does not stand in",
        ),
    ],
)
def test_what_may_be_shown_follows_the_review(
    before: MessageRecord, messages: dict[str, str], approved: str, superseded: str
) -> None:
    """It is the earlier message until this one is approved, and nothing where Apple has none that is."""
    seen = reviewed(before, Seen(messages), NOW)

    assert seen
    assert (seen.approved, "".join(seen.superseded), seen.state) == (approved, superseded, messages["B"])


def test_a_message_that_apple_has_no_more_is_none() -> None:
    """Only the list tells, and it tells nothing of what somebody else deleted."""
    assert reviewed(record(), Seen({"A": "APPROVED"}), NOW) is None


def test_the_time_of_an_approval_is_noted_once() -> None:
    """`keep_replaced` counts from the run that saw the approval."""
    first = reviewed(record(), Seen({"B": "APPROVED"}), NOW)
    assert first
    again = reviewed(first, Seen({"B": "APPROVED"}), NOW + 60)
    assert again

    assert first.approved_at == again.approved_at == NOW


@pytest.mark.parametrize(
    ("location", "state", "expected"),
    [(APP, "PENDING", True), (APP, "APPROVED", False), (APP, "REJECTED", False), (SANDBOX_APP, "APPROVED", True)],
)
def test_what_was_found_is_accountable_if_unseen(location: Any, state: str, expected: bool) -> None:
    """In production only what no customer can have seen; in sandbox only testers look."""
    assert is_accountable(record(location=location), state) is expected


REPLACED = {
    "in production, the shown one stays": (
        record("C"), record("B", "APPROVED", approved="B"), {"B": "APPROVED", "C": "PENDING"}, ("B", "B")
    ),
    "in sandbox, Pulumi deletes the shown one": (
        record("C", "APPROVED", SANDBOX_APP), record("B", "APPROVED", SANDBOX_APP, approved="B"),
        {"B": "APPROVED", "C": "APPROVED"}, ("C", ""),
    ),
    "a second edit deletes the first, which waits": (
        record("C"), record("B", approved="A", superseded="A"),
        {"A": "APPROVED", "B": "PENDING", "C": "PENDING"}, ("A", "A"),
    ),
    "an edit is taken back while it waits": (
        record("A", "APPROVED"), record("B", approved="A", superseded="A"),
        {"A": "APPROVED", "B": "PENDING"}, ("A", ""),
    ),
    "an edit is taken back after its approval": (
        record("A", "APPROVED"), record("B", "APPROVED", approved="B", superseded="A"),
        {"A": "APPROVED", "B": "APPROVED"}, ("A", ""),
    ),
    "the first one was approved since": (
        record("C"), record("B"), {"B": "APPROVED", "C": "PENDING"}, ("B", "B")
    ),
    "nothing was approved yet": (record("C"), record("B"), {"B": "PENDING", "C": "PENDING"}, ("", "")),
    "the shown one is kept for a week": (
        record("C", "APPROVED", SANDBOX_APP, keep_replaced=604_800.0),
        record("B", "APPROVED", SANDBOX_APP, approved="B"),
        {"B": "APPROVED", "C": "APPROVED"}, ("C", "B"),
    ),
    "the old one is to be retained": (
        record("C"), record("B", "APPROVED", approved="B", retain=True),
        {"B": "APPROVED", "C": "PENDING"}, ("B", ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("new", "before", "messages", "expected"), REPLACED.values(), ids=REPLACED)
def test_what_a_replacement_stands_in_for(
    new: MessageRecord, before: MessageRecord, messages: dict[str, str], expected: tuple[str, str]
) -> None:
    """It accounts for what was shown and what that stood in for, but not for what Pulumi deletes itself."""
    made = replacement(new, before, Seen(messages), program()).record

    assert (made.approved, "".join(made.superseded)) == expected


def test_what_is_retained_is_remembered_and_left_alone() -> None:
    """What retain_on_delete left at Apple is never taken for litter, even when the option goes later."""
    before = record("B", "APPROVED", approved="B", retain=True)
    messages = {"B": "APPROVED", "C": "APPROVED", "D": "PENDING"}
    kept = replacement(record("C", "APPROVED"), before, Seen(messages), program()).record

    later = replacement(record("D"), kept, Seen(messages), program(), siblings={"B": "APPROVED"})

    assert later.record.retained == {"B"}
    assert (later.litter, later.unaccounted) == ((), ())


FORCED = {
    "a pair shows a sibling": ({"A": "APPROVED"}, {MONTHLY: "A"}, [MONTHLY], ("A", "A", "")),
    "no pair shows the sibling": ({"A": "APPROVED"}, {}, [MONTHLY], ("", "", "A")),
    "there is no pair": ({"A": "APPROVED"}, {}, [], ("A", "A", "")),
    "there is no pair, and two siblings": ({"A": "APPROVED", "B": "APPROVED"}, {}, [], ("", "", "AB")),
    "a sibling waits": ({"A": "PENDING"}, {}, [], ("", "", "")),
}


@pytest.mark.parametrize(("siblings", "shown", "pairs", "expected"), FORCED.values(), ids=FORCED)
def test_what_a_forced_replacement_makes_of_siblings(
    siblings: dict[str, str], shown: dict[str, str], pairs: list[str], expected: tuple[str, str, str]
) -> None:
    """It has no history: what a pair shows stays shown, is recorded as found, and is never accounted for."""
    new = record("C", pairs=pairs)

    made = replacement(new, None, Seen({**siblings, "C": "PENDING"}, pairs=shown), program(), siblings=siblings)

    assert (made.record.approved, "".join(made.record.superseded), "".join(made.unaccounted)) == expected
    assert made.record.found == set(made.record.superseded)
    assert made.litter == tuple(each for each, state in siblings.items() if state == "PENDING")


def test_nothing_is_named_before_all_messages_are_seen() -> None:
    """Another message of the program may have it, which this command has not checked yet."""
    unseen = program(has_seen_messages=False)

    made = replacement(record("C"), None, Seen({"A": "APPROVED"}), unseen, siblings={"A": "APPROVED"})

    assert (made.record.approved, made.unaccounted) == ("", ())


def test_pairs_that_leave_with_an_edit_are_remembered() -> None:
    """They may still show what was there before."""
    before = record("B", "APPROVED", approved="B", pairs=[MONTHLY], former=["x/en-US"])

    made = replacement(record("C"), before, Seen({"B": "APPROVED"}), program()).record

    assert made.former == {MONTHLY, "x/en-US"}


def test_the_images_of_what_is_superseded_belong_to_it() -> None:
    """A superseded message carries the managed images that it uses, and whether a resource still has them."""
    before = record("B", "APPROVED", approved="B", images="12", managed="1")
    made = replacement(record("C"), before, Seen({"B": "APPROVED"}), program(images="2")).record

    assert made.superseded_images == (SupersededImage("1", frozenset("B"), left=True),)


def test_one_whose_deletion_pulumi_has_asked_for_already() -> None:
    """With delete_before_replace the old one is deleted first, is left for its replacement, and accounted for by it."""
    before = record("B", "APPROVED", SANDBOX_APP, approved="B")
    messages = {"B": "APPROVED", "C": "APPROVED"}
    new = record("C", "APPROVED", SANDBOX_APP)

    made = replacement(new, before, Seen(messages), program(), left_for_it="B").record

    assert (made.approved, made.superseded) == ("C", ("B",))


OURS = record("C", pairs=[MONTHLY])


@pytest.mark.parametrize(
    ("before", "messages", "siblings", "expected"),
    [
        (record(approved="A", superseded="A"), {"A": "APPROVED", "B": "APPROVED"}, {}, "A"),
        (record(approved="A", superseded="A"), {"B": "APPROVED"}, {}, "B"),
        (record(approved="A", superseded="A"), {"B": "PENDING"}, {}, ""),
        (record(), {"B": "APPROVED"}, {}, "B"),
        (record(approved="B"), {}, {"X": "APPROVED", "Y": "APPROVED"}, "Y"),
        (record(approved="B"), {}, {"X": "APPROVED", "Y": "PENDING"}, ""),
        (None, {}, {"X": "APPROVED", "Y": "APPROVED"}, "Y"),
    ],
)
def test_what_is_shown_until_the_approval(
    before: MessageRecord | None, messages: dict[str, str], siblings: dict[str, str], expected: str
) -> None:
    """What was shown, if Apple has it; the last, if it was approved since; else what Apple shows under the name."""
    view = Seen(messages, pairs={MONTHLY: "Y"})

    assert shown_until_approved(OURS, before, siblings, view, has_seen_messages=True) == expected


def test_what_apple_took_back_with_an_image_is_not_shown() -> None:
    """An earlier message whose picture is in review again may not be shown, and stays accounted for."""
    pictures = (SupersededImage("1", frozenset("A"), left=True),)
    before = record(approved="A", superseded="A", superseded_images=pictures)

    seen = reviewed(before, Seen({"A": "APPROVED", "B": "PENDING"}, {"1": "PENDING"}), NOW)

    assert seen
    assert (seen.approved, seen.superseded) == ("", ("A",))
