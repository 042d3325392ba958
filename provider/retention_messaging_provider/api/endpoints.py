"""
Apple's endpoints as a table: what they are called, where they are, and what may be repeated.

https://developer.apple.com/documentation/retentionmessaging, paths and methods from each endpoint's page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar
from urllib.parse import quote

from retention_messaging_provider.api.models import (
    ImageListItem,
    MessageListItem,
    default_message,
    image_list,
    message_list,
    nothing,
    performance_test,
    performance_test_result,
    realtime_url,
)

T = TypeVar("T")

BASE_URLS = {
    "sandbox": "https://api.storekit-sandbox.apple.com",
    "production": "https://api.storekit.apple.com",
}
"""Environment → host, as every endpoint's page gives them since 2026-05-05."""


class Repeat(Enum):
    """What may be done after a request whose outcome nobody knows."""

    FREELY = auto()
    """The second time has the same result as the first."""

    UNTIL_GONE = auto()
    """The second time may find nothing left: the first one did it."""

    AFTER_A_LOOK = auto()
    """The second time would be refused as a conflict: Apple's list shows whether the first one did it."""

    NEVER = auto()
    """The second time would do it again, or be refused because of the first; nothing shows which."""


@dataclass(frozen=True)
class Endpoint(Generic[T]):
    """
    One endpoint.

    name: Apple's name for it, in the case of running text: "Apple refused to <name> <identifier>"
    path: with one `{}` for each identifier
    read: from the body of a 2xx to a value; ValueError where it is not the documented one
    absent: the errorCode with which Apple answers that the very thing asked for does not exist
    """

    name: str
    method: str
    path: str
    read: Callable[[bytes], T]
    repeat: Repeat
    absent: int | None = None

    @property
    def documentation(self) -> str:
        """Apple's page about this endpoint."""
        page = self.name.lower().replace(" ", "-")
        return f"https://developer.apple.com/documentation/retentionmessaging/{page}"

    def at(self, *identifiers: str) -> "Call[T]":
        """Name one thing at this endpoint; identifiers may hold any character."""
        path = self.path.format(*(quote(identifier, safe="") for identifier in identifiers))
        return Call(self, f"/inApps/v1/messaging{path}", " ".join([self.name, "/".join(identifiers)]).strip())


@dataclass(frozen=True)
class Call(Generic[T]):
    """
    A request, as errors name it.

    path: percent-encoded
    doing: such as "delete image 6f…"
    to: whom it is sent to, and through which proxy
    """

    endpoint: Endpoint[T]
    path: str
    doing: str
    to: str = "Apple"


UPLOAD_IMAGE = Endpoint("upload image", "PUT", "/image/{}", nothing, Repeat.AFTER_A_LOOK)
DELETE_IMAGE = Endpoint("delete image", "DELETE", "/image/{}", nothing, Repeat.UNTIL_GONE, absent=4040014)
GET_IMAGE_LIST: Endpoint[list[ImageListItem]] = Endpoint(
    "get image list", "GET", "/image/list", image_list, Repeat.FREELY
)
UPLOAD_MESSAGE = Endpoint("upload message", "PUT", "/message/{}", nothing, Repeat.AFTER_A_LOOK)
DELETE_MESSAGE = Endpoint("delete message", "DELETE", "/message/{}", nothing, Repeat.UNTIL_GONE, absent=4040015)
GET_MESSAGE_LIST: Endpoint[list[MessageListItem]] = Endpoint(
    "get message list", "GET", "/message/list", message_list, Repeat.FREELY
)
CONFIGURE_DEFAULT_MESSAGE = Endpoint("configure default message", "PUT", "/default/{}/{}", nothing, Repeat.FREELY)
GET_DEFAULT_MESSAGE = Endpoint(
    "get default message", "GET", "/default/{}/{}", default_message, Repeat.FREELY, absent=4040020
)
DELETE_DEFAULT_MESSAGE = Endpoint("delete default message", "DELETE", "/default/{}/{}", nothing, Repeat.FREELY)
CONFIGURE_REALTIME_URL = Endpoint("configure realtime URL", "PUT", "/realtime/url", nothing, Repeat.FREELY)
GET_REALTIME_URL = Endpoint("get realtime URL", "GET", "/realtime/url", realtime_url, Repeat.FREELY, absent=4040021)
DELETE_REALTIME_URL = Endpoint(
    "delete realtime URL", "DELETE", "/realtime/url", nothing, Repeat.UNTIL_GONE, absent=4040021
)
INITIATE_PERFORMANCE_TEST = Endpoint(
    "initiate performance test", "POST", "/performanceTest", performance_test, Repeat.NEVER
)
GET_PERFORMANCE_TEST_RESULTS = Endpoint(
    "get performance test results",
    "GET",
    "/performanceTest/result/{}",
    performance_test_result,
    Repeat.FREELY,
    absent=4040018,
)
