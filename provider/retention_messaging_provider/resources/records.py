"""What is recorded of each resource, typed; only `from_outputs` and `to_outputs` spell output keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from retention_messaging_provider import rules
from retention_messaging_provider.resources import identity
from retention_messaging_provider.resources.handler import name_of
from retention_messaging_provider.resources.ledger import DEFAULT, IMAGE, MESSAGE, URL, Ref
from retention_messaging_provider.resources.location import Location


@dataclass(frozen=True)
class Upload:
    """What messages and images have in common."""

    location: Location
    owner: str
    identifier: str
    state: str
    retain: bool

    def __str__(self) -> str:
        return f"{self.ref.kind} {name_of(self.owner)}"

    @property
    def ref(self) -> Ref:
        """Itself at Apple."""
        raise NotImplementedError

    @property
    def own(self) -> frozenset[str]:
        """The identifiers of its own kind that the record tells of."""
        return frozenset({self.identifier})

    @property
    def prefix(self) -> str:
        """The owner prefix of what may be this resource's; another one may have that of its earlier name."""
        return identity.owner_prefix(self.location.bundle_id, self.location.environment, self.owner)

    def is_named(self, identifier: str) -> bool:
        """Whether an identifier has the owner prefix of this resource's name."""
        return identity.owner_prefix_of(identifier) == self.prefix


@dataclass(frozen=True)
class ImageRecord(Upload):
    """A picture."""

    @property
    def ref(self) -> Ref:
        return Ref(self.location, IMAGE, self.identifier)

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> Self:
        """Of recorded outputs, or of inputs, whose identifier is known and whose state is not."""
        return cls(
            _location(outputs),
            outputs["owner"],
            outputs["imageIdentifier"],
            outputs.get("imageState", ""),
            bool(outputs.get("retainOnDelete")),
        )

    def to_outputs(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The complete outputs."""
        return {**inputs, "imageIdentifier": self.identifier, "imageState": self.state}


@dataclass(frozen=True)
class SupersededImage:
    """
    A picture that superseded messages use.

    `left`: no Image of the program has it any more, so that it goes with the last of them.
    """

    identifier: str
    used_by: frozenset[str]
    left: bool


@dataclass(frozen=True)
class MessageRecord(Upload):
    """
    A message, and what it stands in for.

    approved: what may be shown now, "" for nothing; approved_at: UNIX seconds since when that is this message
    images: what it uses; managed: those of them that are resources of the program, and not to be retained
    pairs: the defaults of the program that refer to it; former: those that did, and may still show one of these
    superseded: earlier messages that are still at Apple
    found: those of all these that were found at Apple under a name like ours, which this record may not account for
    retained: earlier messages that were left at Apple because of retain_on_delete
    shares_name: whether what Apple has under its owner prefix may be another resource's, which had its name once
    """

    approved: str = ""
    approved_at: int | None = None
    images: frozenset[str] = frozenset()
    managed: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    former: frozenset[str] = frozenset()
    superseded: tuple[str, ...] = ()
    superseded_images: tuple[SupersededImage, ...] = field(default=())
    found: frozenset[str] = frozenset()
    retained: frozenset[str] = frozenset()
    shares_name: bool = False
    keep_replaced: float = 0

    @property
    def ref(self) -> Ref:
        return Ref(self.location, MESSAGE, self.identifier)

    @property
    def own(self) -> frozenset[str]:
        return frozenset({self.identifier, *self.superseded, *self.retained})

    @property
    def kept(self) -> list[Ref]:
        """What it accounts for beside itself: what it superseded, and the pictures of that."""
        earlier = [i for i in (self.approved, *self.superseded) if i and i != self.identifier]
        return [
            *(Ref(self.location, MESSAGE, each) for each in earlier),
            *(Ref(self.location, IMAGE, each.identifier) for each in self.superseded_images),
        ]

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> Self:
        """Of recorded outputs, or of inputs, which lack what only Apple decides."""
        return cls(
            _location(outputs),
            outputs["owner"],
            outputs["messageIdentifier"],
            outputs.get("messageState", ""),
            bool(outputs.get("retainOnDelete")),
            approved=outputs.get("approvedIdentifier", ""),
            approved_at=outputs.get("approvedAt") or None,
            images=frozenset(images_of(outputs)),
            managed=_known(outputs.get("managedImages")),
            pairs=_known(outputs.get("pairs")),
            former=frozenset(outputs.get("formerPairs") or ()),
            superseded=tuple(outputs.get("superseded") or ()),
            superseded_images=tuple(
                SupersededImage(identifier, frozenset(each["usedBy"]), each["left"])
                for identifier, each in sorted((outputs.get("supersededImages") or {}).items())
            ),
            found=frozenset(outputs.get("foundIdentifiers") or ()),
            retained=frozenset(outputs.get("retainedIdentifiers") or ()),
            shares_name=bool(outputs.get("sharesName")),
            keep_replaced=rules.seconds(outputs.get("keepReplaced")) or 0,
        )

    def to_outputs(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The complete outputs."""
        return {
            **inputs,
            "messageIdentifier": self.identifier,
            "messageState": self.state,
            "approvedIdentifier": self.approved,
            "approvedAt": self.approved_at or 0,
            "pairs": sorted(self.pairs),
            "formerPairs": sorted(self.former),
            "superseded": list(self.superseded),
            "supersededImages": {
                each.identifier: {"usedBy": sorted(each.used_by), "left": each.left} for each in self.superseded_images
            },
            "foundIdentifiers": sorted(self.found),
            "retainedIdentifiers": sorted(self.retained),
            **({"sharesName": True} if self.shares_name else {}),
        }


@dataclass(frozen=True)
class DefaultRecord:
    """The default of a pair: what Apple was seen to show, and what this resource last configured; "" for nothing."""

    location: Location
    owner: str
    pair: str
    shown: str
    configured: str

    def __str__(self) -> str:
        return f"default of {self.pair}"

    @property
    def ref(self) -> Ref:
        """Itself at Apple."""
        return Ref(self.location, DEFAULT, self.pair)

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> Self:
        """Of recorded outputs, or of inputs, where `shown` is what is wanted."""
        return cls(
            _location(outputs),
            outputs.get("owner", ""),
            f"{outputs['productId']}/{outputs['locale']}",
            outputs["messageIdentifier"],
            outputs.get("configuredIdentifier", ""),
        )

    def to_outputs(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The complete outputs."""
        return {**inputs, "messageIdentifier": self.shown, "configuredIdentifier": self.configured}


@dataclass(frozen=True)
class UrlRecord:
    """The realtime URL of an app: what Apple was seen to have, and what this resource last configured."""

    location: Location
    owner: str
    url: str
    configured: str

    def __str__(self) -> str:
        return f"realtime URL of {self.location}"

    @property
    def ref(self) -> Ref:
        """Itself at Apple: there is one."""
        return Ref(self.location, URL, "")

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> Self:
        """Of recorded outputs, or of inputs, where `url` is what is wanted."""
        owner, configured = outputs.get("owner", ""), outputs.get("configuredUrl", "")
        return cls(
            _location(outputs),
            owner,
            outputs["url"],
            configured,
        )

    def to_outputs(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The complete outputs."""
        return {**inputs, "url": self.url, "configuredUrl": self.configured}


def _location(props: Mapping[str, Any]) -> Location:
    return Location(props["environment"], props["bundleId"], props.get("baseUrl"))


def _known(value: Any) -> frozenset[str]:
    """What is known of a list in the inputs."""
    return frozenset(each for each in value if isinstance(each, str)) if isinstance(value, list) else frozenset()


def images_of(props: Mapping[str, Any]) -> Iterable[str]:
    """The identifiers of the images that a message uses, as far as they are known."""
    return (identifier for _, identifier, _ in rules.message_images(props) if isinstance(identifier, str))
