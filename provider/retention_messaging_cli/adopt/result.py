"""What `adopt` says when it is done."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from retention_messaging_cli.adopt.adopted import Target
from retention_messaging_cli.adopt.adoption import Adoption
from retention_messaging_cli.adopt.content import is_told
from retention_messaging_cli.blocks import Block, Line, Style, ToType, some
from retention_messaging_provider.resources.location import Location

KINDS = {"Image": "images", "Message": "messages", "DefaultMessage": "defaults", "RealtimeUrl": "realtime URLs"}
NAMED = 3
"""How many messages a line names; the program has them all."""


def data(
    folder: Path, target: Target, location: Location, adoption: Adoption, commands: Sequence[str]
) -> dict[str, Any]:
    """As the schema has it."""
    return {
        "folder": str(folder),
        "project": target.project,
        "stack": target.stack,
        "environment": location.environment,
        "bundleId": location.bundle_id,
        "files": list(adoption.files),
        "resources": [
            {
                "type": each.type,
                "name": each.name,
                "id": each.id,
                "isTold": is_told(each.keywords),
                "isImported": bool(each.outputs),
                "isRetained": each.retain,
            }
            for each in adoption.resources
        ],
        "secrets": adoption.secrets,
        "notes": list(adoption.notes),
        "commands": list(commands),
    }


def blocks(folder: Path, location: Location, adoption: Adoption, commands: Sequence[str]) -> Iterator[Block]:
    """A sentence on what was written, lines on what needs a person, and the commands to type."""
    counts = Counter(KINDS[each.type] for each in adoption.resources)
    found = ", ".join(f"{kind}: {count}" for kind, count in counts.items())
    yield Line(f"{folder} has a program and an import file of {location}; {found}. Nothing was changed at Apple.")
    yield from (Line(each, Style.DOUBTFUL) for each in (*adoption.notes, *_to_do(adoption)))
    yield Line("Type, with the Pulumi CLI 3.254 or later:")
    yield ToType(commands)


def _to_do(adoption: Adoption) -> Iterator[str]:
    if not any(each.type == "DefaultMessage" for each in adoption.resources):
        yield "No default is among them: Apple has no list of defaults; name every product of the app with --product."
    if retained := [each.name for each in adoption.resources if each.type == "Message" and each.retain]:
        yield (
            f"No default is known that shows {some(retained, NAMED)}: retain_on_delete keeps them "
            "at Apple, until you know that nobody else shows them."
        )
    if adoption.untold:
        yield (
            f"In {len(adoption.untold)} of them NOT_TOLD stands for a text or a picture, which Apple never tells. Fill "
            "it in when you can: that is recorded and not uploaded; what you change after that is uploaded."
        )
    if adoption.secrets:
        yield (
            "What is a secret in the state is in neither file: set it in the config, as below; the first pulumi up "
            "records it, and uploads nothing."
        )
