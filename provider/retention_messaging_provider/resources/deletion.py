"""
When a message may be deleted, for whatever reason it is to go: the law of deletion.

Deletion needs evidence: that the record accounts for the message, and that every pair that may show it shows something
else. `_stays` decides that, and nothing else does. No client, no lock, no print, no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from retention_messaging_provider.resources.known import PENDING, Program, View
from retention_messaging_provider.resources.records import MessageRecord, Upload

SANDBOX = "sandbox"


class Reason(Enum):
    """Why a message is not deleted."""

    CLAIMED = "a resource of the program has it"
    KEPT = "the record of a resource accounts for it"
    FOUND = "it was found at Apple, approved, and nothing tells that this resource uploaded it"
    UNSURE = "it was found at Apple, and not every message of the program has been seen"
    SHARED = "it was found at Apple, and may be that of a resource that had this one's name"
    SHOWN = "a pair shows it"
    WANTED = "a default of the program is to show it"


@dataclass(frozen=True)
class Stay:
    """A message that is not deleted, and why; `pair` is the one that shows it."""

    identifier: str
    reason: Reason
    pair: str = ""


@dataclass(frozen=True)
class Deletion:
    """What goes, and what stays."""

    goes: tuple[str, ...] = ()
    stays: tuple[Stay, ...] = ()


def deletion(record: MessageRecord, identifiers: Iterable[str], view: View, program: Program) -> Deletion:
    """Which of a record's messages may be deleted now, for whatever reason they are to go."""
    stays = {each: stay for each in identifiers if (stay := _stays(each, record, view, program))}
    return Deletion(tuple(each for each in identifiers if each not in stays), tuple(stays.values()))


def _stays(identifier: str, record: MessageRecord, view: View, program: Program) -> Stay | None:
    """
    The first reason for which a message stays. Deletion needs evidence: that this record accounts for it, and that
    every pair that may show it shows something else.
    """
    if program.claimed[identifier]:
        return Stay(identifier, Reason.CLAIMED)
    if program.kept[identifier]:
        return Stay(identifier, Reason.KEPT)
    if identifier in record.found and (doubt := _doubt(view.messages[identifier], record, program)):
        return Stay(identifier, doubt)
    pair = shown_pair(identifier, record, view, program)
    if pair:
        return Stay(identifier, Reason.SHOWN, pair)
    return Stay(identifier, Reason.WANTED) if program.wanted[identifier] else None


def _doubt(state: str | None, record: MessageRecord, program: Program) -> Reason | None:
    """Why a message that was found is not certain to be this record's."""
    if not is_accountable(record, state):
        return Reason.FOUND
    if not program.has_seen_messages:
        return Reason.UNSURE
    return Reason.SHARED if record.shares_name and not program.has_program else None


def shown_pair(identifier: str, record: MessageRecord, view: View, program: Program) -> str:
    """The first of the pairs that may show a message which does show it; "" for none."""
    return shown_by(identifier, _pairs_for(identifier, record, program), view)


def _pairs_for(identifier: str, record: MessageRecord, program: Program) -> set[str]:
    """
    The pairs that may show a message: those that its record has or had, and those whose default was recorded to.

    A message under another name's prefix may be that of another resource, too, which has that name now: where not all
    have been seen, every pair of the program may show it.
    """
    pairs = {*record.pairs, *record.former, *program.pairs[identifier]}
    return pairs if program.has_seen_messages or record.is_named(identifier) else pairs | program.all_pairs


def is_accountable(record: Upload, state: str | None) -> bool:
    """
    Whether what was found under a name like ours may be deleted: only where no customer can have seen it.

    In production that is what is still PENDING; in sandbox only testers look, and an interrupted run finds everything
    approved.
    """
    return record.location.environment == SANDBOX or state == PENDING


def shown_by(identifier: str, pairs: Iterable[str], view: View) -> str:
    """The first of the pairs that shows this message; "" for none."""
    return next((pair for pair in sorted(pairs) if view.shown[pair] == identifier), "")
