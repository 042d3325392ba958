"""What a run shows: its steps, the diagnostics, the counts."""

import json
from collections import Counter
from typing import Any

from engine.model import Step
from engine.properties import UNKNOWN, map_secrets
from engine.steps import Deployment

TITLES = {
    "up": ("Previewing update", "Updating"),
    "preview": ("Previewing update", ""),
    "refresh": ("Previewing refresh", "Refreshing"),
    "destroy": ("Previewing destroy", "Destroying"),
}
# Sign, what a preview says, what an update says; in the order of the CLI's counts.
WORDS = {
    "create": ("+ ", "to create", "created"),
    "update": ("~ ", "to update", "updated"),
    "delete": ("- ", "to delete", "deleted"),
    "replace": ("+-", "to replace", "replaced"),
}


class Display:
    """Prints one run as it goes."""

    def __init__(self, command: str, *, preview: bool) -> None:
        self._title, self._preview = TITLES[command][0 if preview else 1], preview

    def start(self, stack: str) -> None:
        print(f"{self._title} ({stack}):", flush=True)

    def step(self, step: Step) -> None:
        if step.op not in WORDS:
            return
        sign, _, done = WORDS[step.op]
        print(f" {sign} {step.resource.type} {step.resource.name} {step.op if self._preview else done}", flush=True)

    def end(self, deployment: Deployment) -> None:
        outputs = deployment.records.snapshot.outputs
        if outputs:
            print("Outputs:", *(f"    {key}: {_shown(value)}" for key, value in sorted(outputs.items())), sep="\n")
        if deployment.errors:
            print("Diagnostics:")
        for urn, message in deployment.errors:
            kind, name = urn.split("::")[2:]
            print(f"  {kind} ({name}):\n    error: {message}")
        print("Resources:", *(f"    {line}" for line in self._counts(deployment)), sep="\n", flush=True)

    def _counts(self, deployment: Deployment) -> list[str]:
        counts = Counter(step.op for step in deployment.steps)
        changes = {op: counts[op] for op in WORDS if counts[op]}
        lines = [f"{WORDS[op][0]}{n} {WORDS[op][1 if self._preview else 2]}" for op, n in changes.items()]
        total = [f"{sum(changes.values())} changes"] if len(changes) > 1 else []
        total += [f"{counts['same']} unchanged"] if counts["same"] else []
        errored = len({urn for urn, _ in deployment.errors})
        return lines + ([". ".join(total)] if total else []) + ([f"{errored} errored"] if errored else [])


def _shown(value: Any) -> str:
    value = map_secrets(value, lambda _: "[secret]")
    return json.dumps(value, ensure_ascii=False).replace(f'"{UNKNOWN}"', "[unknown]").replace('"[secret]"', "[secret]")
