"""
The emulator on a socket.

Waitress reads a request whole before it gives a thread to it, so that a connection that says nothing, or says it
slowly, holds nobody up. What is too large is refused as it comes in, and what is large is kept in a file.
"""

import ipaddress
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from waitress import wasyncore
from waitress.buffers import OverflowableBuffer
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.server import create_server
from waitress.utilities import BadRequest

THREADS = 64  # an answer that is held back keeps one
CONNECTIONS = 1000  # kept open
LONGEST_HEADER = 64 * 1024  # bytes, of the request line and all header fields
LONGEST_BODY = 64 * 1024 * 1024  # bytes: more than the largest image, so that Apple's answer to that one is seen
LONGEST_LENGTH = 2**53  # what is announced beyond it is no length
STOPPING = 1  # seconds that answers on their way are given when the server stops

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait their turn is no news


@dataclass(frozen=True)
class Server:
    """`url` has no path: base URLs are `url + "/sandbox"` and `url + "/production"`."""

    url: str

    @property
    def console_url(self) -> str:
        """The page for a browser."""
        return f"{self.url}/_emulator/"


@contextmanager
def serve(app: Callable[..., Iterable[bytes]], host: str, port: int) -> Iterator[Server]:
    """
    Serve until the block is left. Port 0 takes a free one; OSError if the address is not to be had.

    `0.0.0.0` is every IPv4 address of the machine, and `::` every address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, dualstack_ipv6=host == "::")
    connections: dict[int, Any] = {}
    server: Any = create_server(
        _closing(app),
        map=connections,
        sockets=[listening],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        max_request_header_size=LONGEST_HEADER,
        max_request_body_size=LONGEST_BODY,
        recv_bytes=64 * 1024,
        ident=None,
    )
    server.channel_class = _Channel
    ended = threading.Event()
    thread = threading.Thread(target=_run, args=(connections, ended), name="retention-messaging-emulator", daemon=True)
    thread.start()
    try:
        yield Server(f"http://{_reachable(host)}:{listening.getsockname()[1]}")
    finally:
        ended.set()
        server.pull_trigger()
        thread.join()
        server.task_dispatcher.shutdown(timeout=STOPPING)
        for each in list(server.active_channels.values()):
            each.handle_close()
        server.close()


def _run(connections: dict[int, Any], ended: threading.Event) -> None:
    """What `run` of waitress's server does, until this has ended: it has no way to be stopped by another thread."""
    while not ended.is_set():
        wasyncore.loop(timeout=1, use_poll=True, map=connections, count=1)


class _Chunks(ChunkedReceiver):
    """Chunks whose size is never an empty line (RFC 9112, 7.1); waitress goes on waiting for it."""

    def received(self, s: bytes) -> int:
        taken = 0
        while taken < len(s) and not (self.completed or self.error):
            end = taken + self.chunk_remainder if self.chunk_remainder else s.find(b"\n", taken) + 1 or len(s)
            is_size = not (self.chunk_remainder or self.validate_chunk_end or self.all_chunks_received)
            if is_size and self.control_line + s[taken:end] == b"\r\n":
                self.error = BadRequest("Chunk without a size")
                return len(s)
            taken += super().received(s[taken:end])
        return taken


class _Parser(HTTPRequestParser):
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.content_length > LONGEST_LENGTH:
            raise ParsingError("Content-Length is invalid")
        if self.chunked:
            self.body_rcv = _Chunks(OverflowableBuffer(self.adj.inbuf_overflow))


class _Channel(HTTPChannel):
    parser_class = _Parser


def _reachable(host: str) -> str:
    """The name in a URL of a server that listens on this host: one that listens everywhere is reached here."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1"
    return f"[{host}]" if address.version == 6 else host


def _closing(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """What the app raises as a broken connection, as waitress closes one: without an answer."""

    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            return app(environ, start_response)
        except httpx.TransportError as broken:
            raise ClientDisconnected from broken

    return wsgi_app
