"""
Uploads by a client alone: ours, beside Apple's own, and beside the time that the network takes at least.

A request takes one round trip, and a new connection two more: one for TCP, one for TLS.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmark.measure import NO_GOAL, Row, at_least, at_most, child, in_turns, median_ratio
from benchmark.network import network
from benchmark.uploading import THREADS
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmark.measure import Options
    from benchmark.network import Network

UPLOADS = 200
ROUND_TRIPS = (0, 20, 80)
"""Milliseconds."""

JUDGED = 80
"""Milliseconds: where the network, and not this machine, is what takes the time."""


@dataclass(frozen=True)
class Took:
    """What the uploads took."""

    seconds: float
    connections: int
    tokens: int


def rows(options: Options) -> Iterator[Row]:
    """Time, connections and tokens, for each latency."""
    emulator = Emulator()
    with closing(emulator), emulator.serve() as server, network(server.url) as way:
        uploads = Uploads(emulator, way)
        for round_trip in ROUND_TRIPS:
            way.round_trip = round_trip / 1000
            took = in_turns(options.times, {"ours": uploads.ours, "apples": uploads.apples})
            yield from judged(round_trip, took["ours"], took["apples"])


@dataclass(frozen=True)
class Uploads:
    """The uploads by one client or the other, each in a process of its own, to an empty App Store."""

    emulator: Emulator
    way: Network

    def ours(self) -> Took:
        return self._by("ours")

    def apples(self) -> Took:
        return self._by("apples")

    def _by(self, who: str) -> Took:
        self.emulator.reset()
        self.way.clear()
        seconds = child("uploading", who, UPLOADS, given=access(self.emulator, self.way.url))
        return Took(seconds, self.way.connections, len(self.way.tokens))


def access(emulator: Emulator, url: str) -> dict[str, str]:
    """What a client needs."""
    return {**vars(emulator.credentials), "url": f"{url}/sandbox"}


def judged(round_trip: int, ours: Sequence[Took], apples: Sequence[Took]) -> Iterator[Row]:
    """The rows of one latency."""
    what, against = f"{UPLOADS} uploads, {round_trip} ms a round trip", "Apple's client in a loop"
    times, theirs = ([each.seconds for each in took] for took in (ours, apples))
    ratio, details = median_ratio(theirs, times), f"{summary(apples)} : {summary(ours)}"
    if round_trip != JUDGED:
        yield Row(what, against, NO_GOAL, f"{ratio:.1f} × as fast ({details})")
        return
    yield at_least(what, against, 10, ratio, "{:.1f} × as fast", details=details)
    floor = UPLOADS * round_trip / 1000 / THREADS
    against = f"the least: {UPLOADS} × {round_trip} ms / {THREADS} threads"
    yield at_most("the same", against, 1.15, median(times) / floor, "{:.2f} ×", details=f"{floor:.2f} s")
    connections, tokens = (max(getattr(each, key) for each in ours) for key in ("connections", "tokens"))
    yield at_most("connections for it", f"{THREADS} threads", THREADS, connections, "{:.0f}")
    yield at_most("tokens for it", "one for 4 minutes", 1, tokens, "{:.0f}")


def summary(took: Sequence[Took]) -> str:
    """The median time, and the most connections and tokens."""
    connections, tokens = (max(getattr(each, key) for each in took) for key in ("connections", "tokens"))
    return f"{median(each.seconds for each in took):.2f} s, {connections} connections, {tokens} tokens"
