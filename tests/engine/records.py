"""What is recorded of a stack while a run changes it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from engine.snapshot import Resource, Snapshot


class Records:
    """What was recorded before (`base`), what this run made of it, and what it has under way.

    `save` is called whenever the CLI would write the state. The run's threads take turns with `lock`.
    """

    def __init__(self, snapshot: Snapshot, save: Callable[[Snapshot], None]) -> None:
        self.base = snapshot.resources
        self.pending = [(kind, each) for kind, each in snapshot.pending_operations if kind == "creating"]
        self.lock = threading.RLock()
        self._save = save
        self._made: list[Resource] = []
        self._gone: set[Resource] = set()
        self._matched: set[Resource] = set()
        self._renamed: dict[str, str] = {}

    def match(self, new: Resource, aliases: Sequence[str] = ()) -> Resource | None:
        """The record of a wanted resource, under its URN or an alias."""
        recorded = {each.urn: each for each in self.base if not each.delete and each not in self._matched}
        names = (new.urn, *aliases, *self._inherited_aliases(new))
        found = next((recorded[name] for name in names if name in recorded), None)
        if found:
            self._matched.add(found)
            if found.urn != new.urn:
                self._renamed[found.urn] = new.urn
        return found

    def _inherited_aliases(self, new: Resource) -> Iterator[str]:
        for before, after in self._renamed.items():
            if after == new.parent:
                (path, was), now, own = before.rsplit("::", 1), after.rsplit("::", 1)[1], new.name
                yield f"{path}${new.type}::{was + own.removeprefix(now) if own.startswith(now) else own}"

    def unregistered(self) -> list[Resource]:
        """The records that the program has not registered, and the originals of replaced ones."""
        left = [each for each in self.base if each not in self._gone]
        return [each for each in left if each.delete or each not in self._matched]

    def record(self, new: Resource | None, gone: Resource | None = None) -> None:
        """A new record, and one that is no more; nothing is saved where they are equal."""
        with self.lock:
            self._made += [new] if new else []
            self._gone |= {gone} if gone else set()
            if not (new and gone and vars(new) == vars(gone)):
                self.save()

    @contextmanager
    def operation(self, kind: str, resource: Resource) -> Iterator[None]:
        """Pending while it lasts, also in the state that a kill leaves."""
        entry = (kind, resource)
        with self.lock:
            self.pending.insert(0, entry)
            self.save()
        try:
            yield
        finally:
            with self.lock:
                self.pending.remove(entry)

    def refreshed(self, answers: dict[Resource, Resource | None]) -> None:
        """The records as a refresh found them, None for what is gone; nothing refers to that any more."""
        self.base = [new for old in self.base if (new := answers.get(old, old))]
        present: set[str] = set()
        for each in self.snapshot.resources:
            needed = {*each.dependencies, *chain.from_iterable(each.property_dependencies.values())}
            if each in self.base or not needed <= present:
                each.dependencies = [urn for urn in each.dependencies if urn in present]
                left = {
                    key: [urn for urn in urns if urn in present] for key, urns in each.property_dependencies.items()
                }
                each.property_dependencies = {key: urns for key, urns in left.items() if urns}
            present.add(each.urn)
        self.save()

    def save(self) -> None:
        self._save(self.snapshot)

    @property
    def snapshot(self) -> Snapshot:
        """What this run made, then what it has not touched."""
        resources = [each for each in self._made + self.base if each not in self._gone]
        for each in resources if self._renamed else ():
            each.parent = self._renamed.get(each.parent, each.parent)
            each.dependencies = [self._renamed.get(urn, urn) for urn in each.dependencies]
            for key, urns in each.property_dependencies.items():
                each.property_dependencies[key] = [self._renamed.get(urn, urn) for urn in urns]
        return Snapshot(resources, list(self.pending))
