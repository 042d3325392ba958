"""Resources with the inputs and outputs of a message, whose provider does nothing: what Pulumi takes for itself."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        replaces = ["header"] if _olds["header"] != _news["header"] else []
        return DiffResult(bool(replaces), replaces, delete_before_replace=False)

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("nothing", props)


class Nothing(Resource, module="empty", name="Nothing"):
    environment: pulumi.Output[str]
    bundle_id: pulumi.Output[str]
    approved_identifier: pulumi.Output[str]
    message_identifier: pulumi.Output[str]
    message_state: pulumi.Output[str]
    superseded: pulumi.Output[Sequence[str]]
    found_identifiers: pulumi.Output[Sequence[str]]
    header: pulumi.Output[str]
    body: pulumi.Output[str]
    header_position: pulumi.Output[str | None]
    image: pulumi.Output[Mapping[str, str] | None]
    bullet_points: pulumi.Output[Sequence[Mapping[str, str]] | None]

    def __init__(self, name: str, props: dict[str, Any]) -> None:
        super().__init__(Provider(), name, {**dict.fromkeys(Nothing.__annotations__), **props})
