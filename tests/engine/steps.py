"""The step logic: what is wanted and what is recorded, in; provider calls and what is recorded then, out.

No process, no gRPC, no printing: a run takes milliseconds. The rules are those of the CLI:
https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from typing import NoReturn
from uuid import uuid4

from engine.calls import Calls, ignoring
from engine.model import Diff, Goal, Options, Provider, Step, Stopped
from engine.properties import UNKNOWN, Properties, conceal
from engine.records import Records
from engine.scope import antichains, deletable
from engine.snapshot import PROVIDER, STACK, Resource, Snapshot

TO_UNPROTECT = (
    "To unprotect the resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
)
PROTECTED_DEPENDENT = (
    'unable to replace resource "{0}" as part of replacing "{1}" as it is currently marked for protection. '
    f"{TO_UNPROTECT}, or use the command:\n`pulumi state unprotect '{{0}}'`"
)
UNSPECIFIED = (
    "Resource '{}' will be destroyed but was not specified in --target list.\n"
    "Either include resource in --target list or pass --target-dependents to proceed."
)


class Deployment:
    """One run over a stack's snapshot.

    A program registers its goals, from any thread; `finish` is always the last call. Steps and errors, as (URN, text),
    are kept in order; `skipped` are the URNs of what was registered and is not there. `open_provider` is called with
    the config in clear. `save` is called whenever the CLI would write the state; with an `executor`, deletes and reads
    that do not depend on each other run side by side.
    """

    def __init__(
        self,
        stack: str,
        project: str,
        snapshot: Snapshot,
        open_provider: Callable[[Properties], Provider],
        *,
        config: Properties | None = None,
        options: Options | None = None,
        save: Callable[[Snapshot], None] = lambda snapshot: None,
        observe: Callable[[Step], None] = lambda step: None,
        executor: Executor | None = None,
    ) -> None:
        self._prefix = f"urn:pulumi:{stack}::{project}::"
        self.stack_urn = self.urn(STACK, f"{project}-{stack}")
        self._provider_urn = self.urn(PROVIDER, "default")
        self.options = options or Options()
        self.steps: list[Step] = []
        self.errors: list[tuple[str, str]] = []
        self.failed = threading.Event()
        self._config, self._observe = config or {}, observe
        self._map = executor.map if executor else map
        self.records = Records(snapshot, save if not self.options.preview else lambda snapshot: None)
        self._lock = self.records.lock
        self._calls = Calls(
            open_provider, self._provider_config, self.fail, self._lock, is_preview=self.options.preview
        )
        self._wanted: dict[str, Resource] = {}
        self._deleted_first: set[Resource] = set()
        self.skipped: set[str] = set()
        self._stack_outputs: Properties | None = None

    def urn(self, type_: str, name: str, parent: str = "") -> str:
        """The URN of a resource of this stack; `parent` is its parent's."""
        parent_type = parent.split("::")[2] if parent else STACK
        return f"{self._prefix}{'' if parent_type == STACK else f'{parent_type}$'}{type_}::{name}"

    def register(self, goal: Goal) -> Resource:
        """Bring a resource to what is wanted; raises Stopped if that failed, or anything before it."""
        new = replace(goal.resource)
        with self._lock:
            if self.failed.is_set():
                raise Stopped
            if new.urn in self._wanted:
                self._stop(new.urn, f"Duplicate resource URN '{new.urn}'; try giving it a unique name")
            self._wanted[new.urn] = new
            old = self.records.match(new, goal.aliases)
            new.provider = self._provider_reference() if new.custom else ""
            if self.options.reads_only and new.custom:
                return self._read_instead(new, old)
            included = self.options.includes(new.urn) or new.urn == self.stack_urn
            if not included and old not in self._deleted_first:
                if old is None:
                    self._stop(new.urn, f"{new.urn} is new and not a target: use the Pulumi CLI for this")
                return self._same(old, replace(old, urn=new.urn))
            forced = new.urn in self.options.replace or bool(old and old.taint)
            anew = forced or old in self._deleted_first
            if new.custom:
                olds = old.inputs if old and not anew else {}
                news = ignoring(new.ignore_changes, new.inputs, olds)
                new.inputs = self._calls.check(new, olds, news) if included or not old else old.inputs
        if old is None:
            return self._create(new)
        diff = Diff(True, True, forced=forced) if anew else self._calls.diff(new, old.id, old.inputs, old.outputs)
        with self._lock:
            replacing = diff.replaces or old.pending_replacement
            if not (diff.changes or replacing):
                return self._same(old, new)
            if replacing and old not in self._deleted_first:
                self._prepare_replacement(old, new, goal, diff)
        return self._create(new, old) if replacing else self._update(old, new)

    def register_outputs(self, urn: str, outputs: Properties) -> None:
        """The outputs of a component, or of the stack itself: these are recorded when the run ends."""
        with self._lock:
            if urn == self.stack_urn:
                self._stack_outputs = outputs
            else:
                self._wanted[urn].outputs = outputs
                self.records.save()

    def refresh(self) -> None:
        """Ask the provider for every recorded resource that no program has registered, and record its answers."""
        asked = [each for each in self.records.unregistered() if self.options.includes(each.urn)]
        self.records.refreshed(dict(zip(asked, self._map(self._read, asked), strict=True)))

    def finish(self) -> None:
        """Delete what is recorded and not wanted, dependents first; nothing of it if the run has failed."""
        if not self.failed.is_set():
            if self.options.reads_only:
                self.refresh()
            else:
                self._delete_what_is_left()
        if self._stack_outputs is not None:
            stack = self._wanted[self.stack_urn]
            stack.outputs = {**stack.outputs, **self._stack_outputs} if self.errors else self._stack_outputs
        self.records.save()

    def fail(self, message: str, urn: str = "", *, in_step: bool = False) -> None:
        """Record an error; nothing more begins."""
        with self._lock:
            self.errors.append((urn or self.stack_urn, message))
            verdict = (self.stack_urn, f"{'preview' if self.options.preview else 'update'} failed")
            if in_step and verdict not in self.errors:
                self.errors.append(verdict)
            self.failed.set()

    def _stop(self, urn: str, message: str, *, in_step: bool = False) -> NoReturn:
        self.fail(message, urn, in_step=in_step)
        raise Stopped

    def _provider_reference(self) -> str:
        urn = self._provider_urn
        if urn not in self._wanted:
            new = Resource(urn, PROVIDER, custom=True, inputs=self._config, outputs=self._config)
            old = self.records.match(new)
            new.id = old.id if old else str(uuid4())
            self._wanted[urn] = new
            self.records.record(new, old)
        return f"{urn}::{self._wanted[urn].id}"

    def _provider_config(self) -> Properties:
        """The program's, or, where none runs, what is recorded."""
        recorded = {each.urn: each for each in self.records.base}
        return (self._wanted.get(self._provider_urn) or recorded[self._provider_urn]).inputs

    # Steps

    def _delete_what_is_left(self) -> None:
        left = self.records.unregistered()
        doomed = deletable(self.records.base, left, self.options)
        for each in doomed if self.options.targets is not None else ():
            self._replaced_along(each)  # the CLI asks too, and does not mind the answer
            if not self.options.includes(each.urn):
                self.fail(UNSPECIFIED.format(each.urn), each.urn, in_step=True)
        for each in left if not self.failed.is_set() else ():
            if each not in doomed and not each.delete:
                self._done("same", each, made=False)
        for chain in reversed(antichains(doomed)):
            if not self.failed.is_set():
                list(self._map(self._delete, chain))

    def _read_instead(self, new: Resource, old: Resource | None) -> Resource:
        """The record as the program has it, with what the provider has of it; what is not there is skipped."""
        found = self._read(old, new) if old else None
        self.records.record(found, old)
        if self.failed.is_set():
            raise Stopped
        if found is None:
            self.skipped.add(new.urn)
            self._done("same", new, made=False)
        return found or new

    def _done(self, op: str, resource: Resource, gone: Resource | None = None, *, made: bool = True) -> None:
        with self._lock:
            self.records.record(resource if made else None, gone)
            if resource.type != PROVIDER:
                self.steps.append(Step(op, resource))
                self._observe(self.steps[-1])

    def _same(self, old: Resource, new: Resource) -> Resource:
        new.id, new.outputs = old.id, old.outputs
        self._done("same", new, old)
        return new

    def _create(self, new: Resource, old: Resource | None = None) -> Resource:
        new.outputs = new.inputs if new.custom else {}
        self._write("creating", "Create", new, properties=new.inputs)
        if old and not old.pending_replacement:
            old.delete = True
        gone = old if old and old.pending_replacement else None
        self._done("replace" if old else "create", new, gone)
        return new

    def _update(self, old: Resource, new: Resource) -> Resource:
        new.id, new.outputs = old.id, new.inputs if new.custom else old.outputs
        self._write("updating", "Update", new, id=old.id, olds=old.outputs, news=new.inputs)
        self._done("update", new, old)
        return new

    def _write(self, operation: str, method: str, new: Resource, **fields: object) -> None:
        with self.records.operation(operation, new):
            if new.custom and not self.options.preview:
                answer = self._calls.ask(method, new, **fields)
                new.id, new.outputs = answer.get("id", new.id), conceal(answer.get("properties", {}), new.inputs)

    def _prepare_replacement(self, old: Resource, new: Resource, goal: Goal, diff: Diff) -> None:
        """The second check, and the deletes that come first; a protected resource is not replaced."""
        if new.protect and old.protect:
            refusal = (
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. {TO_UNPROTECT}'
            )
            self.fail(refusal, new.urn, in_step=self.options.preview)
            if not self.options.preview:
                raise Stopped
            self.failed.clear()  # a preview goes on, to show the rest
        if not diff.forced:
            new.inputs = self._calls.check(new, {}, goal.resource.inputs)
        first = diff.delete_before_replace if goal.delete_before_replace is None else goal.delete_before_replace
        along = self._replaced_along(old) if first and not old.pending_replacement else []
        for each in along:
            if each.protect:
                self._stop(new.urn, PROTECTED_DEPENDENT.format(each.urn, new.urn))
        for each in [*reversed(along), old] if first and not old.pending_replacement else ():
            self._delete(each, first=True)
            if self.failed.is_set():
                raise Stopped

    def _replaced_along(self, root: Resource) -> list[Resource]:
        """The dependents that a changed `root` would replace: they must be deleted before it is."""
        along = [root]
        for each in self.records.unregistered():
            urns = {dependency.urn for dependency in along}
            changed = [key for key, needed in each.property_dependencies.items() if not urns.isdisjoint(needed)]
            if changed and not each.delete:
                unknown = replace(each, inputs={**each.inputs, **dict.fromkeys(changed, UNKNOWN)})
                along += [each] if self._calls.diff(unknown, each.id, each.inputs, each.outputs).replaces else []
        return along[1:]

    def _delete(self, old: Resource, *, first: bool = False) -> None:
        """Delete what is no longer wanted, an original that was replaced, or what is in the way of its replacement."""
        replaced = first or old.delete or old.pending_replacement
        real = old.custom and old.type != PROVIDER and not (old.pending_replacement or old.retain_on_delete)
        with suppress(Stopped), self.records.operation("deleting", old):
            if old.protect and not replaced:
                refusal = f'resource "{old.urn}" cannot be deleted\nbecause it is protected. {TO_UNPROTECT}'
                self._stop(old.urn, refusal, in_step=True)
            if real and not self.options.preview:
                self._calls.ask("Delete", old, id=old.id, properties=old.outputs)
            if first:
                self._deleted_first.add(old)
                old.pending_replacement = True
            self._done("delete-replaced" if replaced else "delete", old, None if first else old, made=False)

    def _read(self, old: Resource, wanted: Resource | None = None) -> Resource | None:
        """What is there, None if nothing is; `wanted` is what a program says of it."""
        new: Resource | None = replace(old, urn=(wanted or old).urn)
        op = "same"
        if old.custom and old.type != PROVIDER and not old.pending_replacement and self.options.includes(old.urn):
            with suppress(Stopped):
                answer = self._calls.ask("Read", old, id=old.id, properties=old.outputs)
                op, new = "delete", None
                if answer.get("id"):
                    inputs = conceal(answer["inputs"], old.inputs) if "inputs" in answer else old.inputs
                    outputs = conceal(answer["properties"], old.outputs)
                    new = replace(wanted or old, id=answer["id"], inputs=inputs, outputs=outputs)
                    op = "update" if self._calls.diff(old, new.id, inputs, outputs).changes else "same"
        self._done(op, new or old, made=False)
        return new
