"""What every handler is tested on: one entry for each resource."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from resources.samples import EXPLICIT, PICTURES, URL, default, image, message, performance_test, realtime_url
from resources.stack import Record, Want
from retention_messaging_emulator import AppStoreConnect, Emulator, Switches


@dataclass(frozen=True)
class Specimen:
    """
    A resource as a program wants it.

    - `flaws`: inputs that Apple would refuse, all at once; `failures`: the properties that `check` names.
    - `arrange`: what has to be at Apple before.
    - `delete_at_apple`: a deletion outside this stack; `is_missing_then`: whether it is missing after that, else it is
      drift, and set again.
    - `is_event`: whether it happens once: nothing of it is at Apple, and only its creation asks.
    """

    want: Want
    flaws: Mapping[str, Any]
    failures: Collection[str]
    delete_at_apple: Callable[[AppStoreConnect, Record], None] = lambda store, record: None
    arrange: Callable[[AppStoreConnect], None] = lambda store: None
    is_missing_then: bool = True
    is_event: bool = False


def served_emulator() -> Emulator:
    """An App Store and a developer's server that passes a performance test, which is one request."""
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"message": {"messageIdentifier": EXPLICIT}}))
    return Emulator(transport=answer, switches=Switches(total_requests=1, total_duration=0))


def illustrated() -> Want:
    """A message with all its parts, whose image is no resource of the program."""
    return message(headerPosition="ABOVE_IMAGE", image={"imageIdentifier": EXPLICIT, "altText": "A flame"})


def put_url_under_test(store: AppStoreConnect) -> None:
    """A realtime URL that Apple can test; in sandbox only."""
    if store.environment == "production":
        pytest.skip("Apple tests in sandbox only")
    store.put_message(EXPLICIT, {"header": "Ours", "body": "Ours"})
    store.put_realtime_url({"realtimeURL": URL})
    store.performance_test(passed=True)


SPECIMENS = [
    Specimen(
        realtime_url(),
        flaws={"url": "http://retention.example.com"},
        failures=["url"],
        delete_at_apple=lambda store, _: store.delete_realtime_url(),
    ),
    Specimen(
        default(messageIdentifier=EXPLICIT),
        flaws={"productId": "", "locale": "en_US", "messageIdentifier": "stay"},
        failures=["productId", "locale", "messageIdentifier"],
        delete_at_apple=lambda store, record: store.delete_default_message(*record.id.split("/")[2:]),
        arrange=lambda store: store.put_message(EXPLICIT, {"header": "Ours", "body": "Ours"}, "APPROVED"),
        is_missing_then=False,
    ),
    Specimen(
        image(),
        flaws={"width": 100, "transparency": True, "imageIdentifier": "hero"},
        failures=["path", "path", "imageIdentifier"],
        delete_at_apple=lambda store, record: store.delete_image(record.id),
    ),
    Specimen(
        illustrated(),
        flaws={
            "header": "h" * 67,
            "body": "",
            "headerPosition": "BELOW_BODY",
            "image": {"imageIdentifier": "hero", "altText": "a" * 151},
            "bulletPoints": [{"text": "t" * 67, "imageIdentifier": EXPLICIT}] * 6,
            "messageIdentifier": "stay",
        },
        failures=[
            *("header", "body", "headerPosition", "image.imageIdentifier", "image.altText", "messageIdentifier"),
            *(f"bulletPoints[{i}].{key}" for i in range(6) for key in ("text", "altText")),
            "bulletPoints",
        ],
        delete_at_apple=lambda store, record: store.delete_message(record.id),
        arrange=lambda store: store.put_image(EXPLICIT, (PICTURES / "hero.png").read_bytes()),
    ),
    Specimen(
        performance_test(triggers=["server 12"], deadline="365d"),
        flaws={"originalTransactionId": "7000050009280a", "deadline": "soon"},
        failures=["originalTransactionId", "deadline"],
        is_event=True,
        arrange=put_url_under_test,
    ),
]
