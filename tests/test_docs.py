"""The documentation names what there is."""

import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from pulumi.dynamic import Resource

import pulumi_retention_messaging as sdk
from documentation import emulator_page, errors_page
from engine.found import CHECKOUT
from retention_messaging_emulator import Emulator, Switches
from retention_messaging_emulator.switch_values import sentences
from retention_messaging_provider.settings import KEYS, environment_variable

README = (CHECKOUT / "README.md").read_text()
RESOURCES = [
    name for name in sdk.__all__ if isinstance(getattr(sdk, name), type) and issubclass(getattr(sdk, name), Resource)
]


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_resource_has_a_row_in_the_readme(resource: str) -> None:
    """The README has a row for every resource."""
    assert f"\n| `{resource}` | [" in README


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_has_a_row_in_the_readme(key: str) -> None:
    """The README has a row for every setting, with its environment variable."""
    assert f"\n| `{key}` | `{environment_variable(key)}` |" in README


def test_every_example_has_a_row() -> None:
    """The table of examples has a row for every example, and no other."""
    examples = {program.parent.name for program in (CHECKOUT / "examples").glob("*/__main__.py")}

    rows = re.findall(r"^\| \[`(\w[\w-]*)`\]", (CHECKOUT / "examples" / "README.md").read_text(), re.MULTILINE)

    assert examples == set(rows)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "examples/README.md"])
def test_every_make_target_that_is_named_exists(page: str) -> None:
    """Every make target that a page names is in the Makefile."""
    targets = set(re.findall(r"^([\w-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))

    named = re.findall(r"(?:`|\$ )make ([\w-]+)", (CHECKOUT / page).read_text())

    assert set(named) <= targets


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "DESIGN.md", "CHANGELOG.md", "examples/README.md", "docs/emulator.md"]
)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    """Every link to a file leads to a file."""
    folder = (CHECKOUT / page).parent

    links = re.findall(r"\]\(([^)#:]+)\)", (CHECKOUT / page).read_text())

    assert [link for link in links if not (folder / link).exists()] == []


def test_the_changelog_opens_with_the_version_of_the_package() -> None:
    """The newest version in the changelog is the version of the package."""
    version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]

    newest = re.search(r"^## (\S+?),? ", (CHECKOUT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert newest is not None
    assert version == newest[1]


def test_the_page_of_errors_is_what_the_code_says() -> None:
    """docs/errors.md is what `cd tests && ../.venv/bin/python -m documentation.errors_page` writes."""
    assert errors_page.PAGE.read_text() == errors_page.page()


@pytest.mark.parametrize("refusal", errors_page.refusals())
def test_every_refusal_says_what_to_do_next(refusal: str) -> None:
    """A refusal is a sentence of two halves."""
    assert "; " in refusal or ": " in refusal or refusal.endswith("…")


def test_the_page_of_the_emulator_is_what_the_code_says() -> None:
    """docs/emulator.md is what `cd tests && ../.venv/bin/python -m documentation.emulator_page` writes."""
    assert emulator_page.PAGE.read_text() == emulator_page.page()


@pytest.mark.parametrize("page", ["README.md", "docs/emulator.md"])
def test_production_is_played_by_hand_as_a_page_says(page: str, tmp_path: Path) -> None:
    """What a page says to type to play Apple's part is typed, and each command succeeds."""
    (commands,) = re.findall(r"```sh\n(.*?)```", (CHECKOUT / page).read_text(), re.DOTALL)
    emulator = Emulator()
    with emulator.serve() as server:
        typed = commands.replace("http://localhost:8080", server.url)
        done = subprocess.run(["bash", "-e"], input=typed, cwd=tmp_path, text=True, capture_output=True, check=False)

    assert (done.returncode, commands.count("curl ")) == (0, commands.count("localhost:8080"))
    assert commands.count("curl ") >= 4


@pytest.mark.parametrize("name", [each.name for each in fields(Switches)])
def test_every_switch_has_a_sentence(name: str) -> None:
    """Every switch says what it is about."""
    assert sentences()[name].endswith(".")
