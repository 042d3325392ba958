"""The table of lines knows what the provider says, and finds out what is not so."""

from __future__ import annotations

import pytest

from cli.app_store import Seen
from cli.lines import Facts, named, untrue

NEW, OLD, IMAGE = (f"0b54ab32-1cf3-8d2e-9a6c-2f6f3c1d7e0{n}" for n in range(3))
PAIR = "com.example.monthly/en-US"
SEEN = Seen(
    uploads={NEW: "PENDING", OLD: "APPROVED", IMAGE: "APPROVED"},
    images={NEW: frozenset({IMAGE}), OLD: frozenset()},
    defaults={(None, PAIR): OLD},
)
FACTS = Facts(SEEN, before=SEEN)
TRUE = (
    f"message a waits for Apple's review; until then {OLD} stays; run pulumi up again after it",
    "message a waits for Apple's review; until then there is nothing to show; run pulumi up again after it",
    f"message a: Apple approved {OLD}; pulumi up moves its defaults to it",
    f"default of {PAIR}: its message has nothing approved yet; until then {OLD} stays",
    f"message a: {OLD} was not deleted while {PAIR} showed it; delete it by hand when nothing shows it",
    f"image hero: the image {IMAGE} was not deleted while a message at Apple used it",
    "image hero: 0b54ab32-1cf3-8d2e-9a6c-2f6f3c1d7e09 was deleted after all",
    (
        f"message a: {OLD} was not deleted with it, because nothing records that this resource uploaded it; "
        "delete it by hand if no default shows it and no other stack has it"
    ),
    f"default of {PAIR}: {OLD} was not configured by this resource, and was not deleted",
    f"default of {PAIR}: no message of the program has {OLD}, which is shown; after a rename or a move give message …",
    f"message a: {OLD}, {NEW} was not deleted, because retain_on_delete was set when it was superseded",
)
UNTRUE = (
    f"message a: {OLD} was not deleted with it, because nothing records that this resource uploaded it",
    f"message a waits for Apple's review; until then {NEW} stays; run pulumi up again after it",
    f"message a: Apple rejected its image {IMAGE}; there is nothing to show meanwhile; change it and run pulumi up",
    f"message a: approved; its approved_identifier is {NEW} from this run on",
    f"message a: approved; its approved_identifier is {OLD} from this run on",
    f"default of {PAIR}: its message has nothing approved yet; until then nothing is shown",
    f"message a: {NEW} was not deleted while {PAIR} showed it",
    f"image hero: the image {OLD} was not deleted while a message at Apple used it",
    "message a: 0b54ab32-1cf3-8d2e-9a6c-2f6f3c1d7e09 was not deleted, because retain_on_delete was set",
    f"default of {PAIR}: no message of the program has {NEW}, which is shown; after a rename or a move give message …",
    f"message a: {OLD} was deleted after all",
    f"message a: {OLD} is something that nobody has ever said",
)


@pytest.mark.parametrize("line", TRUE)
def test_a_true_line_is_known(line: str) -> None:
    """A line of the provider's that is so is let pass."""
    assert list(untrue([line], FACTS)) == []


@pytest.mark.parametrize("line", UNTRUE)
def test_an_untrue_line_is_found_out(line: str) -> None:
    """One that is not so, or that nobody judges, is a failure."""
    assert len(list(untrue([line], FACTS))) == 1


@pytest.mark.parametrize(("approved", "wrongs"), [({OLD}, 0), ({NEW}, 1)])
def test_an_approval_counts_that_the_command_took_away(approved: set[str], wrongs: int) -> None:
    """`destroy --refresh` tells an approval that it sees, and then deletes the message."""
    facts = Facts(Seen(), before=SEEN, approved=frozenset(approved))

    assert len(list(untrue([f"message a: Apple approved {OLD}; pulumi up moves its defaults to it"], facts))) == wrongs


def test_what_was_not_deleted_is_what_lines_name() -> None:
    """Only those words account for what stays at Apple."""
    assert named([f"the image {IMAGE} was not deleted", f"{OLD} stays"]) == {IMAGE}
