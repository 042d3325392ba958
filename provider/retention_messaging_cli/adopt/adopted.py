"""What is adopted: each resource as the program has it, and as Pulumi records it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from retention_messaging_cli.adopt.inventory import Inventory
from retention_messaging_cli.adopt.names import Names
from retention_messaging_cli.adopt.source import Value
from retention_messaging_cli.adopt.told import Told
from retention_messaging_cli.state import TYPE


@dataclass(frozen=True)
class Target:
    """The stack that is to have what is adopted, by its project's name and its own."""

    project: str
    stack: str

    def urn(self, type_: str, name: str) -> str:
        """The URN that Pulumi gives a resource that is in no component."""
        return f"urn:pulumi:{self.stack}::{self.project}::{TYPE}{type_}::{name}"


@dataclass(frozen=True)
class Known:
    """All that is known of an account: what Apple tells, what a state tells, and where it goes."""

    inventory: Inventory
    told: Told
    target: Target
    names: Names = field(default_factory=Names)

    def owner(self, type_: str, name: str) -> dict[str, Any]:
        """What is recorded of where a resource is, and whose it is."""
        location = self.inventory.location
        base_url = {"baseUrl": location.base_url} if location.base_url else {}
        return {
            "environment": location.environment,
            "bundleId": location.bundle_id,
            **base_url,
            "owner": self.target.urn(type_, name),
        }


@dataclass(frozen=True)
class Adopted:
    """
    One resource.

    keywords: its arguments in the program; variable: what the program calls it, "" where nothing refers to it
    id, outputs: as Pulumi records them; no outputs where the first `pulumi up` records it
    retain: whether it stays at Apple when it leaves the program
    comment: what is known of it
    """

    type: str
    name: str
    id: str
    keywords: Mapping[str, Value]
    outputs: Mapping[str, Any] = field(repr=False)
    variable: str = ""
    retain: bool = False
    comment: str = ""
