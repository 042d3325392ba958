"""
The laws that every resource's life obeys, and the words it speaks.

1. Only "not found" is gone: any other failed `read` is an error.
2. Deleting what is gone is success.
3. `check` is pure and offline, passes unknowns through, and reports every complaint at once.
4. `diff` reads a table, property → REPLACE | UPDATE | IGNORE, and answers True or False.
5. `update` and `read` return complete outputs; `read` returns the inputs too.
6. After `up` a preview is empty, and after `refresh` still, unless something changed at Apple.
7. Whatever a run shares is in `run.py`, locked; a life holds nothing but its run.
8. An error that a user sees is one line of two halves: what was refused; what to do next.

Properties are plain dictionaries in Apple's camelCase. An undecided value is UNKNOWN.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from retention_messaging_provider import rules
from retention_messaging_provider.api import InvalidRequest
from retention_messaging_provider.resources.run import Run, Target
from retention_messaging_provider.rules import UNKNOWN, Complaint, is_known

__all__ = ["UNKNOWN", "Change", "Checked", "Complaint", "Diff", "Failure", "Life", "Read", "is_known"]

Props = dict[str, Any]


class Failure(Exception):
    """An expected refusal: one line that says what was refused and what to do next."""


class Change(Enum):
    """What a changed property asks for."""

    REPLACE = "replace"
    UPDATE = "update"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Checked:
    """The inputs to go on with, everything wrong with them, and a line for each thing that is merely doubtful."""

    inputs: Props
    complaints: list[Complaint] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


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


class Life(ABC):
    """
    The life of one resource type.

    `TABLE` names every input and what its change asks for; `COMPUTED` names the outputs that are not inputs.
    """

    TABLE: ClassVar[Mapping[str, Change]]
    COMPUTED: ClassVar[tuple[str, ...]]
    # Where a resource lives: recorded once, and what read, update and delete go by.
    PLACE: ClassVar[Mapping[str, Change]] = dict.fromkeys(("environment", "bundleId", "baseUrl"), Change.IGNORE)

    def __init__(self, run: Run) -> None:
        self.run = run

    @abstractmethod
    def check(self, olds: Props, news: Props) -> Checked:
        """`olds` are the recorded inputs ({} when there are none), `news` the program's."""

    @abstractmethod
    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """`olds` are the recorded outputs, `news` the checked inputs."""

    @abstractmethod
    def create(self, inputs: Props) -> Created:
        """Make it at Apple."""

    @abstractmethod
    def read(self, id_: str, outputs: Props) -> Read | None:
        """Look at Apple; None when it is gone."""

    @abstractmethod
    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """`olds` are the recorded outputs, `news` the checked inputs; answers the complete outputs."""

    @abstractmethod
    def delete(self, id_: str, outputs: Props) -> None:
        """Take it away from Apple; being gone already is success."""

    def inputs_of(self, outputs: Props) -> Props:
        """The part of the outputs that are inputs."""
        return {key: value for key, value in outputs.items() if key not in self.COMPUTED}

    def changed(self, olds: Props, news: Props, change: Change) -> list[str]:
        """The properties of the table that differ and ask for this change; an unknown value may differ."""
        return [
            key
            for key, what in self.TABLE.items()
            if what is change and (olds.get(key) != news.get(key) or not is_known(news.get(key)))
        ]


def target(props: Mapping[str, Any]) -> Target:
    """Where the recorded properties live."""
    return Target(props["environment"], props["bundleId"], props.get("baseUrl"))


def place(olds: Props, news: Props) -> Iterable[Complaint]:
    """The complaints about where a resource is to live: form, and that it stays where it was recorded."""
    yield from rules.environment(news.get("environment"))
    yield from rules.bundle_id(news.get("bundleId"))
    for key in Life.PLACE:
        old, new = olds.get(key), news.get(key)
        if olds and old != new and is_known(new):
            yield Complaint(
                key,
                f"is {new or 'absent'}, but this resource was made with {old or 'none'} and lives there; "
                f"set {key} back, or use another stack for the other one (pulumi stack init)",
            )


@contextmanager
def referring() -> Iterator[None]:
    """Raise Failure where a request names something that is gone, which a refresh finds, and `up` does not look for."""
    try:
        yield
    except InvalidRequest as error:
        if error.status != 404:
            raise
        raise Failure(
            f"{error.what}; upload it first, or, if pulumi did, run pulumi refresh, and pulumi up uploads it again"
        ) from None
