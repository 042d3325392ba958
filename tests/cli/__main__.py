"""
Random histories on the real Pulumi CLI, as `make test-cli` runs them.

`--only 7` is the history of number 7 alone, with its trace; `--moves` a file with one, as it is printed; `--shrink`
leaves out of a failing one whatever it fails without.
"""

from __future__ import annotations

import argparse
import ast
import os
import signal
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cli import chance
from cli.forked import Interpreters
from cli.history import History
from cli.shrink import shrunk
from cli.workbench import Workbench
from cli.world import Wrong
from engine.found import MISSING, Engine, pulumi_cli

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.world import Move
    from retention_messaging_emulator.app_store import Environment

PROGRESS = 25
KINDS = {
    "pairs lost": ("lost: ", "others': ", "taken away: "),
    "lines untrue": ("untrue: ", "a line nobody judges", "planned "),
    "left over without a line": ("left without a line", "and nothing records it", "is left", "which is not there"),
    "stuck": ("stuck: ", "fails", "hangs"),
}
"""What is counted → how it is told."""


@dataclass
class Lived:
    """A history to its end; `wrong` is what it found, "" for nothing."""

    number: str
    environment: Environment
    moves: Sequence[Move]
    wrong: str = ""
    trace: list[str] = field(default_factory=list)
    commands: int = 0
    seconds: float = 0


@dataclass(frozen=True)
class Place:
    """Where histories are lived; what matches `ignored` is no failure."""

    engine: Engine
    interpreters: Interpreters
    is_unforked: bool = False
    ignored: str = ""

    @property
    def interpreter(self) -> str:
        """What the CLI runs programs with."""
        return sys.executable if self.is_unforked else str(self.interpreters.command)


def live(place: Place, number: str, environment: Environment, moves: Sequence[Move]) -> Lived:
    """One history; again, if the interpreters were ended from outside meanwhile."""
    place.interpreters.start()
    lived = live_once(place, number, environment, moves)
    if lived.wrong and place.interpreters.start():
        return live_once(place, number, environment, moves)
    return lived


def live_once(place: Place, number: str, environment: Environment, moves: Sequence[Move]) -> Lived:
    """From an empty folder to an empty App Store."""
    lived = Lived(number, environment, moves)
    began = time.monotonic()
    workbench = Workbench(place.engine, environment, place.interpreter)
    history = History(workbench, place.ignored)
    try:
        history.live(moves)
    except Wrong as wrong:
        lived.wrong = str(wrong)
    except Exception:  # noqa: BLE001 - a history that cannot be lived is a failure of its own
        lived.wrong = f"the judge fails: {traceback.format_exc()}"
    finally:
        lived.trace = history.trace
        lived.commands = sum(line.startswith("$ ") for line in history.trace)
        workbench.close()
    lived.seconds = time.monotonic() - began
    return lived


def told(lived: Lived) -> str:
    """A failing history, as a list of moves that `--moves` takes."""
    listed = "\n".join(f"    {move!r}," for move in lived.moves)
    return f"{lived.number} on {lived.environment}: {lived.wrong}\n({lived.environment!r}, [\n{listed}\n])\n"


def counts(failures: Sequence[Lived]) -> str:
    """How many failed in which way."""
    counted = dict.fromkeys(KINDS, 0)
    for each in failures:
        kind = next(
            (kind for kind, words in KINDS.items() if any(word in each.wrong for word in words)), "otherwise wrong"
        )
        counted[kind] = counted.get(kind, 0) + 1
    return ", ".join(f"{number} {kind}" for kind, number in counted.items())


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make test-cli", description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first one")
    parser.add_argument("--only", type=int, help="the history of this number alone, with its trace")
    parser.add_argument("--moves", type=Path, help="a file with a history")
    parser.add_argument("--shrink", action="store_true", help="what fails as short as it can be")
    parser.add_argument("--together", type=int, default=3, help="how many at a time")
    parser.add_argument(
        "--unforked", action="store_true", help="with interpreters as the CLI starts them, and real waits"
    )
    parser.add_argument("--ignore", default="", help="a pattern of what is known to be wrong")
    parser.add_argument("--traces", type=Path, help="a folder for the traces of those that fail")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Live them all, and tell what went wrong. Answers the exit code."""
    # In the background of a shell it is ignored, and the CLI would wait 5 s for each plugin that it interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options = parse(arguments)
    engine = pulumi_cli()
    if engine is None:
        print(f"skipped: {MISSING}")
        return 0
    with tempfile.TemporaryDirectory() as folder, Interpreters(Path(folder), os.environ) as interpreters:
        place = Place(engine, interpreters, options.unforked, options.ignore)
        return alone(options, place) if options.moves or options.only is not None else many(options, place)


def alone(options: argparse.Namespace, place: Place) -> int:
    """One history, with its trace."""
    if options.moves:
        environment, moves = ast.literal_eval(options.moves.read_text())
    else:
        environment, moves = chance.history(options.seed, options.only)
    name = str(options.moves or f"history {options.seed}/{options.only}")
    if options.shrink:
        moves = shrunk(moves, lambda fewer: live(place, name, environment, fewer).wrong)
    lived = live(place, name, environment, moves)
    print("\n".join(lived.trace))
    print(told(lived) if lived.wrong else f"{name}: nothing wrong, {lived.seconds:.0f} s")
    return bool(lived.wrong)


def many(options: argparse.Namespace, place: Place) -> int:
    """As many as were asked for, some at a time."""
    began = time.monotonic()
    failures: list[Lived] = []
    commands = done = 0

    def one(number: int) -> Lived:
        return live(place, f"history {options.seed}/{number}", *chance.history(options.seed, number))

    with ThreadPoolExecutor(options.together) as pool:
        numbers = range(options.first, options.first + options.count)
        for future in as_completed([pool.submit(one, number) for number in numbers]):
            lived = future.result()
            commands += lived.commands
            done += 1
            if done % PROGRESS == 0:
                print(f"{done} of {options.count} in {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
            if lived.wrong:
                failures.append(lived)
                print(told(lived), flush=True)
                if options.traces:
                    options.traces.mkdir(parents=True, exist_ok=True)
                    file = options.traces / f"{lived.number.split()[1].replace('/', '-')}.txt"
                    file.write_text("\n".join([told(lived), *lived.trace, told(lived)]))
    minutes = (time.monotonic() - began) / 60
    print(f"{commands} commands in {minutes:.1f} minutes")
    print(
        f"{options.count} random histories of seed {options.seed} on {place.engine}: {counts(failures)}"
        + (f"; each again, with its trace: make test-cli SEED={options.seed} ONLY=<number>" if failures else "")
    )
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
