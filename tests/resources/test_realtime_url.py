"""The handler of the realtime URL."""

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


def configure_by_hand(stack: Stack, url: str) -> None:
    stack.store.put_realtime_url({"realtimeURL": url})


def test_a_url_is_configured_where_none_is(sandbox: Stack) -> None:
    done = sandbox.up(realtime_url())

    assert done.requests == [GET, PUT]
    assert configured(sandbox) == URL
    assert sandbox.state[0].id == "com.example.app/sandbox"


def test_another_url_is_an_update_in_place(sandbox: Stack) -> None:
    sandbox.up(realtime_url())

    done = sandbox.up(realtime_url(OTHER_URL))

    assert (done.steps, done.requests) == ({"endpoint": "update"}, [GET, PUT])
    assert configured(sandbox) == OTHER_URL


def test_the_url_goes_with_the_resource(sandbox: Stack) -> None:
    sandbox.up(realtime_url())

    done = sandbox.up()

    assert (done.steps, done.requests) == ({"endpoint": "delete"}, [GET, DELETE])
    assert configured(sandbox) is None


def test_somebody_elses_url_is_not_overwritten(sandbox: Stack) -> None:
    configure_by_hand(sandbox, OTHER_URL)

    with pytest.raises(
        Failure, match=rf"Apple has {OTHER_URL} as the realtime URL of .* already, .* or set adopt=True"
    ):
        sandbox.up(realtime_url())

    assert configured(sandbox) == OTHER_URL


def test_adopt_overwrites_somebody_elses_url(sandbox: Stack) -> None:
    configure_by_hand(sandbox, OTHER_URL)

    sandbox.up(realtime_url(adopt=True))

    assert configured(sandbox) == URL


def test_the_very_url_that_is_there_already_is_taken_up(sandbox: Stack) -> None:
    configure_by_hand(sandbox, URL)

    sandbox.up(realtime_url())
    sandbox.destroy()

    assert configured(sandbox) is None


def test_somebody_elses_url_is_left_when_the_resource_goes(sandbox: Stack) -> None:
    sandbox.up(realtime_url())
    configure_by_hand(sandbox, OTHER_URL)

    done = sandbox.destroy()

    assert configured(sandbox) == OTHER_URL
    line = f"realtime URL of com.example.app (sandbox): {OTHER_URL} was not configured by this resource, and was not"
    assert done.said == [f"{line} deleted"]


def test_a_url_that_is_gone_when_the_resource_goes_is_nothing_to_speak_of(sandbox: Stack) -> None:
    sandbox.up(realtime_url())
    sandbox.store.delete_realtime_url()

    done = sandbox.destroy()

    assert (done.requests, done.said) == ([GET], [])


def test_a_url_of_another_name_takes_the_place_of_the_first(sandbox: Stack) -> None:
    sandbox.up(realtime_url(name="endpoint"))

    sandbox.up(realtime_url(name="twin"))

    assert configured(sandbox) == URL


def test_two_of_one_app_are_refused_in_the_plan(sandbox: Stack) -> None:
    with pytest.raises(CheckFailed, match=r"bundleId is com.example.app, whose realtime URL endpoint sets, too"):
        sandbox.preview(realtime_url(name="endpoint"), realtime_url(name="twin"))


@pytest.mark.parametrize("adopt", [None, True])
def test_a_change_does_not_overwrite_what_no_refresh_has_seen(sandbox: Stack, adopt: bool | None) -> None:
    sandbox.up(realtime_url())
    configure_by_hand(sandbox, OTHER_URL)
    changed = realtime_url(f"{URL}/v2", adopt=adopt)

    if adopt:
        sandbox.up(changed)
    else:
        with pytest.raises(Failure, match=rf"Apple has {OTHER_URL} as the realtime URL of .*, or set adopt=True"):
            sandbox.up(changed)

    assert configured(sandbox) == (f"{URL}/v2" if adopt else OTHER_URL)


def test_what_a_refresh_has_seen_is_overwritten_as_the_plan_shows(sandbox: Stack) -> None:
    sandbox.up(realtime_url())
    configure_by_hand(sandbox, OTHER_URL)
    sandbox.refresh()

    sandbox.up(realtime_url())

    assert configured(sandbox) == URL


def test_adopting_a_url_that_is_equal_writes_nothing(sandbox: Stack) -> None:
    configure_by_hand(sandbox, URL)

    done = sandbox.up(realtime_url(adopt=True))

    assert done.requests == [GET]


def test_somebody_elses_url_that_a_refresh_found_is_left_when_the_resource_goes(sandbox: Stack) -> None:
    sandbox.up(realtime_url())
    configure_by_hand(sandbox, OTHER_URL)

    found = sandbox.refresh()
    sandbox.destroy()

    assert found.steps == {"endpoint": "update"}
    assert configured(sandbox) == OTHER_URL


def test_somebody_elses_url_that_a_refresh_found_is_set_back_by_the_next_up(sandbox: Stack) -> None:
    sandbox.up(realtime_url())
    configure_by_hand(sandbox, OTHER_URL)
    sandbox.refresh()

    done = sandbox.up(realtime_url())

    assert done.steps == {"endpoint": "update"}
    assert configured(sandbox) == URL


def test_a_url_that_is_gone_is_configured_again_after_a_refresh(sandbox: Stack) -> None:
    sandbox.up(realtime_url())
    sandbox.store.delete_realtime_url()
    sandbox.refresh()

    done = sandbox.up(realtime_url())

    assert done.steps == {"endpoint": "create"}
    assert configured(sandbox) == URL


def test_a_rename_leaves_the_url_configured(sandbox: Stack) -> None:
    sandbox.up(realtime_url(name="endpoint"))

    done = sandbox.up(realtime_url(name="server"))

    assert done.steps == {"server": "create", "endpoint": "delete"}
    assert configured(sandbox) == URL


def test_production_takes_no_url_before_a_passed_performance_test(production: Stack) -> None:
    steps = "in sandbox and pass a performance test there, then run again"

    with pytest.raises(NoPassingTest, match=rf"4030026 ForbiddenNoPassingTestError\); set the realtime URL {steps}"):
        production.up(realtime_url())
    production.apple.performance_test(passed=True)
    production.up(realtime_url())

    assert configured(production) == URL


def test_the_environments_have_a_url_each(sandbox: Stack, production: Stack) -> None:
    production.apple.performance_test(passed=True)
    sandbox.up(realtime_url())
    production.up(realtime_url(OTHER_URL))

    sandbox.destroy()

    assert (configured(sandbox), configured(production)) == (None, OTHER_URL)


@pytest.mark.parametrize("url", ["http://retention.example.com", "https://", "", "https://e.com/" + "x" * 243])
def test_a_url_that_apple_would_refuse_is_complained_about_before_anything_is_sent(sandbox: Stack, url: str) -> None:
    with pytest.raises(CheckFailed, match=r"^url "):
        sandbox.up(realtime_url(url))

    assert sandbox.apple.requests() == []
