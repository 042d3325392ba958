"""What the laws are tried on: one entry for each resource."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from resources.samples import CHOSEN, PICTURES, default, image, message, realtime_url
from resources.stack import Record, Want
from retention_messaging_emulator import AppStoreConnect


@dataclass(frozen=True)
class Specimen:
    """
    A resource as a program wants it.

    - `flaws`: inputs that Apple would refuse, all at once; `failures`: the properties that `check` names.
    - `take_away`: somebody else's hand at Apple. `arrange`: what has to be at Apple before.
    """

    want: Want
    flaws: Mapping[str, Any]
    failures: Collection[str]
    take_away: Callable[[AppStoreConnect, Record], None]
    arrange: Callable[[AppStoreConnect], None] = lambda store: None
    gone: bool = True
    """Whether it is gone once that hand has taken it away; else it is set again."""


def illustrated() -> Want:
    """A message with all its parts, whose picture is no resource of the program."""
    return message(headerPosition="ABOVE_IMAGE", image={"imageIdentifier": CHOSEN, "altText": "A flame"})


SPECIMENS = [
    Specimen(
        realtime_url(),
        flaws={"url": "http://retention.example.com"},
        failures=["url"],
        take_away=lambda store, _: store.delete_realtime_url(),
    ),
    Specimen(
        default(messageIdentifier=CHOSEN),
        flaws={"productId": "", "locale": "en_US", "messageIdentifier": "stay"},
        failures=["productId", "locale", "messageIdentifier"],
        take_away=lambda store, record: store.delete_default_message(*record.id.split("/")[2:]),
        arrange=lambda store: store.put_message(CHOSEN, {"header": "Ours", "body": "Ours"}, "APPROVED"),
        gone=False,
    ),
    Specimen(
        image(),
        flaws={"width": 100, "transparency": True, "imageIdentifier": "hero"},
        failures=["path", "path", "imageIdentifier"],
        take_away=lambda store, record: store.delete_image(record.id),
    ),
    Specimen(
        illustrated(),
        flaws={
            "header": "h" * 67,
            "body": "",
            "headerPosition": "BELOW_BODY",
            "image": {"imageIdentifier": "hero", "altText": "a" * 151},
            "bulletPoints": [{"text": "t" * 67, "imageIdentifier": CHOSEN}] * 6,
            "messageIdentifier": "stay",
        },
        failures=[
            *("header", "body", "headerPosition", "image.imageIdentifier", "image.altText", "messageIdentifier"),
            *(f"bulletPoints[{i}].{key}" for i in range(6) for key in ("text", "altText")),
            "bulletPoints",
        ],
        take_away=lambda store, record: store.delete_message(record.id),
        arrange=lambda store: store.put_image(CHOSEN, (PICTURES / "hero.png").read_bytes()),
    ),
]
