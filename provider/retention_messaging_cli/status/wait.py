"""Waits for Apple's review, and says what changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from retention_messaging_cli.progress import tell
from retention_messaging_cli.status import findings
from retention_messaging_cli.status.findings import Health, Upload
from retention_messaging_cli.status.known import Known
from retention_messaging_cli.status.look import Look
from retention_messaging_provider.api import AppleUnavailable, Unreachable
from retention_messaging_provider.api.rate_limit import local_time
from retention_messaging_provider.resources.known import View
from retention_messaging_provider.resources.message import REVIEW_POLL

POLL = float(REVIEW_POLL)
"""Seconds between two looks; a message's own `wait_for_review` looks as often."""


@dataclass(frozen=True)
class Watched:
    """An app whose reviews are waited for."""

    look: Look
    known: Known

    def uploads(self, view: View) -> Sequence[Upload]:
        """The messages and images that are waited for, or were."""
        return [*findings.messages(self.known, view), *findings.images(self.known, view)]


def until_decided(apps: Sequence[Watched], seconds: float) -> list[View]:
    """
    Wait until nothing waits for a review, at most so many seconds; answers the lists of each app as they are then.

    What changes is said on stderr, a line each. That Apple does not answer for a while ends nothing.
    """
    views = [app.look.fetch_lists() for app in apps]
    run = apps[0].look.run
    deadline = run.clock() + seconds
    if seconds and (count := _count_waiting(apps, views)):
        tell(f"Waiting for Apple's review until {local_time(deadline)} at the latest; it is to decide about {count}")
    while _count_waiting(apps, views) and (left := deadline - run.clock()) > 0:
        run.sleep(min(POLL, left))
        views = _look_again(apps, views)
    return views


def _count_waiting(apps: Sequence[Watched], views: Sequence[View]) -> int:
    return sum(
        each.health is Health.WAITING for app, view in zip(apps, views, strict=True) for each in app.uploads(view)
    )


def _look_again(apps: Sequence[Watched], before: list[View]) -> list[View]:
    try:
        after = [app.look.fetch_lists() for app in apps]
    except (AppleUnavailable, Unreachable) as error:
        tell(f"{error.what}; it is asked again")
        return before
    for app, then, now in zip(apps, before, after, strict=True):
        _tell_changes(app.uploads(then), app.uploads(now))
    return after


def _tell_changes(then: Sequence[Upload], now: Sequence[Upload]) -> None:
    states = {each.record.ref: each.state for each in then}
    for each in now:
        if each.state != states.pop(each.record.ref, None):
            tell(f"{each}: {each.state or GONE}")
    for ref in states:  # of the lists alone, which have it no more
        tell(f"{ref.kind} {ref.identifier}: {GONE}")


GONE = "not at Apple any more"
