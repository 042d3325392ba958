"""What the state of a stack tells beside what Apple does: names, texts, files, and what a message stands in for."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from retention_messaging_cli.state import Resource, State
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.records import DefaultRecord, ImageRecord, MessageRecord, UrlRecord


@dataclass(frozen=True)
class Told:
    """
    The resources of a state that are of one app and environment.

    messages, images: by identifier; defaults: by pair
    notes: a line for each thing that is left out
    """

    messages: Mapping[str, Resource] = field(default_factory=dict)
    images: Mapping[str, Resource] = field(default_factory=dict)
    defaults: Mapping[str, Resource] = field(default_factory=dict)
    url: Resource | None = None
    notes: tuple[str, ...] = ()


def told_by(state: State, location: Location) -> Told:
    """What a state tells of an app; the base URL may be another one: a host may have moved."""
    ours = [each for each in state.resources if _is_of(each, location)]
    there = [each for each in ours if not each.pending]
    return Told(
        messages={each.record.identifier: each for each in there if isinstance(each.record, MessageRecord)},
        images={each.record.identifier: each for each in there if isinstance(each.record, ImageRecord)},
        defaults={each.record.pair: each for each in there if isinstance(each.record, DefaultRecord)},
        url=next((each for each in there if isinstance(each.record, UrlRecord)), None),
        notes=(*_elsewhere(state, location), *_left_out(ours)),
    )


def records(told: Told) -> Iterator[MessageRecord]:
    """What is recorded of the messages."""
    yield from (each.record for each in told.messages.values() if isinstance(each.record, MessageRecord))


def _is_of(resource: Resource, location: Location) -> bool:
    return _app(resource) == (location.bundle_id, location.environment)


def _app(resource: Resource) -> tuple[str, str]:
    recorded = resource.recorded
    return recorded.get("bundleId", ""), recorded.get("environment", "")


def _elsewhere(state: State, location: Location) -> Iterator[str]:
    counts = Counter(_app(each) for each in state.resources if not _is_of(each, location))
    for (bundle_id, environment), count in sorted(counts.items()):
        yield (
            f"What {state.source} has of {bundle_id} ({environment}) was left out: {count}; "
            "adopt it with the settings of that app and environment, into another folder"
        )


def _left_out(resources: Iterable[Resource]) -> Iterator[str]:
    for each in resources:
        if each.pending:
            yield (
                f"{each.type} {each.name} was left out, because an interrupted run was {each.pending} it; "
                "what Apple has of it is adopted under another name"
            )
        elif each.record is None:
            yield f"{each.type} {each.name} was left out, because Apple keeps none; add it to the program to test again"
