"""What the step logic speaks of: goals, a provider's calls, steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from engine.properties import Properties
    from engine.snapshot import Resource


class ProviderError(Exception):
    """What a provider raised, as text for the user."""


class Stopped(Exception):
    """The run has failed; nothing more is begun."""


@dataclass(frozen=True)
class Diff:
    """A provider's answer; `changes` None: the inputs are compared."""

    changes: bool | None
    replaces: Sequence[str] = ()
    delete_before_replace: bool = False


class Provider(Protocol):
    """A provider's calls, all values in clear; each may raise ProviderError."""

    def check(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[tuple[str, str]]]:
        """The inputs to use, and complaints as (property, reason)."""

    def diff(self, urn: str, id_: str, olds: Properties, news: Properties) -> Diff: ...

    def create(self, urn: str, props: Properties) -> tuple[str, Properties]:
        """The id and the outputs."""

    def read(self, urn: str, id_: str, props: Properties) -> tuple[str, Properties, Properties | None]:
        """The id (empty: it is gone), the outputs, and the inputs if the provider tells them."""

    def update(self, urn: str, id_: str, olds: Properties, news: Properties) -> Properties:
        """The outputs."""

    def delete(self, urn: str, id_: str, props: Properties) -> None: ...


@dataclass
class Goal:
    """A resource that a program wants, as it registers it."""

    type: str
    name: str
    inputs: Properties = field(default_factory=dict)
    custom: bool = True
    parent: str = ""
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    ignore_changes: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)
    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool | None = None


@dataclass(frozen=True)
class Step:
    """What was done to a resource, or in a preview would be: same, create, update, replace, delete, …"""

    op: str
    resource: Resource
    old: Resource | None = None


@dataclass(frozen=True)
class Options:
    """What a command asks of a run; `replace` and `targets` are URNs, `targets` None: everything."""

    preview: bool = False
    replace: Collection[str] = ()
    targets: Collection[str] | None = None
