"""The pages that are made from the code, and the programs that are in pages and in examples."""

from __future__ import annotations

import pytest

from documentation import four_runs, resource_pages, sentences
from engine.found import CHECKOUT
from retention_messaging_provider.api.error_codes import MEANINGS
from retention_messaging_provider.settings import KEYS, environment_variable

DOCS = CHECKOUT / "docs"
PROGRAMS = {"recipes/products.md": "defaults", "recipes/two-apps.md": "two-apps"}


@pytest.mark.parametrize("resource", resource_pages.ERRORS)
def test_the_page_of_a_resource_is_what_the_code_says(resource: str) -> None:
    """A resource's page is what `make docs-pages` writes."""
    assert (resource_pages.PAGES / f"{resource.replace('_', '-')}.md").read_text() == resource_pages.page(resource)


def test_every_error_of_apple_is_on_a_resources_page() -> None:
    """Every code in the table of errors is one of a resource, or of any request."""
    listed = {code for codes in resource_pages.ERRORS.values() for code in codes} | {*resource_pages.OF_ANY}

    assert listed == set(MEANINGS)


@pytest.mark.parametrize("resource", resource_pages.ERRORS)
def test_every_property_says_what_it_takes(resource: str) -> None:
    """Every property of a resource's Args has a sentence."""
    args = (each for name, each in resource_pages.classes(resource).items() if name.endswith("Args"))

    silent = [each.name for node in args for each in resource_pages.properties(node) if not each.docstring]

    assert silent == []


def test_the_page_of_sentences_is_what_the_code_says() -> None:
    """docs/sentences.md is what `make docs-pages` writes."""
    assert sentences.PAGE.read_text() == sentences.page()


def test_the_picture_of_four_runs_is_what_a_run_shows() -> None:
    """docs/four-runs.svg is drawn from a run as it is today."""
    assert four_runs.PICTURE.read_text() == four_runs.picture()


@pytest.mark.parametrize("page", PROGRAMS)
def test_a_program_on_a_page_is_the_examples(page: str) -> None:
    """The program on a recipe's page is the example's, which is run."""
    program = (CHECKOUT / "examples" / PROGRAMS[page] / "__main__.py").read_text()

    assert f"```python\n{program.partition(chr(34) * 3 + chr(10))[2].lstrip()}```" in (DOCS / page).read_text()


@pytest.mark.parametrize("key", KEYS)
def test_pulumis_registry_reads_of_every_setting(key: str) -> None:
    """The page that Pulumi's registry wants has a row for every setting."""
    page = (DOCS / "installation-configuration.md").read_text()

    assert f"\n| `retention-messaging:{key}` | `{environment_variable(key)}` |" in page
