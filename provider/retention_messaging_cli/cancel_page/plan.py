"""
What a command of Pulumi's would change: the resources of ours before and after it, from `pulumi preview --json`.

https://www.pulumi.com/docs/iac/cli/commands/pulumi_preview/. Measured on the CLI 3.260.0: with `--show-sames` there is
a step for every resource, with `oldState` and `newState`; every secret is the text `[secret]`; what is not known yet is
absent, or the text UNKNOWN.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from retention_messaging_cli.state import RECORDS, SECRET, TYPE, Resource
from retention_messaging_provider.api.text import one_line
from retention_messaging_provider.resources.handler import Failure, name_of
from retention_messaging_provider.rules import UNKNOWN

# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go: UnknownStringValue
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET_TEXT = "[secret]"  # noqa: S105 - what stands for one

SHOWN = {"info", "warning", "error"}
"""The severities of what Pulumi shows without being asked for more."""

DECIDED_LATER = {
    **dict.fromkeys(("messageIdentifier", "approvedIdentifier", "imageIdentifier"), ""),
    **dict.fromkeys(("productId", "locale"), "(not known yet)"),
}
"""What a record has in place of what a plan cannot know."""


@dataclass(frozen=True)
class Plan:
    """
    Resources of ours: as they are recorded, and as they will be; of a state both are the same.

    others: earlier versions of them, such as what was replaced and is still to be deleted; only their texts count
    is_plan: whether something would happen between before and after
    lines: what the program and the provider reported meanwhile, such as that Apple was not asked
    """

    before: tuple[Resource, ...]
    after: tuple[Resource, ...]
    others: tuple[Resource, ...] = ()
    is_plan: bool = False
    lines: tuple[str, ...] = ()


def recorded(resources: Iterable[Resource], earlier: Iterable[Resource] = ()) -> Plan:
    """What a state has, and no plan."""
    every = tuple(resources)
    there = tuple(each for each in every if not each.pending)
    return Plan(there, there, (*(each for each in every if each.pending), *earlier))


def planned(printed: str, earlier: Iterable[Resource] = ()) -> Plan:
    """What `pulumi preview --json --show-sames` printed. Raises Failure where that is no plan."""
    try:
        digest = json.loads(printed)
        steps, said = digest["steps"], digest.get("diagnostics") or ()
        ours = [step for step in steps if _type(step).startswith(TYPE)]
        goes = [_resource(step, *_before(step)) for step in ours if "oldState" in step and "newState" not in step]
        stays = [_resource(step, *_before(step)) for step in ours if "oldState" in step and "newState" in step]
        comes = [_resource(step, *_after(step)) for step in ours if "newState" in step]
        lines = tuple(one_line(each["message"]) for each in said if each["severity"] in SHOWN)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Failure(
            "What pulumi preview --json printed could not be read; draw the state instead: add --recorded"
        ) from None
    # What an earlier run replaced and could not delete is a step of its own beside that of its successor
    current = {each.urn for each in stays}
    before = [*stays, *(each for each in goes if each.urn not in current)]
    others = [each for each in goes if each.urn in current]
    return Plan(tuple(before), tuple(comes), (*others, *earlier), is_plan=True, lines=lines)


def _type(step: Mapping[str, Any]) -> str:
    state = step.get("newState") or step.get("oldState") or {}
    return str(state.get("type", ""))


def _before(step: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    state = step["oldState"]
    return state.get("inputs") or {}, state.get("outputs") or {}


def _after(step: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The new inputs; outputs that only an `up` changes stay as they are, where the resource stays."""
    inputs = step["newState"].get("inputs") or {}
    if "oldState" not in step or "replace" in step["op"]:
        return inputs, {}
    return inputs, {**(step["oldState"].get("outputs") or {}), **inputs}


def _resource(step: Mapping[str, Any], inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> Resource:
    kind, urn = _type(step).removeprefix(TYPE), step["urn"]
    clear_inputs, clear_outputs = _clear(inputs), _clear(outputs)
    known = {
        **DECIDED_LATER,
        **{key: each for key, each in (clear_outputs or clear_inputs).items() if each is not UNKNOWN},
    }
    make = RECORDS.get(kind)
    return Resource(kind, name_of(urn), urn, "", make(known) if make else None, clear_inputs, clear_outputs)


def _clear(value: Any) -> Any:
    """A value with SECRET and UNKNOWN in place of the texts that stand for them."""
    if isinstance(value, Mapping):
        return dict(_cleared(value))
    if isinstance(value, list):
        return [_clear(each) for each in value]
    return {SECRET_TEXT: SECRET, UNKNOWN_TEXT: UNKNOWN}.get(value, value) if isinstance(value, str) else value


def _cleared(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((key, _clear(each)) for key, each in values.items() if key != "__provider")
