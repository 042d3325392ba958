"""The files of a program and of its import, written where nothing is."""

import json
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from retention_messaging_cli.adopt.adopted import Adopted
from retention_messaging_cli.state import TYPE
from retention_messaging_provider.resources.default_message import DefaultMessage
from retention_messaging_provider.resources.handler import Failure, Handler
from retention_messaging_provider.resources.image import Image
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.message import Message
from retention_messaging_provider.resources.realtime_url import RealtimeUrl

PROJECT, PROGRAM, REQUIREMENTS, IMPORT = "Pulumi.yaml", "__main__.py", "requirements.txt", "adopt.json"
HANDLERS: Mapping[str, type[Handler]] = {each.__name__: each for each in (DefaultMessage, Image, Message, RealtimeUrl)}


def import_file(resources: Sequence[Adopted]) -> str:
    """
    What `pulumi import --file` takes: inputs and outputs, so that it asks the provider for neither.

    https://github.com/pulumi/pulumi/blob/v3.260.0/pkg/cmd/pulumi/operations/import.go: importSpec
    """
    specs = [
        {
            "type": f"{TYPE}{each.type}",
            "name": each.name,
            "id": each.id,
            "inputs": HANDLERS[each.type].inputs_of(recorded),
            "outputs": recorded,
        }
        for each in resources
        if each.outputs
        for recorded in [{**each.outputs, "__provider": provider(each.type)}]
    ]
    return f"{json.dumps({'resources': specs}, indent=2)}\n"


def provider(type_: str) -> str:
    """The reference to the provider's class, as the SDK writes it."""
    from pulumi.dynamic.dynamic import serialize_provider  # noqa: PLC0415 - slow, and only what is written needs it

    from retention_messaging_provider import dynamic  # noqa: PLC0415

    text: str = serialize_provider(getattr(dynamic, f"{type_}Provider")())
    return text


def project_file(project: str, location: Location) -> str:
    """Pulumi.yaml."""
    return _yaml({"name": project, "description": f"Retention messages of {location.bundle_id}.", "runtime": "python"})


def config_name(stack: str) -> str:
    """The name of the file that `pulumi stack init` adds to."""
    return f"Pulumi.{stack}.yaml"


def names(stack: str) -> list[str]:
    """The files that every program has."""
    return [PROJECT, config_name(stack), REQUIREMENTS, PROGRAM, IMPORT]


def config_file(config: Mapping[str, str]) -> str:
    """Pulumi.<stack>.yaml."""
    return _yaml({"config": dict(config)})


def _yaml(content: Mapping[str, object]) -> str:
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    return text


def requirements() -> str:
    """requirements.txt: this release or a later one, which reads what this one records."""
    return f"pulumi-retention-messaging>={version('pulumi-retention-messaging')}\n"


def check_free(folder: Path, names: Collection[str]) -> None:
    """Raise Failure where one of these files is there already."""
    if there := [name for name in names if (folder / name).exists()]:
        raise Failure(f"{folder} has {', '.join(there)} already, and nothing was written; name another folder")


def write(folder: Path, files: Mapping[str, str | Path]) -> None:
    """
    Write texts, and copies of files, never over a file. Raises Failure where that cannot be done.

    files: path in the folder → its text, or the file to copy
    """
    check_free(folder, files)
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("xb") as file:
                file.write(content.read_bytes() if isinstance(content, Path) else content.encode())
    except OSError as error:
        reason = error.strerror or error
        raise Failure(f"{error.filename or folder} cannot be written ({reason}); name another folder") from None
