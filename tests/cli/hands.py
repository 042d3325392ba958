"""Moves of Apple's and of somebody else."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cli.app_store import APPS
from cli.world import World
from histories.watch import THEIRS
from retention_messaging_emulator import RefusedError

if TYPE_CHECKING:
    from retention_messaging_emulator import AppStoreConnect


class Hands(World):
    """A method a move; numbers choose among what is there."""

    @property
    def store(self) -> AppStoreConnect:
        """The stack's own app."""
        return self.app_store.stores[None]

    def approve(self, which: int | str | None = None) -> None:
        """The pending upload of this number, the message of this text with its images, or all."""
        self._review("APPROVED", which)

    def reject(self, which: int | str | None = None) -> None:
        """As `approve`."""
        self._review("REJECTED", which)

    def _review(self, state: Any, which: int | str | None) -> None:
        seen = self.app_store.see()
        chosen = sorted(each for each, now in seen.uploads.items() if now == "PENDING")
        if isinstance(which, int):
            chosen = chosen[which : which + 1]
        elif isinstance(which, str):
            messages = [each for each, header in seen.headers.items() if header == which and each in chosen]
            chosen = [*messages, *(seen.used_by(messages) & {*chosen})]
        for identifier in chosen:
            for app in APPS:
                self.app_store.stores[app].review(state, identifier)
        self.app_store.look("Apple's review")

    def take_back(self, number: int, state: str) -> None:
        """Apple takes an approval back: PENDING or REJECTED again."""
        approved = sorted(each for each, now in self.app_store.see().uploads.items() if now == "APPROVED")
        for identifier in [each for each in approved if each != THEIRS][number : number + 1]:
            for app in APPS:
                self.app_store.stores[app].review(state, identifier)  # type: ignore[arg-type]
        self.unseen |= set(self.programs)
        self.app_store.excuse()

    def somebody_sets_a_default(self, pair: str, number: int | None = None) -> None:
        """To a message of their own, or to one of ours."""
        self.store.put_message(THEIRS, {"header": "Theirs", "body": "Theirs"})
        seen = self.app_store.see()
        ours = sorted(each for each in seen.images if each != THEIRS and seen.is_approved(each))
        chosen = THEIRS if number is None else next(iter(ours[number : number + 1]), THEIRS)
        with suppress(RefusedError):  # a message of the other app
            product, locale = pair.rsplit("/", 1)
            self.store.configure_default_message(product, locale, {"messageIdentifier": chosen})
            if (None, pair) not in {each for pairs in self.declared.values() for each in pairs}:
                self.account.pairs.add((None, pair))
            self.somebody_else_was_here((None, pair))

    def somebody_deletes_a_default(self, pair: str) -> None:
        """Whoever set it."""
        if (None, pair) in self.app_store.see().defaults:
            self.store.delete_default_message(*pair.rsplit("/", 1))
            self.somebody_else_was_here((None, pair))

    def somebody_deletes_a_message(self, number: int) -> None:
        """The one of ours of this number."""
        messages = [each["messageIdentifier"] for each in self.store.messages()]
        for identifier in sorted({*messages} - {THEIRS})[number : number + 1]:
            shown = [pair for pair, each in self.app_store.see().defaults.items() if each == identifier]
            self.store.delete_message(identifier)
            self.somebody_else_was_here(*shown)

    def somebody_deletes_an_image(self, number: int) -> None:
        """Which Apple refuses while a message uses it."""
        images = [each["imageIdentifier"] for each in self.store.images()]
        for identifier in sorted(images)[number : number + 1]:
            with suppress(RefusedError):
                self.store.delete_image(identifier)
                self.somebody_else_was_here()

    def wait(self) -> None:
        """Until nothing has to be kept any longer."""
        time.sleep(2.1)
