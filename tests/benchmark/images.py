"""
The largest pictures that Apple takes, not compressed: how often each is read, and how much of it is in memory at once.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmark.measure import Row, at_most, child, equal
from benchmark.network import PIECE
from benchmark.uploading import THREADS
from emulator.samples import png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure import Options

PICTURES, WIDTH, HEIGHT = 200, 3840, 2160


class Sink(BaseHTTPRequestHandler):
    """An App Store that takes every picture and keeps none."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"{}")

    def do_PUT(self) -> None:
        left = int(self.headers["Content-Length"])
        while left and (piece := self.rfile.read(min(left, PIECE))):
            left -= len(piece)
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the standard library's name
        """Log nothing."""


@contextmanager
def sink() -> Iterator[str]:
    """Its URL, as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield "http://127.0.0.1:{1}".format(*server.server_address)
    finally:
        server.shutdown()
        server.server_close()


def rows(options: Options) -> Iterator[Row]:
    """The program, which takes a digest and looks at the pixels, and the provider, which uploads."""
    with TemporaryDirectory() as folder, sink() as url:
        warm_up, first = Path(folder, "warm-up.png"), Path(folder, "0.png")
        warm_up.write_bytes(png(WIDTH, 160))
        first.write_bytes(png(WIDTH, HEIGHT, compress_level=0))
        pictures = [first, *(Path(folder, f"{number}.png") for number in range(1, PICTURES))]
        for each in pictures[1:]:
            each.hardlink_to(first)  # 5 GB otherwise
        given = {"warm_up": str(warm_up), "pictures": [*map(str, pictures)], "url": url}
        size = first.stat().st_size
        program, provider = (child("pictures", act, given=given) for act in ("declare", "upload"))
    what = f"{PICTURES} pictures of {WIDTH} × {HEIGHT}, {size / 1e6:.0f} MB each"
    yield equal(f"reads of each of {what}, in the program", "one for the digest", 1, program["reads"])
    yield equal("reads of each in the provider", "one for the upload", 1, provider["reads"])
    copies = program["memory"] / size
    yield at_most("copies of one in memory at once, in the program", "its file", 1.9, copies, "{:.1f}")
    copies = provider["memory"] / size / THREADS
    yield at_most(f"copies of each in memory, {THREADS} uploads at once", "its file", 1.9, copies, "{:.1f}")
