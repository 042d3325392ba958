"""Whether Apple is reached, agrees on the time, and grants access; every request only reads."""

import sys
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

SET_CLOCK = {
    # https://www.freedesktop.org/software/systemd/man/latest/timedatectl.html
    "linux": "sudo timedatectl set-ntp true  # in a container or a virtual machine, on its host",
    "darwin": "sudo sntp -sS time.apple.com",
    # https://learn.microsoft.com/windows-server/networking/windows-time-service/windows-time-service-tools-and-settings
    "win32": "w32tm /resync",
}
"""`sys.platform` → the command that sets its clock by the network; on Windows an administrator's."""

SET_CLOCK_ELSEWHERE = "set this machine's clock by the network (NTP)"


def network(stack: Stack) -> Finding:
    """Whether something answers, over the proxy and with the certificates of this machine."""
    greeting = stack.greeting
    return ok(f"{greeting.who} answers in {greeting.took * 1000:.0f} ms")


def clock(stack: Stack) -> Finding:
    """Whether Apple would take a token's times for right."""
    greeting = stack.greeting
    theirs = date_in(greeting.headers.get("date", ""))
    if theirs is None:
        return skip(f"{greeting.who} does not say what time it has")
    return clock_finding((datetime.fromtimestamp(greeting.at, UTC) - theirs).total_seconds())


def date_in(header: str) -> datetime | None:
    """Read a Date header, which is in UTC whatever it says of that; None where it is no date."""
    try:
        return parsedate_to_datetime(header).replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def clock_finding(ahead: float, system: str = sys.platform) -> Finding:
    """Judge how many seconds this machine's clock is ahead of the server's."""
    apart = f"{_span(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} the server's"
    to_do = (SET_CLOCK.get(system, SET_CLOCK_ELSEWHERE),)
    if -PRECISION <= ahead <= PRECISION:
        return ok("as the server's")
    if ahead > BACKDATED + PRECISION or ahead < BACKDATED - TOKEN_LIFETIME:
        return Finding(Status.FAIL, f"this machine's clock is {apart}: a token of now is refused", to_do)
    return Finding(Status.WARN, f"this machine's clock is {apart}", to_do)


def _span(seconds: float) -> str:
    """Whole hours and minutes, and seconds where they are all there is to tell."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


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
        if location.base_url.rstrip("/").endswith(f"/{other}"):
            here = f"baseUrl ends in /{other}, and environment is {location.environment}: both have to be of one"
            return Finding(Status.WARN, here, (stack.account.remedies.to_type("baseUrl"),))
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
