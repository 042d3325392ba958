"""What the states record, what the App Store has, and what may be there though nothing records it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from histories.watch import THEIRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cli.app_store import Pair, Seen

Records = list[dict[str, Any]]


def uploads_of(record: dict[str, Any]) -> set[str]:
    """The identifiers at Apple that a record accounts for."""
    outputs, kind = record.get("outputs", {}), record["type"].rsplit(":", 1)[1]
    if kind == "Image":
        return {record["id"]}
    if kind == "Message":
        return {record["id"], *outputs.get("superseded", ()), *(outputs.get("supersededImages") or ())}
    return set()


def uploads(records: Records) -> set[str]:
    """What records account for."""
    return {identifier for record in records for identifier in uploads_of(record)}


def pair_of(record: dict[str, Any], own_app: str) -> Pair:
    """The pair of a default's record."""
    outputs = record["outputs"]
    app = outputs["bundleId"]
    return None if app == own_app else app, f"{outputs['productId']}/{outputs['locale']}"


class Account:
    """Keeps what may stay at Apple though no state records it; what is recorded again may not any more."""

    def __init__(self) -> None:
        self.excused: set[str] = {THEIRS}
        self.pairs: set[Pair] = set()
        """The defaults that may stay."""

    def command(
        self, before: Records, after: Records, seen: Seen, told: set[str], uploaded: set[str], *, is_cut_off: bool
    ) -> Iterator[str]:
        """
        What a command left at Apple without a record and without a line.

        One that was cut off may not have recorded what it uploaded, and its lines may be lost.
        """
        recorded = uploads(after)
        retained = {each for record in before if record.get("retainOnDelete") for each in uploads_of(record)}
        retained |= {each for record in after for each in record.get("outputs", {}).get("retainedIdentifiers", ())}
        self.excused -= recorded
        self.excused |= (told | (retained - recorded) | seen.used_by(retained - recorded)) & seen.uploads.keys()
        if is_cut_off:
            self.excused |= (uploaded | uploads(before)) - recorded
        unaccounted = ((uploads(before) | uploaded) & seen.uploads.keys()) - recorded - self.excused
        used = seen.used_by(self.excused)
        for each in sorted(unaccounted):
            yield f"left without a line: {each}{', which a message that stays uses' if each in used else ''}"
        self.excused |= unaccounted  # once is enough

    @staticmethod
    def taken(before: Seen, records: Records, seen: Seen) -> Iterator[str]:
        """What a command took from Apple though a record has it; a picture that it has for nothing may go."""
        for record in records:
            images = record.get("outputs", {}).get("supersededImages") or {}
            needed = uploads_of(record) - {image for image, each in images.items() if not each["usedBy"]}
            for each in sorted(needed & before.uploads.keys() - seen.uploads.keys()):
                yield f"taken away: {each}, which {record['urn'].rsplit('::', 1)[1]} still records"

    def forgets(self, before: Records, after: Records) -> None:
        """Somebody took records out of a state, or put older ones there: nothing knows of what is missing now."""
        self.excused |= uploads(before) - uploads(after)
        self.excused -= uploads(after)

    def differences(self, records: Records, seen: Seen, own_app: str) -> Iterator[str]:
        """Between the states and the App Store, at rest."""
        yield from (f"{each['urn']} is still to be deleted" for each in records if each.get("delete"))
        current = [each for each in records if not each.get("delete")]
        for record in current:
            yield from _difference(record, seen, own_app)
        may_stay = self.excused | seen.used_by(self.excused)
        unknown = seen.uploads.keys() - uploads(current) - may_stay
        yield from (f"{each} is at Apple, and nothing records it" for each in sorted(unknown))
        recorded = {pair_of(each, own_app) for each in current if each["type"].endswith(":DefaultMessage")}
        yield from self.unknown_defaults(seen, recorded)

    def unknown_defaults(self, seen: Seen, recorded: set[Pair]) -> Iterator[str]:
        """Defaults that nobody has any more."""
        for pair, message in seen.defaults.items():
            if pair not in recorded | self.pairs and message not in self.excused:
                yield f"the default of {pair[1]} is {message}, and nothing records it"

    def left(self, seen: Seen) -> Iterable[str]:
        """What is there after everything was destroyed, and may not be."""
        may_stay = self.excused | seen.used_by(self.excused)
        yield from (f"{each} is left" for each in sorted(seen.uploads.keys() - may_stay))
        yield from self.unknown_defaults(seen, set())


def _difference(record: dict[str, Any], seen: Seen, own_app: str) -> Iterator[str]:
    """Between a record and the App Store."""
    outputs, kind = record["outputs"], record["type"].rsplit(":", 1)[1]
    name = record["urn"].rsplit("::", 1)[1]
    if kind == "DefaultMessage":
        now = seen.defaults.get(pair_of(record, own_app), "")
        if now != outputs["messageIdentifier"]:
            yield f"the default {name} is recorded as {outputs['messageIdentifier']!r}, and is {now!r}"
        return
    state = outputs["imageState" if kind == "Image" else "messageState"]
    if seen.uploads.get(record["id"]) != state:
        yield f"{name} is recorded as {state}, and is {seen.uploads.get(record['id'], 'not there')}"
    missing = uploads_of(record) - seen.uploads.keys() - {record["id"]}
    yield from (f"{name} records {each}, which is not there" for each in sorted(missing))
