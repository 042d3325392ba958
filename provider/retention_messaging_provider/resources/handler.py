"""
Handlers: what Pulumi calls for a resource, and what it gets back.

1. Only "not found" is missing: any other failed `read` is an error.
2. Deleting what is missing is success.
3. `check` passes unknowns through and reports every failure at once. It writes nothing, and asks Apple only for a
   review that is under way, because a plan is to show what it decided.
4. `diff` reads a table, property → REPLACE | UPDATE | IGNORE, and answers True or False.
5. `update` and `read` return complete outputs; `read` returns the inputs too.
6. After `up` a preview is empty, and after `refresh` still, unless something changed at Apple or is to be retired.
7. What a command shares is in `run.py`; a handler has nothing but its run.
8. An error that a user sees is one line in two halves: what happened; what to do next.

Properties are plain dictionaries in Apple's camelCase. An undecided value is UNKNOWN.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from retention_messaging_provider.api import ApiError, InvalidRequest
from retention_messaging_provider.api.text import one_line
from retention_messaging_provider.png import ImageFileError
from retention_messaging_provider.resources.cancellation import Cancelled
from retention_messaging_provider.resources.location import LOCATION_KEYS
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.rules import UNKNOWN, CheckFailure, is_known
from retention_messaging_provider.settings import SettingsError

__all__ = ["UNKNOWN", "Change", "CheckFailure", "Checked", "Created", "Diff", "Failure", "Handler", "Props", "Read"]

Props = dict[str, Any]


class Failure(Exception):
    """An expected refusal: one line, whatever it quotes, that says what was refused and what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(one_line(sentence))


EXPECTED = (Failure, ApiError, Cancelled, ImageFileError, SettingsError)
"""What is raised on purpose: a user sees its text, in one line and without a traceback."""


class Change(Enum):
    """What a changed property asks for."""

    REPLACE = "replace"
    UPDATE = "update"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Checked:
    """The inputs to continue with, everything wrong with them, and a line for each thing that is merely doubtful."""

    inputs: Props
    failures: list[CheckFailure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Diff:
    """Whether anything changes, and the properties for whose sake the resource is replaced."""

    changes: bool
    replaces: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Created:
    """What was created: its id and its complete outputs."""

    id: str
    outputs: Props


@dataclass(frozen=True)
class Read:
    """What is at Apple now: complete outputs, and the inputs that would ask for them."""

    outputs: Props
    inputs: Props


class Handler(ABC):
    """
    What Pulumi calls for one resource type, each verb in a process that serves one command.

    `TABLE` names every input and what its change asks for; `COMPUTED` names the outputs that are not inputs, and
    `OCCASIONAL` those beside them that are there only where they are true. DESIGN has the table of which verbs a
    command calls, in which order and with which olds and news.
    """

    TABLE: ClassVar[Mapping[str, Change]]
    COMPUTED: ClassVar[tuple[str, ...]]
    OCCASIONAL: ClassVar[tuple[str, ...]] = ()
    LOCATION: ClassVar[Mapping[str, Change]] = dict.fromkeys(LOCATION_KEYS, Change.IGNORE)

    def __init__(self, run: Run) -> None:
        self.run = run

    @abstractmethod
    def check(self, olds: Props, news: Props) -> Checked:
        """`olds` are the recorded inputs ({} when there are none), `news` the program's: only a program is checked."""

    @abstractmethod
    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """`olds` are the recorded outputs, `news` the checked inputs, or in a refresh the recorded ones."""

    @abstractmethod
    def create(self, inputs: Props) -> Created:
        """Make it at Apple."""

    @abstractmethod
    def read(self, id_: str, outputs: Props) -> Read | None:
        """Look at Apple; None when it is missing."""

    @abstractmethod
    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """`olds` are the recorded outputs, `news` the checked inputs; answers the complete outputs."""

    @abstractmethod
    def delete(self, id_: str, outputs: Props) -> None:
        """Delete it at Apple, if nobody needs it there; being missing already is success."""

    @classmethod
    def inputs_of(cls, outputs: Props) -> Props:
        """The part of the outputs that are inputs."""
        computed = {*cls.COMPUTED, *cls.OCCASIONAL}
        return {key: value for key, value in outputs.items() if key not in computed}

    def changed(self, olds: Props, news: Props, change: Change) -> list[str]:
        """The properties of the table that differ and ask for this change; an unknown value may differ."""
        return [
            key
            for key, asked in self.TABLE.items()
            if asked is change and (olds.get(key) != news.get(key) or not is_known(news.get(key)))
        ]


def name_of(owner: str) -> str:
    """A resource's name in the program: what follows stack, project and type in its URN, whatever is in it."""
    return owner.split("::", 3)[-1]


@contextmanager
def referring() -> Iterator[None]:
    """Raise Failure where a request names something that is missing, which a refresh finds, and `up` does not."""
    try:
        yield
    except InvalidRequest as error:
        if error.status != 404:
            raise
        raise Failure(
            f"{error.what}; upload it first, or, if pulumi did, run pulumi refresh, and pulumi up uploads it again"
        ) from None
