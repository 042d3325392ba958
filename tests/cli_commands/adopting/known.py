"""What is known of an account, made up: what Apple tells, and what a state tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from retention_messaging_cli.adopt.adopted import Target
from retention_messaging_cli.adopt.adoption import Adoption, adopt
from retention_messaging_cli.adopt.inventory import Inventory
from retention_messaging_cli.adopt.told import Told, told_by
from retention_messaging_cli.state import RECORDS, TYPE, Resource, State
from retention_messaging_provider.api import ImageListItem
from retention_messaging_provider.resources.location import Location

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Location("sandbox", "com.example.app", None)
TARGET = Target("retention", "sandbox")


def identifier(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def inventory(
    messages: Mapping[str, str] | None = None,
    images: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
    url: str | None = None,
) -> Inventory:
    """What Apple tells: identifier → state of messages, identifier → size of images, pair → identifier."""
    listed = {each: ImageListItem(each, size, "APPROVED") for each, size in (images or {}).items()}
    return Inventory(HERE, messages or {}, listed, url, defaults or {})


def message(identifier: str, name: str = "stay", **outputs: Any) -> Resource:
    """As a state has it."""
    recorded = {
        "header": "Keep your streak",
        "body": "Stay.",
        "messageIdentifier": identifier,
        "messageState": "APPROVED",
        "approvedIdentifier": identifier,
        "pairs": [],
        **outputs,
    }
    return resource("Message", name, recorded)


def resource(type_: str, name: str, outputs: dict[str, Any]) -> Resource:
    """As a state has it."""
    urn = f"urn:pulumi:production::lost::{TYPE}{type_}::{name}"
    place = {"environment": HERE.environment, "bundleId": HERE.bundle_id, "owner": urn}
    recorded = {**place, **outputs}
    return Resource(type_, name, urn, "", RECORDS[type_](recorded), recorded, recorded)


def told(*resources: Resource) -> Told:
    return told_by(State("state.json", resources), HERE)


def adopted(inventory: Inventory, told: Told | None = None, pictures: Path = Path("nowhere")) -> Adoption:
    return adopt(inventory, told or Told(), TARGET, pictures, {"retention-messaging:environment": "sandbox"})


def program(adoption: Adoption) -> str:
    return str(adoption.files["__main__.py"])
