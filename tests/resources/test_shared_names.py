"""Names that two messages have had, after a rename with an alias: a destroy has no program that tells whose what is."""

import pytest

from resources.samples import default, message
from resources.stack import Done, Stack, Want

ANOTHER = "was not deleted with it, because another resource may have it, which had this name once"

FIRST, THIRD = message("First"), message("Third")
RENAMED = message("First", name="stay-en", alias="stay")
SHOWN = default(message="stay-en")
BOTH = [THIRD, RENAMED, SHOWN]
BETWEEN: dict[str, list[list[Want]]] = {
    "nothing": [],
    "an edit": [[message("Fourth"), RENAMED, SHOWN]],
    "an edit back": [[message("Fourth"), RENAMED, SHOWN], BOTH],
    "another rename": [
        [message("Third", name="stay-de", alias="stay"), RENAMED, SHOWN],
        [message("Second"), RENAMED, SHOWN],
    ],
}


@pytest.fixture(params=["sandbox", "production"])
def stack(request: pytest.FixtureRequest) -> Stack:
    """A stack whose message was renamed, while Apple reviews it in production."""
    renamed: Stack = request.getfixturevalue(request.param)
    renamed.up(FIRST, default())
    renamed.up(RENAMED, SHOWN)
    return renamed


def names(done: Done, identifier: str) -> bool:
    """Whether a line says that this stays, because it may be another's."""
    return any(f"{identifier} {ANOTHER}" in line for line in done.said)


@pytest.mark.parametrize("refreshes", [False, True])
@pytest.mark.parametrize("between", BETWEEN)
def test_a_destroy_spares_what_was_renamed(stack: Stack, between: str, refreshes: bool) -> None:
    """Where the old name is given again, a destroy of that message leaves the renamed one's, and names it."""
    for program in [BOTH, *BETWEEN[between]]:
        stack.up(*program)
    if refreshes:
        stack.refresh()

    done = stack.destroy(targets=["stay"])

    assert stack["stay-en"]["messageIdentifier"] in stack.messages
    assert names(done, stack["stay-en"]["messageIdentifier"])


@pytest.mark.parametrize("refreshes", [False, True])
def test_a_destroy_spares_what_had_the_name_before(stack: Stack, refreshes: bool) -> None:
    """So it does where another message is renamed to the old name: a rename asks Apple nothing."""
    stack.up(RENAMED, message("Second", name="other"), SHOWN)
    stack.up(RENAMED, message("Second", name="stay", alias="other"), SHOWN)
    if refreshes:
        stack.refresh()

    stack.destroy(targets=["stay"])

    assert [*stack.messages] == [stack["stay-en"]["messageIdentifier"]]


@pytest.mark.parametrize("targets", [None, ["stay"]])
def test_a_destroy_spares_what_was_not_seen(stack: Stack, targets: list[str] | None) -> None:
    """So it does where the renamed message was seen later than the one that has its name, or not at all."""
    stack.up(*BOTH, targets=targets)

    stack.destroy(targets=["stay"])

    assert [*stack.messages] == [stack["stay-en"]["messageIdentifier"]]


def test_a_destroy_spares_what_two_have(stack: Stack) -> None:
    """So it does where the old name is given the old text, too, and both have one message."""
    stack.up(RENAMED, SHOWN)
    stack.up(RENAMED, FIRST, SHOWN)
    [shared] = stack.messages

    done = stack.destroy(targets=["stay"])

    assert [*stack.messages] == [shared]
    assert names(done, shared)


def test_what_is_retained_of_the_renamed_stays(sandbox: Stack) -> None:
    """What `retain_on_delete` left at Apple of the renamed message is not taken for litter of its old name."""
    sandbox.up(message("First", retainOnDelete=True))
    sandbox.up(message("First", name="stay-en", alias="stay", retainOnDelete=True))
    edited = message("Second", name="stay-en", alias="stay", retainOnDelete=True)
    sandbox.up(edited)
    [retained] = sandbox["stay-en"]["retainedIdentifiers"]

    sandbox.up(edited, THIRD)

    assert retained in sandbox.messages


def test_nobody_shares_a_name_that_is_new(sandbox: Stack) -> None:
    """Of a message whose name nobody had, a destroy deletes what a killed edit left; nothing more is recorded."""
    sandbox.up(FIRST, message("Other", name="other"))
    sandbox.up(message("Second"), message("Other", name="other"))
    sandbox.killed_up(THIRD, message("Other", name="other"))

    assert "sharesName" not in sandbox["stay"]
    assert sandbox.destroy().said == []
    assert sandbox.messages == {}


def test_what_no_resource_has_any_more_goes(stack: Stack) -> None:
    """What a killed edit left goes in the `up` after a refresh, whoever had the name."""
    stack.up(*BOTH)
    edited = message("Second", name="stay-en", alias="stay")
    stack.killed_up(message("Second"), edited, SHOWN)
    stack.up(*BOTH)
    stack.refresh()
    stack.up(*BOTH)
    stack.up(*BOTH)

    assert {*stack.messages} == {stack[name]["messageIdentifier"] for name in ("stay", "stay-en")}
