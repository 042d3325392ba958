"""What the step logic speaks of: goals, a provider's calls, steps."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from engine.properties import Properties
from engine.snapshot import Resource

# A provider's call: a method of Pulumi's ResourceProvider service (Check, Diff, Create, Read, Update, Delete) and the
# fields of its request, values in clear; answers with the fields of the response, or raises ProviderError.
# https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
Provider = Callable[[str, Properties], Properties]


class ProviderError(Exception):
    """What a provider raised, as text for the user."""


class Stopped(Exception):
    """The run has failed, its errors are recorded; nothing more is begun."""


@dataclass
class Goal:
    """A resource that a program wants: the record to be, and how to come to it."""

    resource: Resource
    aliases: list[str] = field(default_factory=list)
    delete_before_replace: bool | None = None


@dataclass(frozen=True)
class Diff:
    """What a provider says of a change, or what is forced upon it."""

    changes: bool
    replaces: bool
    delete_before_replace: bool = False
    forced: bool = False


@dataclass(frozen=True)
class Step:
    """What was done to a resource, or in a preview would be: same, create, update, replace, delete, …"""

    op: str
    resource: Resource


@dataclass(frozen=True)
class Options:
    """What a command asks of a run; `replace`, `targets` and `excludes` are URNs, `targets` None: everything.

    `reads_only`: the program says what it has, each of it is read instead of brought to anything.
    """

    preview: bool = False
    replace: Collection[str] = ()
    targets: Collection[str] | None = None
    excludes: Collection[str] = ()
    reads_only: bool = False

    def includes(self, urn: str) -> bool:
        return urn not in self.excludes if self.targets is None else urn in self.targets
