"""The names in `frozen_names.txt` are those in the code."""

import base64
import json
import pickletools
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pulumi
import pytest
from PIL import Image

import pulumi_retention_messaging as retention
from retention_messaging_emulator import Emulator, Switches
from retention_messaging_provider import dynamic
from retention_messaging_provider.resources import identity
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.settings import KEYS, NAMESPACE, Settings, environment_variable
from sdk.programs import SETTINGS, Registered, run
from sdk.samples import EVERYTHING, ICON, RESOURCES
from state.recordings import OURS, RECORDINGS, Recording

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LINES = [
    line.split(maxsplit=2)
    for line in Path(__file__).with_name("frozen_names.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
IDS = {resource: form for resource, what, form in LINES if what == "id"}
IDENTIFIERS = [(identifier, *rest.split(maxsplit=4)) for what, identifier, rest in LINES if what == "identifier"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program's folder with an image that Apple takes, and none of the tester's environment variables."""
    monkeypatch.chdir(tmp_path)
    for key in KEYS:
        monkeypatch.delenv(environment_variable(key), raising=False)
    Image.new("RGB", (1024, 1024), "teal").save(tmp_path / "picture.png")


def everything(name: str) -> Registered:
    """A resource with everything that it can be given, as it reaches the engine."""
    resource = getattr(retention, name)
    return run(lambda: resource("it", EVERYTHING[name], pulumi.ResourceOptions(retain_on_delete=True))).resources["it"]


def class_reference(serialized: str) -> str:
    """All the words in a serialized provider, with dots between: its module and its class."""
    words = (argument for _, argument, _ in pickletools.genops(base64.b64decode(serialized)))
    return ".".join(word for word in words if isinstance(word, str))


def keys(value: Any, above: str = "") -> Iterator[str]:
    """Every key at any depth: `image`, `image.altText`, `bulletPoints[].text`."""
    if isinstance(value, dict):
        for key, item in value.items():
            name = UUID.sub("<identifier>", key)
            yield above + name
            yield from keys(item, f"{above}{name}.")
    if isinstance(value, list):
        for item in value:
            yield from keys(item, f"{above.removesuffix('.')}[].")


def named_in_the_code() -> Iterator[list[str]]:
    for key in KEYS:
        yield ["config", f"{NAMESPACE}:{key}", environment_variable(key)]
    for name in RESOURCES:
        registered, handler = everything(name), getattr(dynamic, f"{name}Provider").handler
        yield [name, "type", registered.type]
        yield [name, "provider", class_reference(registered.provider)]
        yield from ([name, "input", key] for key in sorted({*handler.TABLE, *keys(registered.inputs)}))
        yield from ([name, "output", key] for key in sorted({*handler.COMPUTED, *handler.OCCASIONAL}))


def test_the_names_written_down_are_those_in_the_code() -> None:
    """Every name in the code is written down, and every name that is written down is in the code."""
    assert list(named_in_the_code()) == [
        line for line in LINES if line[0] != "identifier" and line[1] != "id" and "<" not in line[2]
    ]


@pytest.mark.parametrize("name", RESOURCES)
def test_an_id_has_the_form_that_is_written_down(name: str) -> None:
    """An id has the form that is written down."""
    answer = httpx.Response(200, json={"message": {"messageIdentifier": ICON}})
    server = httpx.MockTransport(lambda _: answer)
    emulator = Emulator(transport=server, switches=Switches(total_requests=1, total_duration=0))
    app_store = emulator.app_store("sandbox", "com.example.app")
    app_store.put_message(ICON, {"header": "A header", "body": "A body"})
    app_store.put_realtime_url({"realtimeURL": "https://retention.example.com"})
    key = emulator.credentials
    settings = Settings(issuer_id=key.issuer_id, key_id=key.key_id, private_key=key.private_key)
    transport = httpx.WSGITransport(app=emulator.app)
    handler = getattr(dynamic, f"{name}Provider").handler(
        Run(settings, transport=transport, sleep=lambda _: time.sleep(0.01))
    )
    config = {**SETTINGS, "retention-messaging:baseUrl": "https://emulator/sandbox"}
    inputs = run(RESOURCES[name], config=config).resources["it"].inputs

    created = handler.create(handler.check({}, inputs).inputs)

    assert created.id == IDS[name].format(**created.outputs)
    emulator.close()


@pytest.mark.parametrize(("identifier", "environment", "bundle_id", "count", "owner", "content"), IDENTIFIERS)
def test_an_identifier_is_the_one_that_is_written_down(
    *, identifier: str, environment: str, bundle_id: str, count: str, owner: str, content: str
) -> None:
    """Owner and content make the identifier that is written down."""
    assert identity.derive(bundle_id, environment, owner, json.loads(content), int(count)) == identifier


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_recorded_state_has_only_names_that_are_written_down(recording: Recording) -> None:
    """Recorded state has no name that is not written down."""
    written_down = {(resource, key) for resource, what, key in LINES if what in {"input", "output"}}

    recorded = {
        (each["type"].removeprefix(OURS), key)
        for each in recording.resources.values()
        for key in keys({**each["inputs"], **each["outputs"]})
        if key != "__provider"
    }

    assert recorded - written_down == set()
