"""What states tell of an app: its resources, and the products and locales whose default they know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from retention_messaging_cli.state import Record, Resource, State
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.records import DefaultRecord, ImageRecord, MessageRecord
from retention_messaging_provider.rules import is_known

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Known:
    """
    What states tell of one app in one environment.

    resources: those of the app, in the order of the states
    has_states: whether a state was given at all; without one Apple's lists are all there is
    asked: the pairs that the user asks about beside those of the states
    """

    location: Location
    resources: tuple[Resource, ...] = ()
    has_states: bool = False
    asked: frozenset[str] = frozenset()

    def records(self, kind: type[R]) -> Iterator[tuple[Resource, R]]:
        """What is there of a kind; neither what is still to be deleted, nor what an interrupted run left open."""
        for each in self.resources:
            if isinstance(each.record, kind) and not each.pending:
                yield each, each.record

    def defaults(self) -> dict[str, DefaultRecord]:
        """Pair → its default; a product or locale that is a secret is left out."""
        found = self.records(DefaultRecord)
        return {
            record.pair: record
            for each, record in found
            if is_known((each.recorded.get("productId"), each.recorded.get("locale")))
        }

    def pairs(self) -> list[str]:
        """Every pair to ask Apple about: of defaults, of messages, of messages once, and what the user asks."""
        records = [record for _, record in self.records(MessageRecord)]
        of_messages = {pair for record in records for pair in record.pairs | record.former}
        return sorted({*self.defaults(), *of_messages, *self.asked})

    def accounted(self) -> dict[tuple[str, str], str]:
        """
        Every message and image that a state accounts for, as (kind, identifier) → the resource that does.

        That is what resources have, what a message stands in for or has left at Apple on purpose, the images that it
        uses, what a default was recorded to show, and what an interrupted run may have uploaded.
        """
        found: dict[tuple[str, str], str] = {}
        for each in self.resources:
            for kind, identifier in _accounted(each.record):
                found.setdefault((kind, identifier), str(each.record))
        return found

    def hidden(self) -> list[str]:
        """The resources of which an identifier, a product or a locale is a secret, so that not all of them is known."""
        return [str(each.record) for each in self.resources if not is_known(_whereabouts(each))]


def _whereabouts(resource: Resource) -> list[Any]:
    """What tells where a resource is at Apple."""
    props = resource.recorded
    identifiers = [identifier for _, identifier in _accounted(resource.record)]
    return [*identifiers, *(props.get(key) for key in ("pairs", "productId", "locale"))]


def _accounted(record: Record | None) -> Iterator[tuple[str, str]]:
    match record:
        case MessageRecord():
            yield from ((ref.kind, ref.identifier) for ref in (record.ref, *record.kept))
            yield from ((MESSAGE, each) for each in record.retained)
            yield from ((IMAGE, each) for each in record.images)
        case ImageRecord():
            yield (IMAGE, record.identifier)
        case DefaultRecord():
            yield from ((MESSAGE, each) for each in (record.shown, record.configured) if each)


def known_apps(states: Sequence[State], own: Location) -> list[Known]:
    """
    Each app that states have resources of, in the environment of the settings; without any, the settings' own app.

    Where Apple was asked about it at the time (`baseUrl`) does not matter: the settings say where it is asked now.
    Raises Failure where all that the states have is elsewhere.
    """
    found: dict[tuple[str, str], list[Resource]] = {}
    for each in (each for state in states for each in state.resources):
        found.setdefault(_place(each, own), []).append(each)
    here = sorted(bundle_id for environment, bundle_id in found if environment == own.environment)
    if found and not here:
        (environment, bundle_id), *_ = found
        raise Failure(
            f"{', '.join(state.source for state in states)}: has resources of {bundle_id} ({environment}), and the "
            f"settings are those of {own}; read the settings of that stack with --stack"
        )
    locations = [replace(own, bundle_id=bundle_id) for bundle_id in here or [own.bundle_id]]
    return [
        Known(
            location,
            tuple(_at(location, each) for each in found.get((own.environment, location.bundle_id), ())),
            has_states=bool(states),
        )
        for location in locations
    ]


def _at(location: Location, resource: Resource) -> Resource:
    """A resource whose record says where it is asked about now."""
    return replace(resource, record=replace(resource.record, location=location)) if resource.record else resource


def _place(resource: Resource, own: Location) -> tuple[str, str]:
    """Environment and bundle id of a resource; where one is a secret, that of the settings, so that none is lost."""
    props = resource.recorded
    environment, bundle_id = props.get("environment"), props.get("bundleId")
    return (
        environment if isinstance(environment, str) else own.environment,
        bundle_id if isinstance(bundle_id, str) else own.bundle_id,
    )
