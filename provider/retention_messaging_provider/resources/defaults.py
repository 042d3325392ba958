"""
What the defaults of one run show: as recorded, asked of Apple, set, or to be expected.

A pair is `<productId>/<locale>`; a place is where it lives at Apple.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

Place = TypeVar("Place")


class Defaults(Generic[Place]):
    """The pairs of one run; `ask` asks Apple what the default of a pair is, "" for none. Any thread may use it."""

    def __init__(self, ask: Callable[[Place, str], str]) -> None:
        self._ask = ask
        self._owners: dict[tuple[Place, str], str] = {}
        self._recorded: dict[tuple[Place, str], str] = {}
        self._known: dict[tuple[Place, str], str] = {}
        self._expected: dict[tuple[Place, str], str] = {}
        self._awaiting: dict[tuple[Place, str], list[tuple[str, dict[str, Any]]]] = {}
        self._lock = threading.RLock()
        # Apart from the other lock, and one for each pair: asking may take long, when Apple says to wait.
        self._asking: dict[tuple[Place, str], threading.Lock] = {}

    def owner(self, place: Place, pair: str, owner: str) -> str:
        """Note who declares a pair; answers who did so first in this run."""
        with self._lock:
            return self._owners.setdefault((place, pair), owner)

    def recorded(self, place: Place, pair: str, identifier: str) -> None:
        """Note what a default of this run's program showed when it was recorded."""
        with self._lock:
            self._recorded[place, pair] = identifier

    def expect(self, place: Place, pairs: Iterable[str], identifier: str) -> None:
        """Note what the message of these pairs will say that may be shown, once this run has updated it."""
        with self._lock:
            self._expected.update({(place, pair): identifier for pair in pairs})

    def expected(self, place: Place, pair: str) -> str | None:
        """What the default of a pair will be told to show; None where nobody knows yet."""
        with self._lock:
            return self._expected.get((place, pair))

    def has_set(self, place: Place, pair: str, identifier: str) -> None:
        """Note what Apple has by now, "" for none."""
        with self._lock:
            self._known[place, pair] = identifier

    def shows(self, place: Place, pair: str) -> str:
        """What Apple has, "" for none: as this run has set it, or asked once."""
        with self._lock:
            asking = self._asking.setdefault((place, pair), threading.Lock())
        with asking:
            if (place, pair) not in self._known:
                shown = self._ask(place, pair)
                with self._lock:  # what was set meanwhile is the newer
                    self._known.setdefault((place, pair), shown)
            return self._known[place, pair]

    def shown_by(self, place: Place, identifier: str, pairs: Iterable[str]) -> str | None:
        """The first of the pairs that shows this message, or None."""
        return next((pair for pair in sorted(pairs) if self.shows(place, pair) == identifier), None)

    def may_show(self, place: Place, identifier: str) -> set[str]:
        """The pairs that show this message as far as this run knows."""
        with self._lock:
            shown = {**self._recorded, **self._known}
        return {pair for (where, pair), message in shown.items() if (where, message) == (place, identifier)}

    def wait_for(self, place: Place, pair: str, identifier: str, outputs: dict[str, Any]) -> None:
        """Note a message, with its outputs, that is to go when this pair shows it no more."""
        with self._lock:
            self._awaiting.setdefault((place, pair), []).append((identifier, outputs))

    def waited(self, place: Place, pair: str) -> list[tuple[str, dict[str, Any]]]:
        """The messages that waited for this pair; they wait no longer."""
        with self._lock:
            return self._awaiting.pop((place, pair), [])
