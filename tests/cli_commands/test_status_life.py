"""`status` and `prune` beside a real stack, on every engine found: from the first review to what a destroy leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from acceptance.stacks import CLI_TAKES_LONG, ProgramStack
from cli_commands.command_line import data_of, run
from cli_commands.status_world import by
from engine.found import STAND_IN
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.state import TYPE
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.found import Engine

PROGRAM = """
    hero = retention.Image("hero", path="hero.png")
    stay = retention.Message(
        "stay",
        header="Keep your streak",
        body="Tomorrow is day 13.",
        image=retention.MessageImageArgs(image=hero, alt_text="A mountain at sunrise"),
    )
    for locale in ("en-US", "en-GB"):
        retention.DefaultMessage(locale, product_id="com.example.monthly", locale=locale, message=stay)
"""


class Life(ProgramStack):
    """A production stack, and commands about it."""

    def look(self, command: str, *arguments: str) -> tuple[int, Any]:
        """Its exit code and result: of the stack where that is the Pulumi CLI's, else of its exported state."""
        state = ["--stack", self.stack, "--cwd", str(self.program)]
        if self.engine is STAND_IN:  # which has no secrets to show in `config`, and is not called pulumi
            self.run("stack", "export", "--file", "state.json")
            state = ["--state", str(self.program / "state.json")]
        result = run(command, *arguments, *state, "--json", env={**self.environment, "PATH": self._path})
        assert result.exit_code < Exit.FAILED, result.stderr
        return result.exit_code, data_of(command, result)

    def lose(self) -> None:
        """The state forgets every resource of ours."""
        self.run("stack", "export", "--file", "lost.json")
        state = json.loads((self.program / "lost.json").read_text())
        resources = state["deployment"]["resources"]
        state["deployment"]["resources"] = [each for each in resources if not each["type"].startswith(TYPE)]
        self.write("lost.json", json.dumps(state))
        self.run("stack", "import", "--file", "lost.json")


@pytest.fixture(params=CLI_TAKES_LONG)
def life(request: pytest.FixtureRequest) -> Iterator[Life]:
    engine: Engine = request.param
    emulator = Emulator()
    with emulator.serve() as server, Life(engine, emulator, server.url, environment="production") as stack:
        stack.program_is(PROGRAM)
        stack.up()
        yield stack


def test_status_follows_a_stack_through_its_reviews(life: Life) -> None:
    """What customers see and what waits is told from the first review to an edit that Apple rejects."""
    code, data = life.look("status")
    messages, images = (data["apps"][0][kind] for kind in ("messages", "images"))
    assert (code, data["health"]) == (Exit.WAITING, "waiting")
    assert {each["health"] for each in (*messages, *images)} == {"waiting"}
    assert all((each["waitsSince"] is None) == (life.engine is STAND_IN) for each in (*messages, *images))
    assert {each["messageIdentifier"] for each in data["apps"][0]["defaults"]} == {None}

    life.app_store.approve()
    assert life.look("status")[1]["toDo"] == [told(life, "up")]
    assert life.look("status", "--wait", "1m")[0] == Exit.OK
    life.up()
    assert life.look("status")[0] == Exit.OK

    life.edit("Keep your streak", "Hold your streak")
    life.up()
    code, data = life.look("status")
    defaults = data["apps"][0]["defaults"]
    assert (code, {each["name"] for each in defaults}) == (Exit.WAITING, {"earlier stay"})
    assert {each["replacedBy"] for each in defaults} == {life.outputs("stay")["messageIdentifier"]}

    life.app_store.reject()
    code, data = life.look("status")
    assert (code, data["health"]) == (Exit.NEEDS_YOU, "rejected")
    assert {each["name"] for each in data["apps"][0]["defaults"]} == {"earlier stay"}


def test_prune_takes_what_a_lost_state_left(life: Life) -> None:
    """What a stack has, prune leaves; what its lost state left it deletes by name, and not what a default shows."""
    life.app_store.approve()
    life.up()
    shown, image = life.outputs("stay")["messageIdentifier"], life.outputs("hero")["imageIdentifier"]
    assert life.look("prune")[1]["unaccounted"] == []

    life.lose()
    _, data = life.look("prune", "--product", "com.example.monthly", "--locale", "en-US")
    assert by("identifier", data["unaccounted"]).keys() == {shown, image}

    named = ("prune", shown, image, "--product", "com.example.monthly", "--locale", "en-US", "--yes")
    code, data = life.look(*named)
    assert (code, {each["stays"] for each in data["named"]}) == (
        Exit.NEEDS_YOU,
        {"com.example.monthly/en-US shows it", "a message at Apple uses it"},
    )
    for locale in ("en-US", "en-GB"):
        life.app_store.delete_default_message("com.example.monthly", locale)
    assert life.look(*named)[0] == Exit.OK
    assert life.is_empty_at_the_app_store()


def told(life: Life, command: str) -> str:
    """A command of Pulumi's as it is told: with the folder where that was named."""
    folder = "" if life.engine is STAND_IN else f" --cwd {life.program}"
    return f"pulumi {command} --stack production{folder}"
