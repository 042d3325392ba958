"""What must hold at Apple after every single request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from retention_messaging_emulator import AppStoreConnect, Emulator

# A message that no program uploaded.
THEIRS = "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"


class Watch:
    """
    Looks at the App Store after every request: has a customer lost a message, and is what others made still there?

    A pair is watched from when it first shows an approved message until it leaves the program or somebody else takes
    that message away; so is a pair of others that is not in the program. `wrongs` tells what went wrong.
    """

    def __init__(self, emulator: Emulator, store: AppStoreConnect) -> None:
        self.store = store
        self.wrongs: list[str] = []
        self._declared: set[str] = set()
        self._watched: set[str] = set()
        self._theirs: set[str] = set()
        answer = emulator.app.wsgi_app

        def answer_and_look(environ: Any, start_response: Any) -> Iterable[bytes]:
            answered: Iterable[bytes] = answer(environ, start_response)
            self.look()
            return answered

        emulator.app.wsgi_app = answer_and_look  # type: ignore[method-assign]
        self.close: Callable[[], None] = lambda: setattr(emulator.app, "wsgi_app", answer)

    def declare(self, pairs: Collection[str]) -> None:
        """The program's defaults, from the beginning of a run."""
        self._declared = set(pairs)
        self._watched &= self._declared
        self._theirs -= self._declared

    def excuse(self) -> None:
        """Somebody else's hand was here."""
        self._watched &= self._shown(self.store.inventory())
        self._theirs = {pair for pair, message in self.defaults().items() if message == THEIRS} - self._declared

    def look(self) -> None:
        """Note what went wrong since the last look."""
        inventory = self.store.inventory()
        shown, defaults = self._shown(inventory), defaults_of(inventory)
        self.wrongs += [f"{pair} has lost its approved message" for pair in sorted(self._watched - shown)]
        self.wrongs += [f"others' {pair} is gone" for pair in sorted(self._theirs) if defaults.get(pair) != THEIRS]
        self._watched = shown & self._declared
        self._theirs = {pair for pair in self._theirs if defaults.get(pair) == THEIRS}

    def defaults(self) -> dict[str, str]:
        """Pair → message, as Apple has them."""
        return defaults_of(self.store.inventory())

    @staticmethod
    def _shown(inventory: dict[str, Any]) -> set[str]:
        """The pairs that show an approved message with approved images."""
        images = {each["imageIdentifier"] for each in inventory["images"] if each["imageState"] == "APPROVED"}
        approved = {
            each["messageIdentifier"]
            for each in inventory["messages"]
            if each["messageState"] == "APPROVED" and images_of(each) <= images
        }
        return {pair for pair, message in defaults_of(inventory).items() if message in approved}


def images_of(message: dict[str, Any]) -> set[str]:
    """The images that a message of the inventory uses."""
    image = message.get("image")
    return {image["imageIdentifier"]} if image else set()


def defaults_of(inventory: dict[str, Any]) -> dict[str, str]:
    """Pair → message, as Apple has them."""
    return {f"{each['productId']}/{each['locale']}": each["messageIdentifier"] for each in inventory["defaults"]}
