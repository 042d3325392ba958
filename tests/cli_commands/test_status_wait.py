"""`status --wait`: until Apple's review is decided, or a deadline, saying only what changes."""

from __future__ import annotations

import re
import time
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from cli_commands.command_line import data_of
from cli_commands.status_world import CREDENTIALS, MONTHLY, NEW, OLD, OTHER, PICTURE, World
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.status import wait
from retention_messaging_emulator import Emulator, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAIR = f"{MONTHLY}/en-US"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An app in production, where Apple is looked at again at once."""
    monkeypatch.setattr(wait, "POLL", 0.02)
    emulator = Emulator(credentials=CREDENTIALS)
    with emulator.serve() as server:
        world = World(tmp_path, emulator, server.url)
        world.put(OLD)
        world.put_default(OLD)
        world.put(NEW, OTHER, state="PENDING")
        yield world


def waited(world: World, decide: Callable[[], object], *options: str) -> tuple[int, dict[str, object], list[str]]:
    """Its exit code, result and lines, where Apple decides when it has looked a second time."""

    def watch() -> None:
        while len([each for each in world.requests() if each[1] == "message/list"]) < 2:
            time.sleep(0.005)
        decide()

    file = world.state(world.message(shown=OLD, pairs=[PAIR]), world.message("pause", OTHER), world.default(OLD))
    thread = Thread(target=watch)
    thread.start()
    result = world.printed("status", "--state", file, "--json", *options)
    thread.join()
    return result.exit_code, data_of("status", result), result.stderr.splitlines()


def test_it_ends_when_all_is_approved(world: World) -> None:
    """When all is approved it ends with 0, so that pulumi up can follow, and has said what was approved."""
    code, data, lines = waited(world, world.app_store.approve, "--wait", "5m")

    assert (code, data["health"], data["toDo"]) == (Exit.OK, "approved", ["pulumi up --stack production"])
    said, *changes = lines
    assert re.fullmatch(r"Waiting for Apple's review until [\d-]+ [\d:+]+ at the latest; it is to decide about 2", said)
    assert changes == ["message stay: APPROVED", "message pause: APPROVED"]
    assert data["requests"] == len(world.requests())


def test_it_ends_when_all_is_decided(world: World) -> None:
    """It goes on while anything waits, and ends with 1 where Apple rejected something."""

    def decide() -> None:
        world.app_store.reject(NEW)
        time.sleep(0.1)
        world.app_store.approve(OTHER)

    code, data, lines = waited(world, decide, "--wait", "5m")

    assert (code, data["health"]) == (Exit.NEEDS_YOU, "rejected")
    assert lines[1:] == ["message stay: REJECTED", "message pause: APPROVED"]


def test_it_ends_at_the_deadline(world: World) -> None:
    """At the deadline it ends with 2, and what was decided by then is told."""
    code, data, lines = waited(world, lambda: world.app_store.approve(OTHER), "--wait", "1s")

    assert (code, data["health"]) == (Exit.WAITING, "approved")
    assert lines[1:] == ["message pause: APPROVED"]


def test_it_survives_that_apple_is_away(world: World) -> None:
    """An Apple that fails for a while ends no wait."""
    away = [Fault(kind="bad-gateway", path="Get Message List", times=1)]

    def decide() -> None:
        world.emulator.fail_next(*away)
        world.app_store.approve()

    code, _, lines = waited(world, decide, "--wait", "5m")

    assert code == Exit.OK
    assert lines[-2:] == ["message stay: APPROVED", "message pause: APPROVED"]


def test_what_is_decided_is_not_waited_for(world: World) -> None:
    """Where nothing waits for a review it ends at once, and says nothing."""
    world.app_store.approve()
    file = world.state(world.message(shown=NEW))

    result = world.printed("status", "--state", file, "--json", "--wait", "5m")

    assert (result.exit_code, result.stderr) == (Exit.OK, "")


def test_a_whole_app_is_waited_for_by_its_lists(world: World) -> None:
    """Without a state everything that Apple lists as pending is waited for, images too."""
    world.put_image(PICTURE, "PENDING")

    def decide() -> None:
        while len([each for each in world.requests() if each[1] == "message/list"]) < 2:
            time.sleep(0.005)
        world.app_store.delete_message(OTHER)
        world.app_store.approve()

    thread = Thread(target=decide)
    thread.start()
    result = world.printed("status", "--json", "--wait", "5m")
    thread.join()

    assert result.exit_code == Exit.OK
    assert f"message {OTHER}: not at Apple any more" in result.stderr.splitlines()
    assert f"image {PICTURE}: APPROVED" in result.stderr.splitlines()
