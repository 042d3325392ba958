"""`retention-messaging adopt`, as it is called: what it asks, what it writes, and what it refuses."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click
import pytest
from appstoreserverlibrary.models.UploadMessageRequestBody import UploadMessageRequestBody

from cli_commands.adopting.accounts import ASKED, DEFAULTS, ENGLISH, MONTHLY, UNSHOWN, Apple
from cli_commands.command_line import data_of, fake_pulumi, on_terminal, run, settings_of
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_emulator import Emulator
from retention_messaging_provider.rules import LOCALES
from state.recordings import RECORDINGS, Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

FILES = ["Pulumi.yaml", "Pulumi.sandbox.yaml", "requirements.txt", "__main__.py", "adopt.json"]
LISTS = ["Get Message List", "Get Image List", "Get Realtime URL"]


@pytest.fixture
def apple() -> Iterator[Apple]:
    """An App Store with nothing in it."""
    with closing(Emulator(products=[MONTHLY, "com.example.app.yearly"])) as emulator, emulator.serve() as server:
        yield Apple(emulator, server.url)


@pytest.fixture
def filled(apple: Apple) -> Apple:
    """An App Store with an account that nobody has adopted yet."""
    apple.fill()
    apple.emulator.clear_requests()
    return apple


@pytest.fixture
def adopt(apple: Apple, tmp_path: Path) -> Callable[..., Result]:
    """Adopts into the folder `retention`, with the settings of the environment."""

    def adopt_(*arguments: str, environment: str = "sandbox") -> Result:
        settings = settings_of(apple.emulator.credentials, apple.url, environment)
        return run("adopt", str(tmp_path / "retention"), *arguments, env=settings)

    return adopt_


def asked(apple: Apple) -> list[str]:
    """The endpoints that were asked."""
    return [each["endpoint"] for each in apple.emulator.requests()]


def test_it_writes_a_program_and_changes_nothing(filled: Apple, adopt: Callable[..., Result], tmp_path: Path) -> None:
    """The files of a program are written, the three lists and each pair are asked once, and nothing is changed."""
    before = filled.emulator.inventory()

    data = data_of("adopt", adopt(*ASKED))

    assert data["files"] == FILES
    assert sorted(each.name for each in (tmp_path / "retention").iterdir()) == sorted(FILES)
    assert asked(filled) == [*LISTS, *["Get Default Message"] * 4]
    assert filled.emulator.inventory() == before


def test_it_says_what_is_adopted_and_what_to_type(filled: Apple, adopt: Callable[..., Result], tmp_path: Path) -> None:
    """The result has every resource, what is not told and what is retained of them, and the next commands."""
    data = data_of("adopt", adopt(*ASKED))

    assert [each["type"] for each in data["resources"]] == [
        *["Image"] * 2,
        *["Message"] * 3,
        *["DefaultMessage"] * 3,
        "RealtimeUrl",
    ]
    assert {each["id"] for each in data["resources"] if each["isRetained"]} == {UNSHOWN}
    assert {each["type"] for each in data["resources"] if not each["isTold"]} == {"Image", "Message"}
    assert (data["project"], data["stack"], data["notes"], data["secrets"]) == ("retention", "sandbox", [], [])
    assert data["commands"] == [
        f"cd {tmp_path / 'retention'}",
        "pulumi stack init sandbox",
        "pulumi import --file adopt.json --generate-code=false",
        "pulumi preview",
        "pulumi up",
    ]


def test_the_other_environment_is_another_program(filled: Apple, adopt: Callable[..., Result], tmp_path: Path) -> None:
    """In production, where nothing is, there is nothing to adopt, and nothing is written."""
    result = adopt(*ASKED, environment="production")

    assert (result.exit_code, result.stderr.count("\n")) == (Exit.FAILED, 1)
    assert "Apple has nothing of com.example.app (production), and nothing was written; correct" in result.stderr
    assert not (tmp_path / "retention").exists()


def test_without_a_locale_it_asks_in_all(filled: Apple, adopt: Callable[..., Result]) -> None:
    """Without --locale every locale of the App Store is asked about, and what is shown is found."""
    data = data_of("adopt", adopt("--product", MONTHLY))

    assert asked(filled) == [*LISTS, *["Get Default Message"] * len(LOCALES)]
    names = [each["name"] for each in data["resources"] if each["type"] == "DefaultMessage"]
    assert names == ["monthly-de-DE", "monthly-en-US"]


def test_without_a_product_no_default_is_asked_about(filled: Apple, adopt: Callable[..., Result]) -> None:
    """Without --product every approved message is retained, and a line says why."""
    result = adopt("--output", "table")

    assert asked(filled) == LISTS
    said = " ".join(result.stdout.split())
    assert "Apple has no list of defaults; name every product of the app with --product" in said
    assert "retain_on_delete keeps them at Apple" in said


def test_a_line_names_no_more_than_three_of_many(apple: Apple, adopt: Callable[..., Result]) -> None:
    """Of many messages without a default a line names three, and says how many more there are."""
    for number in range(5):
        identifier = UUID(f"6f9619ff-8b86-4d01-b42d-00000000000{number}")
        apple.client.upload_message(identifier, UploadMessageRequestBody(header="Stay", body="Tomorrow is day 13."))

    said = " ".join(adopt("--output", "table").stdout.split())

    assert said.count("message-6f9619ff-") == 3
    assert " and 2 more: retain_on_delete keeps them at Apple" in said


@pytest.mark.parametrize("name", FILES)
def test_no_file_is_overwritten(filled: Apple, adopt: Callable[..., Result], tmp_path: Path, name: str) -> None:
    """Where one of the files is there already, nothing is asked and nothing is written."""
    folder = tmp_path / "retention"
    folder.mkdir()
    (folder / name).write_text("mine")

    result = adopt(*ASKED)

    assert (result.exit_code, asked(filled)) == (Exit.FAILED, [])
    assert f"has {name} already, and nothing was written; name another folder" in result.stderr
    assert [(each.name, each.read_text()) for each in folder.iterdir()] == [(name, "mine")]


def test_a_folder_that_cannot_be_written_is_one_line(filled: Apple, tmp_path: Path) -> None:
    """Where the folder cannot be made, one line says so."""
    (tmp_path / "file").write_text("no folder")

    result = run("adopt", str(tmp_path / "file" / "in"), env=settings_of(filled.emulator.credentials, filled.url))

    assert result.exit_code == Exit.FAILED
    assert "cannot be written (Not a directory); name another folder" in result.stderr


def test_a_folder_whose_name_is_too_long_is_one_line(filled: Apple, tmp_path: Path) -> None:
    """Where the system has no such name for a folder, one line says so."""
    result = run("adopt", str(tmp_path / ("x" * 300)), env=settings_of(filled.emulator.credentials, filled.url))

    assert result.exit_code == Exit.FAILED
    assert "cannot be used (File name too long); correct that, or name another" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["--locale", "en-US"], Exit.USAGE, "--locale needs a --product whose defaults are asked about"),
        (["--product", "with space"], Exit.USAGE, "'with space' is empty or has a space; the product id of a"),
        (["--product", MONTHLY, "--locale", "en_US"], Exit.USAGE, "'en_US' is not written as Apple writes locales"),
        (["--project", "mes messages"], Exit.USAGE, "'mes messages' is not 1 to 100 letters, digits, hyphens"),
        (["--product", "com.example.nothing"], Exit.FAILED, "com.example.nothing"),
        (["--product", MONTHLY, "--locale", "xx"], Exit.FAILED, "get default message"),
        (["--from-state", "nothing.json"], Exit.USAGE, "File 'nothing.json' does not exist"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_what_cannot_be_is_refused_in_one_line(
    adopt: Callable[..., Result], tmp_path: Path, arguments: list[str], code: Exit, line: str
) -> None:
    """What a command line cannot mean, or Apple does not know, is one line, and nothing is written."""
    result = adopt(*arguments)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1)
    assert line.lower() in result.stderr.lower()
    assert not (tmp_path / "retention").exists()


def test_the_settings_of_a_stack_come_along(filled: Apple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stack's config has goes into that of the new one; of what is a secret the command is printed."""
    credentials = filled.emulator.credentials
    (tmp_path / "key.p8").write_text(credentials.private_key)
    config = {
        "environment": ("sandbox", False),
        "bundleId": (credentials.bundle_id, False),
        "issuerId": (credentials.issuer_id, True),
        "keyId": (credentials.key_id, False),
        "privateKeyPath": ("key.p8", False),
        "baseUrl": (f"{filled.url}/sandbox", False),
    }
    listed = {f"retention-messaging:{key}": {"value": value, "secret": s} for key, (value, s) in config.items()}
    monkeypatch.chdir(tmp_path)
    pulumi = fake_pulumi(tmp_path, f"print({json.dumps(json.dumps(listed))})")

    data = data_of("adopt", run("adopt", "retention", "--stack", "acme/shop/beta", env=pulumi))

    written = (tmp_path / "retention" / "Pulumi.beta.yaml").read_text()
    assert f"retention-messaging:privateKeyPath: {tmp_path / 'key.p8'}" in written
    assert f"retention-messaging:keyId: {credentials.key_id}" in written
    assert credentials.issuer_id not in written
    assert data["commands"][1:3] == [
        "pulumi stack init beta",
        "pulumi config set --secret retention-messaging:issuerId <issuer id>",
    ]


def test_a_base_url_that_is_a_secret_is_refused(filled: Apple, tmp_path: Path) -> None:
    """A secret base URL would be in clear in the import file: one line says what to do."""
    settings = settings_of(filled.emulator.credentials, filled.url)
    url = {"value": settings.pop("RETENTION_MESSAGING_BASE_URL"), "secret": True}
    pulumi = fake_pulumi(tmp_path, f"print({json.dumps(json.dumps({'retention-messaging:baseUrl': url}))})")

    result = run("adopt", str(tmp_path / "retention"), "--stack", "beta", env={**settings, **pulumi})

    assert result.exit_code == Exit.FAILED
    assert "baseUrl is a secret in the config, and an import file would have it in clear; set it" in result.stderr
    assert filled.url not in result.stderr


def test_on_a_terminal_it_ends_with_the_commands(filled: Apple, tmp_path: Path) -> None:
    """A terminal of 80 columns gets sentences that fit, and the commands last, each on a line of its own."""
    settings = settings_of(filled.emulator.credentials, filled.url)

    code, shown = on_terminal("adopt", "retention", *ASKED, env=settings, cwd=tmp_path)

    lines = click.unstyle(shown).splitlines()
    assert code == Exit.OK
    assert lines[-3] == "  pulumi import --file adopt.json --generate-code=false"
    assert [line for line in lines if len(line) > 80] == []


def recorded(name: str, url: str) -> Recording:
    """A recorded state, at the address of an emulator."""
    return next(Recording(each.file, f"{url}") for each in RECORDINGS if each.file.stem == name)


def rebuild(apple: Apple, recording: Recording, folder: Path, pictures: Path | None = None) -> dict[str, Any]:
    """Adopt what a recorded state tells; the pictures are in its program's folder."""
    (folder / "state.json").write_text(recording.text)
    settings = settings_of(apple.emulator.credentials, apple.url, recording.environment)
    arguments = ["--from-state", str(folder / "state.json"), "--cwd", str(pictures or recording.program)]
    data: dict[str, Any] = data_of("adopt", run("adopt", str(folder / "retention"), *arguments, env=settings))
    return data


@pytest.mark.parametrize("name", [each.file.stem for each in RECORDINGS])
def test_a_state_gives_its_texts_and_pictures(name: str, tmp_path: Path) -> None:
    """A state and what Apple has make a program in which nothing has to be filled in, and the state's names."""
    with closing(Emulator()) as emulator, emulator.serve() as server:
        recording = recorded(name, server.url)
        recording.replay(emulator.app_store(recording.environment))

        data = rebuild(Apple(emulator, server.url), recording, tmp_path)

    assert {each["name"] for each in data["resources"]} == set(recording.resources)
    assert all(each["isTold"] for each in data["resources"])
    assert data["notes"] == []
    text = (tmp_path / "retention" / "__main__.py").read_text()
    assert all(
        f'"{each["outputs"]["header"]}"' in text for each in recording.resources.values() if "header" in each["outputs"]
    )
    for image in ("hero", "moon"):
        original = recording.program / recording.resources[image]["outputs"]["path"]
        assert (tmp_path / "retention" / "images" / f"{image}.png").read_bytes() == original.read_bytes()


def test_a_picture_that_is_lost_is_to_be_filled_in(tmp_path: Path) -> None:
    """Where the file of a state's image is not there, it is to be filled in, and a comment says which it was."""
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "hero.png").write_bytes(b"another one")
    with closing(Emulator()) as emulator, emulator.serve() as server:
        recording = recorded("sandbox", server.url)
        recording.replay(emulator.sandbox)

        data = rebuild(Apple(emulator, server.url), recording, tmp_path, pictures=tmp_path)

    assert {each["name"] for each in data["resources"] if not each["isTold"]} == {"hero", "moon"}
    assert f"SHA-256 was {recording.resources['hero']['outputs']['sha256']}" in " ".join(
        (tmp_path / "retention" / "__main__.py").read_text().split("\n# ")
    )


def test_what_only_apple_has_is_adopted_beside_a_state(tmp_path: Path) -> None:
    """A message that the state does not have is adopted, too, and what the state stands in for is not adopted twice."""
    with closing(Emulator()) as emulator, emulator.serve() as server:
        recording = recorded("production-retiring", server.url)
        recording.replay(emulator.production)
        emulator.production.put_message(ENGLISH, {"header": "By hand", "body": "Somebody uploaded this."})

        data = rebuild(Apple(emulator, server.url), recording, tmp_path)
        listed = {each["messageIdentifier"] for each in emulator.production.messages()}

    messages = {each["id"] for each in data["resources"] if each["type"] == "Message"}
    superseded = set(recording.resources["stay-en"]["outputs"]["superseded"])
    assert messages == listed - superseded
    assert {each["id"] for each in data["resources"] if not each["isTold"]} == {ENGLISH}


def test_the_defaults_are_those_that_apple_shows(filled: Apple, adopt: Callable[..., Result], tmp_path: Path) -> None:
    """The import file records for each pair the message that Apple shows."""
    adopt(*ASKED)

    specs = json.loads((tmp_path / "retention" / "adopt.json").read_text())["resources"]
    shown = {
        (each["outputs"]["productId"], each["outputs"]["locale"]): each["outputs"]["messageIdentifier"]
        for each in specs
        if each["type"].endswith(":DefaultMessage")
    }
    assert shown == DEFAULTS
