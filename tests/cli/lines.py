"""
What the provider's lines claim, and whether it is so when the command has ended.

A table: pattern → judge. A judge is given what the pattern found and the facts, and answers what is untrue, or "".
A line with an identifier in it that no pattern knows is a failure, too, so that new lines do not escape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cli.app_store import Pair, Seen

ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
UUID = re.compile(ID)
STAYS = "was not deleted"


@dataclass(frozen=True)
class Facts:
    """
    What is so at the end of a command.

    `before`: as the App Store was before it; `records`: of ours, in the stack's state; `unseen`: what somebody else
    changed and nobody has refreshed; `pairs`: of the defaults recorded; `is_done`: whether it was carried out, and
    succeeded; `approved`: the messages that were approved at any moment of it.
    """

    seen: Seen
    before: Seen
    records: list[dict[str, Any]] = field(default_factory=list)
    unseen: frozenset[Pair] = frozenset()
    is_done: bool = True
    pairs: frozenset[Pair] = frozenset()
    approved: frozenset[str] = frozenset()

    def recorded(self, name: str, type_: str) -> list[dict[str, Any]]:
        """The outputs of every resource of this name."""
        return [
            each["outputs"]
            for each in self.records
            if each["urn"].endswith(f":{type_}::{name}") and not each.get("delete")
        ]

    def of_pair(self, pair: str) -> set[str]:
        """What is shown for a pair, in each app where a state records it; "" for nothing."""
        apps = {app for app, each in self.pairs if each == pair} or {None}
        return {self.seen.defaults.get((app, pair), "") for app in apps}

    def was_touched(self, pair: str) -> bool:
        """Whether somebody else was at its default, and nobody has refreshed since."""
        return any(each == pair for _, each in self.unseen)


def message_stays(match: re.Match[str], facts: Facts) -> str:
    """Until then this one stays, which Apple has reviewed; or there is nothing to show."""
    identifier = match["stays"]
    if identifier:
        state = facts.seen.uploads.get(identifier, "gone")
        return f"{identifier} is {state}" if state in ("gone", "PENDING") else ""
    shown = set(facts.seen.shown().values())
    known = {each for of in facts.recorded(match["name"], "Message") for each in of.get("superseded", ())}
    return f"{sorted(shown & known)} is shown" if shown & known else ""


def is_rejected(match: re.Match[str], facts: Facts) -> str:
    """Apple rejected it, or an image of it."""
    image = match["image"]
    if image and facts.seen.uploads.get(image) != "REJECTED":
        return f"{image} is {facts.seen.uploads.get(image)}"
    return message_stays(match, facts)


def is_approved(match: re.Match[str], facts: Facts) -> str:
    """It is what is shown from this run on."""
    identifier = match["id"]
    if not facts.seen.is_approved(identifier):
        return f"{identifier} is not approved"
    recorded = [each["approvedIdentifier"] for each in facts.recorded(match["name"], "Message")]
    return f"{recorded} is recorded" if facts.is_done and identifier not in recorded else ""


def is_to_be_shown(match: re.Match[str], facts: Facts) -> str:
    """It is approved, or was; `destroy --refresh` looks first, and takes it away then."""
    identifier = match["id"]
    is_there = identifier in facts.seen.uploads
    is_so = facts.seen.is_approved(identifier) if is_there else identifier in facts.approved
    return "" if is_so else f"{identifier} is not approved"


def default_stays(match: re.Match[str], facts: Facts) -> str:
    """A default has nothing new to show, and what it shows stays."""
    now = facts.of_pair(match["pair"])
    if (match["stays"] or "") in now or facts.was_touched(match["pair"]):
        return ""
    return f"Apple has {sorted(now)}"


def was_shown(match: re.Match[str], facts: Facts) -> str:
    """The pair showed it when the command began, or shows it."""
    shown = {
        each for seen in (facts.before, facts.seen) for (_, p), each in seen.defaults.items() if p == match["pair"]
    }
    return "" if match["id"] in shown or facts.was_touched(match["pair"]) else f"{match['pair']} showed {sorted(shown)}"


def stays_for_a_pair(match: re.Match[str], facts: Facts) -> str:
    """While that pair showed it: it had shown it, and where it shows it still, it is there."""
    pair, identifier = match["pair"], match["id"]
    shown = {each for seen in (facts.before, facts.seen) for (_, p), each in seen.defaults.items() if p == pair}
    if identifier in facts.of_pair(pair) and identifier not in facts.seen.uploads:
        return f"{identifier} is gone"
    return "" if identifier in shown else f"{pair} showed {sorted(shown)}"


def stays_for_a_message(match: re.Match[str], facts: Facts) -> str:
    """While a message used it: one did, and where one does still, it is there."""
    identifier = match["id"]
    if identifier in facts.seen.used_by(facts.seen.images) and identifier not in facts.seen.uploads:
        return f"{identifier} is gone"
    used = facts.before.used_by(facts.before.images) | facts.seen.used_by(facts.seen.images)
    return "" if identifier in used else "no message used it"


def is_there(match: re.Match[str], facts: Facts) -> str:
    """It is at Apple."""
    return "" if match["id"] in facts.seen.uploads else f"{match['id']} is gone"


def is_gone(match: re.Match[str], facts: Facts) -> str:
    """It is not at Apple."""
    return f"{match['id']} is there" if match["id"] in facts.seen.uploads else ""


def is_configured(match: re.Match[str], facts: Facts) -> str:
    """A default is what another resource or somebody else set."""
    return "" if match["id"] in facts.seen.defaults.values() else f"no default is {match['id']}"


def nothing(match: re.Match[str], facts: Facts) -> str:
    """A line that claims nothing about Apple."""
    return ""


STANDS = rf"(?:(?P<stays>{ID}) stays|there is nothing to show)"
LINES: dict[str, Callable[[re.Match[str], Facts], str]] = {
    rf"message (?P<name>\S+) waits for Apple's review; until then {STANDS}; run pulumi up again": message_stays,
    rf"message (?P<name>\S+): Apple rejected (?:it|its image (?P<image>{ID})); {STANDS} meanwhile": is_rejected,
    rf"message (?P<name>\S+): approved; its approved_identifier is (?P<id>{ID}) from this run on": is_approved,
    rf"message (?P<name>\S+): Apple approved (?P<id>{ID}); pulumi up moves its defaults to it": is_to_be_shown,
    rf"default of (?P<pair>\S+): its message has nothing approved yet; until then "
    rf"(?:(?P<stays>{ID}) stays|nothing is shown)": default_stays,
    rf"default of (?P<pair>\S+): no message of the program has (?P<id>{ID}), which is shown": was_shown,
    rf"(?P<id>{ID}) was not deleted while (?P<pair>\S+/\S+) showed it": stays_for_a_pair,
    rf"(?P<id>{ID}) was not deleted, because a default of the program names it": is_there,
    rf"(?P<id>{ID})\S* was not deleted, because retain_on_delete was set": is_there,
    rf"the image (?P<id>{ID}) was not deleted while a message at Apple used it": stays_for_a_message,
    rf"(?P<id>{ID}) was deleted after all": is_gone,
    rf"default of (?P<pair>\S+): {ID} was not deleted before its replacement": nothing,
    rf"(?P<id>{ID}) was not configured by this resource, and was not deleted": is_configured,
    rf"(?P<id>{ID}) was not deleted, because the program has another default for it": is_configured,
    rf"(?P<id>{ID}) in \S+ \(\w+\) was not deleted, because the program has this resource elsewhere now": is_there,
    rf"(?P<id>{ID}) in \S+ \(\w+\) was not deleted, because the program left it in a run for another": is_there,
    rf"(?P<id>{ID})\S* was not deleted, because Pulumi replaced its provider in the same run": is_there,
    rf"what the program says is recorded as what Apple has under (?P<id>{ID})": is_there,
    # What this resource did: another one that accounts for it may delete it in the same run. When to delete it by hand
    # is for the user to see: another stack's defaults are not known here.
    rf"(?P<id>{ID}) was not deleted with it, because nothing records .* if no default shows it and no other": nothing,
    rf"{ID} was not deleted with it, because another resource may have it, which had this name once": nothing,
    # What the same `up` does later is its own.
    rf"leaves the state; what it superseded was not deleted by this refresh: {ID}": nothing,
    rf"(?P<id>{ID}) was not deleted, because a message that this run has not seen yet may have it": nothing,
    r"trying again in \d+ s": nothing,
}
"""The patterns are looked for in this order; the first that is found counts."""


def untrue(lines: Iterable[str], facts: Facts) -> Iterator[str]:
    """What is wrong with the lines of a command."""
    for line in dict.fromkeys(lines):
        found = next(((match, judge) for each, judge in LINES.items() if (match := re.search(each, line))), None)
        if found:
            wrong = found[1](found[0], facts)
            if wrong:
                yield f"untrue: {line!r}: {wrong}"
        elif UUID.search(line):
            yield f"a line nobody judges: {line!r}"


def named(lines: Iterable[str]) -> set[str]:
    """What the lines say was not deleted."""
    return {each for line in lines if STAYS in line for each in UUID.findall(line)}
