"""
How long things take, as `make benchmark` prints it: the best of several runs, in milliseconds.

In process, against the emulator in process: what the provider costs beside Pulumi's engine and Apple's network.
"""

import subprocess
import sys
import timeit
from collections.abc import Callable

from resources.samples import default, message
from resources.stack import Stack, Want
from retention_messaging_emulator import Emulator

MESSAGES = 200
PAIR = "com.example.monthly/en-US"


def campaign(text: str) -> list[Want]:
    """Many messages, and a default that shows the first of them."""
    pairs = [[PAIR], *[[]] * (MESSAGES - 1)]
    return [message(text, name=f"stay-{n}", pairs=pairs[n]) for n in range(MESSAGES)] + [default(message="stay-0")]


def created() -> Stack:
    """A sandbox stack that has the campaign."""
    stack = Stack(Emulator(), "sandbox")
    stack.up(*campaign("First"))
    return stack


def imported(module: str) -> Callable[[], object]:
    """A new interpreter that imports a module."""
    return lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True)


def main() -> None:
    """Measure, and print a line each."""
    stack = created()
    edits = (campaign(text) for text in ("Second", "Third", "Fourth"))
    measured: dict[str, tuple[Callable[[], object], int]] = {
        "import of the SDK": (imported("pulumi_retention_messaging"), 5),
        "import of pulumi alone": (imported("pulumi"), 5),
        f"create {MESSAGES} messages": (created, 3),
        f"preview {MESSAGES} messages without a change": (lambda: stack.preview(*campaign("First")), 5),
        f"refresh {MESSAGES} messages": (stack.refresh, 5),
        f"edit {MESSAGES} messages": (lambda: stack.up(*next(edits)), 3),
    }
    for what, (run, times) in measured.items():
        best = min(timeit.repeat(run, number=1, repeat=times))
        print(f"{best * 1000:8.0f} ms  {what}")


if __name__ == "__main__":
    main()
