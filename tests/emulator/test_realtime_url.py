import pytest

from emulator.samples import refused_with
from retention_messaging_emulator import AppStoreConnect, AppStoreError, Emulator, Switches

URL = "https://retention.example.com/apple"


def test_the_latest_url_is_read_back(sandbox: AppStoreConnect) -> None:
    """The URL that was set last is read back."""
    sandbox.configure_realtime_url({"realtimeURL": "https://example.com/first"})
    sandbox.configure_realtime_url({"realtimeURL": URL})

    assert sandbox.realtime_url() == URL


def test_there_is_no_url_until_one_is_configured(sandbox: AppStoreConnect) -> None:
    """A URL that was never set is Apple's 404."""
    with refused_with(AppStoreError.REALTIME_URL_NOT_FOUND):
        sandbox.realtime_url()


def test_deleting_the_url_may_be_repeated(sandbox: AppStoreConnect) -> None:
    """Deleting the URL twice succeeds, and there is none afterwards."""
    sandbox.configure_realtime_url({"realtimeURL": URL})

    sandbox.delete_realtime_url()
    sandbox.delete_realtime_url()

    with refused_with(AppStoreError.REALTIME_URL_NOT_FOUND):
        sandbox.realtime_url()


@pytest.mark.parametrize("url", [URL, "https://e.com:8443/a?b=c", "https://e.com/" + "x" * 242])
def test_an_https_url_of_at_most_256_characters_is_taken(sandbox: AppStoreConnect, url: str) -> None:
    """An https URL of at most 256 characters is accepted."""
    sandbox.configure_realtime_url({"realtimeURL": url})

    assert sandbox.realtime_url() == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.com",
        "HTTPS://example.com",
        "example.com",
        "https://",
        "https:///path",
        "https://example.com:port",
        "https://exam ple.com",
        "https://[::1",
        "https://e.com/" + "x" * 243,
    ],
)
def test_any_other_url_is_refused(sandbox: AppStoreConnect, url: str) -> None:
    """Any other URL is refused."""
    with refused_with(AppStoreError.BAD_REQUEST_REALTIME_URL):
        sandbox.configure_realtime_url({"realtimeURL": url})


@pytest.mark.parametrize("url", [URL, "https://example.com", "https://xn--caf-dma.example/", "https://localhost/a:b@c"])
def test_a_plain_url_is_never_too_elaborate(url: str) -> None:
    """A URL of a host and a path is accepted even where elaborate ones are refused."""
    refusing = Switches(elaborate_realtime_url=AppStoreError.BAD_REQUEST_REALTIME_URL)
    sandbox = Emulator(switches=refusing).sandbox

    sandbox.configure_realtime_url({"realtimeURL": url})

    assert sandbox.realtime_url() == url


@pytest.mark.parametrize("body", [None, {}, {"realtimeUrl": URL}, {"realtimeURL": 7}])
def test_a_malformed_request_is_a_bad_request(sandbox: AppStoreConnect, body: object) -> None:
    """A malformed request is a general bad request."""
    with refused_with(AppStoreError.GENERAL_BAD_REQUEST):
        sandbox.configure_realtime_url(body)


def test_production_asks_for_a_passed_performance_test(emulator: Emulator) -> None:
    """Production takes a URL only after a passed performance test."""
    with refused_with(AppStoreError.FORBIDDEN_NO_PASSING_TEST):
        emulator.production.configure_realtime_url({"realtimeURL": URL})

    emulator.production.performance_test(passed=True)
    emulator.production.configure_realtime_url({"realtimeURL": URL})

    assert emulator.production.realtime_url() == URL


def test_a_test_that_failed_since_closes_production_again(emulator: Emulator) -> None:
    """A test that was decided as failed closes production again."""
    emulator.performance_test(passed=True)
    emulator.production.performance_test(passed=False)

    with refused_with(AppStoreError.FORBIDDEN_NO_PASSING_TEST):
        emulator.production.configure_realtime_url({"realtimeURL": URL})


def test_one_app_that_passed_opens_production_for_no_other(emulator: Emulator) -> None:
    """A passed test of one app does not open production for another."""
    emulator.performance_test(passed=True, bundle_id="com.example.other")

    with refused_with(AppStoreError.FORBIDDEN_NO_PASSING_TEST):
        emulator.production.configure_realtime_url({"realtimeURL": URL})
