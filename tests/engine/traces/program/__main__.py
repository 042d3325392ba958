"""The program of every scenario: it makes what spec.json lists."""

import json
import os
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import Resource
from tracer import NodeProvider  # type: ignore[import-not-found]


class Node(Resource, module="trace", name="Node"):
    out: pulumi.Output[str]
    derived: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(NodeProvider(), name, {**props, "out": None, "derived": None}, opts)


class Group(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("trace:index:Group", name)


made: dict[str, Any] = {}
for spec in json.loads(Path(os.environ["TRACE_DIR"], "spec.json").read_text()):
    name = spec["name"]
    if spec.get("group"):
        made[name] = Group(name)
        continue
    props = dict(spec.get("props", {}))
    for key, reference in spec.get("refs", {}).items():
        other, attribute = reference.split(".")
        props[key] = getattr(made[other], attribute)
    for key, value in spec.get("secrets", {}).items():
        props[key] = pulumi.Output.secret(value)
    opts = spec.get("opts", {})
    made[name] = Node(
        name,
        props,
        pulumi.ResourceOptions(
            depends_on=[made[each] for each in opts.get("depends_on", [])],
            protect=opts.get("protect"),
            retain_on_delete=opts.get("retain_on_delete"),
            delete_before_replace=opts.get("delete_before_replace"),
            ignore_changes=opts.get("ignore_changes"),
            aliases=[pulumi.Alias(name=alias) for alias in opts.get("aliases", [])],
            parent=made.get(opts.get("parent")),
        ),
    )
    if "export" in spec:
        pulumi.export(name, getattr(made[name], spec["export"]))
