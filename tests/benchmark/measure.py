"""Measuring: in turns, so that what slows the machine slows everything alike; and what came out, as rows of a table."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.found import Engine

T = TypeVar("T")

NO_GOAL = ""


@dataclass(frozen=True)
class Options:
    """What is measured with: numbers of resources, how often, and the engine that runs programs."""

    sizes: Sequence[int]
    times: int
    engine: Engine


@dataclass(frozen=True)
class Row:
    """
    One thing that was measured.

    what: and against what, or with what: a part of a sentence each
    holds: whether the goal is met; None where there is none, or where `measured` says why nothing was measured
    """

    what: str
    against: str
    goal: str
    measured: str
    holds: bool | None = None


def at_most(what: str, against: str, limit: float, measured: float, form: str, *, details: str = "") -> Row:
    """A row whose goal is a limit; `form` writes both numbers, as `{:.2f} ×`."""
    return Row(what, against, f"≤ {form.format(limit)}", _told(form.format(measured), details), measured <= limit)


def at_least(what: str, against: str, limit: float, measured: float, form: str, *, details: str = "") -> Row:
    """A row whose goal is to reach a number."""
    return Row(what, against, f"≥ {form.format(limit)}", _told(form.format(measured), details), measured >= limit)


def equal(what: str, against: str, wanted: object, measured: object) -> Row:
    """A row whose goal is a count."""
    return Row(what, against, f"{wanted}", f"{measured}", measured == wanted)


def not_measured(what: str, against: str, reason: str) -> Row:
    return Row(what, against, NO_GOAL, f"not measured: {reason}")


def _told(measured: str, details: str) -> str:
    return f"{measured} ({details})" if details else measured


def in_turns(times: int, runs: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """What every run answers, in order: each once, then each again, and so on."""
    answers: dict[str, list[T]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            answers[name].append(run())
    return answers


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of each turn."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def seconds(run: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def processor_seconds(run: Callable[[], object]) -> float:
    """How long this process works for it, which other processes do not change."""
    began = time.process_time()
    run()
    return time.process_time() - began


def child(module: str, *arguments: object, given: object = None) -> Any:
    """What a module beside this one, run in a Python of its own, prints as JSON; `given` is its standard input."""
    command = [sys.executable, "-m", f"benchmark.{module}", *map(str, arguments)]
    done = subprocess.run(command, input=json.dumps(given), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)
