"""The program of a history: images, messages and defaults, as plain data that any driver can bring up."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

DEFAULTS = ("default-1", "default-2", "default-3")
PAIRS = ("com.example.monthly/en-US", "com.example.monthly/de-DE", "com.example.yearly/en-US")
FILES = ("hero.png", "hero-edited.png")
LAST = "hero-tall.png"
COMPONENT = "campaign"


@dataclass(frozen=True)
class Text:
    """A message: its name, the component it is inside, both as they were `before`, and what it says."""

    name: str
    header: str
    image: str = ""
    inside: str = ""
    before: tuple[tuple[str, str], ...] = ()
    keep_replaced: str | None = None
    protect: bool = False

    def called(self, name: str, inside: str, *, alias: bool) -> Text:
        """The same message under another name or in another place, with or without an alias for what it was."""
        before = {(self.name, self.inside), *self.before} - {(name, inside)} if alias else ()
        return replace(self, name=name, inside=inside, before=tuple(sorted(before)))


@dataclass
class Program:
    """
    What a program declares. `images`: name → file; `messages`: slot → text; `defaults`: name → pair and slot shown.

    `retain` is retain_on_delete of every message and image; `protected` are the names of defaults; in `reverse` the
    messages are declared the other way round.
    """

    images: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Text] = field(default_factory=dict)
    defaults: dict[str, tuple[str, str]] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)
    retain: bool = False
    reverse: bool = False

    def change(self, slot: str, **changes: Any) -> None:
        """Another text, image or option of a message; nothing where there is no such message."""
        if slot in self.messages:
            self.messages[slot] = replace(self.messages[slot], **changes)

    def remove(self, slot: str) -> None:
        """Take a message out of the program; its defaults show another message, or go with it."""
        self.messages.pop(slot, None)
        for name, (pair, shown) in list(self.defaults.items()):
            if shown == slot:
                self.point(name, pair, next(iter(self.messages), ""))

    def remove_image(self, name: str) -> None:
        """Take an image out of the program, and out of its messages."""
        self.images.pop(name, None)
        for slot, text in self.messages.items():
            if text.image == name:
                self.change(slot, image="")

    def point(self, name: str, pair: str, slot: str) -> None:
        """Let a default of this name show a message for a pair; no default where there is no such message."""
        self.defaults = {each: shown for each, shown in self.defaults.items() if name != each and shown[0] != pair}
        if slot in self.messages:
            self.defaults[name] = (pair, slot)

    def pairs(self, slot: str) -> list[str]:
        """What the SDK collects for a message."""
        return sorted(pair for pair, shown in self.defaults.values() if shown == slot)

    def names(self) -> list[str]:
        """Of all its resources."""
        return [*self.images, *(text.name for text in self.messages.values()), *self.defaults]

    def spec(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "protected": sorted(self.protected)}
