"""A refresh of more defaults than Apple allows requests an hour."""

import os
from pathlib import Path

import pytest

from resources.samples import default, message
from resources.stack import Stack, Want

HOUR = 3600
ENDPOINT = "Get Default Message"
LOCALES = ("de-DE", "en-US", "fr-FR", "it", "ja")


@pytest.fixture
def program(sandbox: Stack, tmp_path: Path) -> tuple[Want, ...]:
    """Five defaults at Apple, which allows three looks an hour from here."""
    sandbox.folder = tmp_path
    program = (message(), *(default(locale, locale=locale) for locale in LOCALES))
    sandbox.up(*program)
    sandbox.apple.set_rate_limits({ENDPOINT: 3})
    return program


def looked_at(stack: Stack) -> list[str]:
    """The locales that the last command was answered about."""
    requests = [each for each in stack.apple.requests() if each["endpoint"] == ENDPOINT and each["status"] == 200]
    return [each["path"].rsplit("/", 1)[1] for each in requests]


def left_out(stack: Stack) -> list[str]:
    """The locales that the last command says it was refused to look at."""
    named = [line.partition(" was not looked at, because")[0] for line in stack.said if "was not looked at" in line]
    return [each.rsplit("/", 1)[1] for each in named]


@pytest.mark.usefixtures("program")
def test_a_refresh_beyond_the_limit_names_what_it_left_out(sandbox: Stack) -> None:
    """It looks at as many defaults as Apple allows, changes no record of the others, and names each."""
    before = sandbox.state

    sandbox.refresh()

    assert looked_at(sandbox) == ["de-DE", "en-US", "fr-FR"]
    assert left_out(sandbox) == ["it", "ja"]
    assert "run pulumi refresh again after 2" in sandbox.said[0]
    assert sandbox.state == before


@pytest.mark.usefixtures("program")
def test_the_next_refresh_looks_at_those_first(sandbox: Stack) -> None:
    """In the next hour the rest comes first, and a third refresh looks at the others."""
    found = []
    for _ in range(3):
        sandbox.refresh()
        found.append(looked_at(sandbox))
        sandbox.pass_time(HOUR)

    assert found == [["de-DE", "en-US", "fr-FR"], ["it", "ja"], ["de-DE", "en-US", "fr-FR"]]


@pytest.mark.usefixtures("program")
def test_a_refresh_says_that_it_looked_at_the_rest_alone(sandbox: Stack) -> None:
    """What was looked at lately is left as it is recorded, and a line says so."""
    sandbox.refresh()
    sandbox.pass_time(HOUR)

    sandbox.refresh()

    assert any(line.startswith("the refresh before this one left some defaults out") for line in sandbox.said)


@pytest.mark.usefixtures("program")
def test_without_a_limit_each_refresh_looks_at_all(sandbox: Stack) -> None:
    """Once a refresh has looked at everything, none leaves anything out."""
    sandbox.apple.set_rate_limits({})

    for _ in range(2):
        sandbox.refresh()

        assert sorted(looked_at(sandbox)) == sorted(LOCALES)
        assert not sandbox.said


def test_what_is_gone_holds_up_no_refresh(sandbox: Stack, program: tuple[Want, ...]) -> None:
    """A default that was left out and then destroyed is waited for by one refresh at most."""
    sandbox.refresh()
    sandbox.pass_time(HOUR)
    sandbox.up(*program[:4])  # "it" and "ja" leave

    for _ in range(2):
        sandbox.pass_time(HOUR)
        sandbox.refresh()

    assert looked_at(sandbox) == ["de-DE", "en-US", "fr-FR"]


@pytest.mark.usefixtures("program")
def test_where_nothing_can_be_written_the_order_is_pulumis(sandbox: Stack) -> None:
    """A refresh that cannot tell the next one what it left out does as much as Apple allows."""
    sandbox.folder = Path(os.devnull)
    for _ in range(2):
        sandbox.refresh()
        sandbox.pass_time(HOUR)

        assert looked_at(sandbox) == ["de-DE", "en-US", "fr-FR"]
        assert left_out(sandbox) == ["it", "ja"]
