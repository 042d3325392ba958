"""
Recorded state under this release: nothing changes that did not wait to change.

The provider classes are asked in this process; tests/acceptance asks an engine.
"""

import base64
import runpy
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass, replace
from typing import Any

import dill  # type: ignore[import-untyped]
import pytest
from pulumi.dynamic import Config, ConfigureRequest, DiffResult, ResourceProvider

from retention_messaging_emulator import Emulator
from retention_messaging_provider.resources.run import current
from retention_messaging_provider.settings import KEYS, environment_variable
from sdk.programs import Registered, run
from state.recordings import RECORDINGS, Recording

WAITING: dict[str, dict[str, list[str]]] = {"production-retiring": {"stay-en": []}}
"""Scene → what an `up` has yet to do: resource → the properties that it is replaced for."""


def waiting(recording: Recording) -> dict[str, list[str]]:
    return WAITING.get(recording.file.stem, {})


@dataclass(frozen=True)
class RecordedStack:
    """A recorded stack: its resources as they were recorded, and as the SDK registers the same program now."""

    recording: Recording
    config: dict[str, str]
    program: dict[str, Registered]

    def provider(self, name: str) -> ResourceProvider:
        """What the state has as `__provider`, configured as Pulumi does."""
        serialized = self.recording.resources[name]["inputs"]["__provider"]
        provider: ResourceProvider = dill.loads(base64.b64decode(serialized))
        provider.configure(ConfigureRequest(Config(self.config, "retention-quickstart")))
        return provider

    def check(self, name: str, olds: dict[str, Any]) -> dict[str, Any]:
        """The inputs that the provider makes of the program's."""
        now = self.program[name]
        checked = self.provider(name).check(olds, {**now.inputs, "__provider": now.provider})
        assert checked.failures == []
        return checked.inputs

    def preview(self, name: str, olds: dict[str, Any], outputs: dict[str, Any]) -> DiffResult:
        """What a preview asks of the provider, and what it answers."""
        id_ = self.recording.resources[name]["id"]
        return self.provider(name).diff(id_, outputs, self.check(name, olds))


@pytest.fixture(params=RECORDINGS, ids=str)
def stack(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordedStack]:
    """Every recorded stack, beside an App Store that has what was recorded."""
    for key in KEYS:
        monkeypatch.delenv(environment_variable(key), raising=False)
    emulator = Emulator()
    with emulator.serve() as server:
        recording = replace(request.param, app_store_url=server.url)
        recording.replay(emulator.app_store(recording.environment))
        config = {
            **recording.config,
            "retention-messaging:issuerId": emulator.credentials.issuer_id,
            "retention-messaging:keyId": emulator.credentials.key_id,
            "retention-messaging:privateKey": emulator.credentials.private_key,
            "retention-messaging:baseUrl": f"{server.url}/{recording.environment}",
        }
        with chdir(recording.program):
            ran = run(
                program,
                project="retention-quickstart",
                stack=recording.environment,
                config=config,
                secret_keys=("retention-messaging:privateKey",),
                states={name: resource["outputs"] for name, resource in recording.resources.items()},
            )
        yield RecordedStack(recording, config, ran.resources)
        current().close()
    emulator.close()


def program() -> None:
    runpy.run_path("__main__.py")


def identifiers(props: dict[str, Any]) -> dict[str, str]:
    """What the resource is known as at Apple."""
    return {key: props[key] for key in ("imageIdentifier", "messageIdentifier") if key in props}


def test_a_preview_of_recorded_state_is_empty(stack: RecordedStack) -> None:
    """A preview of recorded state is empty, but for what waited for an `up`."""
    recorded = stack.recording.resources

    diffs = {name: stack.preview(name, each["inputs"], each["outputs"]) for name, each in recorded.items()}

    assert {name: diff.replaces for name, diff in diffs.items() if diff.changes} == waiting(stack.recording)


def test_a_refresh_of_recorded_state_finds_what_was_recorded(stack: RecordedStack) -> None:
    """A refresh of recorded state finds what was recorded."""
    recorded = stack.recording.resources

    reads = {name: stack.provider(name).read(each["id"], each["outputs"]) for name, each in recorded.items()}

    assert {name: read.id for name, read in reads.items()} == {name: each["id"] for name, each in recorded.items()}
    assert {name: read.outs for name, read in reads.items()} == {
        name: {key: value for key, value in each["outputs"].items() if key != "__provider"}
        for name, each in recorded.items()
    }


def test_a_preview_of_refreshed_state_is_empty(stack: RecordedStack) -> None:
    """A preview of refreshed state is empty, but for what waited for an `up`."""
    recorded = stack.recording.resources
    reads = {name: stack.provider(name).read(each["id"], each["outputs"]) for name, each in recorded.items()}

    diffs = {name: stack.preview(name, read.inputs or {}, read.outs or {}) for name, read in reads.items()}

    assert {name: diff.replaces for name, diff in diffs.items() if diff.changes} == waiting(stack.recording)


def test_the_same_program_makes_the_same_identifiers(stack: RecordedStack) -> None:
    """The same program in a new stack makes the same identifiers."""
    recorded = {name: each for name, each in stack.recording.resources.items() if "owner" in each["inputs"]}

    derived = {name: identifiers(stack.check(name, {})) for name in recorded}

    assert derived == {name: identifiers(each["outputs"]) for name, each in recorded.items()}
