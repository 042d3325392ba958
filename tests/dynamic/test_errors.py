"""What a user sees of an error: one line of an expected failure, the whole traceback of a bug."""

import os
import re
import sys
import traceback
from collections.abc import Callable

import pytest

from dynamic.adapter import sent, start
from resources.samples import EXPLICIT, OTHER_URL, URL, image, message, realtime_url
from retention_messaging_provider.dynamic import ImageProvider, MessageProvider, RealtimeUrlProvider


def shown(ask: Callable[[], object]) -> str:
    """What Pulumi shows of an error, see `_abort_with_traceback` in its `pulumi.dynamic`."""
    try:
        ask()
    except Exception:  # noqa: BLE001 - as Pulumi does
        return traceback.format_exc()
    raise AssertionError("there is no error to show")


def refused_by_apple(config: dict[str, str]) -> str:
    wrong = {**config, "retention-messaging:issuerId": "57246542-96fe-1a63-e053-0824d011072a"}
    return shown(
        lambda: start(MessageProvider, wrong).create(sent(message(messageIdentifier=EXPLICIT), config, MessageProvider))
    )


def without_credentials(config: dict[str, str]) -> str:
    props = sent(message(messageIdentifier=EXPLICIT), config, MessageProvider)
    return shown(lambda: start(MessageProvider, {}).create(props))


def without_the_file(config: dict[str, str]) -> str:
    want = image(imageIdentifier=EXPLICIT, imageSize="FULL_SIZE")
    props = {**sent(want, config, ImageProvider), "path": "nowhere.png"}
    return shown(lambda: start(ImageProvider, config).create(props))


def without_a_file_of_two_lines(config: dict[str, str]) -> str:
    want = image(imageIdentifier=EXPLICIT, imageSize="FULL_SIZE")
    props = {**sent(want, config, ImageProvider), "path": "no\x1b[2J\nwhere.png"}
    return shown(lambda: start(ImageProvider, config).create(props))


def over_a_foreign_url(config: dict[str, str]) -> str:
    adapter = start(RealtimeUrlProvider, config)
    adapter.create(sent(realtime_url(OTHER_URL), config, RealtimeUrlProvider))
    return shown(lambda: adapter.create(sent(realtime_url(URL), config, RealtimeUrlProvider)))


def bug() -> str:
    return shown(lambda: start(MessageProvider, {}).delete(EXPLICIT, {}))


@pytest.mark.parametrize(
    "expected_failure",
    [refused_by_apple, without_credentials, without_the_file, without_a_file_of_two_lines, over_a_foreign_url],
)
def test_an_expected_failure_is_shown_as_exactly_one_line(
    config: dict[str, str], expected_failure: Callable[[dict[str, str]], str]
) -> None:
    """An expected failure is shown as exactly one line."""
    lines = expected_failure(config).splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("RetentionMessagingError: ")
    assert lines[0].isprintable()


@pytest.mark.parametrize("expected_failure", [refused_by_apple, over_a_foreign_url])
def test_debugging_shows_tracebacks_and_requests_without_the_key(
    config: dict[str, str],
    expected_failure: Callable[[dict[str, str]], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """RETENTION_MESSAGING_DEBUG=1 shows where an error comes from, and each request with its answer and its time."""
    monkeypatch.setitem(os.environ, "RETENTION_MESSAGING_DEBUG", "1")

    error = expected_failure(config)
    said = capsys.readouterr().out

    assert error.startswith("Traceback (most recent call last):")
    assert re.search(r"^GET /sandbox/inApps/v1/messaging/\S+: [24]\d\d [\w ]+, \d+ ms$", said, re.MULTILINE)
    assert config["retention-messaging:privateKey"].splitlines()[1] not in error + said
    assert "eyJ" not in said


def test_a_bug_is_shown_with_its_whole_traceback() -> None:
    """A bug is shown with its whole traceback."""
    lines = bug().splitlines()

    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == "KeyError: 'environment'"
    assert len(lines) > 5


def test_a_bug_after_an_expected_failure_keeps_its_traceback(config: dict[str, str]) -> None:
    """A bug right after an expected failure is shown with its whole traceback."""
    alone = bug()
    without_credentials(config)

    after_a_failure = bug()

    assert after_a_failure == alone


def test_a_bug_during_an_expected_failure_keeps_its_traceback(config: dict[str, str]) -> None:
    """A bug while another call fails as expected is shown with its whole traceback."""

    class Meanwhile:
        """A text that lets another thread fail before it is compared."""

        def __eq__(self, other: object) -> bool:
            without_credentials(config)
            raise ZeroDivisionError

        __hash__ = object.__hash__

    props = sent(message(messageIdentifier=EXPLICIT), config, MessageProvider)
    olds = {**props, "header": Meanwhile()}

    lines = shown(lambda: start(MessageProvider, {}).diff(EXPLICIT, olds, props)).splitlines()

    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == "ZeroDivisionError"


def test_other_dynamic_providers_keep_their_tracebacks(config: dict[str, str]) -> None:
    """Other dynamic providers have their tracebacks again after the next call."""
    without_credentials(config)

    start(MessageProvider, config).check({}, sent(message(), config, MessageProvider))

    assert not hasattr(sys, "tracebacklimit")


@pytest.mark.parametrize("expected_failure", [refused_by_apple, without_credentials, over_a_foreign_url])
def test_no_error_shows_the_key(config: dict[str, str], expected_failure: Callable[[dict[str, str]], str]) -> None:
    """No error shows the private key."""
    assert config["retention-messaging:privateKey"].splitlines()[1] not in expected_failure(config)
