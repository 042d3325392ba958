"""What the real engine did, call by call, is what every engine here does."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.found import MISSING, STAND_IN, Engine, Result, Workspace, pulumi_cli

TRACES = Path(__file__).parent / "traces"
SCENARIOS = json.loads((TRACES / "traces.json").read_text())["scenarios"]
ARGUMENTS = {
    "up": ("up", "--yes", "--skip-preview"),
    "preview": ("preview",),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
    "cancel": ("cancel", "--yes"),
    "state taint": ("state", "taint", "--yes"),
}
RECORDED = {
    "urn", "type", "custom", "id", "parent", "inputs", "outputs", "dependencies", "propertyDependencies",
    "protect", "retainOnDelete", "delete", "taint",
}  # fmt: skip


class Tracing(Workspace):
    """Runs a scenario's steps; every call and the provider's world are files of the program's folder."""

    def __init__(self, engine: Engine, scenario: str, folder: Path) -> None:
        # `exec` keeps the process id, which the provider of the killed scenarios needs.
        with_pid = ("sh", "-c", f'echo $$ > "{folder}/engine.pid"; exec "$@"', "sh", *engine.command)
        self.traces = folder
        super().__init__(
            replace(engine, command=with_pid),
            TRACES / "program",
            stack=f"s-{scenario}",
            environment={"TRACE_DIR": str(folder)},
        )
        with (self.program / f"Pulumi.{self.stack}.yaml").open("a") as config:
            config.write("config:\n  trace:plain: p\n  other-ns:token: t0ken\n")

    def step(self, step: dict[str, Any], *options: str) -> Result:
        if "spec" in step:
            (self.traces / "spec.json").write_text(json.dumps(step["spec"]))
        if "world" in step:
            world = {key: text for key, text in {**self.world, **step["world"]}.items() if text is not None}
            (self.traces / "world.json").write_text(json.dumps(world))
        (self.traces / "calls.jsonl").write_text("")
        return self.run(*ARGUMENTS[step["command"]], *step.get("args", []), *options, check=False)

    @property
    def world(self) -> dict[str, str]:
        file = self.traces / "world.json"
        return json.loads(file.read_text()) if file.exists() else {}

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.traces / "calls.jsonl").read_text().splitlines()]

    @property
    def state(self) -> list[dict[str, Any]]:
        """The recorded resources as the traces show them: without the default provider and the engine's own notes."""
        return [recorded(each) for each in self.export().get("resources", []) if ":providers:" not in each["type"]]

    @property
    def pending(self) -> list[dict[str, str]]:
        operations = self.export().get("pending_operations", [])
        return [{"op": each["type"], "urn": each["resource"]["urn"]} for each in operations]


def recorded(resource: dict[str, Any]) -> dict[str, Any]:
    def cleaned(value: Any) -> Any:
        hidden = ("__provider", "ciphertext")
        return {k: cleaned(v) for k, v in value.items() if k not in hidden} if isinstance(value, dict) else value

    kept = {key: cleaned(value) for key, value in resource.items() if key in RECORDED}
    # what depends on nothing is named by some releases of Pulumi's SDK, and left out by others
    kept["propertyDependencies"] = {k: urns for k, urns in kept.get("propertyDependencies", {}).items() if urns}
    return {key: value for key, value in kept.items() if value or key == "custom"}


def in_any_order(items: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in items)


def deletes(calls: list[dict[str, Any]]) -> Counter[tuple[str, int]]:
    """Each deleted id with the number of creates and updates before it."""
    writes = [call["call"] in ("create", "update") for call in calls]
    return Counter((call["id"], sum(writes[:n])) for n, call in enumerate(calls) if call["call"] == "delete")


def errors(output: str) -> list[str]:
    return sorted({unnamed(line.strip()) for line in output.splitlines() if line.strip().startswith("error: ")})


def unnamed(error: str) -> str:
    """Without what was raised: Pulumi's SDK says so since 3.260, and gRPC before."""
    return re.sub(r"^error: (\w+Error|Exception calling application): ", "error: ", error)


def summary(output: str) -> list[str]:
    _, _, counts = output.partition("Resources:\n")
    return [line.strip() for line in counts.splitlines() if line.startswith("    ")]


def follow(engine: Engine, scenario: dict[str, Any], folder: Path) -> None:
    with Tracing(engine, scenario["scenario"], folder) as tracing:
        for step in scenario["steps"]:
            result = tracing.step(step)

            assert result.exit == step["exit"], result.output
            assert in_any_order(tracing.calls) == in_any_order(step["calls"])
            assert deletes(tracing.calls) == deletes(step["calls"])
            assert tracing.world == step["world_after"]
            assert in_any_order(tracing.state) == in_any_order(list(map(recorded, step["state_after"])))
            assert tracing.pending == step["pending_operations"]
            assert errors(result.output) == sorted(map(unnamed, step["errors"]))
            assert summary(result.output) == step["summary"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: str(scenario["scenario"]))
def test_the_stand_in_does_what_the_real_engine_did(scenario: dict[str, Any], tmp_path: Path) -> None:
    """At every step of a scenario the stand-in engine calls, records and reports what the Pulumi CLI did."""
    follow(STAND_IN, scenario, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: str(scenario["scenario"]))
def test_the_traces_are_what_the_pulumi_cli_does(scenario: dict[str, Any], tmp_path: Path) -> None:
    """At every step of a scenario the installed Pulumi CLI calls, records and reports what the traces have."""
    engine = pulumi_cli() or pytest.skip(MISSING)

    follow(engine, scenario, tmp_path)
