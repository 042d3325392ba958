"""What every handler keeps to in `check`: each test runs for every specimen."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.samples import BOUNDED
from resources.specimens import Specimen, served_emulator
from resources.stack import Record, Stack
from retention_messaging_emulator import Emulator
from retention_messaging_provider.resources.handler import UNKNOWN, Handler, Props


def paths(props: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value, nested ones too: `("image", "altText")`."""
    items = props.items() if isinstance(props, dict) else enumerate(props) if isinstance(props, list) else ()
    return [path for key, value in items for path in [(*here, key), *paths(value, (*here, key))]]


def undecided(props: Any, unknown: set[tuple[Any, ...]], here: tuple[Any, ...] = ()) -> Any:
    """The same properties, unknown at these paths."""
    if here in unknown:
        return UNKNOWN
    if isinstance(props, dict):
        return {key: undecided(value, unknown, (*here, key)) for key, value in props.items()}
    return props


ALWAYS_KNOWN = {"environment", "owner", "program"}


@pytest.fixture(scope="module")
def one_emulator() -> Iterator[Emulator]:
    """One with a developer's server, for the performance test."""
    with closing(served_emulator()) as emulator:
        yield emulator


@given(data=st.data())
@settings(BOUNDED, suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing here changes the stack
@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_check_passes_unknowns_through_and_changes_nothing_else(
    props: Props, record: Record, handler: Handler, recorded: bool, data: st.DataObject
) -> None:
    """`check` passes unknown values through at any depth, and changes nothing else of the inputs."""
    anywhere = [path for path in paths(props) if path[0] not in ALWAYS_KNOWN]
    unknown = data.draw(st.sets(st.sampled_from(anywhere)))
    news = undecided(props, unknown)

    checked = handler.check(record.inputs if recorded else {}, news)

    assert checked.failures == []
    news.pop("program", None)
    assert {key: checked.inputs[key] for key in news} == news


@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_check_reports_every_failure_at_once(stack: Stack, specimen: Specimen, props: Props, handler: Handler) -> None:
    """`check` reports every failure at once, and asks Apple nothing."""
    location = {"environment": "Sandbox", "bundleId": "com example app"}
    stack.apple.clear_requests()

    checked = handler.check({}, {**props, **specimen.flaws, **location})

    assert sorted(each.property for each in checked.failures) == sorted([*specimen.failures, *location])
    assert stack.apple.requests() == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("environment", "production"),
        ("bundleId", "com.example.other"),
        ("baseUrl", "http://localhost/elsewhere"),
        ("baseUrl", None),
    ],
)
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_another_location_is_refused_with_advice(
    props: Props, record: Record, handler: Handler, key: str, value: str | None
) -> None:
    """Another environment, app or base URL is refused with what to do instead."""
    failures = handler.check(record.inputs, {**props, key: value}).failures

    shown = f"is {value}, but this resource was made with {record.inputs[key]} and"
    different = "is another one than this resource was made with and"
    assert {each.property for each in failures} == {key}
    assert failures[0].reason.startswith(different if key == "baseUrl" else shown)
    assert "or use another stack for the other one (pulumi stack init)" in failures[0].reason


@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_a_setting_that_cannot_be_right_is_refused(
    stack: Stack, specimen: Specimen, record: Record, props: Props
) -> None:
    """A setting that cannot be right is a failure of every resource, new or not, beside those of its inputs."""
    run, _ = stack.begin(key_id="SubscriptionKey_2X9R4HXF34.p8")
    handler = specimen.want.handler(run)

    for olds in ({}, record.inputs):
        failures = handler.check(olds, {**props, "bundleId": "com example app"}).failures
        assert {"keyId", "bundleId"} <= {each.property for each in failures}


@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_a_plan_needs_no_credentials(stack: Stack, specimen: Specimen, record: Record, props: Props) -> None:
    """Credentials that are missing are no failure of a resource."""
    run, _ = stack.begin(key_id=None, issuer_id=None, private_key=None)

    assert specimen.want.handler(run).check(record.inputs, props).failures == []
