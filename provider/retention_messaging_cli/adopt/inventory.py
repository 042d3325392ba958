"""What Apple tells of an app in one environment: two lists, the URL, and the defaults that it is asked about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from retention_messaging_cli.progress import progress
from retention_messaging_provider.api import ImageListItem
from retention_messaging_provider.resources.apple import UNKNOWN_PAIR
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.run import Run
from retention_messaging_provider.rules import LOCALES

_, UNKNOWN_LOCALE = UNKNOWN_PAIR

Questions = Mapping[str, Collection[int]]
"""Pair → the codes of Apple's that count as "there is none" in its case."""


@dataclass(frozen=True)
class Inventory:
    """
    What Apple tells.

    messages: identifier → review state
    images: identifier → size and review state
    url: the realtime URL, or None
    defaults: pair → the message that is shown, of the pairs that were asked about and show one
    """

    location: Location
    messages: Mapping[str, str]
    images: Mapping[str, ImageListItem]
    url: str | None
    defaults: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.messages or self.images or self.url or self.defaults)


def questions(products: Collection[str], locales: Collection[str], recorded: Collection[str]) -> Questions:
    """
    The pairs to ask about: products × locales, or × all that are known, and those of a state.

    A product or locale that the user names has to exist; of the known locales Apple may lack one, and what is recorded
    may have left sale.
    """
    tolerated = () if locales else (UNKNOWN_LOCALE,)
    named = {f"{product}/{locale}": tolerated for product in products for locale in locales or sorted(LOCALES)}
    return {**dict.fromkeys(sorted(recorded), UNKNOWN_PAIR), **named}


def take_inventory(run: Run, location: Location, asked: Questions) -> Inventory:
    """Ask Apple, only reading. Raises ApiError where it does not answer, or does not know a product or locale."""
    client = run.apple.client(location)
    with progress(f"Asking what Apple has of {location}", total=len(asked) + 3) as advance:
        messages = client.get_message_list()
        advance()
        images = client.get_image_list()
        advance()
        url = run.apple.fetch_url(location)
        defaults = {}
        for pair, tolerated in asked.items():
            advance()
            defaults[pair] = run.apple.fetch_default(location, pair, tolerated)
    return Inventory(
        location,
        messages={each.message_identifier: each.message_state for each in messages},
        images={each.image_identifier: each for each in images},
        url=url,
        defaults={pair: shown for pair, shown in defaults.items() if shown},
    )
