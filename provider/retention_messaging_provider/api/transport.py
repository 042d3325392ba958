"""
Carries requests with httpcore, as httpx does, and bounds how long an answer takes in all.

httpx's own timeout is between two pieces: a server that sends a byte now and then would hold a run for ever.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

PATIENCE = 4
"""Times the timeout between two pieces: what a whole answer may take, from the end of the request."""

KEPT_OPEN = 5.0
"""Seconds without a request after which a connection is closed, as in httpx."""

FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


class Transport(httpx.BaseTransport):
    """
    Connections to one host, kept open between requests.

    certificates: what the host and an https proxy are verified with; None where the host is asked over http
    proxy: None for none
    """

    def __init__(self, certificates: ssl.SSLContext | None, proxy: httpx.Proxy | None) -> None:
        shared: dict[str, Any] = {
            "ssl_context": certificates,
            "max_connections": None,  # as many as there are threads
            "keepalive_expiry": KEPT_OPEN,
            "network_backend": Backend(),
        }
        self._pool = (
            httpcore.ConnectionPool(**shared)
            if proxy is None
            else httpcore.HTTPProxy(
                str(proxy.url),
                proxy_auth=proxy.raw_auth,
                proxy_ssl_context=certificates if proxy.url.scheme == "https" else None,
                **shared,
            )
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send; what goes wrong is raised as httpx raises it."""
        sent = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx():
            answer = self._pool.handle_request(sent)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=Stream(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._pool.close()


class Stream(httpx.SyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class Backend(httpcore.SyncBackend):
    """The network, whose connections wait for no answer for ever."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        return Connection(super().connect_tcp(host, port, timeout, local_address, socket_options))


class Connection(httpcore.NetworkStream):
    """A connection that counts the time from the last thing that was sent."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._sent_at = time.monotonic()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if timeout is None:
            return self._stream.read(max_bytes)
        left = self._sent_at + PATIENCE * timeout - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("timed out")
        return self._stream.read(max_bytes, min(timeout, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            # httpcore cuts off what is sent: the rest of a view is a view, and of bytes a copy
            self._stream.write(memoryview(buffer), timeout)  # type: ignore[arg-type]
        finally:  # a server may answer before it has read everything, and httpcore then reads that answer
            self._sent_at = time.monotonic()

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return Connection(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except FAILURES as failure:
        raise getattr(httpx, type(failure).__name__)(str(failure)) from failure  # httpx names its errors alike
