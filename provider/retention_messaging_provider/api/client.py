"""Apple's Retention Messaging API, one method per endpoint."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from retention_messaging_provider.api import endpoints
from retention_messaging_provider.api.auth import Credentials, NeverPickled
from retention_messaging_provider.api.endpoints import Call
from retention_messaging_provider.api.models import (
    ImageListItem,
    MessageListItem,
    PerformanceTestResponse,
    PerformanceTestResult,
    to_wire,
)

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

TIMEOUT = 30.0
"""Seconds to connect, and between two pieces of an answer, as in Apple's own client libraries."""


class RetentionMessagingClient(NeverPickled):
    """
    Talks to one environment about one app; made once, shared by all threads.

    base_url: one of BASE_URLS, or another over https, or over http on this machine; else BaseUrlRefused
    bundle_id: of the app, such as com.example.app
    max_rate_limit_wait: seconds that one call waits, in all, for Apple's rate limit
    transport, clock (UNIX seconds), sleep (seconds): where the network and time come from; without a transport, the
        proxy and the certificates of this machine's environment, or NetworkRefused
    report: prints one line for every wait; log: one for every request, without credentials

    Identifiers of images and messages are UUIDs, sent in lower case. A method that does not succeed raises a
    RequestFailed; what may be repeated has then been repeated.
    """

    def __init__(  # noqa: PLR0913 - seams are arguments
        self,
        base_url: str,
        credentials: Credentials,
        bundle_id: str,
        *,
        max_rate_limit_wait: float = 600.0,
        transport: "httpx.BaseTransport | None" = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        report: Callable[[str], None] = print,
        log: Callable[[str], None] | None = None,
    ) -> None:
        from retention_messaging_provider.api.sender import Sender  # noqa: PLC0415 - slow; most programs never ask

        self._sender = Sender(
            base_url,
            credentials,
            bundle_id,
            timeout=TIMEOUT,
            max_rate_limit_wait=max_rate_limit_wait,
            transport=transport,
            clock=clock,
            sleep=sleep,
            report=report,
            log=log,
        )

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._sender.close()

    def upload_image(self, image_identifier: str, png: bytes, image_size: str) -> None:
        """
        Upload a PNG under an identifier of the caller's choice; AlreadyExists where it is taken.

        png: without transparency; 3840 pixels wide and 160 to 2160 high, or 1024 x 1024 for a bullet point
        image_size: an ImageSize

        https://developer.apple.com/documentation/retentionmessaging/upload-image
        """
        self._call(
            endpoints.UPLOAD_IMAGE.at(image_identifier.lower()),
            is_there=lambda: image_identifier.lower() in {item.image_identifier for item in self.get_image_list()},
            params={"imageSize": image_size},
            content=png,
            headers={"Content-Type": "image/png"},
        )

    def delete_image(self, image_identifier: str) -> None:
        """
        Delete an image; NotFound where there is none, InUse while a message refers to it.

        https://developer.apple.com/documentation/retentionmessaging/delete-image
        """
        self._call(endpoints.DELETE_IMAGE.at(image_identifier.lower()))

    def get_image_list(self) -> list[ImageListItem]:
        """
        Get all images of the app, in no particular order.

        https://developer.apple.com/documentation/retentionmessaging/get-image-list
        """
        return self._call(endpoints.GET_IMAGE_LIST.at())

    def upload_message(self, message_identifier: str, message: Mapping[str, Any]) -> None:
        """
        Upload a message under an identifier of the caller's choice; AlreadyExists where it is taken.

        message: an UploadMessageRequestBody: `header` (at most 66 characters), `body` (144), and optionally
            `image`, `headerPosition` and `bulletPoints` (5); what is None is left out

        https://developer.apple.com/documentation/retentionmessaging/upload-message
        """
        self._call(
            endpoints.UPLOAD_MESSAGE.at(message_identifier.lower()),
            is_there=lambda: (
                message_identifier.lower() in {item.message_identifier for item in self.get_message_list()}
            ),
            json=to_wire(message),
        )

    def delete_message(self, message_identifier: str, is_due: Callable[[], bool] | None = None) -> None:
        """
        Delete a message, not its images; NotFound where there is none.

        is_due: asked before it is sent if it had to wait, for a rate limit or to be tried again; where it says no,
            nothing is sent, and Withheld is raised

        https://developer.apple.com/documentation/retentionmessaging/delete-message
        """
        self._call(endpoints.DELETE_MESSAGE.at(message_identifier.lower()), is_due=is_due)

    def get_message_list(self) -> list[MessageListItem]:
        """
        Get all messages of the app, in no particular order, without their texts.

        https://developer.apple.com/documentation/retentionmessaging/get-message-list
        """
        return self._call(endpoints.GET_MESSAGE_LIST.at())

    def configure_default_message(self, product_id: str, locale: str, message_identifier: str) -> None:
        """
        Set or replace the message that customers of one product in one locale are shown.

        product_id: of an auto-renewable subscription of the app
        locale: an App Store locale code, such as en-US

        Raises NotApproved while the message or one of its images is not, InvalidRequest where there is no such
        message, product or locale.

        https://developer.apple.com/documentation/retentionmessaging/configure-default-message
        """
        self._call(
            endpoints.CONFIGURE_DEFAULT_MESSAGE.at(product_id, locale),
            json={"messageIdentifier": message_identifier.lower()},
        )

    def get_default_message(self, product_id: str, locale: str) -> str:
        """
        Get the identifier of the message that is set, in lower case; NotFound where none is.

        https://developer.apple.com/documentation/retentionmessaging/get-default-message
        """
        return self._call(endpoints.GET_DEFAULT_MESSAGE.at(product_id, locale))

    def delete_default_message(self, product_id: str, locale: str) -> None:
        """
        Remove what is set, not the message itself; nothing being set is success.

        https://developer.apple.com/documentation/retentionmessaging/delete-default-message
        """
        self._call(endpoints.DELETE_DEFAULT_MESSAGE.at(product_id, locale))

    def configure_realtime_url(self, realtime_url: str) -> None:
        """
        Set or replace the URL that Apple asks for a message.

        realtime_url: begins with https://, at most 256 characters

        Raises NoPassingTest in production as long as no performance test has passed.

        https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url
        """
        self._call(endpoints.CONFIGURE_REALTIME_URL.at(), json={"realtimeURL": realtime_url})

    def get_realtime_url(self) -> str:
        """
        Get the URL that is set; NotFound where none is.

        https://developer.apple.com/documentation/retentionmessaging/get-realtime-url
        """
        return self._call(endpoints.GET_REALTIME_URL.at())

    def delete_realtime_url(self) -> None:
        """
        Remove the URL; NotFound where none is set, if Apple answers so.

        https://developer.apple.com/documentation/retentionmessaging/delete-realtime-url
        """
        self._call(endpoints.DELETE_REALTIME_URL.at())

    def initiate_performance_test(self, original_transaction_id: str) -> PerformanceTestResponse:
        """
        Begin a performance test of the realtime URL; in sandbox only.

        original_transaction_id: of an active auto-renewable subscription bought in sandbox

        Never sent twice: Unreachable or AppleUnavailable leaves open whether a test has begun.

        https://developer.apple.com/documentation/retentionmessaging/initiate-performance-test
        """
        return self._call(
            endpoints.INITIATE_PERFORMANCE_TEST.at(), json={"originalTransactionId": original_transaction_id}
        )

    def get_performance_test_results(self, request_id: str) -> PerformanceTestResult:
        """
        Get how a performance test stands; NotFound where there is none.

        https://developer.apple.com/documentation/retentionmessaging/get-performance-test-results
        """
        return self._call(endpoints.GET_PERFORMANCE_TEST_RESULTS.at(request_id))

    def _call(
        self,
        call: Call[T],
        is_there: Callable[[], bool] | None = None,
        is_due: Callable[[], bool] | None = None,
        **content: Any,
    ) -> T:
        return self._sender.send(call, is_there, is_due, content)
