"""The resources of ours in a stack's state, as the provider's own records."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from retention_messaging_cli import pulumi_cli
from retention_messaging_provider.resources.handler import Failure, name_of
from retention_messaging_provider.resources.records import DefaultRecord, ImageRecord, MessageRecord, UrlRecord
from retention_messaging_provider.rules import Unknown

TYPE = "pulumi-python:dynamic/retention-messaging:"
"""What the type token of every resource of ours begins with."""

Record = MessageRecord | ImageRecord | DefaultRecord | UrlRecord

RECORDS: Mapping[str, Callable[[Mapping[str, Any]], Record]] = {
    "Message": MessageRecord.from_outputs,
    "Image": ImageRecord.from_outputs,
    "DefaultMessage": DefaultRecord.from_outputs,
    "RealtimeUrl": UrlRecord.from_outputs,
}

# How a state marks a value that is none: the key and the value of the mark of a secret.
# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
MARK, SECRET_MARK = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


class Secret(Unknown):
    """The type of SECRET: a value of the state that is a secret, and not known here."""

    def __repr__(self) -> str:
        return "[secret]"


SECRET = Secret()
"""In place of every secret; `rules.is_known` is False of it and of what holds it. Its text is `[secret]`."""


@dataclass(frozen=True)
class Resource:
    """
    A resource of ours in a state.

    type: such as Message; name: in the program; urn: Pulumi's; id: Pulumi's, "" while it has none
    record: what the provider records of it; None of a PerformanceTest
    inputs, outputs: Apple's keys → values, with SECRET for each secret; what a picture or text is, is there only
    created: since when the stack has it, where the state tells; after a replacement it was uploaded then
    pending: "" for what is simply there; else the operation of Pulumi's that has not ended: `deleting` of what was
        replaced and is still to be deleted, `creating` and so on of what was interrupted
    """

    type: str
    name: str
    urn: str
    id: str
    record: Record | None
    inputs: Mapping[str, Any] = field(repr=False)
    outputs: Mapping[str, Any] = field(repr=False)
    pending: str = ""
    created: datetime | None = None

    @property
    def recorded(self) -> Mapping[str, Any]:
        """The outputs; the inputs of what has none, as of a creation that was interrupted."""
        return self.outputs or self.inputs


@dataclass(frozen=True)
class State:
    """
    One stack's state.

    source: for lines: `stack sandbox`, or the file's name
    resources: in the state's order
    """

    source: str
    resources: tuple[Resource, ...]


def state_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --state, which may be repeated, as the parameter `state`: a tuple of Paths."""
    return click.option(
        "--state",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="FILE",
        help="A state from `pulumi stack export`, or a backup of one; may be repeated.",
    )(command)


def read_states(stack: str | None, cwd: Path, files: Sequence[Path] = ()) -> list[State]:
    """
    Read the states of the files; without files that of the stack, and without a stack none.

    Raises Failure for what is no state, or cannot be read.
    """
    if files:
        return [_state(str(file), _content(file)) for file in files]
    if stack is None:
        return []
    return [_state(f"stack {stack}", pulumi_cli.ask("stack", "export", "--stack", stack, cwd=cwd))]


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
        return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Failure(_no_state(str(file))) from None
    except OSError as error:
        raise Failure(f"{file} cannot be read ({error.strerror or error}); name a file with --state") from None


def _no_state(source: str) -> str:
    return f"{source} is no state of a stack; make one with: pulumi stack export --file state.json"


def _state(source: str, content: str | bytes) -> State:
    try:
        match json.loads(content):  # in bytes as UTF-16, too, which is what > of Windows PowerShell writes
            case {"deployment": dict() as deployment} | {"checkpoint": {"latest": dict() as deployment}}:
                return State(source, tuple(_resources(source, deployment)))
            case {"checkpoint": {"stack": str()}}:
                return State(source, ())  # a stack without a deployment
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        pass
    raise Failure(_no_state(source))


def _resources(source: str, deployment: Mapping[str, Any]) -> Iterator[Resource]:
    for each in deployment.get("resources") or ():
        yield from _ours(source, each, "deleting" if each.get("delete") else "")
    for operation in deployment.get("pending_operations") or ():
        yield from _ours(source, operation["resource"], operation["type"])


def _ours(source: str, resource: Mapping[str, Any], pending: str) -> Iterator[Resource]:
    type_ = resource.get("type", "")
    if not type_.startswith(TYPE):
        return
    kind, urn = type_.removeprefix(TYPE), resource["urn"]
    inputs, outputs = (_clear(resource.get(key) or {}) for key in ("inputs", "outputs"))
    make = RECORDS.get(kind)
    try:
        record = make(outputs or inputs) if make else None
        is_read = record is None or _has_texts(record)
    except (AttributeError, KeyError, TypeError):
        is_read = False
    if not is_read:
        raise Failure(f"{source}: {urn} cannot be read; use the release of this package that wrote it")
    created = datetime.fromisoformat(resource["created"]) if "created" in resource else None
    yield Resource(kind, name_of(urn), urn, resource.get("id", ""), record, inputs, outputs, pending, created)


def _has_texts(record: Record) -> bool:
    """Whether each part of a record that is a text, such as an identifier, is one, or a secret."""
    parts = ((part, each) for part in (record, record.location) for each in fields(part) if each.type is str)
    return all(isinstance(getattr(part, each.name), str | Secret) for part, each in parts)


def _clear(value: Any) -> Any:
    """A value without what is secret in it."""
    if isinstance(value, dict):
        if value.get(MARK) == SECRET_MARK:
            return SECRET
        return {key: _clear(item) for key, item in value.items() if key != "__provider"}
    return [_clear(item) for item in value] if isinstance(value, list) else value
