"""
How fast it is, and beside what: `make bench`.

`SIZES="500 2000"` are numbers of resources, `TIMES=5` how often what is timed is timed, `ONLY="start images"` some of
the groups. docs/benchmarks.md is written when every group was measured often enough.
"""

from __future__ import annotations

import argparse
import inspect
import sys
import time
from typing import TYPE_CHECKING

from benchmark import (
    budget,
    catalogue,
    commands,
    counts,
    growth,
    images,
    page,
    start,
    state_size,
    stopping,
    uploads,
    waiting,
)
from benchmark.measure import Options
from engine.found import best

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

GROUPS: Mapping[str, tuple[str, ModuleType]] = {
    "requests": ("Requests", counts),
    "uploads": ("The client alone", uploads),
    "commands": ("Pulumi's commands", commands),
    "catalogue": ("A whole catalogue", catalogue),
    "growth": ("Growth", growth),
    "start": ("Start", start),
    "state": ("State", state_size),
    "images": ("Images", images),
    "waiting": ("Waiting for Apple's limits", waiting),
    "stopping": ("Ctrl-C", stopping),
    "budget": ("Apple's hour", budget),
}
"""Name → heading, and what measures it, whose docstring is the text below."""


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog=page.COMMAND)
    parser.add_argument("--sizes", nargs="+", type=int, default=[500, 2000])
    parser.add_argument("--times", type=int, default=page.FEWEST_TIMES)
    parser.add_argument("--only", nargs="*", choices=GROUPS, default=[])
    return parser.parse_args()


def main() -> None:
    """Measure, print a table for each group as it comes, and write the page."""
    asked = arguments()
    options = Options(asked.sizes, asked.times, best())
    groups: list[page.Group] = []
    for name in asked.only or GROUPS:
        heading, module = GROUPS[name]
        print(f"\n{heading} …", file=sys.stderr, flush=True)
        began = time.monotonic()
        groups.append(page.Group(heading, inspect.getdoc(module) or "", list(module.rows(options))))
        print(page.table(groups[-1].rows), flush=True)
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if len(groups) == len(GROUPS) and asked.times >= page.FEWEST_TIMES:
        page.PAGE.write_text(page.page(groups, options))
    else:
        print(f"\n{page.PAGE.name} is as it was: it takes all groups, each at least {page.FEWEST_TIMES} times")


if __name__ == "__main__":
    main()
