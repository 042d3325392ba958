"""Ctrl-C and `pulumi cancel` while something waits, in a process that is asked on threads as Pulumi's is."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from resources.samples import message
from retention_messaging_emulator import Fault
from retention_messaging_provider.resources.cancellation import Cancellation, Cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resources.stack import Stack

THREADS, LONG = 4, 600.0


class Servicer:
    """The calls that Pulumi's process of dynamic providers answers."""

    def __init__(self) -> None:
        self.cancellation = Cancellation()
        self.waiting = threading.Semaphore(0)

    def Configure(self) -> None:  # noqa: N802 - Pulumi's name
        self.cancellation.listen()

    def Create(self) -> None:  # noqa: N802 - Pulumi's name
        self.waiting.release()
        self.cancellation.sleep(LONG)

    def Cancel(self) -> None:  # noqa: N802 - Pulumi's name
        """It tells nobody."""


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool


def answer(behavior: Any) -> Any:
    """As gRPC hands a call to a thread, among other things that it needs."""
    return behavior()


@pytest.mark.parametrize("waiting", [1, THREADS, THREADS + 2])
def test_a_cancelled_wait_ends_at_once(pool: ThreadPoolExecutor, waiting: int) -> None:
    """Whether a thread is free to answer Cancel or not, every wait ends, and what begins to wait then, too."""
    servicer = Servicer()
    pool.submit(answer, servicer.Configure).result()

    waits = [pool.submit(answer, servicer.Create) for _ in range(waiting)]
    for _ in range(min(waiting, THREADS)):
        servicer.waiting.acquire()
    pool.submit(answer, servicer.Cancel).result(LONG)

    assert [type(each.exception()) for each in waits] == [Cancelled] * waiting


def test_a_wait_lasts_where_nothing_can_be_heard() -> None:
    """On a thread that is of no pool nothing is looked at, and a wait is one as before."""
    cancellation = Cancellation()
    cancellation.listen()

    cancellation.sleep(0)


@pytest.mark.parametrize("review", ["30s", None])
def test_what_was_uploaded_before_is_recorded(production: Stack, review: str | None) -> None:
    """A message that waits for its review, or for the other messages, is uploaded already: it is recorded."""
    production.on_sleep = _cancel
    production.up(message(waitForReview=review))

    assert production["stay"]["messageIdentifier"] in production.messages


def test_a_cancelled_wait_for_a_limit_sends_nothing_more(production: Stack) -> None:
    """What waits for Apple's limit is not sent, and fails with what to do."""
    production.settings = replace(production.settings, max_rate_limit_wait="10m")
    production.on_sleep = _cancel
    production.apple.fail_next(Fault(error_code=4290000, path="Upload Message"))

    with pytest.raises(Cancelled, match="run the same command again"):
        production.up(message())

    assert production.messages == {}


def _cancel() -> None:
    raise Cancelled
