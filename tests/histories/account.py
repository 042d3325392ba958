"""What the App Store and a stack's state have to agree on, and what may be at Apple though nothing records it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from acceptance.agreement import disagreements
from histories.watch import THEIRS, defaults_of, images_of
from retention_messaging_provider.resources.identity import owner_prefix_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from retention_messaging_emulator import AppStoreConnect

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Inventory:
    """What the App Store had: identifiers of messages and images, and pair → message."""

    uploads: set[str]
    defaults: dict[str, str]


class Account:
    """
    Keeps what may stay at Apple in the end.

    That is others', what is retained, what a line named, with its images, and what has left the program before a run
    that was cut off could record it. Not what else a resource of the program has had: that was to be retired.
    """

    def __init__(self, store: AppStoreConnect) -> None:
        self.store = store
        self._left: set[str] = set()
        self._named: set[str] = set()
        self._retained: set[str] = set()
        self._pairs: set[str] = set()

    def inventory(self) -> Inventory:
        """As it is now."""
        inventory = self.store.inventory()
        messages = {each["messageIdentifier"] for each in inventory["messages"]}
        images = {each["imageIdentifier"] for each in inventory["images"]}
        return Inventory(messages | images, defaults_of(inventory))

    def reported(self, lines: Iterable[str]) -> None:
        """A run named what it left at Apple."""
        self._named |= {each for line in lines if "was not deleted" in line for each in UUID.findall(line)}

    def cut_off(self, before: Inventory) -> None:
        """Something befell a run: what it uploaded and set may be recorded nowhere."""
        now = self.inventory()
        self._left |= now.uploads - before.uploads
        self._pairs |= dict(now.defaults.items() - before.defaults.items()).keys()

    def retains(self) -> None:
        """The program said retain_on_delete."""
        self._retained |= self.inventory().uploads

    def may_stay(self, deployment: dict[str, Any]) -> set[str]:
        """The identifiers of messages and images."""
        types = (":Message", ":Image")
        prefixes = {owner_prefix_of(each["id"]) for each in deployment["resources"] if each["type"].endswith(types)}
        left = {identifier for identifier in self._left if owner_prefix_of(identifier) not in prefixes}
        left |= self._retained | self._named | {THEIRS}
        messages = [each for each in self.store.inventory()["messages"] if each["messageIdentifier"] in left]
        return left.union(*map(images_of, messages))

    def default_may_stay(self, pair: str, message: str, pairs: Collection[str]) -> bool:
        """Others' default; one that a line named; one that a run set before it was cut off, and the program has not."""
        return message in {THEIRS, *self._named} or pair in self._pairs - set(pairs)

    def differences(self, deployment: dict[str, Any], pairs: Collection[str]) -> list[str]:
        """Between the state and the App Store, but for what may stay there; `pairs` are the program's."""
        inventory = self.store.inventory()
        inventory["defaults"] = [
            each
            for each in inventory["defaults"]
            for pair, message in defaults_of({"defaults": [each]}).items()
            if pair in pairs or not self.default_may_stay(pair, message, pairs)
        ]
        may_stay = self.may_stay(deployment)
        found = disagreements(deployment, [inventory])
        return [line for line in found if "not recorded" not in line or may_stay.isdisjoint(UUID.findall(line))]
