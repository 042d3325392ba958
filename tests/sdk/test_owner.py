"""
The owner that an identifier is derived from is the resource's URN, as the engine makes it.

The URNs written out here are the ones that Pulumi 3.260.0 gave to these programs.
"""

from collections.abc import Callable

import pulumi
import pytest
from pulumi import ResourceOptions
from pulumi.runtime import get_root_resource

from sdk.programs import run
from sdk.samples import OWNED, RESOURCES, Group

MESSAGE = "pulumi-python:dynamic/retention-messaging:Message"


def message(name: str = "it", parent: pulumi.Resource | None = None) -> pulumi.Resource:
    return RESOURCES["Message"](name, opts=ResourceOptions(parent=parent))


@pytest.mark.parametrize(
    ("program", "urn"),
    [
        (message, f"urn:pulumi:dev::shop::{MESSAGE}::it"),
        (lambda: message(parent=get_root_resource()), f"urn:pulumi:dev::shop::{MESSAGE}::it"),
        (lambda: message(parent=Group()), f"urn:pulumi:dev::shop::example:retention:Group${MESSAGE}::it"),
        (
            lambda: message(parent=Group("Inner", ResourceOptions(parent=Group()))),
            f"urn:pulumi:dev::shop::example:retention:Group$example:retention:Inner${MESSAGE}::it",
        ),
        (lambda: message(parent=message("above")), f"urn:pulumi:dev::shop::{MESSAGE}${MESSAGE}::it"),
    ],
    ids=["at the top", "under the stack by name", "in a component", "in a component's component", "under a message"],
)
def test_the_owner_is_the_urn_that_the_engine_gives(program: Callable[[], pulumi.Resource], urn: str) -> None:
    """The owner among a Message's inputs is the URN that the engine gives it, under whatever parent."""
    ran = run(lambda: program().urn)

    assert ran.resources["it"].inputs["owner"] == urn
    assert ran.answer == urn


@pytest.mark.parametrize("name", OWNED)
def test_the_owner_is_no_dependency_on_the_component(name: str) -> None:
    """An upload in a component has no dependency, and neither has its owner."""
    ran = run(lambda: RESOURCES[name](opts=ResourceOptions(parent=Group())))

    options = ran.resources["it"].options
    assert list(options.dependencies) == []
    assert list(options.propertyDependencies["owner"].urns) == []


def test_only_what_stays_at_apple_has_an_owner() -> None:
    """Every resource has an owner but a PerformanceTest, which leaves nothing behind at Apple."""
    owners = {name for name, make in RESOURCES.items() if "owner" in run(make).resources["it"].inputs}

    assert owners == set(RESOURCES) - {"PerformanceTest"}
