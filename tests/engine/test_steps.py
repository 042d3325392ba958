"""The step logic, in one process: histories of a small program over a provider that keeps a list of its calls."""

from __future__ import annotations

import time
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from engine.model import Goal, Options, ProviderError, Stopped
from engine.properties import Properties, is_secret, secret
from engine.snapshot import STACK, Resource, Snapshot
from engine.steps import Deployment

THING = "pulumi-python:dynamic/test:Thing"
GROUP = "test:index:Group"


class Killed(BaseException):
    """The engine's process ends here."""


class Shelf:
    """Keeps things by id: `kind` replaces, `label` updates; `calls` is what was asked: method, and id or kind."""

    def __init__(self) -> None:
        self.things: dict[str, Properties] = {}
        self.calls: list[tuple[str, str]] = []
        self.fails: dict[str, BaseException] = {}

    def __call__(self, method: str, request: Properties) -> Properties:
        answer: Properties = getattr(self, method.lower())(**{key: request[key] for key in request if key != "urn"})
        return answer

    def _called(self, method: str, name: str) -> None:
        self.calls.append((method, name))
        if method in self.fails:
            raise self.fails.pop(method)

    def check(self, olds: Properties, news: Properties) -> Properties:
        return {"inputs": news}

    def diff(self, id: str, olds: Properties, news: Properties) -> Properties:  # noqa: A002 - the protocol's name
        changed = [key for key in ("kind", "label") if olds.get(key) != news.get(key)]
        return {
            "changes": "DIFF_SOME" if changed else "DIFF_NONE",
            "replaces": [key for key in changed if key == "kind"],
            "deleteBeforeReplace": bool(news.get("first")),
        }

    def create(self, properties: Properties) -> Properties:
        kind = properties["kind"]
        self._called("create", kind)
        self.things[kind] = properties
        return {"id": kind, "properties": {**properties, "made": kind}}

    def read(self, id: str, properties: Properties) -> Properties:  # noqa: A002 - the protocol's name
        self._called("read", id)
        return {"id": id, "properties": {**properties, **self.things[id]}} if id in self.things else {}

    def update(self, id: str, olds: Properties, news: Properties) -> Properties:  # noqa: A002 - the protocol's name
        self._called("update", id)
        self.things[id] = news
        return {"properties": {**news, "made": id}}

    def delete(self, id: str, properties: Properties) -> Properties:  # noqa: A002 - the protocol's name
        self._called("delete", id)
        self.things.pop(id, None)
        return {}


class History:
    """A stack that lives through runs; `saved` is what a kill would leave."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.saved = Snapshot()

    def run(self, *goals: Goal, refresh: bool = False, **options: Any) -> Deployment:
        def save(snapshot: Snapshot) -> None:
            self.saved = deepcopy(snapshot)

        self.shelf.calls.clear()
        run = Deployment(
            "s",
            "p",
            deepcopy(self.saved),
            lambda config: self.shelf,
            options=Options(**options),
            save=save,
        )
        try:
            if refresh:
                run.refresh()
            for goal in (Goal(Resource(run.stack_urn, STACK, custom=False)), *goals):
                run.register(goal)
        except Stopped:
            pass
        run.finish()
        return run

    @property
    def ids(self) -> list[tuple[str, bool]]:
        """The recorded things: id, and whether it waits for its deletion."""
        return [(each.id, each.delete) for each in self.saved.resources if each.type == THING]


def urn(name: str, type_: str = THING) -> str:
    return f"urn:pulumi:s::p::{type_}::{name}"


def thing(name: str, kind: str, on: str = "", by: str = "label", **inputs: Any) -> Goal:
    """A thing; `on` names another that it depends on, `by` the property through which."""
    needs = [urn(on)] if on else []
    inputs = {"kind": kind, **inputs}
    return Goal(Resource(urn(name), THING, True, "", inputs, dependencies=needs, property_dependencies={by: needs}))


def group(name: str, was: str = "") -> tuple[Goal, Goal]:
    """A component and a thing in it, both named after it; `was` is the component's name before."""
    component, child = urn(name, GROUP), urn(f"{name}-a", f"{GROUP}${THING}")
    aliases = [urn(was, GROUP)] if was else []
    return (
        Goal(Resource(component, GROUP, custom=False), aliases),
        Goal(Resource(child, THING, custom=True, inputs={"kind": "A"}, parent=component)),
    )


def test_dependents_are_deleted_before_what_they_depend_on() -> None:
    """A run that wants nothing any more deletes everything, dependents before what they depend on."""
    history = History()
    history.run(thing("a", "A"), thing("b", "B", on="a"), thing("c", "C", on="b"), thing("d", "D"))

    history.run()

    deleted = [name for _, name in history.shelf.calls]
    assert sorted(deleted) == ["A", "B", "C", "D"]
    assert deleted.index("C") < deleted.index("B") < deleted.index("A")


def test_a_preview_calls_nothing_that_writes_and_records_nothing() -> None:
    """A preview lists the steps of the run without any create, read, update or delete, and records nothing."""
    history = History()
    history.run(thing("a", "A"))
    before = history.saved

    run = history.run(thing("a", "B"), thing("new", "N"), preview=True)

    assert [(step.op, step.resource.name) for step in run.steps] == [
        ("same", "p-s"),
        ("replace", "a"),
        ("create", "new"),
        ("delete-replaced", "a"),
    ]
    assert history.shelf.calls == []
    assert history.saved is before


def test_a_kill_in_a_create_leaves_a_lasting_pending_operation() -> None:
    """The pending operation of a killed create stays recorded after the next run, which creates the resource."""
    history = History()
    history.shelf.fails = {"create": Killed()}

    with pytest.raises(Killed):
        history.run(thing("a", "A"))
    history.run(thing("a", "A"))

    assert [(kind, each.urn) for kind, each in history.saved.pending_operations] == [("creating", urn("a"))]
    assert history.ids == [("A", False)]


def test_a_kill_in_deleting_a_replaced_resource_is_made_good() -> None:
    """After a kill in the delete of a replaced resource, the next run deletes that and does nothing else."""
    history = History()
    history.run(thing("a", "A"))
    history.shelf.fails = {"delete": Killed()}

    with pytest.raises(Killed):
        history.run(thing("a", "B"))
    between = history.ids
    history.run(thing("a", "B"))

    assert between == [("B", False), ("A", True)]
    assert history.ids == [("B", False)]
    assert history.shelf.calls == [("delete", "A")]


def test_a_kill_between_delete_first_and_create_is_made_good() -> None:
    """After a kill between the delete and the create of a delete-first replacement, the next run only creates."""
    history = History()
    history.run(thing("a", "A", first=True))
    history.shelf.fails = {"create": Killed()}

    with pytest.raises(Killed):
        history.run(thing("a", "B", first=True))
    history.run(thing("a", "B", first=True))

    assert history.shelf.calls == [("create", "B")]
    assert history.ids == [("B", False)]


def test_a_delete_first_replacement_takes_its_dependents_along() -> None:
    """A dependent that a delete-first replacement would replace is deleted before it and created after it."""
    history = History()
    dependent = thing("b", "B", on="a", by="kind")
    history.run(replace(thing("a", "A"), delete_before_replace=True), dependent)

    history.run(replace(thing("a", "A2"), delete_before_replace=True), dependent)

    assert history.shelf.calls == [("delete", "B"), ("delete", "A"), ("create", "A2"), ("create", "B")]


def test_a_child_follows_its_renamed_parent() -> None:
    """The child of a component that is renamed with an alias gets its new URN without a create or a delete."""
    history = History()
    history.run(*group("old"))

    history.run(*group("new", was="old"))

    assert history.shelf.calls == []
    assert history.saved.resources[-1].urn == urn("new-a", f"{GROUP}${THING}")


def test_a_target_is_replaced_and_the_others_are_not_asked() -> None:
    """A target that is to be replaced is created anew and deleted, and nothing is done to its dependent."""
    history = History()
    program = (thing("a", "A"), thing("b", "B", on="a"))
    history.run(*program)

    history.run(*program, replace=[urn("a")], targets=[urn("a")])

    assert history.shelf.calls == [("create", "A"), ("delete", "A")]
    assert history.ids == [("A", False), ("B", False)]


def test_an_excluded_resource_is_not_asked() -> None:
    """When nothing is wanted any more, an excluded resource stays with what it needs, and the rest is deleted."""
    history = History()
    history.run(thing("a", "A"), thing("b", "B", on="a"), thing("c", "C"))

    history.run(excludes=[urn("b")])

    assert history.shelf.calls == [("delete", "C")]
    assert history.ids == [("A", False), ("B", False)]


def test_a_target_is_not_deleted_without_its_dependents() -> None:
    """A target that others need is not deleted unless they are targets too."""
    history = History()
    history.run(thing("a", "A"), thing("b", "B", on="a"))

    refused = history.run(targets=[urn("a")])
    calls = list(history.shelf.calls)
    history.run(targets=[urn("a"), urn("b")])

    assert refused.errors[0][0] == urn("b")
    assert calls == []
    assert history.shelf.calls == [("delete", "B"), ("delete", "A")]


@pytest.mark.parametrize("kind", ["A", "A2"])
def test_a_tainted_resource_is_replaced(kind: str) -> None:
    """A tainted resource is replaced, changed or not, and is tainted no more."""
    history = History()
    history.run(thing("a", "A"))
    history.saved.resources[-1].taint = True

    history.run(thing("a", kind))

    assert history.shelf.calls == [("create", kind), ("delete", "A")]
    assert [each.taint for each in history.saved.resources if each.type == THING] == [False]


def test_a_refresh_with_the_program_only_reads() -> None:
    """A refresh with the program reads what is recorded, drops what is gone, takes options, and skips what is new."""
    history = History()
    history.run(thing("a", "A", label="old"), thing("gone", "G"), thing("left", "L"))
    del history.shelf.things["G"]
    goal = thing("a", "A", label="new")
    goal.resource.protect = True

    run = history.run(goal, thing("gone", "G"), thing("new", "N"), reads_only=True)

    assert history.shelf.calls == [("read", "A"), ("read", "G"), ("read", "L")]
    assert [(each.id, each.protect, each.inputs.get("label")) for each in history.saved.resources[2:]] == [
        ("A", True, "old"),
        ("L", False, None),
    ]
    assert run.skipped == {urn("gone"), urn("new")}


def test_a_protected_dependent_keeps_its_dependency() -> None:
    """A delete-first replacement that would take a protected dependent along is refused before anything is deleted."""
    history = History()
    dependent = thing("b", "B", on="a", by="kind")
    dependent.resource.protect = True
    history.run(thing("a", "A", first=True), dependent)

    run = history.run(thing("a", "A2", first=True), dependent)

    assert f'unable to replace resource "{urn("b")}" as part of replacing "{urn("a")}"' in run.errors[0][1]
    assert history.shelf.calls == []


def test_a_secret_input_stays_one_in_the_outputs() -> None:
    """A secret deep in an input is recorded as a secret in inputs and outputs, and the provider gets it in clear."""
    history = History()

    history.run(thing("a", "A", label={"deep": secret("hush")}))

    made = history.saved.resources[-1]
    assert is_secret(made.inputs["label"]["deep"])
    assert is_secret(made.outputs["label"]["deep"])
    assert history.shelf.things["A"]["label"] == {"deep": "hush"}


@pytest.mark.parametrize("method", ["create", "update", "delete"])
def test_an_exception_stops_the_run_and_is_shown(method: str) -> None:
    """An exception in a create, update or delete is shown and fails the run, and what nothing wants any more stays."""
    history = History()
    history.run(thing("a", "A"), thing("z", "Z"))
    history.shelf.fails = {method: ProviderError("no")}

    run = history.run(thing("a", "A", label="new"), thing("n", "N"))

    assert run.errors[0][1] == "no"
    assert run.errors[1] == (run.stack_urn, "update failed")
    assert "Z" in history.shelf.things


def test_a_refresh_drops_what_is_gone_and_what_pointed_to_it() -> None:
    """A refresh drops the record of what is gone, and the dependencies of others on it."""
    history = History()
    history.run(thing("a", "A"), thing("b", "B", on="a"))
    del history.shelf.things["A"]

    history.run(thing("b", "B"), refresh=True)

    assert history.ids == [("B", False)]
    assert history.saved.resources[-1].dependencies == []


def test_a_name_twice_is_refused() -> None:
    """A second resource with the URN of a first is refused with the advice to give it a unique name."""
    history = History()

    run = history.run(thing("a", "A"), thing("a", "B"))

    assert run.errors == [(urn("a"), f"Duplicate resource URN '{urn('a')}'; try giving it a unique name")]


def test_a_run_takes_milliseconds() -> None:
    """A run that changes nothing of ten resources takes less than 50 milliseconds, on average over 100 runs."""
    history = History()
    program = [thing(f"t{n}", f"T{n}") for n in range(10)]
    history.run(*program)

    started = time.perf_counter()
    for _ in range(100):
        history.run(*program)

    assert time.perf_counter() - started < 5
