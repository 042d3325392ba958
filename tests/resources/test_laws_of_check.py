"""The laws of `check`: every test runs for every specimen."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.samples import BOUNDED
from resources.specimens import Specimen
from resources.stack import Record, Stack
from retention_messaging_provider.resources.handler import UNKNOWN, Handler, Props


def paths(props: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where there are values, nested ones too: `("image", "altText")`."""
    items = props.items() if isinstance(props, dict) else enumerate(props) if isinstance(props, list) else ()
    return [path for key, value in items for path in [(*here, key), *paths(value, (*here, key))]]


def undecided(props: Any, chosen: set[tuple[Any, ...]], here: tuple[Any, ...] = ()) -> Any:
    """The same properties, unknown at the chosen paths."""
    if here in chosen:
        return UNKNOWN
    if isinstance(props, dict):
        return {key: undecided(value, chosen, (*here, key)) for key, value in props.items()}
    return props


ALWAYS_KNOWN = {"environment", "owner", "program"}


@given(data=st.data())
@settings(BOUNDED, suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing here changes the stack
@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_check_passes_unknowns_through_and_changes_nothing_else(
    props: Props, record: Record, handler: Handler, recorded: bool, data: st.DataObject
) -> None:
    anywhere = [path for path in paths(props) if path[0] not in ALWAYS_KNOWN]
    chosen = data.draw(st.sets(st.sampled_from(anywhere)))
    news = undecided(props, chosen)

    checked = handler.check(record.inputs if recorded else {}, news)

    assert checked.failures == []
    news.pop("program", None)
    assert {key: checked.inputs[key] for key in news} == news


@pytest.mark.parametrize("stack", ["sandbox"], indirect=True)
def test_check_reports_every_failure_at_once_and_asks_nobody(
    stack: Stack, specimen: Specimen, props: Props, handler: Handler
) -> None:
    place = {"environment": "Sandbox", "bundleId": "com example app"}
    stack.apple.clear_requests()

    checked = handler.check({}, {**props, **specimen.flaws, **place})

    assert sorted(each.property for each in checked.failures) == sorted([*specimen.failures, *place])
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
def test_moving_a_resource_is_refused_with_the_way_out(
    props: Props, record: Record, handler: Handler, key: str, value: str | None
) -> None:
    complaints = handler.check(record.inputs, {**props, key: value}).failures

    assert [each.property for each in complaints] == [key]
    assert f"this resource was made with {record.inputs[key]}" in complaints[0].reason
    assert "or use another stack for the other one (pulumi stack init)" in complaints[0].reason
