"""What may happen in the handler of a stack, move by move; every move is data, and every driver knows it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from histories.account import Account
from histories.driver import Mishap
from histories.program import COMPONENT, LAST, Program, Text
from histories.watch import THEIRS, Watch
from retention_messaging_emulator import RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from histories.driver import Driver

Move = tuple[Any, ...]

WEEK = 7 * 86_400


class History:
    """The handler of one stack: a method for each move, which takes plain values and fits any state."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.store = driver.store
        self.watch = Watch(driver.emulator, driver.store)
        self.program = Program()
        self.unseen = False
        """Whether something has gone that only a refresh finds: by somebody else's hand, or a destroy cut off."""
        self.account = Account(driver.store)

    def live(self, moves: Collection[Move], *, last_edit: bool = True) -> None:
        """Move after move, and then to a quiet end, with an edit of everything before it."""
        try:
            for name, *arguments in moves:
                getattr(self, name)(*arguments)
                assert self.watch.wrongs == [], (name, *arguments)
            self._end(last_edit=last_edit)
        finally:
            self.watch.close()

    # The program changes

    def edit(self, slot: str, header: str) -> None:
        """A new text, or a new message."""
        self.program.messages.setdefault(slot, Text(slot, header))
        self.program.change(slot, header=header)

    def picture(self, name: str, file: str) -> None:
        self.program.images[name] = file

    def use(self, slot: str, image: str) -> None:
        self.program.change(slot, image=image if image in self.program.images else "")

    def swap(self) -> None:
        """The texts of two messages."""
        a, b = (self.program.messages.get(slot) for slot in "ab")
        if a and b:
            self.program.change("a", header=b.header)
            self.program.change("b", header=a.header)

    def rename(self, slot: str, alias: bool) -> None:
        text = self.program.messages.get(slot)
        if text:
            name = f"{slot}-renamed" if text.name == slot else slot
            self.program.messages[slot] = text.called(name, text.inside, alias=alias)

    def relocate(self, slot: str, alias: bool) -> None:
        """Into a component, or out of it."""
        text = self.program.messages.get(slot)
        if text:
            self.program.messages[slot] = text.called(text.name, "" if text.inside else COMPONENT, alias=alias)

    def remove(self, slot: str) -> None:
        self.program.remove(slot)

    def remove_image(self, name: str) -> None:
        self.program.remove_image(name)

    def point(self, name: str, pair: str, slot: str) -> None:
        self.program.point(name, pair, slot)

    def exchange(self) -> None:
        """The pairs of two defaults."""
        names = sorted(self.program.defaults)[:2]
        if len(names) == 2:
            one, two = (self.program.defaults[name] for name in names)
            self.program.defaults |= {names[0]: (two[0], one[1]), names[1]: (one[0], two[1])}

    def keep_replaced(self, slot: str, duration: str | None) -> None:
        self.program.change(slot, keep_replaced=duration)

    def protect(self, slot: str, on: bool) -> None:
        self.program.change(slot, protect=on)

    def protect_default(self, name: str, on: bool) -> None:
        self.program.protected = self.program.protected | {name} if on else self.program.protected - {name}

    def retain(self, on: bool) -> None:
        self.program.retain = on

    def reverse(self) -> None:
        self.program.reverse = not self.program.reverse

    # Apple decides, time passes, somebody else is there

    def approve(self, which: int | str | None = None) -> None:
        self._review("APPROVED", which)

    def reject(self, which: int | str | None = None) -> None:
        self._review("REJECTED", which)

    def _review(self, state: Any, which: int | str | None) -> None:
        """The pending upload of this number, the message of this header, or all."""
        pending = sorted(self._messages("PENDING") | self._images("PENDING"))
        if isinstance(which, str):
            messages = self.store.inventory()["messages"]
            pending = [each["messageIdentifier"] for each in messages if each["header"] == which]
        for identifier in pending[which : which + 1] if isinstance(which, int) else pending:
            self.store.review(state, identifier)
        self.watch.look()

    def wait_a_week(self) -> None:
        self.driver.pass_time(WEEK)

    def somebody_sets_a_default(self, pair: str) -> None:
        self.store.put_message(THEIRS, {"header": "Theirs", "body": "Theirs"})
        product, locale = pair.rsplit("/", 1)
        self.store.configure_default_message(product, locale, {"messageIdentifier": THEIRS})
        self._somebody_else_was_here()

    def somebody_deletes_a_default(self, pair: str) -> None:
        if pair in self.watch.defaults():
            self.store.delete_default_message(*pair.rsplit("/", 1))
            self._somebody_else_was_here()

    def somebody_deletes_a_message(self, number: int) -> None:
        """The one of ours of this number."""
        for identifier in sorted(self._messages() - {THEIRS})[number : number + 1]:
            self.store.delete_message(identifier)
            self._somebody_else_was_here()

    def somebody_deletes_an_image(self, number: int) -> None:
        """Which Apple refuses while a message uses it."""
        for identifier in sorted(self._images())[number : number + 1]:
            with suppress(RefusedError):
                self.store.delete_image(identifier)
            self._somebody_else_was_here()

    def _somebody_else_was_here(self) -> None:
        self.unseen = True
        self.watch.excuse()

    # Commands, and what befalls them

    def up(self, *mishap: Any) -> None:
        self._run("up", (), mishap)

    def target(self, which: int | str, *mishap: Any) -> None:
        """
        Where every resource is recorded: a new one that is not a target is not for this. Nor is a default whose pair
        another one of the program takes over, which is not a target: that pair would go dark till the next `up`.
        """
        names = self._named(which)
        recorded = {each["urn"].rsplit("::", 1)[1]: each for each in self.driver.deployment()["resources"]}
        taken_over = [pair for name, (pair, _) in self.program.defaults.items() if name not in names]
        if not names or not recorded.keys() >= set(self.program.names()):
            return
        if pair_of(recorded[names[0]].get("outputs", {})) not in taken_over:
            self._run("target", names, mishap)

    def replace(self, which: int | str, *mishap: Any) -> None:
        names = self._named(which)
        if names:
            self._run("replace", names, mishap)

    def _named(self, which: int | str) -> list[str]:
        """A resource of the program by its name or number; none where there is none."""
        return [which] if isinstance(which, str) else self.program.names()[which : which + 1]

    def preview(self) -> None:
        self._run("preview")

    def refresh(self, *mishap: Any) -> None:
        self._run("refresh", (), mishap)

    def destroy(self, *mishap: Any) -> None:
        self._run("destroy", (), mishap)

    def _run(self, command: str, names: Collection[str] = (), mishap: Collection[Any] = ()) -> None:
        if command in ("up", "target", "replace"):
            self.watch.declare(self._pairs())
        elif command == "destroy":
            self.watch.declare(())
            self.unseen = self.unseen or bool(mishap)
        befalls = Mishap(*mishap) if mishap else None
        before = self.account.inventory()
        try:
            self.driver.run(command, self.program, names, befalls)
        except Exception as error:
            if not (befalls or self.unseen or self.driver.tolerates(command, error)):
                raise
        if befalls:
            self.account.cut_off(before)
        self.account.reported(self.driver.said)
        if self.program.retain:
            self.account.retains()

    # The end

    def _end(self, *, last_edit: bool) -> None:
        """Two quiet `up`s, an edit that Apple approves, two quiet `up`s, and the end of everything."""
        self.driver.unprotect()
        self.program.protected = set()
        for slot in self.program.messages:
            self.program.change(slot, protect=False)
        if self.unseen:
            self._quietly("refresh")
            self.unseen = False
        self._comes_to_rest()
        if last_edit:
            self._edit_everything()
        recorded = self.driver.deployment()
        self._quietly("destroy")
        left = self.account.inventory()
        assert left.uploads <= self.account.may_stay(recorded)
        assert [
            pair
            for pair, shown in left.defaults.items()
            if not self.account.default_may_stay(pair, shown, self._pairs())
        ] == []

    def _edit_everything(self) -> None:
        """Whatever was left or rejected, now every default shows what the program says."""
        for name in self.program.images:
            self.picture(name, LAST)
        for slot in self.program.messages:
            self.edit(slot, f"Last of {slot}")
        self._quietly("up")
        self.approve()
        self._comes_to_rest()
        shown = {pair: self._newest(slot) for pair, slot in self.program.defaults.values()}
        assert self.watch.defaults().items() >= shown.items()

    def _comes_to_rest(self) -> None:
        """After two `up`s, once nothing has to be kept any longer."""
        self.wait_a_week()
        self._quietly("up", "up")
        differences = self.account.differences(self.driver.deployment(), self._pairs())
        assert differences == [], differences
        assert self.driver.run("preview", self.program, (), None) == set()

    def _quietly(self, *commands: str) -> None:
        for command in commands:
            self._run(command)
            assert self.watch.wrongs == [], command

    def _newest(self, slot: str) -> str:
        """The identifier of a message as it is recorded."""
        name = self.program.messages[slot].name
        records = [each for each in self.driver.deployment()["resources"] if each["urn"].endswith(f"::{name}")]
        return str(records[0]["outputs"]["messageIdentifier"])

    def _messages(self, *states: str) -> set[str]:
        return {e["messageIdentifier"] for e in self.store.messages() if not states or e["messageState"] in states}

    def _images(self, *states: str) -> set[str]:
        return {e["imageIdentifier"] for e in self.store.images() if not states or e["imageState"] in states}

    def _pairs(self) -> set[str]:
        return {pair for pair, _ in self.program.defaults.values()}


def pair_of(props: dict[str, Any]) -> str:
    """The pair of a default, "" of anything else."""
    return f"{props['productId']}/{props['locale']}" if "productId" in props else ""
