"""Histories that nobody thought of: whatever happens in whatever order, a customer never loses the message shown."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from resources.samples import default, image, message, of, realtime_url
from resources.stack import Stack, Want
from retention_messaging_emulator import Emulator, Fault
from retention_messaging_provider.api import InUse, NoPassingTest, RequestFailed
from retention_messaging_provider.resources.lifecycle import Failure

PAIRS = ["com.example.monthly/en-US"]
PICTURES = [image("hero.png"), image("hero-edited.png")]
TEXTS = [
    message(header, image=picture, pairs=PAIRS) for header in ("First", "Second", "Third") for picture in (of(), None)
]
FINAL = (image("hero-tall.png"), message("Last", image=of(), pairs=PAIRS), default())
programs = st.tuples(st.sampled_from(PICTURES), st.sampled_from(TEXTS), st.just(default()))
faults = st.builds(
    Fault,
    kind=st.sampled_from(["drop", "lose-answer", "bad-gateway", "unauthenticated"]),
    path=st.sampled_from(["Upload", "Delete", "Get", "Upload Message", "Delete Image", "Configure", "Get Default"]),
    times=st.sampled_from([1, 4]),
)


class Production(RuleBasedStateMachine):
    """An image, a message and a default in production, where each edit waits for a review."""

    emulator = Emulator()

    def __init__(self) -> None:
        super().__init__()
        self.emulator.reset()
        self.stack = Stack(self.emulator, "production")
        self.program: tuple[Want, ...] = (PICTURES[0], TEXTS[0], default())
        self.shown = self.seen = ""

    def up(self, *program: Want, replace: Collection[str] = ()) -> None:
        """What a killed run did is found later: till then Apple, or a default, may keep what is to be deleted."""
        self.program = program
        with suppress(InUse, Failure):
            self.stack.up(*program, replace=replace)

    @rule(program=programs)
    def edit(self, program: tuple[Want, ...]) -> None:
        self.up(*program)

    @rule()
    def up_again(self) -> None:
        self.up(*self.program)

    @rule()
    def preview(self) -> None:
        self.stack.preview(*self.program)

    @rule()
    def refresh(self) -> None:
        self.stack.refresh()

    @rule(program=programs)
    def be_killed(self, program: tuple[Want, ...]) -> None:
        self.stack.killed_up(*program)

    @rule(program=programs, fault=faults)
    def fail(self, program: tuple[Want, ...], fault: Fault) -> None:
        self.program = program
        self.emulator.fail_next(fault)
        with suppress(RequestFailed, Failure):
            self.stack.up(*program)
        self.emulator.faults.clear()

    @rule(program=programs)
    def fail_after_the_uploads(self, program: tuple[Want, ...]) -> None:
        self.program = program
        with suppress(NoPassingTest):
            self.stack.up(*program, realtime_url())

    @rule(name=st.sampled_from(["hero", "stay", "monthly-en"]))
    def replace(self, name: str) -> None:
        """Pulumi does not tell what was recorded: what no default shows may be forgotten."""
        self.shown = self.shown if self.shown == self.seen else ""
        self.up(*self.program, replace=[name])

    @precondition(lambda self: self.recorded() == {"hero", "stay", "monthly-en"})
    @rule(program=programs, name=st.sampled_from(["hero", "stay", "monthly-en"]))
    def target(self, program: tuple[Want, ...], name: str) -> None:
        """What a default still shows is not deleted without it: that is refused, until a run for everything."""
        with suppress(Failure, InUse):
            self.stack.up(*program, targets=[name])

    def recorded(self) -> set[str]:
        return {each.name for each in self.stack.state if not each.delete}

    @rule()
    def approve(self) -> None:
        self.emulator.approve()

    @precondition(lambda self: self.stack.messages)
    @rule(data=st.data())
    def approve_one(self, data: Any) -> None:
        self.emulator.approve(data.draw(st.sampled_from([*self.stack.messages, *self.stack.images])))

    @rule()
    def reject(self) -> None:
        self.emulator.reject()

    @invariant()
    def what_may_be_shown_stays_so_until_another_may(self) -> None:
        shown = self.stack["stay"]["approvedIdentifier"] if "stay" in self.recorded() else ""
        assert shown or not self.shown
        assert shown in {"", *self.approved()}
        self.shown = shown

    @invariant()
    def what_customers_see_stays_until_they_see_another(self) -> None:
        seen = next((each["messageIdentifier"] for each in self.stack.store.inventory()["defaults"]), "")
        assert seen or not self.seen
        assert seen in {"", *self.approved()}
        self.seen = seen

    def approved(self) -> list[str]:
        return [identifier for identifier, state in self.stack.messages.items() if state == "APPROVED"]

    def teardown(self) -> None:
        """However it went on, a last edit that is approved leaves nothing else, and destroy leaves nothing."""
        self.stack.up(*FINAL)
        for identifier in (*self.stack.messages, *self.stack.images):
            self.emulator.approve(identifier)
        self.stack.up(*FINAL)
        self.stack.up(*FINAL)
        rest = self.stack.up(*FINAL)
        messages, images = self.stack.messages, self.stack.images
        hero, stay = self.stack["hero"], self.stack["stay"]
        seen = self.stack.store.default_message("com.example.monthly", "en-US")
        self.stack.destroy()

        assert (rest.requests, set(rest.steps.values())) == ([], {"same"})
        assert seen == stay["approvedIdentifier"]
        assert messages == {seen: "APPROVED"}
        assert images == {hero["imageIdentifier"]: "APPROVED"}
        assert (self.stack.messages, self.stack.images) == ({}, {})
        assert self.stack.store.inventory()["defaults"] == []


@pytest.mark.parametrize("histories", [40, pytest.param(2000, marks=pytest.mark.long)])
def test_no_history_loses_the_message_shown_or_leaves_litter(histories: int) -> None:
    bounded = settings(
        max_examples=histories,
        stateful_step_count=16,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],  # a failing history is short enough to read; making it shorter takes minutes
    )

    run_state_machine_as_test(Production, settings=bounded)
