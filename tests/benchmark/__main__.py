"""
How fast it is, and beside what: `make bench`.

`SIZES="500 2000"` are numbers of resources, `TIMES=5` how often what is timed is timed, `ONLY="start memory"` some of
the groups. docs/benchmarks.md is written when every group was measured often enough.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from benchmark import budget, commands, counts, growth, images, page, start, state_size, uploads, waiting
from benchmark.measure import Options
from engine.found import best

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmark.measure import Row

GROUPS: Mapping[str, tuple[str, Callable[[Options], Iterator[Row]]]] = {
    "requests": ("Requests", counts.rows),
    "uploads": ("The client alone", uploads.rows),
    "commands": ("Pulumi's commands", commands.rows),
    "growth": ("Our own part", growth.rows),
    "start": ("Start", start.rows),
    "state": ("State", state_size.rows),
    "images": ("Images", images.rows),
    "waiting": ("Waiting", waiting.rows),
    "budget": ("Apple's hour", budget.rows),
}
"""Name → heading, and what measures it."""


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--sizes", nargs="+", type=int, default=[500, 2000])
    parser.add_argument("--times", type=int, default=page.FEWEST_TIMES)
    parser.add_argument("--only", nargs="*", choices=GROUPS, default=[])
    return parser.parse_args()


def main() -> None:
    """Measure, print a table for each group as it comes, and write the page."""
    asked = arguments()
    options = Options(asked.sizes, asked.times, best())
    measured: dict[str, Sequence[Row]] = {}
    for name in asked.only or GROUPS:
        heading, rows = GROUPS[name]
        print(f"\n{heading} …", file=sys.stderr, flush=True)
        began = time.monotonic()
        measured[heading] = list(rows(options))
        print(page.table(measured[heading]), flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if len(measured) == len(GROUPS) and asked.times >= page.FEWEST_TIMES:
        page.PAGE.write_text(page.page(measured, options))
    else:
        print(f"\n{page.PAGE.name} is as it was: it takes all groups, each at least {page.FEWEST_TIMES} times")


if __name__ == "__main__":
    main()
