"""The program of one stack, as plain data: images, messages, defaults, and the options of each."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

FILES = ("hero.png", "hero-edited.png", "hero-tall.png")
ICON = "icon.png"
COMPONENT = "campaign"
PAIRS = ("com.example.monthly/en-US", "com.example.monthly/de-DE", "com.example.yearly/en-US")
OTHER_PRODUCT = "com.example.weekly"
FORMS = ("message", "approved", "identifier", "applied", "text", "TEXT")
PINNED = ("text", "TEXT")
PROJECT = "histories"
TYPE = "pulumi-python:dynamic/retention-messaging"
KINDS = {"images": "Image", "messages": "Message", "defaults": "DefaultMessage"}


@dataclass(frozen=True)
class Resource:
    """What is the same of each: its name, place and options. `before` are its names and places that are aliases."""

    name: str
    inside: str = ""
    before: tuple[tuple[str, str], ...] = ()
    app: str | None = None
    protect: bool = False
    retain: bool = False
    ignore: tuple[str, ...] = ()
    is_replaced_first: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Image(Resource):
    """A picture, in a file."""

    file: str = FILES[0]


@dataclass(frozen=True)
class Message(Resource):
    """A text; `image` and `icons` are slots of images, which it may name by their identifiers."""

    header: str = ""
    image: str = ""
    icons: tuple[str, ...] = ()
    by_identifier: bool = False
    keep_replaced: str | None = None


@dataclass(frozen=True)
class Default(Resource):
    """
    What is shown for a pair: the message of a slot, in some `form`, of which `text` is the identifier as plain text.

    `product`: how its product or locale is given; `when`: how late it is declared.
    """

    pair: str = PAIRS[0]
    message: str = ""
    form: str = "message"
    text: str = ""
    product: str = ""
    when: str = ""
    adopt: bool = False


@dataclass
class Program:
    """Slot → resource. `products` are things of another kind that a default may take its product from."""

    images: dict[str, Image] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    defaults: dict[str, Default] = field(default_factory=dict)
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    reverse: bool = False
    replaces_first: bool = False
    transforms: bool = False

    def slots(self) -> list[tuple[str, str]]:
        """Every resource, as its kind and slot."""
        return [(kind, slot) for kind in KINDS for slot in getattr(self, kind)]

    def resources(self) -> list[Resource]:
        """All of them."""
        return [*self.images.values(), *self.messages.values(), *self.defaults.values()]

    def get(self, kind: str, slot: str) -> Any:
        """The resource of a slot, or None."""
        return getattr(self, kind).get(slot)

    def change(self, kind: str, slot: str, **changes: Any) -> None:
        """Another property or option; nothing where there is no such resource."""
        resources = getattr(self, kind)
        if slot in resources:
            resources[slot] = replace(resources[slot], **changes)

    def drop(self, kind: str, slot: str) -> None:
        """Take a resource out, with what refers to it."""
        getattr(self, kind).pop(slot, None)
        if kind == "images":
            for message, text in list(self.messages.items()):
                icons = tuple(each for each in text.icons if each != slot)
                self.change("messages", message, image="" if text.image == slot else text.image, icons=icons)
        if kind == "messages":
            for name, default in list(self.defaults.items()):
                if default.message == slot:
                    another = next((each for each, text in self.messages.items() if text.app == default.app), "")
                    if another:
                        self.change("defaults", name, message=another, form="message")
                    else:
                        self.defaults.pop(name)

    def pairs(self) -> set[tuple[str | None, str]]:
        """The app and pair of every default."""
        return {(each.app, self.pair(each)) for each in self.defaults.values()}

    def pair(self, default: Default) -> str:
        """As it is in effect: a product may come from another resource."""
        product = self.products.get(default.product)
        return f"{product['product_id']}/{default.pair.rsplit('/', 1)[1]}" if product else default.pair

    def spec(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def urn(stack: str, kind: str, resource: Resource) -> str:
    """The URN of a resource of this program."""
    path = f"app:index:Campaign${TYPE}" if resource.inside else TYPE
    return f"urn:pulumi:{stack}::{PROJECT}::{path}:{KINDS[kind]}::{resource.name}"
