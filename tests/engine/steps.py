"""The step logic: what is wanted and what is recorded, in; provider calls and what is recorded then, out.

No process, no gRPC, no printing: a run takes milliseconds. The rules are those of the CLI:
https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

from engine.model import Diff, Goal, Options, Provider, ProviderError, Step, Stopped
from engine.properties import UNKNOWN, Properties, conceal, is_secret, reveal, secret
from engine.snapshot import PROVIDER, STACK, Resource, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor


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
        prefix = f"urn:pulumi:{stack}::{project}::"
        self.stack_urn = f"{prefix}{STACK}::{project}-{stack}"
        self.options = options or Options()
        self.steps: list[Step] = []
        self.errors: list[tuple[str, str]] = []
        self.failed = threading.Event()
        self._prefix, self._provider_urn = prefix, f"{prefix}{PROVIDER}::default"
        self._base = snapshot.resources
        self._pending = [(kind, each) for kind, each in snapshot.pending_operations if kind == "creating"]
        self._config = config or {}
        self._open_provider, self._save, self._observe = open_provider, save, observe
        self._opened: tuple[Properties, Provider] | None = None
        self._map = executor.map if executor else map
        self._lock = threading.RLock()
        self._wanted: dict[str, Resource] = {}
        self._made: list[Resource] = []
        self._matched: set[Resource] = set()
        self._deleted_first: set[Resource] = set()
        self._gone: set[Resource] = set()
        self._renamed: dict[str, str] = {}
        self._stack_outputs: Properties | None = None

    def register(self, goal: Goal) -> Resource:
        """Bring a resource to what is wanted; raises Stopped if that failed, or anything before it."""
        with self._lock:
            if self.failed.is_set():
                raise Stopped
            urn = self._claim(goal)
            old = self._recorded(urn, goal)
            new = self._wanted[urn] = _state(urn, goal)
            if goal.custom and not self._targeted(urn):
                return self._leave(old, new)
            forced = urn in self.options.replace
            if goal.custom:
                new.provider = self._provider_reference()
                olds = old.inputs if old and not forced and old not in self._deleted_first else {}
                new.inputs = self._check(new, olds, _ignoring(goal.ignore_changes, goal.inputs, olds))
        if old is None:
            return self._create(new)
        diff = Diff(changes=True, replaces=["id"]) if forced else self._diff(new, old.id, old.inputs, old.outputs)
        with self._lock:
            replacing = bool(diff.replaces) or old.pending_replacement
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
                self._write()

    def refresh(self) -> None:
        """Ask the provider for every recorded resource and record its answers."""
        answers = list(self._map(self._read, self._base))
        present: set[str] = set()
        for new in filter(None, answers):
            new.dependencies = [urn for urn in new.dependencies if urn in present]
            left = {key: [urn for urn in urns if urn in present] for key, urns in new.property_dependencies.items()}
            new.property_dependencies = {key: urns for key, urns in left.items() if urns}
            present.add(new.urn)
        self._base = [new for new in answers if new]
        self._write()

    def finish(self) -> None:
        """Delete what is recorded and not wanted, dependents first; nothing of it if the run has failed."""
        doomed = [
            each
            for each in self._base
            if each not in self._gone and (each.delete or each not in self._matched) and self._targeted(each.urn)
        ]
        chains: list[list[Resource]] = []
        while doomed:
            urns = {each.urn for each in doomed}
            chains.append([each for each in doomed if urns.isdisjoint(each.needs())])
            doomed = [each for each in doomed if each not in chains[-1]]
        for chain in reversed(chains):
            if not self.failed.is_set():
                list(self._map(self._delete, chain))
        if self._stack_outputs is not None:
            stack = self._wanted[self.stack_urn]
            stack.outputs = {**stack.outputs, **self._stack_outputs} if self.errors else self._stack_outputs
        self._write()

    def fail(self, message: str, urn: str = "", *, in_step: bool = False) -> None:
        """Record an error; nothing more begins."""
        with self._lock:
            self.errors.append((urn or self.stack_urn, message))
            verdict = (self.stack_urn, f"{'preview' if self.options.preview else 'update'} failed")
            if in_step and verdict not in self.errors:
                self.errors.append(verdict)
            self.failed.set()

    @property
    def snapshot(self) -> Snapshot:
        """What is recorded now: what this run made, then what it has not touched."""
        resources = [each for each in self._made + self._base if each not in self._gone]
        for each in resources if self._renamed else ():
            each.parent = self._renamed.get(each.parent, each.parent)
            each.dependencies = [self._renamed.get(urn, urn) for urn in each.dependencies]
            for key, urns in each.property_dependencies.items():
                each.property_dependencies[key] = [self._renamed.get(urn, urn) for urn in urns]
        return Snapshot(resources, list(self._pending))

    # Matching what is wanted with what is recorded

    def _claim(self, goal: Goal) -> str:
        parent_type = goal.parent.split("::")[2] if goal.parent else STACK
        kind = goal.type if parent_type == STACK else f"{parent_type}${goal.type}"
        urn = f"{self._prefix}{kind}::{goal.name}"
        if urn in self._wanted:
            self._stop(urn, f"Duplicate resource URN '{urn}'; try giving it a unique name")
        return urn

    def _recorded(self, urn: str, goal: Goal) -> Resource | None:
        recorded = {each.urn: each for each in self._base if not each.delete and each not in self._matched}
        names = (urn, *goal.aliases, *self._inherited_aliases(goal))
        found = next((recorded[name] for name in names if name in recorded), None)
        if found:
            self._matched.add(found)
            if found.urn != urn:
                self._renamed[found.urn] = urn
        return found

    def _inherited_aliases(self, goal: Goal) -> Iterator[str]:
        for before, after in self._renamed.items():
            if after == goal.parent:
                path, was = before.rsplit("::", 1)
                own, now = goal.name, after.rsplit("::", 1)[1]
                yield f"{path}${goal.type}::{was + own.removeprefix(now) if own.startswith(now) else own}"

    def _targeted(self, urn: str) -> bool:
        targets = self.options.targets
        return targets is None or urn in targets or urn in (self.stack_urn, self._provider_urn)

    def _leave(self, old: Resource | None, new: Resource) -> Resource:
        if old is None:
            self._stop(new.urn, f"{new.urn} is new and not a target; use the Pulumi CLI for this")
        return self._same(old, replace(old, urn=new.urn))

    def _stop(self, urn: str, message: str) -> NoReturn:
        self.fail(message, urn)
        raise Stopped

    # Asking the provider: it gets values in clear, and answers in clear

    def _provider_reference(self) -> str:
        urn = self._provider_urn
        if urn not in self._wanted:
            old = self._recorded(urn, Goal(PROVIDER, "default"))
            self._wanted[urn] = Resource(
                urn,
                PROVIDER,
                custom=True,
                id=old.id if old else str(uuid4()),
                inputs=self._config,
                outputs=self._config,
            )
            self._made.append(self._wanted[urn])
            self._gone |= {old} if old else set()
        return f"{urn}::{self._wanted[urn].id}"

    @property
    def _provider(self) -> Provider:
        """Opened with today's config, or, where no program runs, with the config that is recorded."""
        with self._lock:
            recorded = {each.urn: each for each in self._base}
            config = (self._wanted.get(self._provider_urn) or recorded[self._provider_urn]).inputs
            if self._opened is None or self._opened[0] != config:
                self._opened = (config, self._open_provider(reveal(config)))
            return self._opened[1]

    @contextmanager
    def _asking(self, resource: Resource, operation: str = "") -> Iterator[None]:
        """A provider's error is recorded and stops the run; an operation is pending while it lasts."""
        pending = [(operation, resource)] if operation in ("creating", "updating", "deleting") else []
        with self._lock:
            self._pending = pending + self._pending
            if pending:
                self._write()
        try:
            yield
        except ProviderError as error:
            self.fail(str(error), resource.urn, in_step=bool(operation))
            raise Stopped from None
        finally:
            with self._lock:
                self._pending = [each for each in self._pending if each not in pending]

    def _check(self, new: Resource, olds: Properties, news: Properties) -> Properties:
        with self._asking(new):
            answer, complaints = self._provider.check(new.urn, reveal(olds), reveal(news))
        inputs = conceal(answer, news)
        for key, reason in complaints:
            value = "[secret]" if is_secret(inputs.get(key)) else inputs.get(key)
            about = f"property {key} value {{{value}}} has a problem: " if key else ""
            self.fail(f"{new.type} resource '{new.name}': {about}{reason}", new.urn)
        if complaints:
            raise Stopped
        return inputs

    def _diff(self, new: Resource, id_: str, old_inputs: Properties, old_outputs: Properties) -> Diff:
        diff = Diff(changes=None)
        if new.custom:
            with self._asking(new):
                diff = self._provider.diff(new.urn, id_, reveal(old_outputs), reveal(new.inputs))
        if diff.changes is None:
            wanted = _ignoring(new.ignore_changes, new.inputs, old_inputs)
            diff = replace(diff, changes=reveal(wanted) != reveal(old_inputs))
        return diff

    # Steps

    def _record(self, step: Step, new: Resource | None, gone: Resource | None = None) -> None:
        with self._lock:
            self._made += [new] if new else []
            self._gone |= {gone} if gone else set()
            if step.resource.type != PROVIDER:
                self.steps.append(step)
                self._observe(step)
            if step.op != "same" or (new and gone and vars(new) != vars(gone)):
                self._write()

    def _write(self) -> None:
        if not self.options.preview:
            self._save(self.snapshot)

    def _same(self, old: Resource, new: Resource) -> Resource:
        new.id, new.outputs = old.id, old.outputs
        self._record(Step("same", new, old), new, old)
        return new

    def _create(self, new: Resource, old: Resource | None = None) -> Resource:
        with self._asking(new, "creating"):
            if not new.custom or self.options.preview:
                new.outputs = new.inputs if new.custom else {}
            else:
                new.id, outputs = self._provider.create(new.urn, reveal(new.inputs))
                new.outputs = _with_secrets(conceal(outputs, new.inputs), new)
        gone = old if old and old.pending_replacement else None
        if old and not gone:
            old.delete = True
        self._record(Step("replace" if old else "create", new, old), new, gone)
        return new

    def _update(self, old: Resource, new: Resource) -> Resource:
        new.id, new.outputs = old.id, new.inputs if new.custom else old.outputs
        with self._asking(new, "updating"):
            if new.custom and not self.options.preview:
                outputs = self._provider.update(new.urn, old.id, reveal(old.outputs), reveal(new.inputs))
                new.outputs = _with_secrets(conceal(outputs, new.inputs), new)
        self._record(Step("update", new, old), new, old)
        return new

    def _prepare_replacement(self, old: Resource, new: Resource, goal: Goal, diff: Diff) -> None:
        if new.protect and old.protect:
            self.fail(
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. To unprotect the '
                "resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`",
                new.urn,
                in_step=self.options.preview,
            )
            if not self.options.preview:
                raise Stopped
            self.failed.clear()
        if new.urn not in self.options.replace:
            new.inputs = self._check(new, {}, goal.inputs)
        first = diff.delete_before_replace if goal.delete_before_replace is None else goal.delete_before_replace
        if first and not old.pending_replacement:
            for each in [*reversed(self._replaced_along(old)), old]:
                self._delete(each, first=True)
                if self.failed.is_set():
                    raise Stopped

    def _replaced_along(self, root: Resource) -> list[Resource]:
        """The dependents that a changed `root` would replace: they must be deleted before it is."""
        along = [root]
        for each in self._base:
            changed = {key for key, urns in each.property_dependencies.items() if {r.urn for r in along} & {*urns}}
            if changed and not each.delete and each not in self._matched:
                unknown = {key: UNKNOWN if key in changed else value for key, value in each.inputs.items()}
                if self._diff(replace(each, inputs=unknown), each.id, each.inputs, each.outputs).replaces:
                    along.append(each)
        return along[1:]

    def _delete(self, old: Resource, *, first: bool = False) -> None:
        """Delete what is no longer wanted, an original that was replaced, or what is in the way of its replacement."""
        replaced = first or old.delete or old.pending_replacement
        with suppress(Stopped), self._asking(old, "deleting"):
            if old.protect and not replaced:
                raise ProviderError(
                    f'resource "{old.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, '
                    "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
                )
            real = old.custom and old.type != PROVIDER and not old.pending_replacement
            if real and not old.retain_on_delete and not self.options.preview:
                self._provider.delete(old.urn, old.id, reveal(old.outputs))
            if first:
                self._deleted_first.add(old)
                old.pending_replacement = True
            self._record(Step("delete-replaced" if replaced else "delete", old, old), None, None if first else old)

    def _read(self, old: Resource) -> Resource | None:
        if not old.custom or old.type == PROVIDER or old.pending_replacement or not self._targeted(old.urn):
            self._record(Step("same", old, old), None)
            return old
        try:
            with self._asking(old, "reading"):
                id_, outputs, inputs = self._provider.read(old.urn, old.id, reveal(old.outputs))
                op, new = "delete", None
                if id_:
                    read_inputs = old.inputs if inputs is None else conceal(inputs, old.inputs)
                    new = replace(old, id=id_, inputs=read_inputs, outputs=conceal(outputs, old.outputs))
                    op = "update" if self._diff(old, id_, new.inputs, new.outputs).changes else "same"
        except Stopped:
            return old
        self._record(Step(op, new or old, old), None)
        return new


def _state(urn: str, goal: Goal) -> Resource:
    return Resource(
        urn=urn,
        type=goal.type,
        custom=goal.custom,
        inputs=goal.inputs,
        parent=goal.parent,
        dependencies=goal.dependencies,
        property_dependencies=goal.property_dependencies,
        ignore_changes=goal.ignore_changes,
        additional_secret_outputs=goal.additional_secret_outputs,
        protect=goal.protect,
        retain_on_delete=goal.retain_on_delete,
    )


def _ignoring(keys: list[str], news: Properties, olds: Properties) -> Properties:
    """The new inputs with the old values of ignored properties."""
    return {**news, **{key: olds[key] for key in keys if key in olds and key in news}}


def _with_secrets(outputs: Properties, new: Resource) -> Properties:
    named = new.additional_secret_outputs
    return {key: secret(reveal(value)) if key in named else value for key, value in outputs.items()}
