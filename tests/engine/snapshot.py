"""What is recorded of a stack: the CLI's deployment format, version 3."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Self

from engine.properties import SECRET, SIGNATURE, Properties, map_secrets, secret

STACK = "pulumi:pulumi:Stack"
PROVIDER = "pulumi:providers:pulumi-python"


@dataclass(eq=False)
class Resource:
    """One recorded resource; several may share a URN while originals wait for their deletion."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    dependencies: list[str] = field(default_factory=list)
    provider: str = ""
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    ignore_changes: list[str] = field(default_factory=list)
    protect: bool = False
    retain_on_delete: bool = False
    delete: bool = False
    pending_replacement: bool = False
    taint: bool = False

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[1]

    def needs(self) -> Iterator[str]:
        """The URNs that must exist as long as this resource does."""
        yield from (self.parent, self.provider.rpartition("::")[0], *self.dependencies)
        for urns in self.property_dependencies.values():
            yield from urns


@dataclass
class Snapshot:
    """The resources in the order of their making, and the operations that were cut off."""

    resources: list[Resource] = field(default_factory=list)
    pending_operations: list[tuple[str, Resource]] = field(default_factory=list)

    @property
    def outputs(self) -> Properties:
        """What the program exports."""
        return next((each.outputs for each in self.resources if each.type == STACK), {})

    @classmethod
    def read(cls, deployment: Properties, decrypt: Callable[[str], str]) -> Self:
        """From a deployment; raises ValueError on what the stand-in engine does not know."""

        def opened(tagged: Properties) -> Properties:
            return secret(json.loads(tagged["plaintext"] if "plaintext" in tagged else decrypt(tagged["ciphertext"])))

        clear = map_secrets(deployment, opened)
        return cls(
            [_resource(written) for written in clear.get("resources") or []],
            [(op["type"], _resource(op["resource"])) for op in clear.get("pending_operations") or []],
        )

    def write(self, encrypt: Callable[[str], str]) -> Properties:
        """As a deployment."""

        def hide(tagged: Properties) -> Properties:
            plaintext = json.dumps(tagged["value"], separators=(",", ":"), ensure_ascii=False)
            return {SIGNATURE: SECRET, "ciphertext": encrypt(plaintext)}

        def written(resource: Resource) -> Properties:
            known = {_camel(key): map_secrets(value, hide) for key, value in asdict(resource).items() if value}
            return {"custom": False, **known}

        return {
            "manifest": {"time": datetime.now(UTC).isoformat(), "magic": "", "version": ""},
            "resources": [written(resource) for resource in self.resources],
            "pending_operations": [{"resource": written(each), "type": op} for op, each in self.pending_operations],
            "metadata": {},
        }


def _camel(name: str) -> str:
    return re.sub("_(.)", lambda match: match[1].upper(), name)


_FIELDS = {_camel(each.name): each.name for each in fields(Resource)}
# Kept by the CLI for its own display; nothing follows from them.
_DROPPED = {"created", "modified", "sourcePosition", "stackTrace", "aliases", "customTimeouts", "hideDiff"}


def _resource(written: dict[str, Any]) -> Resource:
    unknown = written.keys() - _FIELDS.keys() - _DROPPED
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} in the record of {written['urn']}")
    return Resource(**{_FIELDS[key]: value for key, value in written.items() if key in _FIELDS})
