"""An account that exists, adopted and imported on the Pulumi CLI, and then changed and destroyed like any other."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from acceptance.stacks import CLI, NO_CLI, ProgramStack, plan
from cli_commands.adopting.accounts import ASKED, ENGLISH, GERMAN, MONTHLY, UNSHOWN, YEARLY, Apple
from cli_commands.command_line import run, settings_of
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_emulator import Emulator
from state.recordings import RECORDINGS, Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retention_messaging_emulator import AppStoreConnect
    from retention_messaging_emulator.app_store import Environment

pytestmark = NO_CLI
LINE = "what the program says is recorded as what Apple has under"
NOT_TOLD = "retention.NOT_TOLD"
UNTOLD = f'"monthly-de-DE",\n    header={NOT_TOLD},\n    body={NOT_TOLD},\n)'
REJECTED = "5f9619ff-8b86-4d01-b42d-00cf4fc964f0"
CIPHERTEXT = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:bm90aGluZw"}
PRODUCTS = [MONTHLY, YEARLY, "com.example.monthly", "com.example.yearly"]


@pytest.fixture
def apple() -> Iterator[Apple]:
    """An App Store with nothing in it."""
    with closing(Emulator(products=PRODUCTS)) as emulator, emulator.serve() as server:
        yield Apple(emulator, server.url)


@pytest.fixture
def adopted(apple: Apple, tmp_path: Path) -> Iterator[Callable[..., ProgramStack]]:
    """Adopts an environment, and has a stack of it that has nothing yet."""
    assert CLI
    with ExitStack() as opened:

        def adopt(*arguments: str, environment: Environment = "sandbox") -> ProgramStack:
            folder = tmp_path / "retention"
            settings = settings_of(apple.emulator.credentials, apple.url, environment)
            result = run("adopt", str(folder), *arguments, env=settings)
            assert result.exit_code == Exit.OK, result.stderr
            apple.emulator.clear_requests()
            return opened.enter_context(ProgramStack(CLI, apple.emulator, apple.url, folder, environment))

        yield adopt


def import_all(stack: ProgramStack) -> None:
    """As the last lines of `adopt` say."""
    stack.run("import", "--file", "adopt.json", "--generate-code=false", "--yes")


def shown(store: AppStoreConnect, product: str, locale: str) -> str:
    """The header of the message that a pair shows."""
    headers = {each["messageIdentifier"]: each["header"] for each in store.inventory()["messages"]}
    header: str = headers[store.default_message(product, locale)]
    return header


def asked(stack: ProgramStack) -> set[str]:
    """The endpoints that were asked since it was adopted."""
    return {each["endpoint"] for each in stack.emulator.requests()}


def test_an_account_is_adopted_edited_and_destroyed(apple: Apple, adopted: Callable[..., ProgramStack]) -> None:
    """It is imported without a request, previewed empty, filled in without one, edited, destroyed; the rest stays."""
    for environment in ("sandbox", "production"):
        replace(apple, environment=environment).fill()
    sandbox, production = apple.emulator.sandbox, apple.emulator.production
    before, elsewhere = sandbox.inventory(), production.inventory()
    stack = adopted(*ASKED)

    import_all(stack)
    stack.preview("--expect-no-changes")
    stack.up("--expect-no-changes")
    assert asked(stack) == set()
    assert sandbox.inventory() == before

    stack.edit(UNTOLD, UNTOLD.replace(NOT_TOLD, '"Bleib dran"', 1).replace(NOT_TOLD, '"Morgen ist Tag 13."'))
    stack.edit(f'"image-0b54ab32-7e55",\n    path={NOT_TOLD}', '"image-0b54ab32-7e55",\n    path="hero.png"')
    planned, done = stack.preview(), stack.up()
    for name in ("message monthly-de-DE", "image image-0b54ab32-7e55"):
        assert f"{name}: {LINE}" in planned.output
    assert plan(planned) == plan(done) == {"~": 2}
    assert asked(stack) == set()

    stack.edit("Bleib dran", "Nicht aufhören")
    assert plan(stack.up()) == {"~": 1, "+-": 1}
    assert stack.states("Nicht aufhören") == ["APPROVED"]
    assert GERMAN not in str(sandbox.inventory())
    assert shown(sandbox, MONTHLY, "de-DE") == "Nicht aufhören"
    assert sandbox.default_message(YEARLY, "en-US") == ENGLISH

    stack.destroy()
    left = sandbox.inventory()
    assert [each["messageIdentifier"] for each in left["messages"]] == [UNSHOWN]
    assert (left["images"], left["defaults"], left["realtimeURL"]) == ([], [], None)
    assert production.inventory() == elsewhere


@pytest.mark.long
def test_reviews_go_on_in_an_adopted_account(apple: Apple, adopted: Callable[..., ProgramStack]) -> None:
    """In production a message that waits and one that was rejected are adopted, and Apple's decisions are followed."""
    replace(apple, environment="production").fill()
    production = apple.emulator.production
    production.put_message(UNSHOWN, {"header": "Before you go", "body": "It waits."}, "PENDING")
    production.put_message(REJECTED, {"header": "Do not go", "body": "It was rejected."}, "REJECTED")
    before = production.inventory()
    stack = adopted(*ASKED, environment="production")

    import_all(stack)
    stack.preview("--expect-no-changes")
    stack.refresh("--expect-no-changes")
    assert asked(stack) <= {"Get Message List", "Get Image List", "Get Default Message", "Get Realtime URL"}
    assert production.inventory() == before

    apple.emulator.approve()
    assert plan(stack.up()) == {"~": 1}
    assert [each["outputs"]["messageState"] for each in recorded(stack, UNSHOWN)] == ["APPROVED"]
    assert [each["outputs"]["messageState"] for each in recorded(stack, REJECTED)] == ["REJECTED"]
    stack.preview("--expect-no-changes")

    stack.edit(UNTOLD, UNTOLD.replace(NOT_TOLD, '"Bleib dran"', 1).replace(NOT_TOLD, '"Morgen ist Tag 13."'))
    stack.up()
    stack.edit("Bleib dran", "Nicht aufhören")
    stack.up()
    assert shown(production, MONTHLY, "de-DE") == "Bleib dran"
    apple.emulator.approve()
    stack.up()
    assert shown(production, MONTHLY, "de-DE") == "Nicht aufhören"
    stack.up()
    assert GERMAN not in str(production.inventory())


@pytest.mark.long
@pytest.mark.parametrize(
    ("scene", "changes"),
    [
        ("sandbox", {}),
        ("production-first-review", {}),
        ("production-edit-in-review", {}),
        ("production-retiring", {"~": 1}),
    ],
)
def test_a_lost_stack_is_rebuilt_from_its_state(
    apple: Apple,
    adopted: Callable[..., ProgramStack],
    tmp_path: Path,
    scene: str,
    changes: dict[str, int],
) -> None:
    """A state, its pictures and what Apple has make a stack that goes on where the lost one was."""
    recording = next(Recording(each.file, apple.url) for each in RECORDINGS if each.file.stem == scene)
    store = apple.emulator.app_store(recording.environment)
    recording.replay(store)
    before = store.inventory()
    (tmp_path / "state.json").write_text(recording.text)
    state = ["--from-state", str(tmp_path / "state.json"), "--cwd", str(recording.program)]
    stack = adopted(*state, environment=recording.environment)

    import_all(stack)
    assert plan(stack.preview()) == changes
    assert store.inventory() == before

    stack.up()
    apple.emulator.approve()
    for _ in range(3):
        stack.up()
    stack.agrees()
    stack.destroy()
    assert stack.is_empty_at_the_app_store()


@pytest.mark.long
def test_secrets_of_a_lost_stack_come_from_the_config(
    apple: Apple, adopted: Callable[..., ProgramStack], tmp_path: Path
) -> None:
    """A secret text is set in the config, recorded by the first `up` without an upload, and encrypted in the state."""
    recording = next(Recording(each.file, apple.url) for each in RECORDINGS if each.file.stem == "sandbox")
    recording.replay(apple.emulator.sandbox)
    before = apple.emulator.sandbox.inventory()
    header = recording.resources["stay-en"]["outputs"]["header"]
    (tmp_path / "state.json").write_text(recording.text.replace(f'"{header}"', json.dumps(CIPHERTEXT)))
    state = ["--from-state", str(tmp_path / "state.json"), "--cwd", str(recording.program)]
    stack = adopted(*state)

    stack.config_set("stay_en_header", header, secret=True)
    import_all(stack)
    done = stack.up()

    assert (plan(done), apple.emulator.sandbox.inventory()) == ({"~": 1}, before)
    assert header not in json.dumps(stack.export())
    stack.preview("--expect-no-changes")


def test_what_was_not_imported_is_not_uploaded(apple: Apple, adopted: Callable[..., ProgramStack]) -> None:
    """A program that was not imported is refused in its plan, with the command that imports it."""
    apple.fill()
    stack = adopted(*ASKED)

    refused = stack.run("preview", check=False)

    assert refused.exit
    assert "is NOT_TOLD, and what Apple never tells cannot be uploaded; fill it in" in refused.output
    assert "first type: pulumi import --file adopt.json --generate-code=false" in refused.output


def recorded(stack: ProgramStack, identifier: str) -> list[dict[str, Any]]:
    """What is recorded under one of Apple's identifiers."""
    return [each for each in stack.export()["resources"] if each.get("id") == identifier]
