"""Whether Apple is reached, agrees on the time, and grants access; every request only reads."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from retention_messaging_cli.doctor.finding import Finding, Status, ok, skip
from retention_messaging_cli.doctor.stack import Stack
from retention_messaging_cli.progress import progress, tell
from retention_messaging_provider.api import BASE_URLS, RateLimited, RequestFailed, RetentionMessagingClient
from retention_messaging_provider.api.auth import BACKDATED, TOKEN_LIFETIME
from retention_messaging_provider.rules import ENVIRONMENTS

PRECISION = 2.0
"""Seconds: a Date header has whole ones, and the answer takes its time."""

SET_CLOCK = (
    "set this machine's clock by the network: sudo timedatectl set-ntp true, on macOS sudo sntp -sS time.apple.com"
)


def network(stack: Stack) -> Finding:
    """Whether something answers, over the proxy and with the certificates of this machine."""
    greeting = stack.greeting
    return ok(f"{greeting.who} answers in {greeting.took * 1000:.0f} ms")


def clock(stack: Stack) -> Finding:
    """Whether Apple would take a token's times for right."""
    try:
        theirs = parsedate_to_datetime(stack.greeting.headers.get("date", ""))
    except ValueError:
        return skip("the server does not say what time it has")
    ours = datetime.fromtimestamp(stack.greeting.at, UTC)
    return clock_finding((ours - theirs).total_seconds())


def clock_finding(ahead: float) -> Finding:
    """Judge how many seconds this machine's clock is ahead of the server's."""
    apart = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the server's"
    if -PRECISION <= ahead <= PRECISION:
        return ok("as the server's")
    if ahead > BACKDATED + PRECISION or ahead < BACKDATED - TOKEN_LIFETIME:
        return Finding(Status.FAIL, f"this machine's clock is {apart}: a token of now is refused", (SET_CLOCK,))
    return Finding(Status.WARN, f"this machine's clock is {apart}", (SET_CLOCK,))


def access(stack: Stack) -> Finding:
    """Whether the account may use the API in its own environment."""
    location = stack.account.location()
    with progress(f"Asking for the messages in {location.environment}"):
        return _ask(stack, stack.base_url, location.environment, Status.FAIL)


def other_environment(stack: Stack) -> Finding:
    """Whether it may in the other one; never a blocker."""
    location = stack.account.location()
    (other,) = set(ENVIRONMENTS) - {location.environment}
    if location.base_url:
        return skip(f"baseUrl is that of {location.environment} only")
    with progress(f"Asking for the messages in {other}"):
        return _ask(stack, BASE_URLS[other], other, Status.WARN)


def _ask(stack: Stack, url: str, environment: str, if_refused: Status) -> Finding:
    settings = stack.account.settings
    client = RetentionMessagingClient(
        url, settings.credentials(), str(settings.bundle_id), max_rate_limit_wait=0, report=tell
    )
    with closing(client):
        return access_finding(client.get_message_list, environment, if_refused)


def access_finding(fetch: Callable[[], Sequence[object]], environment: str, if_refused: Status) -> Finding:
    """Judge what Apple answers to the least request that there is."""
    try:
        count = len(fetch())
    except RateLimited as limited:
        return Finding(Status.WARN, f"{environment}: granted, but {limited.what}", (limited.remedy,))
    except RequestFailed as refused:
        return Finding(if_refused, f"{environment}: {refused.what}", (refused.remedy,))
    return ok(f"{environment}: granted; {count} {'message' if count == 1 else 'messages'} there")
