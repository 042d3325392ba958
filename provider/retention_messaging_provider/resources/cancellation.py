"""
Ctrl-C, and `pulumi cancel`, while something waits.

Pulumi tells its providers by an RPC, Cancel. The process of dynamic providers answers it and tells nobody, and answers
only when one of its four threads is free, which may all be waiting: else the engine waits for them, however long that
takes. So what comes in for these threads is looked at here.

https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/dynamic/__main__.py
"""

import threading
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

RPC = "Cancel"


class Cancelled(Exception):
    """A wait that Pulumi has cancelled."""

    def __init__(self) -> None:
        super().__init__("Pulumi was cancelled while this waited; run the same command again, which goes on from there")


class Cancellation:
    """Whether a process was told to end."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._pool: ThreadPoolExecutor | None = None

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Cancelled as soon as the process is told to end, and from then on at once."""
        if self._told.wait(seconds):
            raise Cancelled

    def listen(self) -> None:
        """Hear of it from now on, on a thread of Pulumi's; where its process is made otherwise, a wait lasts."""
        if self._pool is None and (pool := _pool_of_this_thread()):
            self._pool, submit = pool, pool.submit

            def look(*call: Any, **options: Any) -> "Future[Any]":
                if any(getattr(each, "__name__", "") == RPC for each in call):
                    self._told.set()
                return submit(*call, **options)

            pool.submit = look  # type: ignore[method-assign]


def _pool_of_this_thread() -> ThreadPoolExecutor | None:
    arguments = getattr(threading.current_thread(), "_args", ())  # of the pool's own loop, a reference to the pool
    referred = (each() for each in arguments if isinstance(each, weakref.ref))
    return next((each for each in referred if isinstance(each, ThreadPoolExecutor)), None)


CANCELLATION = Cancellation()
"""Of this process, which serves one command."""
