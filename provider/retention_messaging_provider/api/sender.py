"""One call, from the request that is built to the value that is read: signed, sent, tried again."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from typing import Any, TypeVar

import httpx

from retention_messaging_provider.api import address, network
from retention_messaging_provider.api.answers import PACKED, decipher, no_answer, receive
from retention_messaging_provider.api.auth import AppleAuth, Credentials, NeverPickled
from retention_messaging_provider.api.endpoints import Call
from retention_messaging_provider.api.errors import Withheld
from retention_messaging_provider.api.retry import Retrier

T = TypeVar("T")

A_MOMENT = 1.0
"""Seconds: a request that was asked for longer ago had to wait."""


class Sender(NeverPickled):
    """
    Sends the calls of a client, from all threads. The parameters are the client's.

    timeout: seconds to connect, and between two pieces of an answer

    Raises BaseUrlRefused for the base URL, NetworkRefused for a proxy or certificates of the environment.
    """

    def __init__(  # noqa: PLR0913 - seams are arguments
        self,
        base_url: str,
        credentials: Credentials,
        bundle_id: str,
        *,
        timeout: float,
        max_rate_limit_wait: float,
        transport: httpx.BaseTransport | None,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        report: Callable[[str], None],
        log: Callable[[str], None] | None,
    ) -> None:
        url = address.safe(base_url)
        proxy = None if transport else network.find_proxy(url)
        self._to = network.name(url, proxy)
        self._auth = AppleAuth(credentials, bundle_id, clock)
        self._transport = transport or network.open_transport(url, proxy)
        self._requests = httpx.Client(
            base_url=url,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": PACKED[0],
                "User-Agent": f"pulumi-retention-messaging/{version('pulumi-retention-messaging')}",
            },
            timeout=timeout,
            transport=self._transport,
            trust_env=False,  # `network` reads the environment
        )
        self._clock = clock
        self._retrier = Retrier(max_rate_limit_wait, clock, sleep, report)
        self._credentials = credentials
        self._log = log

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._requests.close()

    def send(
        self,
        call: Call[T],
        is_there: Callable[[], bool] | None,
        is_due: Callable[[], bool] | None,
        content: Mapping[str, Any],
    ) -> T:
        """
        Send until there is an answer that decides; `is_there` and what is raised are those of Retrier.run.

        What had to wait is sent only if `is_due` says so then; else Withheld is raised.
        """
        call = replace(call, to=self._to)
        began = self._clock()

        def send_once() -> T:
            if is_due and self._clock() - began > A_MOMENT and not is_due():
                raise Withheld(f"{call.doing} was not sent after a wait; it was due no more")
            return self._send_once(call, content)

        with self._credentials.explaining(call):
            return self._retrier.run(call, send_once, is_there)

    def _send_once(self, call: Call[T], content: Mapping[str, Any]) -> T:
        request = self._requests.build_request(call.endpoint.method, call.path, **content)
        self._auth.sign(request)
        outcome = "no answer"
        began = time.monotonic()
        try:
            # not by httpx.Client, which keeps a stranger's cookies and reads where a redirect leads
            with closing(self._transport.handle_request(request)) as response:
                answer = receive(response)
            outcome = answer.line
        except httpx.RequestError as error:
            raise no_answer(error, call) from error
        finally:
            if self._log:
                took = (time.monotonic() - began) * 1000
                self._log(f"{request.method} {request.url.raw_path.decode()}: {outcome}, {took:.0f} ms")
        return decipher(answer, call)
