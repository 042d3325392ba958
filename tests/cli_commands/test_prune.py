"""`prune`: what no state given accounts for, and what of it may be deleted."""

from __future__ import annotations

import os
import re
import time
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from cli_commands.command_line import COLUMNS, on_terminal
from cli_commands.status_world import (
    CIPHERTEXT,
    CREDENTIALS,
    FOREIGN,
    MONTHLY,
    NEW,
    OLD,
    OTHER,
    PICTURE,
    YEARLY,
    World,
    by,
)
from emulator.samples import MESSAGE, identifier
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_emulator import Emulator, Fault
from retention_messaging_provider.resources.identity import derive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

PAIR = f"{MONTHLY}/en-US"
LITTER = identifier(9)


@pytest.fixture(params=["sandbox", "production"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    emulator = Emulator(credentials=CREDENTIALS)
    with emulator.serve() as server:
        yield World(tmp_path, emulator, server.url, request.param)


def stack(world: World) -> str:
    """The state of a stack with a message, an earlier version of it and an image, and the same at Apple."""
    world.put(OLD, NEW)
    world.put_image(PICTURE)
    world.put_default(NEW)
    image = {"imageIdentifier": PICTURE, "altText": "A mountain"}
    message = world.message(shown=NEW, superseded=[OLD], pairs=[PAIR], image=image)
    return world.state(message, world.image(), world.default(NEW))


def deletions(world: World) -> list[str]:
    return [path for method, path in world.requests() if method == "DELETE"]


def at_apple(world: World) -> set[str]:
    stored = world.app_store.inventory()
    images = {each["imageIdentifier"] for each in stored["images"]}
    return images | {each["messageIdentifier"] for each in stored["messages"]}


def test_what_no_state_accounts_for_is_listed(world: World) -> None:
    """What no state accounts for is listed with its state and what shows it, and nothing is deleted."""
    file = stack(world)
    world.put(OTHER)
    world.put(LITTER, state="REJECTED")
    world.put_image(FOREIGN)
    world.put_default(OTHER, YEARLY)

    code, data = world.run("prune", "--state", file, "--product", YEARLY, "--locale", "en-US")

    assert code == Exit.OK
    assert {(each["kind"], each["identifier"], each["state"]) for each in data["unaccounted"]} == {
        ("message", OTHER, "APPROVED"),
        ("message", LITTER, "REJECTED"),
        ("image", FOREIGN, "APPROVED"),
    }
    assert by("identifier", data["unaccounted"])[OTHER]["shownBy"] == [f"{YEARLY}/en-US"]
    assert {each["productId"]: each["messageIdentifier"] for each in data["asked"]} == {MONTHLY: NEW, YEARLY: OTHER}
    assert data["requests"] == len(world.requests())
    assert deletions(world) == []


def test_where_all_is_accounted_for_no_default_is_asked(world: World) -> None:
    """Where nothing is of no state, the two lists are all that Apple is asked for."""
    code, data = world.run("prune", "--state", stack(world))

    assert (code, data["unaccounted"], data["toDo"], data["requests"]) == (Exit.OK, [], [], 2)


@pytest.mark.parametrize(
    "outputs",
    [
        {"retainedIdentifiers": [LITTER]},
        {"superseded": [LITTER]},
        {"foundIdentifiers": [], "approvedIdentifier": LITTER},
    ],
)
def test_what_a_message_accounts_for_is_its_own(world: World, outputs: dict[str, Any]) -> None:
    """What a message stands in for, shows meanwhile, or has left at Apple on purpose is of its state."""
    world.put(NEW, LITTER)

    _, data = world.run("prune", "--state", world.state(world.message(**outputs)))

    assert data["unaccounted"] == []


def test_what_an_interrupted_run_uploads_is_of_its_state(world: World) -> None:
    """What a run was uploading when it was interrupted, or has yet to delete, is of its state."""
    world.put(NEW, OLD)
    pending = {"pending_operations": [{"type": "creating", "resource": world.message(now=NEW)}]}
    file = world.state(world.message(now=OLD, delete=True), more=pending)

    _, data = world.run("prune", "--state", file)

    assert data["unaccounted"] == []


def test_every_state_counts(world: World) -> None:
    """Of two states each accounts for its own."""
    first = stack(world)
    world.put(OTHER, LITTER)
    second = world.state(world.message("other", OTHER), name="second.json")

    _, data = world.run("prune", "--state", first, "--state", second)

    assert [each["identifier"] for each in data["unaccounted"]] == [LITTER]
    assert data["states"] == [first, second]


def test_without_a_state_it_refuses(world: World) -> None:
    """Without a state it refuses, and asks Apple nothing."""
    result = world.printed("prune", OTHER, "--yes")

    assert (result.exit_code, world.requests()) == (Exit.USAGE, [])
    assert "no state is given, so that nothing tells what is in use; name every stack of the app" in result.stderr


@pytest.mark.parametrize("place", [{"bundleId": "com.example.other"}, {"environment": "elsewhere"}])
def test_a_state_of_another_app_is_refused(world: World, place: dict[str, str]) -> None:
    """A state that has nothing of the app of the settings is refused: all that Apple has would be of nobody."""
    world.put(OTHER)
    message = world.message()
    message["outputs"] |= place

    result = world.printed("prune", OTHER, "--yes", "--state", world.state(message))

    assert (result.exit_code, world.requests()) == (Exit.FAILED, [])
    assert "--stack" in result.stderr


@pytest.mark.parametrize(
    ("kind", "secret"),
    [("Message", "approvedIdentifier"), ("Message", "pairs"), ("DefaultMessage", "productId"), ("Image", "bundleId")],
)
def test_what_a_secret_hides_is_taken_for_in_use(world: World, kind: str, secret: str) -> None:
    """Where a state has as a secret what tells where something is at Apple, nothing is deleted that may be its own."""
    world.put(NEW, OTHER)
    world.put_image(PICTURE)
    resources = [world.message(shown=NEW), world.default(NEW), world.image()]
    for each in resources:
        if each["type"].endswith(f":{kind}"):
            each["outputs"][secret] = CIPHERTEXT
    image_and_message = (PICTURE, OTHER)

    result = world.printed("prune", *image_and_message, "--state", world.state(*resources), "--yes", "--json")

    assert PICTURE in at_apple(world)
    if secret == "bundleId":
        assert result.exit_code == Exit.NEEDS_YOU
    else:
        assert (result.exit_code, deletions(world)) == (Exit.FAILED, [])
        assert "is a secret in its state, so that nothing tells what is in use" in result.stderr


def test_what_is_named_is_deleted(world: World) -> None:
    """With --yes a named message goes, then the image that only it used; in capitals, too; the rest stays."""
    file = stack(world)
    world.put(LITTER)
    world.put_image(FOREIGN)
    image = {"imageIdentifier": FOREIGN, "altText": "A lake"}
    world.app_store.put_message(OTHER, {**MESSAGE, "image": image})

    code, data = world.run("prune", FOREIGN, OTHER.upper(), "--state", file, "--yes")

    assert code == Exit.OK
    assert [(each["identifier"], each["isDeleted"]) for each in data["named"]] == [(OTHER, True), (FOREIGN, True)]
    assert deletions(world) == [f"message/{OTHER}", f"image/{FOREIGN}"]
    assert at_apple(world) == {OLD, NEW, PICTURE, LITTER}
    assert data["requests"] == len(world.requests())


def test_after_a_deletion_it_counts_what_is_left(world: World) -> None:
    """What was deleted is not counted any more, and there is no caution about it."""
    file = stack(world)
    world.put(OTHER, LITTER)

    result = world.printed("prune", OTHER, "--state", file, "--yes")

    assert "1 message at Apple that no state given accounts for" in result.stdout
    assert "1 of 1 named were deleted" in result.stdout
    assert "before one is deleted" not in result.stdout


def test_without_yes_nothing_is_deleted(world: World) -> None:
    """Without --yes it says what would be deleted, and the command to type."""
    file = stack(world)
    world.put(LITTER)

    code, data = world.run("prune", LITTER, identifier(8), "--state", file)

    assert (code, deletions(world)) == (Exit.OK, [])
    assert data["toDo"] == [f"retention-messaging prune {LITTER} --yes --state {file}"]
    assert by("identifier", data["named"])[identifier(8)] == {
        "identifier": identifier(8),
        "kind": None,
        "isDeleted": False,
        "stays": None,
    }


def test_what_a_default_shows_is_never_deleted(world: World) -> None:
    """What a product and locale shows is not deleted, whether a state knows of the pair or the user names it."""
    world.put(NEW, OTHER, LITTER)
    world.put_default(OTHER, YEARLY)
    world.put_default(LITTER)
    file = world.state(world.message(shown=NEW, formerPairs=[PAIR]))
    pairs = ["--product", YEARLY, "--locale", "en-US"]

    code, data = world.run("prune", OTHER, LITTER, "--state", file, "--yes", *pairs)

    stays = {each["identifier"]: each["stays"] for each in data["named"]}
    assert (code, deletions(world)) == (Exit.NEEDS_YOU, [])
    assert stays == {OTHER: f"{YEARLY}/en-US shows it", LITTER: f"{PAIR} shows it"}


def test_what_a_state_accounts_for_is_never_deleted(world: World) -> None:
    """What a state accounts for is not deleted, though it is named: pulumi does that."""
    code, data = world.run("prune", OLD, PICTURE, "--state", stack(world), "--yes")

    assert (code, deletions(world)) == (Exit.NEEDS_YOU, [])
    assert {each["stays"] for each in data["named"]} == {
        "message stay of a state given accounts for it: leave it to pulumi"
    }


def test_an_approved_message_needs_evidence(world: World) -> None:
    """An approved message is not deleted where no product and locale could be asked about; another one is."""
    world.put(OTHER)
    world.put(LITTER, state="PENDING")

    code, data = world.run("prune", OTHER, LITTER, "--state", world.state(), "--yes")

    assert (code, deletions(world)) == (Exit.NEEDS_YOU, [f"message/{LITTER}"])
    assert "add --product and --locale" in by("identifier", data["named"])[OTHER]["stays"]


def test_an_approved_message_of_production_has_a_caution(world: World) -> None:
    """Of an approved message in production it says which pairs were asked, and that a server may answer with it."""
    file = stack(world)
    world.put(OTHER)
    world.put(LITTER, state="PENDING")

    _, approved = world.run("prune", OTHER, "--state", file)
    _, pending = world.run("prune", LITTER, "--state", file)

    assert pending["caution"] is None
    if world.environment == "sandbox":
        assert approved["caution"] is None
    else:
        assert "look whether your real-time server answers with it" in approved["caution"]
        page = world.printed("prune", OTHER, "--state", file, "--output", "markdown").stdout
        assert f"| {MONTHLY} | en-US |" in page
    assert [f"{each['productId']}/{each['locale']}" for each in approved["asked"]] == [PAIR]


def test_an_image_that_a_message_uses_stays(world: World) -> None:
    """An image that some message uses stays, as Apple says so."""
    world.put_image(FOREIGN)
    world.app_store.put_message(OTHER, {**MESSAGE, "image": {"imageIdentifier": FOREIGN, "altText": "A lake"}})

    code, data = world.run("prune", FOREIGN, "--state", world.state(), "--yes")

    assert (code, data["named"][0]["stays"]) == (Exit.NEEDS_YOU, "a message at Apple uses it")
    assert FOREIGN in at_apple(world)


def test_a_deletion_that_had_to_wait_asks_again(world: World) -> None:
    """A deletion that Apple's rate limit held back is not sent where the message is shown by then."""
    file = stack(world)
    world.put(OTHER)
    wait = {"Retry-After": "2"}
    world.emulator.fail_next(Fault(kind="answer", path="Delete Message", error_code=4290000, headers=wait))

    def show_it_meanwhile() -> None:
        while not deletions(world):
            time.sleep(0.005)
        world.put_default(OTHER)

    thread = Thread(target=show_it_meanwhile)
    thread.start()
    code, data = world.run("prune", OTHER, "--state", file, "--yes")
    thread.join()

    assert (code, data["named"][0]["stays"]) == (Exit.NEEDS_YOU, f"it had to wait, and by then {PAIR} shows it")
    assert OTHER in at_apple(world)


def test_after_a_failure_the_rest_is_left(world: World) -> None:
    """What Apple refuses is told with Apple's reason, and what comes after it is not tried."""
    file = stack(world)
    world.put(OTHER, LITTER)
    world.emulator.fail_next(Fault(kind="unauthenticated", path="Delete Message"))

    code, data = world.run("prune", OTHER, LITTER, "--state", file, "--yes")

    first, second = (each["stays"] for each in data["named"])
    assert (code, len(deletions(world))) == (Exit.NEEDS_YOU, 1)
    assert "401" in first
    assert second == f"not tried, for {OTHER} failed"


def test_what_an_interrupted_run_left_is_told_by_its_name(world: World) -> None:
    """What is under the name of a message of a state is told as perhaps its own."""
    message = world.message(shown=NEW)
    owner = message["outputs"]["owner"]
    left = derive(CREDENTIALS.bundle_id, world.environment, owner, MESSAGE)
    world.put(NEW, left)

    _, data = world.run("prune", "--state", world.state(message))

    assert by("identifier", data["unaccounted"])[left]["mayBeOf"] == "message stay"


def test_it_fits_a_terminal_and_a_page_and_shows_no_secret(world: World) -> None:
    """On a terminal of 80 columns no line is wider and no identifier is broken, and no secret is shown anywhere."""
    message = world.message(shown=NEW, header=CIPHERTEXT, pairs=[PAIR])
    file = world.state(message, world.default(NEW, baseUrl=CIPHERTEXT))
    world.put(NEW, OTHER)
    world.put_default(OTHER)

    code, shown = on_terminal("prune", "--state", file, env={**os.environ, **world.env})
    markdown = world.printed("prune", "--state", file, "--output", "markdown").stdout

    bare = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.rpartition("Asking")[2])
    assert code == Exit.OK
    assert [line for line in bare.splitlines() if len(line) > COLUMNS and "prune" not in line] == []
    assert f"message {OTHER}: APPROVED, shown by\n{PAIR}" in bare.replace(" \r", "").replace("\r", "")
    assert f"\nmessage {OTHER}: APPROVED, shown by {PAIR}\n" in markdown
    assert CIPHERTEXT["ciphertext"] not in shown + markdown


def test_a_product_that_apple_does_not_know_is_no_evidence(tmp_path: Path) -> None:
    """A product that the user misspells is refused as Apple refuses it; one that a state has may have left sale."""
    emulator = Emulator(credentials=CREDENTIALS, products=[MONTHLY])
    with emulator.serve() as server:
        world = World(tmp_path, emulator, server.url)
        world.put(NEW, OTHER)
        file = world.state(world.message(shown=NEW), world.default(NEW, YEARLY))

        result = world.printed("prune", OTHER, "--state", file, "--product", "com.example.montly", "--yes")

        assert (result.exit_code, deletions(world)) == (Exit.FAILED, [])
        assert "com.example.montly/en-US: Invalid request. Product ID is invalid (4000023" in result.stderr
        assert world.run("prune", OTHER, "--state", file, "--product", MONTHLY, "--yes")[0] == Exit.OK


@pytest.mark.parametrize("wrong", ["stay-en", "0b54ab32"])
def test_what_is_no_identifier_is_a_wrong_command_line(world: World, wrong: str) -> None:
    """A name in place of an identifier is refused before anything is read."""
    result = world.printed("prune", wrong, "--state", "nothing.json")

    assert result.exit_code == Exit.USAGE
    assert f"'{wrong}' is no UUID" in result.stderr
