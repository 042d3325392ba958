"""What the tests of the resources ask for."""

from pathlib import Path
from typing import Any

from hypothesis import settings

from resources.stack import Ref, Want, urn
from retention_messaging_provider import png
from retention_messaging_provider.resources.default_message import DefaultMessage
from retention_messaging_provider.resources.handler import Handler
from retention_messaging_provider.resources.image import Image
from retention_messaging_provider.resources.message import Message
from retention_messaging_provider.resources.performance_test import PerformanceTest
from retention_messaging_provider.resources.realtime_url import RealtimeUrl

BOUNDED = settings(max_examples=60, derandomize=True, deadline=None)
PICTURES = Path(__file__).parent / "pictures"
URL = "https://retention.example.com/apple"
OTHER_URL = "https://elsewhere.example.com/apple"
EXPLICIT = "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"


def message(header: str = "Keep your streak", *, name: str = "stay", alias: str = "", **props: Any) -> Want:
    body = "Your friends are still here."
    return Want(Message, name, {"header": header, "body": body, **props}, _aliases(Message, alias))


def image(file: str | Path = "hero.png", *, name: str = "hero", alias: str = "", **props: Any) -> Want:
    """A picture of this folder, or the file of a path, with its facts as they are now."""
    path = PICTURES / file
    props = {"path": str(path), **vars(png.inspect(png.read(path), path)), **props}
    return Want(Image, name, props, _aliases(Image, alias))


def realtime_url(url: str = URL, *, name: str = "endpoint", **props: Any) -> Want:
    return Want(RealtimeUrl, name, {"url": url, "configuredUrl": url, **props})


def default(name: str = "monthly-en", *, message: str = "stay", **props: Any) -> Want:
    """A default that shows what may be shown of a message of the program."""
    pair = {"productId": "com.example.monthly", "locale": "en-US"}
    return Want(DefaultMessage, name, {**pair, "messageIdentifier": Ref(message, "approvedIdentifier"), **props})


def performance_test(**props: Any) -> Want:
    return Want(PerformanceTest, "test", {"originalTransactionId": "70000500092808", **props})


def of(name: str = "hero") -> dict[str, Any]:
    """The image of a message."""
    return {"imageIdentifier": Ref(name, "imageIdentifier"), "altText": "A flame"}


def bullet_point(name: str = "bullet", text: str = "Ten days in a row") -> dict[str, Any]:
    return {"text": text, **of(name)}


def _aliases(handler: type[Handler], name: str) -> tuple[str, ...]:
    return (urn(handler, name),) if name else ()
