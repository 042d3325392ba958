"""
A way to a server that is as slow as the Internet, and counts what goes through it.

A request takes one round trip. A new connection takes two more before its first request: one for TCP, one for TLS 1.3.
"""

from __future__ import annotations

import asyncio
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Iterator

TOKEN = re.compile(rb"authorization: *bearer *(\S+)", re.IGNORECASE)
PIECE = 64 * 1024


@dataclass
class Network:
    """The network before one server; `round_trip` is in seconds."""

    server: str
    round_trip: float = 0.0
    url: str = ""
    connections: int = 0
    requests: int = 0
    tokens: set[bytes] = field(default_factory=set)

    def clear(self) -> None:
        """Count anew."""
        self.connections, self.requests = 0, 0
        self.tokens.clear()

    async def serve(self, started: threading.Event, ended: asyncio.Event) -> None:
        """Carry every connection until it has ended."""
        listening = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = "http://127.0.0.1:{1}".format(*listening.sockets[0].getsockname())
        started.set()
        await ended.wait()
        listening.close()

    async def _carry(self, asks: StreamReader, answers: StreamWriter) -> None:
        self.connections += 1
        await asyncio.sleep(2 * self.round_trip)
        server = urlsplit(self.server)
        replies, sent = await asyncio.open_connection(server.hostname, server.port)
        is_quiet = True

        async def forth() -> None:
            nonlocal is_quiet
            while data := await asks.read(PIECE):
                if is_quiet:  # the first of a request: before the answer to the last one nobody sends another
                    is_quiet = False
                    await self._begin(data)
                sent.write(data)
                await sent.drain()

        async def back() -> None:
            nonlocal is_quiet
            while data := await replies.read(PIECE):
                is_quiet = True
                answers.write(data)
                await answers.drain()

        ways = [asyncio.ensure_future(way()) for way in (forth, back)]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            for writer in (sent, answers):
                writer.close()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _begin(self, data: bytes) -> None:
        self.requests += 1
        self.tokens.update(TOKEN.findall(data))
        await asyncio.sleep(self.round_trip)


@contextmanager
def network(server: str) -> Iterator[Network]:
    """The network before the server of a URL, as long as the block lasts."""
    made, started, ended = Network(server), threading.Event(), asyncio.Event()
    with asyncio.Runner() as runner:
        thread = threading.Thread(target=runner.run, args=[made.serve(started, ended)])
        thread.start()
        started.wait()
        try:
            yield made
        finally:
            runner.get_loop().call_soon_threadsafe(ended.set)
            thread.join()
