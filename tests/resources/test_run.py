"""What the resources of one run share."""

from uuid import UUID

import httpx
import pytest

from resources.stack import Stack
from retention_messaging_provider.api import BaseUrlRefused
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.ledger import MESSAGE, Ref
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.run import LONGEST_REPORT, Run, begin, current
from retention_messaging_provider.settings import Settings, SettingsError


def listing(request: httpx.Request) -> httpx.Response:
    """One message, named after the host that was asked."""
    listed = {"messageIdentifier": str(request.url.host), "messageState": "PENDING"}
    return httpx.Response(200, json={"messageIdentifiers": [listed]})


@pytest.mark.parametrize(
    ("environment", "base_url", "host"),
    [
        ("sandbox", None, "api.storekit-sandbox.apple.com"),
        ("production", None, "api.storekit.apple.com"),
        ("production", "https://proxy.example.com/apple", "proxy.example.com"),
    ],
)
def test_the_recorded_location_decides_which_host_is_asked(
    sandbox: Stack, environment: str, base_url: str | None, host: str
) -> None:
    """The recorded location decides which host is asked."""
    run = Run(sandbox.settings, transport=httpx.MockTransport(listing))

    location = Location(environment, "com.example.app", base_url)

    assert run.apple.fetch_state(Ref(location, MESSAGE, host)) == "PENDING"


def test_credentials_do_not_go_to_another_machine_in_the_clear(sandbox: Stack) -> None:
    """Credentials do not go to another machine without TLS."""
    run, _ = sandbox.begin()

    with pytest.raises(BaseUrlRefused):
        run.apple.client(Location("sandbox", "com.example.app", "http://proxy.example.com"))


def test_all_resources_of_a_location_share_a_client(sandbox: Stack) -> None:
    """All resources of a location share a client."""
    run, _ = sandbox.begin()
    here, there = (Location("sandbox", app, "http://localhost/sandbox") for app in ("com.example.app", "com.example.b"))

    assert run.apple.client(here) is run.apple.client(here)
    assert run.apple.client(here) is not run.apple.client(there)


def test_an_unusable_wait_is_refused_before_anything_is_sent(sandbox: Stack) -> None:
    """A setting that is not a duration is refused before anything is sent."""
    run, _ = sandbox.begin(max_rate_limit_wait="a while")

    with pytest.raises(SettingsError, match="maxRateLimitWait is no duration"):
        run.apple.fetch_state(Ref(Location("sandbox", "com.example.app", "http://localhost/sandbox"), MESSAGE, "x"))

    assert sandbox.apple.requests() == []


def test_a_line_is_reported_once_a_run(sandbox: Stack) -> None:
    """A line is reported once a run."""
    run, lines = sandbox.begin()

    run.report("Apple rejected it")
    run.report("Apple rejected it")

    assert lines == ["Apple rejected it"]


def test_every_resource_type_of_a_process_has_the_same_run() -> None:
    """Every resource type of a process has the same run."""
    begin(Settings(environment="sandbox", bundle_id="com.example.app"))
    first = current()

    begin(Settings(environment="sandbox", bundle_id="com.example.app"))

    assert current() is first


def test_other_settings_are_another_run() -> None:
    """Other settings are another run."""
    begin(Settings(environment="sandbox"))
    first = current()

    begin(Settings(environment="production"))

    assert current() is not first
    assert current().settings.environment == "production"


def test_a_line_is_one_line_whatever_it_quotes(sandbox: Stack) -> None:
    """A reported line is one printable line, and may name some hundred uploads."""
    run, lines = sandbox.begin()
    identifiers = ", ".join(str(UUID(int=number)) for number in range(500))

    run.report(f"was not deleted: {identifiers}")
    run.report("\x1b[2J\nerror: update failed\n" + "x" * 100_000)

    assert lines[0] == f"was not deleted: {identifiers}"
    assert lines[1].startswith("�[2J error: update failed xxx")
    assert lines[1].isprintable()
    assert len(lines[1]) == LONGEST_REPORT


def test_a_failure_is_one_line_whatever_it_quotes() -> None:
    """A failure is one printable line of bounded length."""
    sentence = str(Failure("\x1b[2J\nerror: update failed\n" + "x" * 100_000))

    assert sentence.startswith("�[2J error: update failed xxx")
    assert sentence.isprintable()
    assert len(sentence) < 2000
