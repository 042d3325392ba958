"""The laws of every resource, as `lifecycle.py` numbers them: every test runs for every specimen."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from resources.specimens import Specimen
from resources.stack import Record, Stack
from retention_messaging_provider.api import RequestFailed
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


# 1. Only "not found" is gone


def test_what_is_not_found_is_gone(stack: Stack, specimen: Specimen, record: Record) -> None:
    specimen.take_away(stack.store, record)
    run, _ = stack.begin()

    assert specimen.gone == (record.handler(run).read(record.id, record.outputs) is None)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_any_other_failure_to_read_is_an_error_of_one_line_in_two_halves(
    stack: Stack, record: Record, failure: httpx.BaseTransport
) -> None:
    stack.transport = failure
    run, _ = stack.begin()

    with pytest.raises(RequestFailed) as failed:
        record.handler(run).read(record.id, record.outputs)

    assert "; " in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("stack", ["production"], indirect=True)
def test_a_plan_keeps_what_is_recorded_while_apple_does_not_answer(
    stack: Stack, specimen: Specimen, failure: httpx.BaseTransport
) -> None:
    stack.transport = failure

    done = stack.preview(specimen.want)

    assert set(done.steps.values()) == {"same"}


# 2. Deleting what is gone is success


def test_deleting_what_is_gone_is_success(stack: Stack, specimen: Specimen, record: Record) -> None:
    specimen.take_away(stack.store, record)

    stack.destroy()

    assert stack.state == []


# 4. diff


@pytest.mark.parametrize("value", ["another", UNKNOWN], ids=repr)
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_diff_answers_what_the_table_says(record: Record, handler: Handler, value: object) -> None:
    table = {key: what for key, what in handler.TABLE.items() if key != getattr(handler, "KEY", None)}

    answers = {key: handler.diff(record.id, record.outputs, {**record.inputs, key: value}) for key in table}

    assert answers == {
        key: Diff(what is not Change.IGNORE, [key] if what is Change.REPLACE else []) for key, what in table.items()
    }


def test_diff_never_looks_at_the_provider(record: Record, handler: Handler) -> None:
    olds, news = {**record.outputs, "__provider": "before"}, {**record.inputs, "__provider": "after"}

    assert handler.diff(record.id, olds, news) == Diff(changes=False)


def test_the_table_names_every_input_and_the_rest_is_computed(record: Record) -> None:
    assert record.inputs.keys() <= record.handler.TABLE.keys()
    assert record.outputs.keys() <= {*record.handler.TABLE, *record.handler.COMPUTED}
    assert record.outputs.keys() >= {*record.inputs, *record.handler.COMPUTED}


# 5. update and read


def test_an_update_returns_complete_outputs(record: Record, handler: Handler) -> None:
    assert handler.update(record.id, record.outputs, record.inputs) == record.outputs


def test_a_read_returns_complete_outputs_and_the_inputs_of_the_program(
    stack: Stack, specimen: Specimen, record: Record, handler: Handler
) -> None:
    read = handler.read(record.id, record.outputs)

    assert read
    assert read.outputs == record.outputs
    assert handler.check(read.inputs, stack.props(specimen.want)).inputs == read.inputs


# 6. Nothing changes by itself


def test_after_up_a_preview_is_empty(stack: Stack, specimen: Specimen) -> None:
    assert set(stack.preview(specimen.want).steps.values()) == {"same"}


def test_after_refresh_a_preview_is_empty(stack: Stack, specimen: Specimen) -> None:
    refreshed = stack.refresh()
    previewed = stack.preview(specimen.want)

    assert set(refreshed.steps.values()) == {"same"}
    assert set(previewed.steps.values()) == {"same"}


def test_a_forced_replacement_leaves_everything_as_it_is(stack: Stack, specimen: Specimen) -> None:
    before = stack.store.inventory()

    done = stack.up(specimen.want, replace=[specimen.want.name])

    assert set(done.steps.values()) == {"replace"}
    assert stack.store.inventory() == before


# Where a resource lives is what was recorded


WAITING = {"messageState": "PENDING", "approvedIdentifier": ""}
CALLS: dict[str, Callable[[Handler, Record], object]] = {
    "read": lambda handler, record: handler.read(record.id, record.outputs),
    "update": lambda handler, record: handler.update(record.id, {**record.outputs, **WAITING}, record.inputs),
    "delete": lambda handler, record: handler.delete(record.id, record.outputs),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_requests_go_where_the_resource_was_made_whatever_the_settings_say_today(
    stack: Stack, record: Record, call: Callable[[Handler, Record], object]
) -> None:
    run, _ = stack.begin(**ELSEWHERE)
    stack.apple.clear_requests()

    call(record.handler(run), record)

    places = {(each["environment"], each["bundleId"]) for each in stack.apple.requests()}
    assert places == {("sandbox", "com.example.app")}


# Credentials are needed only when Apple is called


@pytest.mark.parametrize("missing", ["issuer_id", "key_id", "private_key"])
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_without_credentials_nothing_is_sent(stack: Stack, specimen: Specimen, missing: str) -> None:
    run, _ = stack.begin(**{missing: None})
    handler = specimen.want.handler(run)
    inputs = handler.check({}, stack.props(specimen.want)).inputs
    stack.apple.clear_requests()

    with pytest.raises(MissingCredentials):
        handler.create(inputs)

    assert stack.apple.requests() == []


def test_without_credentials_a_plan_works_and_says_at_most_one_line(stack: Stack, record: Record) -> None:
    run, said = stack.begin(private_key=None)

    diff = record.handler(run).diff(record.id, record.outputs, record.inputs)

    assert diff == Diff(changes=False)
    assert len(said) <= 1
