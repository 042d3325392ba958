"""
What one command has seen of the program and done at Apple.

Everything is keyed by where it is, what it is and how it is called (`Ref`): one identifier in two apps is two things.
A resource is known by its URN, its `owner`. Any thread may ask; nothing here asks Apple.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from retention_messaging_provider.resources.identity import owner_prefix_of
from retention_messaging_provider.resources.location import Location

MESSAGE, IMAGE, DEFAULT, URL = "message", "image", "default", "url"


@dataclass(frozen=True)
class Ref:
    """Something at Apple: an upload by its identifier, a default by its pair, a realtime URL by ""."""

    location: Location
    kind: str
    identifier: str


class Ledger:
    """The memory of one command; `tell` is told of what the program has and accounts for."""

    def __init__(self, tell: Callable[[Ref], None] = lambda _: None) -> None:
        self._tell = tell
        self._lock = threading.RLock()
        self._declared: dict[str, set[str]] = {}
        self._seen: dict[str, set[str]] = {}
        self._recorded: set[Ref] = set()
        self._program: Mapping[str, Any] = {}
        self._claims: dict[Ref, dict[str, None]] = {}
        self._prefixes: set[tuple[Location, str]] = set()
        self._explicit: set[Ref] = set()
        self._locations: dict[str, set[Location]] = {}
        self._homes: dict[str, Location] = {}
        self._kept: dict[Ref, set[str]] = {}
        self._pairs: dict[str, frozenset[str]] = {}
        self._before: dict[str, Mapping[str, Any]] = {}
        self._replacing: dict[Ref, str] = {}
        self._created: set[str] = set()
        self._replaced_first: set[Ref] = set()
        self._noted: dict[tuple[Location, str], set[str]] = {}
        self._deferred: dict[Ref, list[Callable[[], object]]] = {}
        self._changes = 0
        self._changed: dict[Ref, int] = {}

    # The program: only `check` is called for it alone, so only `check` declares

    def declare(self, kind: str, owner: str) -> None:
        """Note that the program has this resource."""
        with self._lock:
            self._declared.setdefault(kind, set()).add(owner)

    def is_declared(self, kind: str, owner: str) -> bool:
        """Whether the program of this command has this resource, as far as it was checked by now."""
        with self._lock:
            return owner in self._declared.get(kind, ())

    def has_program(self) -> bool:
        """Whether a program runs, as far as it was checked by now; refresh and destroy have none."""
        with self._lock:
            return bool(self._declared)

    def see(self, kind: str, owner: str, refs: Collection[Ref] = ()) -> None:
        """Note that all is known of a resource of the program: what it claims, and what its record has."""
        with self._lock:
            self._seen.setdefault(kind, set()).add(owner)
            self._recorded.update(refs)

    def is_recorded(self, ref: Ref) -> bool:
        """Whether the record of a resource of the program had this before this command."""
        with self._lock:
            return ref in self._recorded

    def note_program(self, program: Mapping[str, Any] | None) -> None:
        """Note how many images and messages the program has declared, its pairs, and whether those are all."""
        with self._lock:
            self._program = program or self._program

    def count_seen(self, kind: str) -> int:
        """How many images, or messages, of the program have been seen."""
        with self._lock:
            return len(self._seen.get(kind, ()))

    def has_seen_every(self, kind: str) -> bool:
        """Whether each image, or message, of the program has been seen: what none claims then, none has."""
        with self._lock:
            count = self._program.get(f"{kind}s")
            return count is not None and len(self._seen.get(kind, ())) >= count

    def all_pairs(self) -> frozenset[str]:
        """The products and locales of all defaults of the program, as far as it told."""
        with self._lock:
            return frozenset(self._program.get("pairs", ()))

    def leaves_out_default(self, pair: str) -> bool:
        """Whether the program has a default for these customers that this run has not seen, as with `--exclude`."""
        with self._lock:
            seen = any(ref.kind == DEFAULT and ref.identifier == pair for ref in self._claims)
            return pair in self._program.get("pairs", ()) and not seen

    def which_are_wanted(self, identifiers: Iterable[str]) -> dict[str, bool]:
        """Message → whether a default of the program is given it by its identifier, as far as it told."""
        with self._lock:
            return {each: each in self._program.get("wanted", ()) for each in identifiers}

    def knows_all_pairs(self) -> bool:
        """Whether the program told every product and locale of its defaults."""
        with self._lock:
            return bool(self._program.get("isComplete", True))

    # What resources have

    def knows_message(self, location: Location, identifier: str, prefix: str) -> bool:
        """Whether a resource of the program has this message, accounts for it, has had it, or others of its prefix."""
        with self._lock:
            ref = Ref(location, MESSAGE, identifier)
            return ref in self._kept or ref in self._replacing or (location, prefix) in self._prefixes

    def claim(self, ref: Ref, owner: str) -> str:
        """Note that a resource of the program has this; answers who claimed it first."""
        with self._lock:
            if ref not in self._claims:
                self._tell(ref)
            claims = self._claims.setdefault(ref, {})
            first = next(iter(claims), owner)
            claims[owner] = None
            self._homes.setdefault(owner, ref.location)
            if ref.kind == MESSAGE:
                self._prefixes.add((ref.location, owner_prefix_of(ref.identifier)))
                self._locations.setdefault(ref.identifier, set()).add(ref.location)
            return first

    def claim_explicit(self, ref: Ref, owner: str) -> str:
        """The same, where the user gave the identifier."""
        with self._lock:
            self._explicit.add(ref)
            return self.claim(ref, owner)

    def is_explicit(self, ref: Ref) -> bool:
        """Whether a resource of the program was given this identifier by the user."""
        with self._lock:
            return ref in self._explicit

    def locations_of(self, message: str) -> set[Location]:
        """Where a message of this identifier is one of the program's."""
        with self._lock:
            return set(self._locations.get(message, ()))

    def home_of(self, owner: str) -> Location | None:
        """The app and environment for which the program has this resource; None for one that it has not."""
        with self._lock:
            return self._homes.get(owner)

    def is_claimed_by_another(self, ref: Ref, owner: str) -> bool:
        """Whether a resource of the program beside this one has this."""
        with self._lock:
            return bool(self._claims.get(ref, {}).keys() - {owner})

    def is_claimed(self, ref: Ref) -> bool:
        """Whether a resource of the program has this, or is a message that will, as far as the program told."""
        with self._lock:
            return ref in self._claims or self._is_given(ref)

    def _is_given(self, ref: Ref) -> bool:
        return ref.kind == MESSAGE and ref.identifier in self._program.get("explicit", ())

    def which_are_claimed(self, location: Location, kind: str, identifiers: Iterable[str]) -> dict[str, bool]:
        """Identifier → whether a resource of the program has it."""
        with self._lock:
            refs = {each: Ref(location, kind, each) for each in identifiers}
            return {each: ref in self._claims or self._is_given(ref) for each, ref in refs.items()}

    def keep(self, refs: Collection[Ref], owner: str) -> None:
        """Note what the record of a resource accounts for beside its own: it stays, whoever else would delete it."""
        with self._lock:
            for ref in refs:
                if ref not in self._kept:
                    self._tell(ref)
                self._kept.setdefault(ref, set()).add(owner)

    def end(self, owner: str, messages: Collection[Ref], images: Collection[Ref]) -> list[Callable[[], object]]:
        """
        Note that messages are deleted, and that this resource does not account for them and these images any more.

        Answers what waited for a message to be deleted.
        """
        with self._lock:
            for ref in (*messages, *images):
                self._kept.get(ref, set()).discard(owner)
            locations = {ref.location for ref in messages}
            return [action for each in locations for action in self.take_deferred(Ref(each, IMAGE, ""))]

    def is_kept(self, ref: Ref, *, but_by: str = "") -> bool:
        """Whether the record of a resource, other than the one named, accounts for this."""
        with self._lock:
            return not self._kept.get(ref, set()) <= {but_by}

    def which_are_kept(
        self, location: Location, kind: str, identifiers: Iterable[str], *, but_by: str = ""
    ) -> dict[str, bool]:
        """Identifier → whether the record of a resource, other than the one named, accounts for it."""
        with self._lock:
            return {each: not self._kept.get(Ref(location, kind, each), set()) <= {but_by} for each in identifiers}

    # Replacements

    def remember(self, owner: str, ref: Ref, outputs: Mapping[str, Any], *, is_replaced: bool) -> None:
        """Keep the outputs that a resource had before this command."""
        with self._lock:
            self._before[owner] = outputs
            if is_replaced:
                self._replacing[ref] = owner

    def before(self, owner: str) -> Mapping[str, Any] | None:
        """The outputs from before this command; None for a new resource, and where a replacement was forced."""
        with self._lock:
            return self._before.get(owner)

    def note_created(self, owner: str) -> None:
        """Note that a resource has what it was to have instead of what it had."""
        with self._lock:
            self._created.add(owner)

    def replaced_by(self, ref: Ref) -> str:
        """The resource that has, or will have, something else instead of this; "" for none."""
        with self._lock:
            return self._replacing.get(ref, "")

    def awaits_replacement(self, ref: Ref) -> bool:
        """Whether this is to be replaced, and is not yet: Pulumi deletes it first."""
        with self._lock:
            return ref in self._replacing and self._replacing[ref] not in self._created

    def note_replaced_first(self, ref: Ref) -> None:
        """Note that Pulumi asked to delete this before its replacement exists, and will not ask again."""
        with self._lock:
            self._replaced_first.add(ref)

    def is_replaced_first(self, ref: Ref) -> bool:
        """Whether Pulumi will not ask again to delete this."""
        with self._lock:
            return ref in self._replaced_first

    # Defaults

    def note_pairs(self, owner: str, pairs: Collection[str]) -> None:
        """Note the pairs that the program has for a message."""
        with self._lock:
            self._pairs[owner] = frozenset(pairs)

    def pairs_of(self, owner: str) -> frozenset[str]:
        """The pairs that the program has for a message."""
        with self._lock:
            return self._pairs.get(owner, frozenset())

    def note_default(self, ref: Ref, identifier: str) -> None:
        """Note a message that a default of the program was recorded to show, or is to show."""
        with self._lock:
            self._noted.setdefault((ref.location, identifier), set()).add(ref.identifier)

    def which_pairs_are_noted(self, location: Location, identifiers: Iterable[str]) -> dict[str, set[str]]:
        """Message → the pairs of the program's defaults that were recorded to show it, or are to."""
        with self._lock:
            return {each: set(self._noted.get((location, each), ())) for each in identifiers}

    # What has to wait for something else of this command

    def changes(self) -> int:
        """How many changes there were; to be taken before Apple is asked whether there is something to wait for."""
        with self._lock:
            return self._changes

    def defer(self, until: Ref, since: int, action: Callable[[], object]) -> bool:
        """
        Note what is to be tried again when this changes.

        False where it has changed since there were so many changes, on another thread: the caller tries again itself.
        """
        with self._lock:
            if self._changed.get(until, 0) > since:
                return False
            self._deferred.setdefault(until, []).append(action)
            return True

    def take_deferred(self, until: Ref) -> list[Callable[[], object]]:
        """Note that this has changed; answers what waited for it, and waits no longer."""
        with self._lock:
            self._changes += 1
            self._changed[until] = self._changes
            return self._deferred.pop(until, [])
