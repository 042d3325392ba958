"""Records and views of Apple as plain values, for the tables of pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from retention_messaging_provider.resources.facts import Answers
from retention_messaging_provider.resources.known import Program, View
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.records import MessageRecord

States = Mapping[str, str]
NOTHING: States = MappingProxyType({})

APP = Location("production", "com.example.app", None)
SANDBOX_APP = Location("sandbox", "com.example.app", None)
MONTHLY, YEARLY = "com.example.monthly/en-US", "com.example.yearly/en-US"
DAY = 86_400


class Seen(View):
    """What Apple has; `asked` notes every question: a pair, or that a list was needed."""

    def __init__(self, messages: States = NOTHING, images: States = NOTHING, pairs: States = NOTHING) -> None:
        super().__init__(
            Answers(lambda key: self._note("messages") and messages.get(key)),
            Answers(lambda key: self._note("images") and images.get(key)),
            Answers(lambda key: self._note(key) and pairs.get(key, "")),
        )

    @cached_property
    def asked(self) -> list[str]:
        return []

    def _note(self, question: str) -> str:
        self.asked.append(question)
        return question


def program(
    *,
    claimed: str = "",
    kept: str = "",
    wanted: str = "",
    images: str = "",
    replaced_images: str = "",
    pairs: Mapping[str, set[str]] = MappingProxyType({}),
    all_pairs: frozenset[str] = frozenset(),
    has_program: bool = True,
    has_seen_messages: bool = True,
    has_seen_images: bool = True,
    knows_pairs: bool = True,
) -> Program:
    """What is known of a program: identifiers of one letter each."""
    return Program(
        Answers(claimed.__contains__),
        Answers(kept.__contains__),
        Answers(wanted.__contains__),
        Answers(images.__contains__),
        Answers(replaced_images.__contains__),
        Answers(lambda each: set(pairs.get(each, ()))),
        all_pairs,
        has_program,
        has_seen_messages,
        has_seen_images,
        knows_pairs,
    )


def record(identifier: str = "B", state: str = "PENDING", location: Location = APP, **fields: Any) -> MessageRecord:
    """A message `stay`; sets and tuples may be given as lists or texts of one letter for each identifier."""
    sets = {"images", "managed", "pairs", "former", "found", "retained"}
    given: dict[str, Any] = {key: frozenset(value) if key in sets else value for key, value in fields.items()}
    retain = given.pop("retain", False)
    if "superseded" in given:
        given["superseded"] = tuple(given["superseded"])
    return MessageRecord(location, "urn:pulumi:dev::app::Message::stay", identifier, state, retain, **given)
