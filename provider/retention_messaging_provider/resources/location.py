"""Where a resource is at Apple: recorded once, and what every later request goes by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from retention_messaging_provider import rules
from retention_messaging_provider.rules import CheckFailure, is_known
from retention_messaging_provider.settings import Settings

LOCATION_KEYS = ("environment", "bundleId", "baseUrl")
DIFFERENT = "another one than this resource was made with"
"""Of a base URL, which may be a secret."""
MOVED = (
    "; where only the host has moved, write its new address into the state instead: "
    "pulumi stack export --file state.json, then pulumi stack import --file state.json"
)


@dataclass(frozen=True)
class Location:
    """An app in an environment; `base_url` is None for Apple's own host."""

    environment: str
    bundle_id: str
    base_url: str | None

    @classmethod
    def of(cls, props: Mapping[str, Any]) -> "Location":
        """As the properties of a resource have it."""
        return cls(props["environment"], props["bundleId"], props.get("baseUrl"))

    def __str__(self) -> str:
        return f"{self.bundle_id} ({self.environment})"


def location_failures(settings: Settings, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Iterable[CheckFailure]:
    """Failures of settings that are there, of form, and of a location that is not the recorded one."""
    yield from settings.wrong
    yield from rules.environment(news.get("environment"), settings.remedies)
    yield from rules.bundle_id(news.get("bundleId"), settings.remedies)
    for key in LOCATION_KEYS:
        old, new = olds.get(key), news.get(key)
        if olds and old != new and is_known(new):
            is_public = key != "baseUrl"
            actual = f"{new or 'absent'}, but this resource was made with {old or 'none'}" if is_public else DIFFERENT
            yield CheckFailure(
                key,
                f"is {actual} and stays there; set {key} back, "
                f"or use another stack for the other one (pulumi stack init){'' if is_public else MOVED}",
            )
