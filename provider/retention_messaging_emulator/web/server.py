"""The emulator on a socket: cheroot, which keeps connections open between requests."""

import errno
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from cheroot import wsgi

THREADS = 16
CONNECTIONS = 1000  # kept open
IDLE = 60  # seconds until an unused connection is closed


@dataclass(frozen=True)
class Server:
    """`url` has no path: base URLs are `url + "/sandbox"` and `url + "/production"`."""

    url: str


@contextmanager
def serve(app: Callable[..., Iterable[bytes]], host: str, port: int) -> Iterator[Server]:
    """Serve until the block is left. Port 0 takes a free one; OSError if the address is not to be had."""
    server = wsgi.Server((host, port), _closing(app), numthreads=THREADS, request_queue_size=128, timeout=IDLE)
    server.keep_alive_conn_limit = CONNECTIONS
    server.expiration_interval = 0.05  # seconds: how long stopping may take
    server.prepare()
    thread = threading.Thread(target=server.serve, name="retention-messaging-emulator", daemon=True)
    thread.start()
    try:
        bound = server.bind_addr[1]
        yield Server(f"http://{f'[{host}]' if ':' in host else host}:{bound}")
    finally:
        server.stop()
        thread.join()


def _closing(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """What the app raises as a broken connection, as cheroot closes one: without an answer."""

    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            return app(environ, start_response)
        except httpx.TransportError as broken:
            raise ConnectionResetError(errno.ECONNRESET, str(broken)) from None

    return wsgi_app
