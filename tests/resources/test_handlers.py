"""What every handler keeps to, as `handler.py` numbers it: each test runs for every specimen."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from resources.samples import message
from resources.specimens import SPECIMENS, Specimen, served_emulator
from resources.stack import HANDLERS, Record, Stack, settings_for
from retention_messaging_emulator import Emulator
from retention_messaging_provider.api import RequestFailed
from retention_messaging_provider.resources.default_message import DefaultMessage
from retention_messaging_provider.resources.handler import UNKNOWN, Change, Diff, Handler
from retention_messaging_provider.settings import MissingCredentials

ELSEWHERE = {
    "environment": "production",
    "bundle_id": "com.example.other",
    "base_url": "http://localhost/production",
}


def answering(status: int, **answer: Any) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(status, **answer))


def timing_out(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("The read operation timed out", request=request)


FAILURES = {
    "401": answering(401, text="Unauthenticated"),
    "an empty 404, where access is not granted": answering(404),
    "a 404 about the app": answering(404, json={"errorCode": 4040003, "errorMessage": "App not found."}),
    "a 404 in HTML": answering(404, html="<h1>Not Found</h1>"),
    "429 beyond the wait": answering(429, headers={"Retry-After": "99999999999999"}, json={"errorCode": 4290000}),
    "500": answering(500, json={"errorCode": 5000000, "errorMessage": "An unknown error occurred."}),
    "a page instead of JSON": answering(200, html="<h1>Log in</h1>"),
    "a redirect": answering(302, headers={"Location": "https://login.example.com"}),
    "a time-out": httpx.MockTransport(timing_out),
}


@pytest.fixture(scope="module")
def one_emulator() -> Iterator[Emulator]:
    """One with a developer's server, for the performance test."""
    with closing(served_emulator()) as emulator:
        yield emulator


@pytest.fixture
def lasting(specimen: Specimen) -> Specimen:
    """The specimen, if it is at Apple after its creation."""
    if specimen.is_event:
        pytest.skip("nothing of it is at Apple: it is asked about by its creation only")
    return specimen


def test_every_handler_has_a_specimen() -> None:
    """Every handler has a specimen, and one only."""
    handlers = [specimen.want.handler.__name__ for specimen in SPECIMENS]

    assert sorted(handlers) == sorted(handler.__name__ for handler in HANDLERS.values())


# 1. Only "not found" is missing


def test_what_is_not_found_is_missing(stack: Stack, lasting: Specimen, record: Record) -> None:
    """What Apple does not find is missing; a default is set again instead."""
    lasting.delete_at_apple(stack.store, record)
    run, _ = stack.begin()

    assert lasting.is_missing_then == (record.handler(run).read(record.id, record.outputs) is None)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
@pytest.mark.usefixtures("lasting")
def test_any_other_failure_to_read_is_an_error(stack: Stack, record: Record, failure: httpx.BaseTransport) -> None:
    """Any other failure to read is an error of one line in two halves."""
    if record.handler is DefaultMessage and failure is FAILURES["429 beyond the wait"]:
        pytest.skip("a refresh leaves it out: test_left_out.py")
    stack.transport = failure
    run, _ = stack.begin()

    with pytest.raises(RequestFailed) as failed:
        record.handler(run).read(record.id, record.outputs)

    assert "; " in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("stack", ["production"], indirect=True)
def test_a_plan_keeps_the_record_while_apple_does_not_answer(
    stack: Stack, specimen: Specimen, failure: httpx.BaseTransport
) -> None:
    """A plan changes nothing of what is recorded while Apple does not answer."""
    stack.transport = failure

    done = stack.preview(specimen.want)

    assert set(done.steps.values()) == {"same"}


# 2. Deleting what is missing is success


def test_deleting_what_is_missing_is_success(stack: Stack, specimen: Specimen, record: Record) -> None:
    """Deleting what is missing at Apple is success."""
    specimen.delete_at_apple(stack.store, record)

    stack.destroy()

    assert stack.state == []


# 4. diff


@pytest.mark.parametrize("value", ["another", UNKNOWN], ids=repr)
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_diff_answers_what_the_table_asks_for(record: Record, handler: Handler, value: object) -> None:
    """`diff` answers what the table asks for, property by property."""
    # An owner that was not checked is no resource of the program: that is a refresh.
    table = {key: what for key, what in handler.TABLE.items() if key not in (getattr(handler, "KEY", None), "owner")}

    answers = {key: handler.diff(record.id, record.outputs, {**record.inputs, key: value}) for key in table}

    assert answers == {
        key: Diff(what is not Change.IGNORE, [key] if what is Change.REPLACE else []) for key, what in table.items()
    }


def test_diff_never_looks_at_the_provider(record: Record, handler: Handler) -> None:
    """`diff` never looks at `__provider`."""
    olds, news = {**record.outputs, "__provider": "before"}, {**record.inputs, "__provider": "after"}

    assert handler.diff(record.id, olds, news) == Diff(changes=False)


def test_the_table_names_every_input_and_the_rest_is_computed(record: Record) -> None:
    """The table names every input, and every other output is computed."""
    assert record.inputs.keys() <= record.handler.TABLE.keys()
    outputs = {*record.handler.COMPUTED, *record.handler.OCCASIONAL}
    assert record.outputs.keys() <= {*record.handler.TABLE, *outputs}
    assert record.outputs.keys() >= {*record.inputs, *record.handler.COMPUTED}


# 5. update and read


def test_an_update_returns_complete_outputs(record: Record, handler: Handler) -> None:
    """An update returns complete outputs."""
    assert handler.update(record.id, record.outputs, record.inputs) == record.outputs


def test_a_read_returns_complete_outputs_and_inputs(
    stack: Stack, specimen: Specimen, record: Record, handler: Handler
) -> None:
    """A read returns complete outputs and the inputs of the program."""
    read = handler.read(record.id, record.outputs)

    assert read
    assert read.outputs == record.outputs
    assert handler.check(read.inputs, stack.props(specimen.want)).inputs == read.inputs


# 6. Nothing changes by itself


def test_after_up_a_preview_is_empty(stack: Stack, specimen: Specimen) -> None:
    """After `up` a preview is empty."""
    assert set(stack.preview(specimen.want).steps.values()) == {"same"}


def test_after_refresh_a_preview_is_empty(stack: Stack, specimen: Specimen) -> None:
    """A refresh changes nothing, and after it a preview is still empty."""
    refreshed = stack.refresh()
    previewed = stack.preview(specimen.want)

    assert set(refreshed.steps.values()) == {"same"}
    assert set(previewed.steps.values()) == {"same"}


def test_a_forced_replacement_changes_nothing_at_apple(stack: Stack, specimen: Specimen) -> None:
    """A forced replacement changes nothing at Apple."""
    before = stack.store.inventory()

    done = stack.up(specimen.want, replace=[specimen.want.name])

    assert set(done.steps.values()) == {"replace"}
    assert stack.store.inventory() == before


@pytest.mark.parametrize("stack", ["production"], indirect=True)
@pytest.mark.usefixtures("lasting")
def test_a_forced_replacement_elsewhere_takes_nothing_away(stack: Stack, specimen: Specimen) -> None:
    """A forced replacement under the settings of another environment leaves what there is, and names it."""
    production, before = stack.store, stack.store.inventory()
    stack.settings, stack.environment = settings_for(stack.apple, "sandbox"), "sandbox"
    specimen.arrange(stack.store)

    done = stack.up(specimen.want, replace=[specimen.want.name])

    assert set(done.steps.values()) == {"replace"}
    assert production.inventory() == before
    assert "(production) was not deleted, because the program has this resource elsewhere now" in "\n".join(done.said)


@pytest.mark.parametrize("stack", ["production"], indirect=True)
@pytest.mark.usefixtures("lasting")
def test_what_leaves_with_its_environment_stays_and_is_named(stack: Stack, specimen: Specimen) -> None:
    """What leaves the program in a run for another environment is not deleted, and a line says so."""
    production, before = stack.store, stack.store.inventory()
    stack.settings, stack.environment = settings_for(stack.apple, "sandbox"), "sandbox"

    done = stack.up(message("Another", name="another"))

    assert production.inventory() == before
    assert "was not deleted, because the program left it in a run for another environment" in "\n".join(done.said)
    assert specimen.want.name not in {each.name for each in stack.state}


# The location of a resource is the recorded one


WAITING = {"imageState": "PENDING", "messageState": "PENDING", "approvedIdentifier": ""}
CALLS: dict[str, Callable[[Handler, Record], object]] = {
    "read": lambda handler, record: handler.read(record.id, record.outputs),
    "update": lambda handler, record: handler.update(record.id, {**record.outputs, **WAITING}, record.inputs),
    "delete": lambda handler, record: handler.delete(record.id, record.outputs),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
@pytest.mark.usefixtures("lasting")
def test_requests_go_to_the_recorded_location(
    stack: Stack, record: Record, call: Callable[[Handler, Record], object]
) -> None:
    """Requests go to the recorded location, whatever the settings are today."""
    run, _ = stack.begin(**ELSEWHERE)
    stack.apple.clear_requests()

    call(record.handler(run), record)

    locations = {(each["environment"], each["bundleId"]) for each in stack.apple.requests()}
    assert locations == {("sandbox", "com.example.app")}


# Credentials are needed only when Apple is called


@pytest.mark.parametrize("missing", ["issuer_id", "key_id", "private_key"])
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_without_credentials_nothing_is_sent(stack: Stack, specimen: Specimen, missing: str) -> None:
    """A creation without credentials is refused before anything is sent."""
    run, _ = stack.begin(**{missing: None})
    handler = specimen.want.handler(run)
    inputs = handler.check({}, stack.props(specimen.want)).inputs
    stack.apple.clear_requests()

    with pytest.raises(MissingCredentials):
        handler.create(inputs)

    assert stack.apple.requests() == []


def test_a_plan_without_credentials_reports_at_most_one_line(stack: Stack, record: Record) -> None:
    """A plan without credentials changes nothing, and reports at most one line."""
    run, lines = stack.begin(private_key=None)

    diff = record.handler(run).diff(record.id, record.outputs, record.inputs)

    assert diff == Diff(changes=False)
    assert len(lines) <= 1
