"""Resources with the inputs and outputs of a message, whose provider does nothing: what Pulumi takes for itself."""

import json
import os
from typing import Any

from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        replaces = ["header"] if _olds["header"] != _news["header"] else []
        return DiffResult(bool(replaces), replaces, delete_before_replace=False)

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("nothing", props | json.loads(os.environ["COMPUTED"]))


class Nothing(Resource, module="empty", name="Nothing"):
    def __init__(self, name: str, props: dict[str, Any]) -> None:
        super().__init__(Provider(), name, props)
