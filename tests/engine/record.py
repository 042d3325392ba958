"""
Record what the Pulumi CLI does, for the traces that every engine is held to.

    cd tests && python -m engine.record [SCENARIO …]

A scenario is written by hand into traces/traces.json: of each step the `command`, and where they matter `spec` (what
the program makes from then on), `world` (what changes at the provider's side before it; null: gone), `args`, `note`.
The rest is recorded here: of the scenarios that are named, else of those that nothing is recorded of yet.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.found import MISSING, Engine, pulumi_cli
from engine.test_traces import TRACES, Tracing, errors, summary

FILE = TRACES / "traces.json"
WRITTEN = ("spec", "world", "command", "args", "note")
LISTED = ("spec", "calls", "state_after")
ONE_AT_A_TIME = ("--parallel", "1")
PARALLEL = ("up", "preview", "refresh", "destroy")


def record(engine: Engine, scenario: dict[str, Any], folder: Path) -> None:
    """Live through a scenario, and put what happened into its steps."""
    with Tracing(engine, scenario["scenario"], folder) as tracing:
        for number, step in enumerate(scenario["steps"]):
            result = tracing.step(step, *(ONE_AT_A_TIME if step["command"] in PARALLEL else ()))
            scenario["steps"][number] = {key: step[key] for key in WRITTEN if key in step} | {
                "exit": result.exit,
                "calls": tracing.calls,
                "summary": summary(result.output),
                "errors": errors(result.output),
                "world_after": tracing.world,
                "state_after": tracing.state,
                "pending_operations": tracing.pending,
            }


def lines(traces: dict[str, Any]) -> Iterator[str]:
    """The file, with a line for each call and each resource, so that a difference can be read."""
    yield f'{{"engine": {json.dumps(traces["engine"])},\n "scenarios": [\n'
    for last, scenario in with_last(traces["scenarios"]):
        yield f'  {{"scenario": {json.dumps(scenario["scenario"])}, "steps": [\n'
        for last_step, step in with_last(scenario["steps"]):
            yield "   {\n"
            for last_key, (key, value) in with_last(list(step.items())):
                yield f'    "{key}": {written(key, value)}{"" if last_key else ","}\n'
            yield "   }\n" if last_step else "   },\n"
        yield "  ]}\n" if last else "  ]},\n"
    yield "]}\n"


def with_last(items: list[Any]) -> Iterator[tuple[bool, Any]]:
    """Each item, and whether it is the last."""
    for number, item in enumerate(items, 1):
        yield number == len(items), item


def written(key: str, value: Any) -> str:
    if key in LISTED and value:
        return "[\n" + ",\n".join(f"     {json.dumps(item, sort_keys=True)}" for item in value) + "\n    ]"
    return json.dumps(value)


def main(names: list[str]) -> None:
    """Record the scenarios of these names, or those that lack a recording."""
    engine = pulumi_cli() or sys.exit(MISSING)
    traces = json.loads(FILE.read_text())
    for scenario in traces["scenarios"]:
        lacking = any("exit" not in step for step in scenario["steps"])
        if scenario["scenario"] in names if names else lacking:
            with tempfile.TemporaryDirectory() as folder:
                record(engine, scenario, Path(folder))
            print(f"recorded: {scenario['scenario']}")
    FILE.write_text("".join(lines(traces)))


if __name__ == "__main__":
    main(sys.argv[1:])
