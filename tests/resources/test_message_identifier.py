"""Which identifier a message gets at Apple, and what becomes of identifiers that are taken, renamed or left behind."""

from collections.abc import Callable

import httpx
import pytest

from resources.samples import CHOSEN, message
from resources.stack import CheckFailed, Stack
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
    """Apple says that an identifier is in use, and does not list it."""
    return Fault(path="Upload Message", error_code=4090001, times=times)


def test_what_a_killed_run_uploaded_is_taken_up_by_the_next(sandbox: Stack) -> None:
    sandbox.killed_up(FIRST)

    done = sandbox.up(FIRST)

    assert (done.steps, done.requests) == ({"stay": "create"}, [LIST])
    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_what_a_killed_run_uploads_late_is_taken_up_too(sandbox: Stack) -> None:
    sandbox.transport = Overtaken(sandbox.transport)

    done = sandbox.up(FIRST)

    assert done.requests == [LIST, PUT, PUT, LIST]
    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_what_a_killed_run_uploaded_keeps_its_place_in_the_review(production: Stack) -> None:
    production.killed_up(FIRST)
    production.apple.approve()

    production.up(FIRST)

    stay = production["stay"]
    assert (stay["messageState"], stay["approvedIdentifier"]) == ("APPROVED", stay["messageIdentifier"])


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_what_a_killed_run_uploaded_of_another_text_is_retired(
    environment: str, request: pytest.FixtureRequest
) -> None:
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


def test_what_a_killed_run_uploaded_goes_with_the_resource(sandbox: Stack) -> None:
    sandbox.up(FIRST)
    sandbox.killed_up(SECOND)

    sandbox.destroy()

    assert sandbox.messages == {}


def test_a_message_of_another_resource_is_never_touched(sandbox: Stack) -> None:
    sandbox.store.put_message(CHOSEN, THEIRS)
    other = message("First", name="other")
    sandbox.up(FIRST, other)

    sandbox.up(SECOND, other)
    sandbox.up(other)

    assert sandbox.messages == {CHOSEN: "APPROVED", sandbox["other"]["messageIdentifier"]: "APPROVED"}


def test_an_identifier_that_apple_takes_no_more_gives_way_to_the_next_of_the_chain(sandbox: Stack) -> None:
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
    sandbox.apple.fail_next(taken())
    sandbox.up(FIRST)

    sandbox.up(SECOND)

    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_an_edit_taken_back_where_apple_never_reuses_identifiers_goes_on_along_the_chain() -> None:
    sandbox = Stack(Emulator(switches=Switches(identifiers_are_reusable=False)), "sandbox")
    sandbox.up(FIRST)
    sandbox.up(SECOND)

    sandbox.up(FIRST)

    assert sandbox.messages == {sandbox["stay"]["messageIdentifier"]: "APPROVED"}


def test_a_chain_without_end_is_an_error(sandbox: Stack) -> None:
    sandbox.apple.fail_next(taken(times=9))

    with pytest.raises(Failure, match=r"refuses every identifier of message stay .*; give it one of your own"):
        sandbox.up(FIRST)


def test_an_identifier_of_the_users_choice_is_used_in_lower_case(sandbox: Stack) -> None:
    sandbox.up(message(messageIdentifier=CHOSEN.upper()))

    assert sandbox.messages == {CHOSEN: "APPROVED"}
    assert sandbox["stay"]["messageIdentifier"] == CHOSEN


def test_an_identifier_of_the_users_choice_that_is_taken_is_refused(sandbox: Stack) -> None:
    sandbox.store.put_message(CHOSEN, THEIRS)

    with pytest.raises(Failure, match=rf"the message {CHOSEN} already.*; choose another .*, or set adopt=True"):
        sandbox.up(message(messageIdentifier=CHOSEN))


def test_adopt_takes_over_what_has_the_identifier_of_the_users_choice(sandbox: Stack) -> None:
    sandbox.store.put_message(CHOSEN, THEIRS)

    sandbox.up(message(messageIdentifier=CHOSEN, adopt=True))

    assert sandbox["stay"]["messageState"] == "APPROVED"
    sandbox.destroy()
    assert sandbox.messages == {}


def test_adopt_is_refused_where_there_is_nothing_to_adopt(sandbox: Stack) -> None:
    with pytest.raises(Failure, match=rf"Apple has no message {CHOSEN}, so there is nothing to adopt; correct"):
        sandbox.up(message(messageIdentifier=CHOSEN, adopt=True))

    assert sandbox.messages == {}


def test_adopt_without_an_identifier_is_refused_in_the_plan(sandbox: Stack) -> None:
    with pytest.raises(CheckFailed, match=r"adopt is set, but there is no messageIdentifier: nothing to adopt"):
        sandbox.preview(message(adopt=True))


@pytest.mark.parametrize("written", [str.lower, str.upper])
@pytest.mark.parametrize("adopt", [None, True])
def test_another_text_under_the_same_identifier_of_the_users_choice_is_refused(
    sandbox: Stack, adopt: bool | None, written: Callable[[str], str]
) -> None:
    sandbox.store.put_message(CHOSEN, THEIRS) if adopt else None
    sandbox.up(message("First", messageIdentifier=CHOSEN, adopt=adopt))

    with pytest.raises(CheckFailed, match=r"messageIdentifier is .* cannot be changed; choose another identifier"):
        sandbox.up(message("Second", messageIdentifier=written(CHOSEN), adopt=adopt))


def test_another_identifier_of_the_users_choice_is_a_replacement(sandbox: Stack) -> None:
    sandbox.up(message("First"))

    done = sandbox.up(message("First", messageIdentifier=CHOSEN))

    assert done.steps == {"stay": "replace"}
    assert sandbox.messages == {CHOSEN: "APPROVED"}


def test_an_identifier_that_is_chosen_no_more_stays_while_the_text_does(sandbox: Stack) -> None:
    sandbox.up(message("First", messageIdentifier=CHOSEN))

    assert sandbox.up(message("First")).steps == {"stay": "same"}
    assert sandbox.state[0].inputs["messageIdentifier"] == CHOSEN
    assert sandbox.messages == {CHOSEN: "APPROVED"}


def test_a_rename_with_an_alias_is_no_change(sandbox: Stack) -> None:
    sandbox.up(message("First", name="stay"))
    owner = sandbox["stay"]["owner"]
    renamed = message("First", name="stay-en", alias="stay")

    first, second = sandbox.up(renamed), sandbox.up(renamed)

    assert (first.steps, first.requests) == ({"stay-en": "same"}, [])
    assert (second.steps, second.requests) == ({"stay-en": "same"}, [])
    assert owner != sandbox.state[0].inputs["owner"] == renamed.urn


def test_a_rename_without_an_alias_uploads_the_new_one_and_deletes_the_old(sandbox: Stack) -> None:
    sandbox.up(message("First", name="stay"))

    done = sandbox.up(message("First", name="stay-en"))

    assert done.steps == {"stay-en": "create", "stay": "delete"}
    assert sandbox.messages == {sandbox["stay-en"]["messageIdentifier"]: "APPROVED"}


def test_a_rename_with_an_alias_and_an_edit_goes_on_showing_the_earlier_message(production: Stack) -> None:
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
    production.up(message("First"))
    production.apple.approve()
    production.up(message("First"))
    production.up(message("Second", name="stay-en", alias="stay"))

    production.destroy()

    assert production.messages == {}
