"""The law of deletion as tables: when a message may be deleted, and what goes when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from resources.views import DAY, MONTHLY, SANDBOX_APP, YEARLY, Seen, program, record
from retention_messaging_provider.resources.deletion import Reason, deletion
from retention_messaging_provider.resources.records import MessageRecord, SupersededImage
from retention_messaging_provider.resources.review import images_left, progress

if TYPE_CHECKING:
    from retention_messaging_provider.resources.known import Program

NOW = 1_800_000_000
BOTH = {"A": "APPROVED", "B": "APPROVED"}
SHOWN = record(state="APPROVED", approved="B", approved_at=NOW - DAY, superseded="A")


REASONS = {
    "nothing shows it": (SHOWN, Seen(BOTH), program(), None),
    "a pair of its own shows it": (
        replace(SHOWN, pairs=frozenset([MONTHLY])), Seen(BOTH, pairs={MONTHLY: "A"}), program(), Reason.SHOWN
    ),
    "a pair of its own shows another": (
        replace(SHOWN, pairs=frozenset([MONTHLY])), Seen(BOTH, pairs={MONTHLY: "B"}), program(), None
    ),
    "a pair that left shows it": (
        replace(SHOWN, former=frozenset([YEARLY])), Seen(BOTH, pairs={YEARLY: "A"}), program(), Reason.SHOWN
    ),
    "a default of the run was recorded to show it, and does": (
        SHOWN, Seen(BOTH, pairs={YEARLY: "A"}), program(pairs={"A": {YEARLY}}), Reason.SHOWN
    ),
    "a pair that Apple does not know": (replace(SHOWN, former=frozenset(["typo/en"])), Seen(BOTH), program(), None),
    "another resource has it": (SHOWN, Seen(BOTH), program(claimed="A"), Reason.CLAIMED),
    "a default of the program is to show it": (SHOWN, Seen(BOTH), program(wanted="A"), Reason.WANTED),
    "another record accounts for it": (SHOWN, Seen(BOTH), program(kept="A"), Reason.KEPT),
    "it was found, approved, in production": (
        replace(SHOWN, found=frozenset("A")), Seen(BOTH), program(), Reason.FOUND
    ),
    "it was found, waiting, in production": (
        replace(SHOWN, found=frozenset("A")), Seen({**BOTH, "A": "PENDING"}), program(), None
    ),
    "it was found in sandbox": (
        replace(SHOWN, location=SANDBOX_APP, found=frozenset("A")), Seen(BOTH), program(), None
    ),
    "it was found in sandbox, and some messages are unseen": (
        replace(SHOWN, location=SANDBOX_APP, found=frozenset("A")), Seen(BOTH),
        program(has_seen_messages=False), Reason.UNSURE,
    ),
    "it was found in a destroy": (
        replace(SHOWN, location=SANDBOX_APP, found=frozenset("A")), Seen(BOTH), program(has_program=False), None
    ),
    "it was found in a destroy under a name that another resource had": (
        replace(SHOWN, location=SANDBOX_APP, found=frozenset("A"), shares_name=True), Seen(BOTH),
        program(has_program=False), Reason.SHARED,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("message", "seen", "known", "reason"), REASONS.values(), ids=REASONS)
def test_a_message_stays_for_one_reason(
    message: MessageRecord, seen: Seen, known: Program, reason: Reason | None
) -> None:
    """Deletion needs evidence that the record accounts for it, and that every pair that may show it shows another."""
    decided = deletion(message, ["A"], seen, known)

    assert [stay.reason for stay in decided.stays] == ([reason] if reason else [])
    assert decided.goes == (() if reason else ("A",))


def test_every_reason_has_a_case() -> None:
    """A new reason comes with a row."""
    assert {reason for *_, reason in REASONS.values()} == {None, *Reason}


def test_apple_is_asked_about_every_pair_once_it_matters() -> None:
    """Of what the record and the run know; and about none where the message stays for another reason."""
    message = replace(SHOWN, pairs=frozenset([MONTHLY]), former=frozenset([YEARLY]))
    asked, unasked = Seen(BOTH), Seen(BOTH)

    deletion(message, ["A"], asked, program(pairs={"A": {"third/en-US"}}))
    deletion(message, ["A"], unasked, program(claimed="A"))

    assert sorted(asked.asked) == sorted([MONTHLY, YEARLY, "third/en-US"])
    assert unasked.asked == []


PROGRESS = {
    "nothing to do asks nothing": (record(state="APPROVED", approved="B"), Seen(), program(), (True, "B", "", "", [])),
    "an approval moves the defaults first": (
        record(approved="A", superseded="A"), Seen(BOTH), program(), (False, "B", "A", "", ["messages"])
    ),
    "and deletes in the run after": (SHOWN, Seen(BOTH), program(), (False, "B", "", "A", ["messages"])),
    "not while a pair shows it": (
        replace(SHOWN, pairs=frozenset([MONTHLY])), Seen(BOTH, pairs={MONTHLY: "A"}), program(),
        (True, "B", "A", "", ["messages", MONTHLY]),
    ),
    "not before keep_replaced is over": (
        replace(SHOWN, keep_replaced=7.0 * DAY), Seen(), program(), (True, "B", "A", "", [])
    ),
    "but after it": (
        replace(SHOWN, keep_replaced=7.0 * DAY, approved_at=NOW - 8 * DAY), Seen(BOTH), program(),
        (False, "B", "", "A", ["messages"]),
    ),
    "not what is to be retained": (replace(SHOWN, retain=True), Seen(), program(), (True, "B", "A", "", [])),
    "not while pairs are unknown": (SHOWN, Seen(), program(knows_pairs=False), (True, "B", "A", "", [])),
    "what is waited for asks for the list": (
        record(approved="A", superseded="A"), Seen({"A": "APPROVED", "B": "PENDING"}), program(),
        (True, "A", "A", "", ["messages"]),
    ),
    "litter that waits goes while the message waits": (
        record(superseded="L", found="L"), Seen({"B": "PENDING", "L": "PENDING"}), program(),
        (False, "", "", "L", ["messages"]),
    ),
    "an approval that is taken back goes first": (
        SHOWN, Seen({"A": "APPROVED", "B": "REJECTED"}), program(), (False, "A", "A", "", ["messages"])
    ),
    "what was deleted by somebody else is forgotten": (
        SHOWN, Seen({"B": "APPROVED"}), program(), (False, "B", "", "", ["messages"])
    ),
    "what another resource has is that one's": (
        SHOWN, Seen(BOTH), program(claimed="A"), (False, "B", "", "", ["messages"])
    ),
    "what was only found is named and forgotten": (
        replace(SHOWN, found=frozenset("A")), Seen(BOTH), program(), (False, "B", "", "", ["messages"])
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "seen", "known", "expected"), PROGRESS.values(), ids=PROGRESS)
def test_the_next_step_of_a_message_whose_text_stays(
    before: MessageRecord, seen: Seen, known: Program, expected: tuple[bool, str, str, str, list[str]]
) -> None:
    """Is it no change, what may be shown, what is superseded, what goes, and what Apple was asked."""
    step = progress(before, before.pairs, seen, known, NOW)

    assert step.record
    superseded, gone = "".join(step.record.superseded), "".join(step.messages)
    asked = list(dict.fromkeys(seen.asked))
    assert (step.record == before, step.record.approved, superseded, gone, asked) == expected


def test_a_message_that_is_missing_has_no_next_step() -> None:
    """It is uploaded again."""
    assert progress(record(), frozenset(), Seen(), program(), NOW).record is None


def test_pairs_that_join_and_leave_are_a_change() -> None:
    """What a record must never forget is recorded in the run that sees it."""
    before = record(state="APPROVED", approved="B", pairs=[MONTHLY])

    step = progress(before, frozenset([YEARLY]), Seen(), program(), NOW)

    assert step.record == replace(before, pairs=frozenset([YEARLY]), former=frozenset([MONTHLY]))


def test_a_pair_that_left_is_forgotten_when_seen_elsewhere() -> None:
    """Until Apple was seen to show something else there, it is asked about."""
    before = replace(SHOWN, former=frozenset([MONTHLY, YEARLY, "typo/en"]))

    step = progress(before, frozenset(), Seen(BOTH, pairs={MONTHLY: "other", YEARLY: "B"}), program(), NOW)

    assert step.record
    assert step.record.former == {YEARLY}


def picture(used_by: str, *, left: bool) -> SupersededImage:
    """The image 1."""
    return SupersededImage("1", frozenset(used_by), left)


PICTURES = {
    "left, and its message goes": (picture("A", left=True), program(), ["1"], ()),
    "a resource has it again": (picture("A", left=True), program(images="1"), [], ()),
    "nobody knows whether one has it": (
        picture("A", left=False), program(has_seen_images=False), [], (picture("", left=False),)
    ),
    "another superseded message uses it": (picture("AZ", left=True), program(), [], (picture("Z", left=True),)),
    "its message went in an earlier run": (picture("", left=True), program(), ["1"], ()),
}  # fmt: skip


@pytest.mark.parametrize(("image", "known", "goes", "stays"), PICTURES.values(), ids=PICTURES)
def test_an_image_goes_with_the_last_message_that_uses_it(
    image: SupersededImage, known: Program, goes: list[str], stays: tuple[SupersededImage, ...]
) -> None:
    """If no resource of the program has it, which is known only when all its images have been seen."""
    step = progress(replace(SHOWN, superseded_images=(image,)), frozenset(), Seen(BOTH), known, NOW)

    assert step.record
    kept = tuple(each for each in step.record.superseded_images if each.used_by or not known.images["1"])
    assert (list(step.images), kept) == (goes, stays)


@pytest.mark.parametrize(
    ("known", "expected"),
    [(program(), "12"), (program(images="2"), "1"), (program(has_seen_images=False), "1")],
)
def test_images_that_a_record_leaves_when_it_ends(known: Program, expected: str) -> None:
    """All that it accounts for, where no resource has them; its own only where that is known."""
    ending = replace(SHOWN, images=frozenset("2"), managed=frozenset("2"), superseded_images=(picture("A", left=True),))

    assert "".join(images_left(ending, known)) == expected
