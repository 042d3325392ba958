"""
How many requests a command sends, beside the fewest that it could: in sandbox, where an edit is a deletion, too.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from benchmark.direct import Direct, messages
from benchmark.measure import Row
from resources.samples import image, message
from resources.stack import Stack
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmark.measure import Options

IMAGES = 10
MOST = 1999
"""Messages: one less than Apple takes, because an edit is uploaded beside what it replaces."""
PAIR = "com.example.monthly/en-US"
"""Of the message that is edited: before a message is deleted, each of its pairs is looked at."""

LIST, IMAGE_LIST, UPLOAD, LOOK, DELETE = (
    "Get Message List",
    "Get Image List",
    "Upload Message",
    "Get Default Message",
    "Delete Message",
)
GOALS: Mapping[str, tuple[str, str, Callable[[int], dict[str, int]]]] = {
    "create": ("create N messages", "N + 1", lambda n: {LIST: 1, UPLOAD: n}),
    "refresh": (f"refresh N messages and {IMAGES} images", "2", lambda n: {LIST: 1, IMAGE_LIST: 1}),
    "preview": ("preview those, nothing pending", "0", lambda n: {}),
    "edit": ("edit one of N messages", "3, a look at its pair", lambda n: {LIST: 1, UPLOAD: 1, LOOK: 1, DELETE: 1}),
    "destroy": ("destroy N messages", "N + 1, a look at one pair", lambda n: {LIST: 1, LOOK: 1, DELETE: n}),
}
"""Command → what it does, and the fewest requests: for people, and by endpoint."""


def rows(options: Options) -> Iterator[Row]:
    """A row for each command."""
    counted = {count: requests_of(count) for count in (1, 10, *(min(size, MOST) for size in options.sizes))}
    sizes = ", ".join(map(str, counted))
    for command, (what, goal, fewest) in GOALS.items():
        sent = {count: each[command] for count, each in counted.items()}
        told = ", ".join(str(sum(each.values())) for each in sent.values())
        holds = all(each == fewest(count) for count, each in sent.items())
        yield Row(f"requests to {what}", "the fewest", goal, f"{told} for N = {sizes}", holds)


def requests_of(count: int) -> dict[str, dict[str, int]]:
    """Command → endpoint → requests, in sandbox, where what is replaced goes in the same run."""
    with closing(Emulator()) as emulator:
        stack = Direct(Stack(emulator, "sandbox"))
        program = [message(name="stay-0", pairs=[PAIR]), *messages(count)[1:]]
        edited = [message("Second", name="stay-0", pairs=[PAIR]), *program[1:]]
        illustrated = [*program, *(image(name=f"hero-{number}") for number in range(IMAGES))]
        commands: dict[str, Callable[[], object]] = {
            "create": lambda: stack.up(program),
            "create images": lambda: stack.up(illustrated),
            "refresh": stack.refresh,
            "preview": lambda: stack.preview(illustrated),
            "delete images": lambda: stack.up(program),
            "edit": lambda: stack.up(edited),
            "destroy": stack.destroy,
        }
        sent: dict[str, dict[str, int]] = {}
        for name, command in commands.items():
            emulator.clear_requests()
            command()
            sent[name] = dict(Counter(each["endpoint"] for each in emulator.requests()))
        return sent
