"""Moves that change the current program. They fit any program: what is not there is not changed."""

from __future__ import annotations

from dataclasses import replace

from cli.app_store import OTHER_APP
from cli.program import COMPONENT, FILES, ICON, OTHER_PRODUCT, PINNED, Default, Image, Message
from cli.world import World


class Changes(World):
    """A method a move."""

    def edit(self, slot: str, header: str) -> None:
        """A new text, or a new message; `x` lives in another app."""
        app = OTHER_APP if slot == "x" else None
        self.program.messages.setdefault(slot, Message(slot, app=app))
        self.program.change("messages", slot, header=header)

    def picture(self, slot: str, number: int) -> None:
        """Another picture, or a new image."""
        self.program.images.setdefault(slot, Image(slot))
        self.program.change("images", slot, file=ICON if slot == "icon" else FILES[number])

    def use(self, slot: str, image: str, by_identifier: bool) -> None:
        """Let a message use an image, or none."""
        there = self.program.images if slot != "x" else ()
        if image == "icon":
            self.program.change("messages", slot, icons=("icon",) if image in there else ())
        else:
            self.program.change("messages", slot, image=image if image in there else "")
        self.program.change("messages", slot, by_identifier=by_identifier)

    def remove(self, kind: str, slot: str) -> None:
        """Take a resource out of the program."""
        self.program.drop(kind, slot)

    def rename(self, kind: str, slot: str, alias: bool) -> None:
        """Another name, or the first one again."""
        resource = self.program.get(kind, slot)
        if resource:
            self._call(kind, slot, f"{slot}-renamed" if resource.name == slot else slot, resource.inside, alias=alias)

    def relocate(self, kind: str, slot: str, alias: bool) -> None:
        """Into a component, or out of it."""
        resource = self.program.get(kind, slot)
        if resource:
            self._call(kind, slot, resource.name, "" if resource.inside else COMPONENT, alias=alias)

    def _call(self, kind: str, slot: str, name: str, inside: str, *, alias: bool) -> None:
        resource = self.program.get(kind, slot)
        before = {(resource.name, resource.inside), *resource.before} - {(name, inside)} if alias else set()
        taken = {(each.name, each.inside) for each in getattr(self.program, kind).values() if each is not resource}
        if (name, inside) not in taken:
            self.program.change(kind, slot, name=name, inside=inside, before=tuple(sorted(before - taken)))

    def name_again(self, slot: str, header: str) -> None:
        """Another message gets the name that this one had; its alias goes, as Pulumi takes one name once."""
        message = self.program.messages.get(slot)
        names = {each.name for each in self.program.messages.values()}
        if message and slot not in names and f"{slot}2" not in self.program.messages:
            self.program.change("messages", slot, before=())
            self.program.messages[f"{slot}2"] = Message(slot, header=header, app=message.app)

    def point(self, slot: str, pair: str, message: str, form: str) -> None:
        """Let a default show a message for a pair; none where there is no such message."""
        before = self.program.defaults.get(slot, Default(slot))
        self.program.defaults = {
            each: shown
            for each, shown in self.program.defaults.items()
            if each != slot and (shown.pair, shown.app) != (pair, before.app)
        }
        if message not in self.program.messages or (slot == "x1") != (message == "x"):
            return
        text = self._identifier(message) if form in PINNED else ""
        if form in PINNED and not text:
            form = "message"
        app = self.program.messages[message].app
        self.program.defaults[slot] = replace(before, pair=pair, message=message, form=form, text=text, app=app)

    def _identifier(self, slot: str) -> str:
        """What the state says may be shown of a message."""
        name = self.program.messages[slot].name
        records = [each for each in self.records(self.stack) if each["urn"].endswith(f":Message::{name}")]
        return next((str(each["outputs"].get("approvedIdentifier", "")) for each in records), "")

    def product(self, slot: str, how: str) -> None:
        """How a default's product or locale is given; from another resource it is another one."""
        if how == "product" and "product" not in self.program.products:
            told = {"edition": 1, "product_id": OTHER_PRODUCT, "is_replaced_first": False}
            self.program.products["product"] = told
        self.program.change("defaults", slot, product=how)

    def edition(self, is_replaced_first: bool) -> None:
        """That other resource is replaced."""
        for name, told in self.program.products.items():
            changes = {"edition": told["edition"] + 1, "is_replaced_first": is_replaced_first}
            self.program.products[name] = {**told, **changes}

    def when(self, slot: str, how: str) -> None:
        """How late a default is declared."""
        self.program.change("defaults", slot, when=how)

    def swap(self) -> None:
        """The texts of two messages."""
        a, b = (self.program.messages.get(slot) for slot in "ab")
        if a and b:
            self.program.change("messages", "a", header=b.header)
            self.program.change("messages", "b", header=a.header)

    def exchange(self) -> None:
        """The pairs of two defaults."""
        one, two = (self.program.defaults.get(slot) for slot in ("d1", "d2"))
        if one and two:
            self.program.change("defaults", "d1", pair=two.pair)
            self.program.change("defaults", "d2", pair=one.pair)

    def option(self, kind: str, slot: str, name: str, on: bool) -> None:
        """`protect`, `retain`, `is_replaced_first`, or `ignore` a default's message."""
        values = {"ignore": ("message_identifier",) if on else (), "needs": ("product",) if on else ()}
        self.program.change(kind, slot, **{name: values.get(name, on)})

    def keep_replaced(self, slot: str, on: bool) -> None:
        """For two seconds."""
        self.program.change("messages", slot, keep_replaced="2s" if on else None)

    def turn(self, what: str) -> None:
        """`reverse` the order, `transforms` or `replaces_first` every resource."""
        setattr(self.program, what, not getattr(self.program, what))
