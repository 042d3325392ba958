import dataclasses
import inspect
from types import ModuleType
from typing import get_overloads

import pulumi
import pytest

import pulumi_retention_messaging as retention
from sdk.samples import RESOURCES

EXPORTED_RESOURCES = [
    name
    for name, value in vars(retention).items()
    if isinstance(value, type) and issubclass(value, pulumi.CustomResource)
]


def test_all_that_is_public_is_exported_in_order() -> None:
    """`__all__` has every public name of the package that is not a module, constants first, in order."""
    public = [n for n, v in vars(retention).items() if not n.startswith("_") and not isinstance(v, ModuleType)]

    assert retention.__all__ == sorted(public, key=lambda name: (not name.isupper(), name))


def test_every_resource_has_a_sample_that_the_tests_make() -> None:
    """The samples have every resource that the package exports, and nothing else."""
    assert sorted(RESOURCES) == sorted(EXPORTED_RESOURCES)


@pytest.mark.parametrize("name", EXPORTED_RESOURCES)
def test_a_resource_takes_its_args_or_the_same_as_keywords(name: str) -> None:
    """A resource takes its args, or keywords of the same names and types of which the same are required."""
    resource, args = getattr(retention, name), getattr(retention, f"{name}Args")

    with_args, with_keywords = (
        list(inspect.signature(o).parameters.values()) for o in get_overloads(resource.__init__)
    )

    assert [(p.name, p.annotation) for p in with_args[1:]] == [
        ("name", str),
        ("args", args),
        ("opts", pulumi.ResourceOptions | None),
    ]
    assert [(p.name, p.annotation, p.default is p.empty) for p in with_keywords[2:-1]] == [
        (f.name, f.type, f.default is dataclasses.MISSING) for f in dataclasses.fields(args)
    ]
    assert (with_keywords[-1].name, with_keywords[-1].annotation) == ("opts", pulumi.ResourceOptions | None)
