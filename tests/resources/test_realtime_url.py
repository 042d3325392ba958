"""The handler of the realtime URL."""

import re

import pytest

from resources.samples import OTHER_URL, URL, realtime_url
from resources.stack import CheckFailed, Stack
from retention_messaging_provider.api import NoPassingTest
from retention_messaging_provider.resources.handler import Failure

GET, PUT, DELETE = "Get Realtime URL", "Configure Realtime URL", "Delete Realtime URL"


def configured(stack: Stack) -> str | None:
    """The URL that Apple has."""
    url: str | None = stack.store.inventory()["realtimeURL"]
    return url


def configure_outside(stack: Stack, url: str) -> None:
    stack.store.put_realtime_url({"realtimeURL": url})


def test_a_url_is_configured_where_none_is(sandbox: Stack) -> None:
    """A URL is configured where Apple has none."""
    done = sandbox.up(realtime_url())

    assert done.requests == [GET, PUT]
    assert configured(sandbox) == URL
    assert sandbox.state[0].id == "com.example.app/sandbox"


def test_another_url_is_an_update_in_place(sandbox: Stack) -> None:
    """Another URL is an update, not a replacement."""
    sandbox.up(realtime_url())

    done = sandbox.up(realtime_url(OTHER_URL))

    assert (done.steps, done.requests) == ({"endpoint": "update"}, [GET, PUT])
    assert configured(sandbox) == OTHER_URL


def test_the_url_goes_with_the_resource(sandbox: Stack) -> None:
    """The URL is deleted with its resource."""
    sandbox.up(realtime_url())

    done = sandbox.up()

    assert (done.steps, done.requests) == ({"endpoint": "delete"}, [GET, DELETE])
    assert configured(sandbox) is None


def test_a_foreign_url_is_not_overwritten(sandbox: Stack) -> None:
    """A URL that was configured outside this stack is not overwritten, and the error names `adopt`."""
    configure_outside(sandbox, OTHER_URL)

    with pytest.raises(
        Failure, match=rf"Apple has {OTHER_URL} as the realtime URL of .* already, .* or set adopt=True"
    ):
        sandbox.up(realtime_url())

    assert configured(sandbox) == OTHER_URL


def test_adopt_overwrites_a_foreign_url(sandbox: Stack) -> None:
    """With `adopt` a URL that was configured outside this stack is overwritten."""
    configure_outside(sandbox, OTHER_URL)

    sandbox.up(realtime_url(adopt=True))

    assert configured(sandbox) == URL


def test_an_equal_foreign_url_is_taken_over(sandbox: Stack) -> None:
    """The very URL that Apple has already is taken over, and deleted with the resource."""
    configure_outside(sandbox, URL)

    sandbox.up(realtime_url())
    sandbox.destroy()

    assert configured(sandbox) is None


def test_destroy_does_not_delete_a_foreign_url(sandbox: Stack) -> None:
    """Destroy does not delete a URL that was configured outside this stack, and a line names it."""
    sandbox.up(realtime_url())
    configure_outside(sandbox, OTHER_URL)

    done = sandbox.destroy()

    assert configured(sandbox) == OTHER_URL
    line = f"realtime URL of com.example.app (sandbox): {OTHER_URL} was not configured by this resource, and was not"
    assert done.said == [f"{line} deleted"]


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://elsewhere.example.com/apple?token=hunter2", "https://elsewhere.example.com/apple?…"),
        ("https://apple:hunter2@elsewhere.example.com/#hunter2", "https://…@elsewhere.example.com/?…"),
        ("https://elsewhere.example.com/a@b", "https://elsewhere.example.com/a@b"),
    ],
)
def test_a_foreign_url_is_named_without_its_secrets(sandbox: Stack, url: str, named: str) -> None:
    """A URL that was configured outside this stack is named without its user, query and fragment."""
    sandbox.up(realtime_url())
    configure_outside(sandbox, url)

    with pytest.raises(Failure, match=f"^Apple has {re.escape(named)} as the realtime URL"):
        sandbox.up(realtime_url(f"{URL}/v2"))

    assert f"{named} was not configured by this resource" in sandbox.destroy().said[0]


def test_destroying_a_missing_url_reports_nothing(sandbox: Stack) -> None:
    """Destroying a URL that is missing at Apple sends no deletion, and reports nothing."""
    sandbox.up(realtime_url())
    sandbox.store.delete_realtime_url()

    done = sandbox.destroy()

    assert (done.requests, done.said) == ([GET], [])


def test_two_urls_of_one_app_are_refused_in_the_plan(sandbox: Stack) -> None:
    """Two realtime URLs of one app are refused in the plan."""
    with pytest.raises(CheckFailed, match=r"bundleId is com.example.app, whose realtime URL endpoint sets, too"):
        sandbox.preview(realtime_url(name="endpoint"), realtime_url(name="twin"))


@pytest.mark.parametrize("adopt", [None, True])
def test_a_change_does_not_overwrite_what_no_refresh_has_seen(sandbox: Stack, adopt: bool | None) -> None:
    """A change overwrites what no refresh has seen only with `adopt`."""
    sandbox.up(realtime_url())
    configure_outside(sandbox, OTHER_URL)
    changed = realtime_url(f"{URL}/v2", adopt=adopt)

    if adopt:
        sandbox.up(changed)
    else:
        with pytest.raises(Failure, match=rf"Apple has {OTHER_URL} as the realtime URL of .*, or set adopt=True"):
            sandbox.up(changed)

    assert configured(sandbox) == (f"{URL}/v2" if adopt else OTHER_URL)


def test_adopting_a_url_that_is_equal_writes_nothing(sandbox: Stack) -> None:
    """Adopting a URL that is equal writes nothing."""
    configure_outside(sandbox, URL)

    done = sandbox.up(realtime_url(adopt=True))

    assert done.requests == [GET]


def test_destroy_does_not_delete_a_url_that_a_refresh_found(sandbox: Stack) -> None:
    """Destroy does not delete a foreign URL that a refresh found and recorded."""
    sandbox.up(realtime_url())
    configure_outside(sandbox, OTHER_URL)

    found = sandbox.refresh()
    sandbox.destroy()

    assert found.steps == {"endpoint": "update"}
    assert configured(sandbox) == OTHER_URL


def test_up_sets_back_a_url_that_a_refresh_found(sandbox: Stack) -> None:
    """A foreign URL that a refresh found is an update of the next up, which sets it back."""
    sandbox.up(realtime_url())
    configure_outside(sandbox, OTHER_URL)
    sandbox.refresh()

    done = sandbox.up(realtime_url())

    assert done.steps == {"endpoint": "update"}
    assert configured(sandbox) == URL


def test_a_missing_url_is_configured_again_after_a_refresh(sandbox: Stack) -> None:
    """A URL that is missing at Apple is configured again by the up after a refresh."""
    sandbox.up(realtime_url())
    sandbox.store.delete_realtime_url()
    sandbox.refresh()

    done = sandbox.up(realtime_url())

    assert done.steps == {"endpoint": "create"}
    assert configured(sandbox) == URL


def test_a_rename_keeps_the_url_configured(sandbox: Stack) -> None:
    """A rename without an alias is a creation and a deletion that keep the URL configured."""
    sandbox.up(realtime_url(name="endpoint"))

    done = sandbox.up(realtime_url(name="server"))

    assert done.steps == {"server": "create", "endpoint": "delete"}
    assert configured(sandbox) == URL


def test_production_takes_no_url_before_a_passed_test(production: Stack) -> None:
    """Production takes no URL before a passed performance test, and the error names the steps."""
    steps = "in sandbox and pass a performance test there, then run again"

    with pytest.raises(NoPassingTest, match=rf"4030026 ForbiddenNoPassingTestError\); set the realtime URL {steps}"):
        production.up(realtime_url())
    production.apple.performance_test(passed=True)
    production.up(realtime_url())

    assert configured(production) == URL


def test_the_environments_have_a_url_each(sandbox: Stack, production: Stack) -> None:
    """The environments have a URL each."""
    production.apple.performance_test(passed=True)
    sandbox.up(realtime_url())
    production.up(realtime_url(OTHER_URL))

    sandbox.destroy()

    assert (configured(sandbox), configured(production)) == (None, OTHER_URL)


@pytest.mark.parametrize("url", ["http://retention.example.com", "https://", "", "https://e.com/" + "x" * 243])
def test_a_url_that_apple_would_refuse_is_not_sent(sandbox: Stack, url: str) -> None:
    """A URL that Apple would refuse is a check failure before anything is sent."""
    with pytest.raises(CheckFailed, match=r"^url "):
        sandbox.up(realtime_url(url))

    assert sandbox.apple.requests() == []
