"""
The performance test that has to pass before production takes a realtime URL.

https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url
"""

from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.tables.database import App


def has_passed(app: App, switches: Switches, now: int, url: str | None = None) -> bool:
    """Whether a test has passed that opens production for a URL, or for this URL."""
    rows = app.execute(
        "SELECT passed, url, decided FROM performance_test WHERE bundle_id IN (:own, '*') ORDER BY bundle_id = '*'",
        own=app.bundle_id,
    )
    if not rows or not rows[0]["passed"]:
        return False
    if switches.passed_test_lifetime is not None and now - rows[0]["decided"] >= switches.passed_test_lifetime:
        return False
    is_of_another = url is not None and rows[0]["url"] not in (None, url)
    return not (is_of_another and switches.passed_test_holds == "for-its-url")


def record_result(app: App, switches: Switches, now: int, url: str, *, passed: bool) -> None:
    """Keep what a test of this URL decides."""
    if passed:
        _decide(app, now, url, passed=True)
    elif switches.passed_test_holds == "until-a-test-fails":
        _decide(app, now, url, passed=False)


def record_sandbox_url(app: App, switches: Switches, now: int, url: str) -> None:
    """Keep what a new sandbox URL decides, if it is not the one before."""
    before = app.execute("SELECT realtime_url FROM app WHERE id = :app")[0]["realtime_url"]
    if switches.passed_test_holds == "until-the-sandbox-url-changes" and before not in (None, url):
        _decide(app, now, url, passed=False)


def _decide(app: App, now: int, url: str, *, passed: bool) -> None:
    app.execute(
        "INSERT OR REPLACE INTO performance_test VALUES (:own, :passed, :url, :now)",
        own=app.bundle_id,
        passed=passed,
        url=url,
        now=now,
    )
