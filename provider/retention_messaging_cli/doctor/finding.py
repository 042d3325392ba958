"""What a check finds, and a row of checks that ends at the first blocker."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from retention_messaging_provider.resources.handler import EXPECTED

Subject = TypeVar("Subject")


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


@dataclass(frozen=True)
class Finding:
    """
    What was found, in half a sentence.

    to_do: what to do about it, each a command or half a sentence; empty where nothing is to be done
    """

    status: Status
    found: str
    to_do: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check(Generic[Subject]):
    """
    A row of a table of checks.

    name: stable, for programs
    look: finds out; may raise what is EXPECTED, which is a blocker
    """

    name: str
    look: Callable[[Subject], Finding]


@dataclass(frozen=True)
class Checked:
    """A check that was made, or that was left out."""

    name: str
    finding: Finding


def ok(found: str) -> Finding:
    """Find it as it is to be."""
    return Finding(Status.OK, found)


def skip(reason: str) -> Finding:
    """Leave it out."""
    return Finding(Status.SKIP, reason)


def run_checks(checks: Sequence[Check[Subject]], subject: Subject) -> Iterator[Checked]:
    """Make the checks one after the other; what comes behind the first blocker is left out."""
    blocker = ""
    for check in checks:
        if blocker:
            yield Checked(check.name, skip(f"after {blocker}"))
            continue
        finding = _found(check, subject)
        if finding.status is Status.FAIL:
            blocker = check.name
        yield Checked(check.name, finding)


def _found(check: Check[Subject], subject: Subject) -> Finding:
    try:
        return check.look(subject)
    except EXPECTED as error:
        found, _, to_do = str(error).partition("; ")  # every error of ours has these two halves
        return Finding(Status.FAIL, found, (to_do,) if to_do else ())


def worst(checked: Sequence[Checked]) -> Status:
    """Say how all of them ended."""
    statuses = {each.finding.status for each in checked}
    return next((each for each in (Status.FAIL, Status.WARN) if each in statuses), Status.OK)
