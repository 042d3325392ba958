"""Which identifier a message gets at Apple, and what becomes of those that are taken, renamed or of a killed run."""

from collections.abc import Callable

import httpx
import pytest

from resources.samples import EXPLICIT, default, message
from resources.stack import CheckFailed, Stack, Want
from retention_messaging_emulator import Emulator, Fault, Switches
from retention_messaging_provider.resources.handler import Failure

FIRST, SECOND, THIRD = message("First"), message("Second"), message("Third")
LIST, PUT = "Get Message List", "Upload Message"
THEIRS = {"header": "Theirs", "body": "Somebody else wrote this."}


class Overtaken(httpx.BaseTransport):
    """The upload of a killed run reaches Apple right before that of this one."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if request.method == "PUT":
            self._inner.handle_request(request)
        return self._inner.handle_request(request)


def taken(times: int = 1) -> Fault:
    """Apple answers that an identifier is in use, and does not list it."""
    return Fault(path="Upload Message", error_code=4090001, times=times)


def test_the_upload_of_a_killed_run_is_used_by_the_next(sandbox: Stack) -> None:
    """The next run takes over the message that a killed run uploaded."""
    sandbox.killed_up(FIRST)

    done = sandbox.up(FIRST)

    assert (done.steps, done.requests) == ({"stay": "create"}, [LIST])
    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_a_late_upload_of_a_killed_run_is_used_too(sandbox: Stack) -> None:
    """A message that reaches Apple late, right before the next run uploads it, is taken over, too."""
    sandbox.transport = Overtaken(sandbox.transport)

    done = sandbox.up(FIRST)

    assert done.requests == [LIST, PUT, PUT, LIST]
    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_the_upload_of_a_killed_run_keeps_its_approval(production: Stack) -> None:
    """The message that a killed run uploaded keeps its approval."""
    production.killed_up(FIRST)
    production.apple.approve()

    production.up(FIRST)

    stay = production["stay"]
    assert (stay["messageState"], stay["approvedIdentifier"]) == ("APPROVED", stay["messageIdentifier"])


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_another_text_of_a_killed_run_is_retired(environment: str, request: pytest.FixtureRequest) -> None:
    """A message of another text that a killed run uploaded is deleted once the next one is shown."""
    stack: Stack = request.getfixturevalue(environment)
    stack.up(FIRST)
    stack.apple.approve()
    stack.up(FIRST)
    stack.killed_up(SECOND)
    stack.up(THIRD)
    stack.apple.approve()

    stack.up(THIRD)
    stack.up(THIRD)

    assert stack.messages == {stack["stay"]["approvedIdentifier"]: "APPROVED"}


def test_destroy_deletes_what_a_killed_run_uploaded(sandbox: Stack) -> None:
    """Destroy deletes the message that a killed run uploaded."""
    sandbox.up(FIRST)
    sandbox.killed_up(SECOND)

    sandbox.destroy()

    assert sandbox.messages == {}


def test_a_message_of_another_resource_is_never_deleted(sandbox: Stack) -> None:
    """No edit and no deletion deletes a message of another resource, or one from outside this stack."""
    sandbox.store.put_message(EXPLICIT, THEIRS)
    other = message("First", name="other")
    sandbox.up(FIRST, other)

    sandbox.up(SECOND, other)
    sandbox.up(other)

    assert sandbox.messages == {EXPLICIT: "APPROVED", sandbox["other"]["messageIdentifier"]: "APPROVED"}


def test_a_taken_identifier_gives_way_to_the_next_of_the_chain(sandbox: Stack) -> None:
    """An identifier that Apple takes no more gives way to the next of the chain, and then nothing changes."""
    sandbox.apple.fail_next(taken())

    done = sandbox.up(FIRST)

    stay = sandbox["stay"]
    assert done.requests == [LIST, PUT, LIST, PUT]
    assert sandbox.messages == {stay["messageIdentifier"]: "APPROVED"}
    assert stay["approvedIdentifier"] == stay["messageIdentifier"]
    assert sandbox.up(FIRST).steps == {"stay": "same"}
    assert sandbox.refresh().steps == {"stay": "same"}
    assert sandbox.up(FIRST).steps == {"stay": "same"}


def test_a_message_from_the_chain_is_edited_like_any_other(sandbox: Stack) -> None:
    """A message under an identifier of the chain is edited like any other."""
    sandbox.apple.fail_next(taken())
    sandbox.up(FIRST)

    sandbox.up(SECOND)

    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_a_reverted_edit_goes_on_along_the_chain() -> None:
    """Where Apple never takes an identifier again, a reverted edit gets the next of the chain."""
    sandbox = Stack(Emulator(switches=Switches(identifiers_are_reusable=False)), "sandbox")
    sandbox.up(FIRST)
    sandbox.up(SECOND)

    sandbox.up(FIRST)

    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_a_chain_without_end_is_an_error(sandbox: Stack) -> None:
    """A chain of which Apple takes no identifier is an error."""
    sandbox.apple.fail_next(taken(times=9))

    with pytest.raises(Failure, match=r"refuses every identifier of message stay .*; give it one of your own"):
        sandbox.up(FIRST)


def test_an_explicit_identifier_is_used_in_lower_case(sandbox: Stack) -> None:
    """An explicit identifier is used in lower case."""
    sandbox.up(message(messageIdentifier=EXPLICIT.upper()))

    assert sandbox.messages == {EXPLICIT: "APPROVED"}
    assert sandbox["stay"]["messageIdentifier"] == EXPLICIT


def test_a_taken_explicit_identifier_is_refused(sandbox: Stack) -> None:
    """An explicit identifier that Apple has already is refused."""
    sandbox.store.put_message(EXPLICIT, THEIRS)

    with pytest.raises(Failure, match=rf"the message {EXPLICIT} already.*; choose another .*, or set adopt=True"):
        sandbox.up(message(messageIdentifier=EXPLICIT))


def test_adopt_takes_over_an_explicit_identifier(sandbox: Stack) -> None:
    """`adopt` takes over the message of the explicit identifier, and a destroy deletes it."""
    sandbox.store.put_message(EXPLICIT, THEIRS)

    sandbox.up(message(messageIdentifier=EXPLICIT, adopt=True))

    assert sandbox["stay"]["messageState"] == "APPROVED"
    sandbox.destroy()
    assert sandbox.messages == {}


def test_adopt_is_refused_where_there_is_nothing_to_adopt(sandbox: Stack) -> None:
    """`adopt` is refused where Apple has nothing under the identifier."""
    with pytest.raises(Failure, match=rf"Apple has no message {EXPLICIT}, so there is nothing to adopt; correct"):
        sandbox.up(message(messageIdentifier=EXPLICIT, adopt=True))

    assert sandbox.messages == {}


def test_adopt_without_an_identifier_is_refused_in_the_plan(sandbox: Stack) -> None:
    """`adopt` without an identifier is refused in the plan."""
    with pytest.raises(CheckFailed, match=r"adopt is set, but there is no messageIdentifier: nothing to adopt"):
        sandbox.preview(message(adopt=True))


@pytest.mark.parametrize("written", [str.lower, str.upper])
@pytest.mark.parametrize("adopt", [None, True])
def test_another_text_under_an_explicit_identifier_is_refused(
    sandbox: Stack, adopt: bool | None, written: Callable[[str], str]
) -> None:
    """Another text under the same explicit identifier is refused, in whatever case that is written."""
    sandbox.store.put_message(EXPLICIT, THEIRS) if adopt else None
    sandbox.up(message("First", messageIdentifier=EXPLICIT, adopt=adopt))

    with pytest.raises(CheckFailed, match=r"messageIdentifier is .* cannot be changed; choose another identifier"):
        sandbox.up(message("Second", messageIdentifier=written(EXPLICIT), adopt=adopt))


def test_another_explicit_identifier_is_a_replacement(sandbox: Stack) -> None:
    """Another explicit identifier is a replacement."""
    sandbox.up(message("First"))

    done = sandbox.up(message("First", messageIdentifier=EXPLICIT))

    assert done.steps == {"stay": "replace"}
    assert sandbox.messages == {EXPLICIT: "APPROVED"}


def test_an_identifier_no_longer_explicit_stays_with_its_text(sandbox: Stack) -> None:
    """An identifier that is no longer explicit stays while the text does."""
    sandbox.up(message("First", messageIdentifier=EXPLICIT))

    assert sandbox.up(message("First")).steps == {"stay": "same"}
    assert sandbox.state[0].inputs["messageIdentifier"] == EXPLICIT
    assert sandbox.messages == {EXPLICIT: "APPROVED"}


def test_a_rename_with_an_alias_only_records_the_name(sandbox: Stack) -> None:
    """A rename with an alias asks Apple nothing: one update records the new owner, and the identifier stays."""
    sandbox.up(message("First", name="stay"))
    owner = sandbox["stay"]["owner"]
    renamed = message("First", name="stay-en", alias="stay")

    first, second = sandbox.up(renamed), sandbox.up(renamed)

    assert (first.steps, first.requests) == ({"stay-en": "update"}, [])
    assert (second.steps, second.requests) == ({"stay-en": "same"}, [])
    assert owner != sandbox["stay-en"]["owner"] == renamed.urn


def test_a_rename_without_an_alias_is_another_message(sandbox: Stack) -> None:
    """A rename without an alias uploads a new message and deletes the old one."""
    sandbox.up(message("First", name="stay"))

    done = sandbox.up(message("First", name="stay-en"))

    assert done.steps == {"stay-en": "create", "stay": "delete"}
    assert sandbox.messages == {sandbox["stay-en"]["messageIdentifier"]: "APPROVED"}


def test_a_rename_and_an_edit_keep_the_earlier_message_shown(production: Stack) -> None:
    """A rename with an alias and an edit in one goes on showing the earlier message until the approval."""
    production.up(message("First"))
    production.apple.approve()
    production.up(message("First"))
    first = production["stay"]["approvedIdentifier"]
    renamed = message("Second", name="stay-en", alias="stay")

    production.up(renamed)
    pending = production["stay-en"]
    production.apple.approve()
    production.up(renamed)
    production.up(renamed)

    assert (pending["approvedIdentifier"], pending["superseded"]) == (first, [first])
    assert production.messages == {pending["messageIdentifier"]: "APPROVED"}


def test_destroying_a_renamed_and_edited_message_leaves_nothing(production: Stack) -> None:
    """Destroy deletes a renamed and edited message with what it superseded."""
    production.up(message("First"))
    production.apple.approve()
    production.up(message("First"))
    production.up(message("Second", name="stay-en", alias="stay"))

    production.destroy()

    assert production.messages == {}


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_a_refresh_takes_no_other_resources_upload(environment: str, request: pytest.FixtureRequest) -> None:
    """After a rename with an alias and the old name used again, neither record has anything of the other's."""
    stack: Stack = request.getfixturevalue(environment)
    renamed, again = message("First", name="stay-en", alias="stay"), message("Third", name="stay")
    stack.up(message("First", name="stay"))
    stack.apple.approve()
    stack.up(renamed)
    stack.up(renamed, again)
    before = dict(stack.messages)

    stack.refresh()
    stack.up(renamed, again, targets=["stay-en"])

    assert stack["stay-en"]["superseded"] == []
    assert stack.messages == before


@pytest.mark.parametrize(("targets", "goes"), [(None, True), (["stay"], False)])
def test_what_a_refresh_found_leaves_the_record_in_one_up(
    production: Stack, targets: list[str] | None, goes: bool
) -> None:
    """An edit that was killed and taken back goes, or is named where a message that may have it is left out."""
    program = [message("First", name="stay"), message("First", name="yearly")]
    production.up(*program)
    production.killed_up(message("Second", name="stay"), program[1])
    production.refresh()
    [found] = production["stay"]["superseded"]

    done = production.up(*program, targets=targets)
    is_named = any(found in line and "was not deleted" in line for line in done.said)

    assert (found not in production.messages, not is_named) == (goes, goes)
    assert production["stay"]["superseded"] == []
    assert set(production.preview(*program).steps.values()) == {"same"}


def test_what_was_found_of_many_messages_goes_in_two_ups(production: Stack) -> None:
    """Edits of many messages that were killed and taken back go, though only some of them wait to see the others."""
    names = [f"stay-{number}" for number in range(6)]
    program = [message("First", name=name) for name in names]
    production.up(*program)
    production.killed_up(*(message("Second", name=name) for name in names))
    production.refresh()

    first, second = production.up(*program), production.up(*program)

    assert set(production.messages) == {production[name]["messageIdentifier"] for name in names}
    assert [line for line in first.said + second.said if "was not deleted" in line] == []
    assert set(production.preview(*program).steps.values()) == {"same"}


@pytest.mark.parametrize("targets", [None, ["stay-en"]])
@pytest.mark.parametrize("comes_first", ["renamed", "again"])
def test_a_name_used_again_keeps_what_its_default_shows(
    production: Stack, comes_first: str, targets: list[str] | None
) -> None:
    """Two messages have one identifier after a rename: the earlier of one is not deleted while the other's is shown."""
    yearly = default("yearly-en", message="stay", productId="com.example.yearly")
    production.up(message("First"), default())
    production.apple.approve()
    production.up(message("First"), default())
    [shown] = production.messages

    def program(text: str) -> list[Want]:
        renamed, again = message(text, name="stay-en", alias="stay"), message("First", name="stay")
        both = [renamed, again] if comes_first == "renamed" else [again, renamed]
        return [*both, default(message="stay-en"), yearly]

    production.up(message("First", name="stay-en", alias="stay"), default(message="stay-en"))
    production.up(*program("First"))
    production.up(*program("Second"))
    production.apple.approve()
    production.up(*program("Second"))
    production.up(*program("Second"), targets=targets)
    production.up(*program("Second"))

    assert production["stay"]["messageIdentifier"] == shown
    assert production.store.default_message("com.example.yearly", "en-US") == shown
    assert shown in production.messages
    assert set(production.preview(*program("Second")).steps.values()) == {"same"}


@pytest.mark.parametrize("comes_first", ["derived", "explicit"])
def test_two_resources_never_have_one_explicit_identifier(sandbox: Stack, comes_first: str) -> None:
    """An identifier that the user gives is refused in the plan where another resource of the program has it."""
    sandbox.up(message("First"))
    taken = message("First", name="again", messageIdentifier=sandbox["stay"]["messageIdentifier"], adopt=True)
    both = [message("First"), taken] if comes_first == "derived" else [taken, message("First")]

    with pytest.raises(CheckFailed, match=r"messageIdentifier is .*, which (stay|again) has, too; keep one of them"):
        sandbox.preview(*both)
    with pytest.raises(CheckFailed):
        sandbox.up(*both)
    assert [each.name for each in sandbox.state] == ["stay"]


def test_what_retain_on_delete_left_is_named_in_the_end(production: Stack) -> None:
    """An earlier message that was retained is named when its resource is deleted without the option."""
    production.up(message("First"))
    production.apple.approve()
    production.up(message("First"))
    [first] = production.messages
    production.up(message("Second", retainOnDelete=True))
    production.apple.approve()
    for _ in range(2):
        production.up(message("Second", retainOnDelete=True))
    production.up(message("Second"))

    done = production.destroy()

    assert list(production.messages) == [first]
    assert any(first in line and "was not deleted, because retain_on_delete was set" in line for line in done.said)
