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

from engine.model import Diff, Goal, Options, Provider, ProviderError, Step, Stopped
from engine.properties import UNKNOWN, Properties, conceal, is_secret, reveal
from engine.records import Records
from engine.snapshot import PROVIDER, STACK, Resource, Snapshot

TO_UNPROTECT = (
    "To unprotect the resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
)


class Deployment:
    """One run over a stack's snapshot.

    A program registers its goals, from any thread; `finish` is always the last call. Steps and errors, as (URN, text),
    are kept in order. `open_provider` is called with the config in clear. `save` is called whenever the CLI would write
    the state; with an `executor`, deletes and reads that do not depend on each other run side by side.
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
        self._config, self._open_provider, self._observe = config or {}, open_provider, observe
        self._map = executor.map if executor else map
        self.records = Records(snapshot, save if not self.options.preview else lambda snapshot: None)
        self._opened: tuple[Properties, Provider] | None = None
        self._lock = self.records.lock
        self._wanted: dict[str, Resource] = {}
        self._deleted_first: set[Resource] = set()
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
            if new.custom and not self._targeted(new.urn):
                if old is None:
                    self._stop(new.urn, f"{new.urn} is new and not a target: use the Pulumi CLI for this")
                return self._same(old, replace(old, urn=new.urn))
            anew = new.urn in self.options.replace or old in self._deleted_first
            if new.custom:
                olds = old.inputs if old and not anew else {}
                new.inputs = self._check(new, olds, _ignoring(new.ignore_changes, new.inputs, olds))
        if old is None:
            return self._create(new)
        diff = Diff(changes=True, replaces=True) if anew else self._diff(new, old.id, old.inputs, old.outputs)
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
        """Ask the provider for every recorded resource and record its answers."""
        answers = list(self._map(self._read, self.records.base))
        self.records.refreshed(answers)

    def finish(self) -> None:
        """Delete what is recorded and not wanted, dependents first; nothing of it if the run has failed."""
        doomed = [each for each in self.records.unregistered() if self._targeted(each.urn)]
        chains: list[list[Resource]] = []
        while doomed:
            chains.append([])
            before: set[str] = set()
            for each in doomed:
                chains[-1] += [each] if before.isdisjoint(each.needs()) else []
                before.add(each.urn)
            doomed = [each for each in doomed if each not in chains[-1]]
        for chain in reversed(chains):
            if not self.failed.is_set():
                list(self._map(self._delete, chain))
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

    def _targeted(self, urn: str) -> bool:
        targets = self.options.targets
        return targets is None or urn in targets or urn in (self.stack_urn, self._provider_urn)

    # Asking the provider: it gets values in clear, and answers in clear

    def _provider_reference(self) -> str:
        urn = self._provider_urn
        if urn not in self._wanted:
            new = Resource(urn, PROVIDER, custom=True, inputs=self._config, outputs=self._config)
            old = self.records.match(new)
            new.id = old.id if old else str(uuid4())
            self._wanted[urn] = new
            self.records.record(new, old)
        return f"{urn}::{self._wanted[urn].id}"

    def _ask(self, method: str, resource: Resource, **fields: object) -> Properties:
        """A call, with the program's config, or, where no program runs, with the config that is recorded.

        A provider's error is recorded and stops the run.
        """
        try:
            with self._lock:
                recorded = {each.urn: each for each in self.records.base}
                config = (self._wanted.get(self._provider_urn) or recorded[self._provider_urn]).inputs
                if self._opened is None or self._opened[0] != config:
                    self._opened = (config, self._open_provider(reveal(config)))
            return self._opened[1](method, {"urn": resource.urn, **reveal(fields)})
        except ProviderError as error:
            self._stop(resource.urn, str(error), in_step=method not in ("Check", "Diff"))

    def _check(self, new: Resource, olds: Properties, news: Properties) -> Properties:
        answer = self._ask("Check", new, olds=olds, news=news)
        inputs = conceal(answer.get("inputs", {}), news)
        for failure in answer.get("failures", ()):
            key = failure.get("property")
            value = "[secret]" if is_secret(inputs.get(key)) else inputs.get(key)
            about = f": property {key} value {{{value}}}" if key else ""
            self.fail(f"{new.type} resource '{new.name}'{about} has a problem: {failure['reason']}", new.urn)
        if answer.get("failures"):
            raise Stopped
        return inputs

    def _diff(self, new: Resource, id_: str, old_inputs: Properties, old_outputs: Properties) -> Diff:
        answer = self._ask("Diff", new, id=id_, olds=old_outputs, news=new.inputs) if new.custom else {}
        wanted = _ignoring(new.ignore_changes, new.inputs, old_inputs)
        known = {"DIFF_SOME": True, "DIFF_NONE": False}
        changes = known.get(answer.get("changes", ""), reveal(wanted) != reveal(old_inputs))
        return Diff(changes, bool(answer.get("replaces")), answer.get("deleteBeforeReplace", False))

    # Steps

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
                answer = self._ask(method, new, **fields)
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
        if new.urn not in self.options.replace:
            new.inputs = self._check(new, {}, goal.resource.inputs)
        first = diff.delete_before_replace if goal.delete_before_replace is None else goal.delete_before_replace
        for each in [*reversed(self._replaced_along(old)), old] if first and not old.pending_replacement else ():
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
                along += [each] if self._diff(unknown, each.id, each.inputs, each.outputs).replaces else []
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
                self._ask("Delete", old, id=old.id, properties=old.outputs)
            if first:
                self._deleted_first.add(old)
                old.pending_replacement = True
            self._done("delete-replaced" if replaced else "delete", old, None if first else old, made=False)

    def _read(self, old: Resource) -> Resource | None:
        new: Resource | None = old
        op = "same"
        if old.custom and old.type != PROVIDER and not old.pending_replacement and self._targeted(old.urn):
            with suppress(Stopped):
                answer = self._ask("Read", old, id=old.id, properties=old.outputs)
                op, new = "delete", None
                if answer.get("id"):
                    inputs = conceal(answer["inputs"], old.inputs) if "inputs" in answer else old.inputs
                    outputs = conceal(answer["properties"], old.outputs)
                    new = replace(old, id=answer["id"], inputs=inputs, outputs=outputs)
                    op = "update" if self._diff(old, new.id, inputs, outputs).changes else "same"
        self._done(op, new or old, made=False)
        return new


def _ignoring(keys: list[str], news: Properties, olds: Properties) -> Properties:
    """The new inputs with the old values of ignored properties."""
    return {**news, **{key: olds[key] for key in keys if key in olds and key in news}}
