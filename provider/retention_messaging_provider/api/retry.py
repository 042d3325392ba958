"""What is tried again, and what a second try means."""

from collections.abc import Callable
from typing import Any, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from retention_messaging_provider.api.endpoints import Call, Endpoint, Repeat
from retention_messaging_provider.api.errors import (
    AlreadyExists,
    AppleUnavailable,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RequestFailed,
    Unreachable,
)
from retention_messaging_provider.api.rate_limit import Gate

T = TypeVar("T")

TRIES = 4
WAIT = wait_exponential_jitter(initial=1, max=30, jitter=1)
"""Seconds between tries: about 1, 2 and 4."""

PASSING = (AppleUnavailable, Unreachable)
"""The failures that may be over at the next try."""

AGAIN: dict[Repeat, tuple[type[RequestFailed], ...]] = {Repeat.NEVER: (NotSent,)}
"""The failures after which an endpoint is asked again, where those are not all that may be over."""

SETTLED: dict[Repeat, tuple[type[RequestFailed], ...]] = {
    Repeat.FREELY: (),
    Repeat.UNTIL_GONE: (NotFound,),
    Repeat.AFTER_A_LOOK: (AlreadyExists,),
    Repeat.NEVER: (),
}
"""The refusals that, after a try with an unknown outcome, show that it did what it was sent for."""


class Retrier:
    """
    Gets calls done, for all threads of a client.

    max_rate_limit_wait: seconds that one call may spend before it is given up to Apple's rate limit
    clock: UNIX seconds
    report: takes one line for every wait
    """

    def __init__(
        self,
        max_rate_limit_wait: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        report: Callable[[str], None],
    ) -> None:
        self._max_rate_limit_wait = max_rate_limit_wait
        self._clock = clock
        self._sleep = sleep
        self._report = report
        self._gates: dict[Endpoint[Any], Gate] = {}

    def run(self, call: Call[T], send: Callable[[], T], is_there: Callable[[], bool] | None = None) -> T:
        """
        Send until there is an answer that decides.

        send: one try; returns the value or raises a RequestFailed
        is_there: looks whether an upload is at Apple; asked before an upload is repeated

        Raises the error of the last try, or OutcomeUnknown where the look failed.
        """
        gate = self._gates.setdefault(call.endpoint, Gate(self._clock, self._sleep, self._report))
        deadline = self._clock() + self._max_rate_limit_wait
        unclear: RequestFailed | None = None

        def try_once() -> T:
            nonlocal unclear
            if unclear and is_there and self._look(call, is_there, unclear):
                return call.endpoint.read(b"")
            try:
                return gate.pass_through(call, send, deadline)
            except SETTLED[call.endpoint.repeat]:
                if not unclear:
                    raise
                return call.endpoint.read(b"")
            except NotSent:
                raise
            except PASSING as failure:
                unclear = failure
                raise

        retrying = Retrying(
            sleep=self._sleep,
            stop=stop_after_attempt(TRIES),
            wait=WAIT,
            retry=retry_if_exception_type(AGAIN.get(call.endpoint.repeat, PASSING)),
            before_sleep=self._announce,
            reraise=True,
        )
        return retrying(try_once)

    def _announce(self, state: RetryCallState) -> None:
        failure = state.outcome and state.outcome.exception()
        if isinstance(failure, RequestFailed):
            self._report(f"{failure.what}; trying again in {state.upcoming_sleep:.0f} s")

    def _look(self, call: Call[T], is_there: Callable[[], bool], unclear: RequestFailed) -> bool:
        try:
            return is_there()
        except RequestFailed as failure:
            raise OutcomeUnknown(
                call,
                f"{unclear.reason}, and the list that would show it could not be read: {failure.reason}",
                "run again: the next run reads the list first",
            ) from failure
