"""
What Apple refuses, as one table.

Numbers and objects are those of https://developer.apple.com/documentation/retentionmessaging/error-codes and of Apple's
App Store Server Libraries. An error's own page is `…/documentation/retentionmessaging/<its object in lower case>`.
"""

from enum import Enum
from http import HTTPStatus
from typing import Self

APPLES_WORDS = True
PLACEHOLDER = False  # Apple's literal sentence is not public; ours is in its style


class AppStoreError(Enum):
    """One of Apple's errors: its number, its object, its sentence, and whether the sentence is Apple's own."""

    # Of the App Store Server API, which shares the numbers: this API names no error for malformed requests.
    # https://developer.apple.com/documentation/appstoreserverapi/generalbadrequesterror
    GENERAL_BAD_REQUEST = (4000000, "GeneralBadRequestError", "Bad request.", PLACEHOLDER)
    INVALID_TRANSACTION_ID = (
        4000006,
        "BadRequestTransactionIdError",
        "Invalid transaction id.",
        APPLES_WORDS,
    )
    INVALID_PRODUCT_ID = (
        4000023,
        "InvalidProductIdError",
        "Invalid request. Product ID is invalid.",
        PLACEHOLDER,
    )
    APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR = (
        4000048,
        "BadRequestAppTransactionIdForUnsupportedEndpointError",
        "Invalid request. App transactions aren't supported by this endpoint.",
        APPLES_WORDS,
    )
    INVALID_IMAGE = (4000161, "InvalidImageError", "Invalid request. The image is invalid.", APPLES_WORDS)
    HEADER_TOO_LONG = (4000162, "HeaderTooLongError", "Invalid request. The header is too long.", PLACEHOLDER)
    BODY_TOO_LONG = (4000163, "BodyTooLongError", "Invalid request. The body is too long.", PLACEHOLDER)
    INVALID_LOCALE = (4000164, "InvalidLocaleError", "Invalid request. Locale is invalid.", APPLES_WORDS)
    ALT_TEXT_TOO_LONG = (
        4000175,
        "AltTextTooLongError",
        "Invalid request. The alt text is too long.",
        PLACEHOLDER,
    )
    FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR = (
        4000185,
        "BadRequestTransactionIdNotSupportedForFamilySharingError",
        "Invalid request. Family Sharing transactions aren't supported by this endpoint.",
        APPLES_WORDS,
    )
    TRANSACTION_ID_IS_NOT_ORIGINAL_TRANSACTION_ID_ERROR = (
        4000187,
        "BadRequestTransactionIdNotOtidError",
        "Invalid request. The transaction ID provided is not an original transaction ID.",
        APPLES_WORDS,
    )
    INVALID_PERFORMANCE_TEST_REQUEST = (
        4000211,
        "InvalidPerformanceTestRequestError",
        "Invalid request. The performance test request is invalid.",
        PLACEHOLDER,
    )
    INVALID_REQUEST_ID = (
        4000212,
        "InvalidRequestIdError",
        "Invalid request. The request ID is invalid.",
        PLACEHOLDER,
    )
    EXISTING_PERFORMANCE_TEST_RUN = (
        4000213,
        "ExistingPerformanceTestRunError",
        "Invalid request. Existing performance test run.",
        APPLES_WORDS,
    )
    BAD_REQUEST_REALTIME_URL = (
        4000215,
        "BadRequestRealtimeUrlError",
        "Invalid request. The url is invalid.",
        APPLES_WORDS,
    )
    BAD_REQUEST_IMAGE_SIZE = (
        4000216,
        "BadRequestImageSizeError",
        "Invalid request. The image's size is invalid.",
        APPLES_WORDS,
    )
    BAD_REQUEST_TOO_MANY_BULLET_POINTS = (
        4000218,
        "BadRequestTooManyBulletPointsError",
        "Invalid request. The number of bullet points is too many.",
        APPLES_WORDS,
    )
    BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG = (
        4000219,
        "BadRequestBulletPointTextTooLongError",
        "Invalid request. The bullet point text is too long.",
        PLACEHOLDER,
    )
    BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE = (
        4000224,
        "BadRequestAboveImageRequiresAnImageError",
        "Invalid request. Header position above image requires an image.",
        PLACEHOLDER,
    )
    MAXIMUM_NUMBER_OF_IMAGES_REACHED = (
        4030014,
        "MaximumNumberOfImagesReachedError",
        "Maximum number of images reached.",
        PLACEHOLDER,
    )
    MAXIMUM_NUMBER_OF_MESSAGES_REACHED = (
        4030016,
        "MaximumNumberOfMessagesReachedError",
        "Maximum number of messages reached.",
        PLACEHOLDER,
    )
    MESSAGE_NOT_APPROVED = (4030017, "MessageNotApprovedError", "Message is not approved.", PLACEHOLDER)
    IMAGE_NOT_APPROVED = (4030018, "ImageNotApprovedError", "Image is not approved.", PLACEHOLDER)
    IMAGE_IN_USE = (4030019, "ImageInUseError", "Image is in use.", PLACEHOLDER)
    FORBIDDEN_NO_PASSING_TEST = (
        4030026,
        "ForbiddenNoPassingTestError",
        "A passing performance test is required.",
        PLACEHOLDER,
    )
    IMAGE_NOT_FOUND = (4040014, "ImageNotFoundError", "Image not found.", PLACEHOLDER)
    MESSAGE_NOT_FOUND = (4040015, "MessageNotFoundError", "Message not found.", PLACEHOLDER)
    PERFORMANCE_TEST_RUN_NOT_FOUND = (
        4040018,
        "PerformanceTestRunNotFoundError",
        "Performance test run not found.",
        PLACEHOLDER,
    )
    DEFAULT_MESSAGE_NOT_FOUND = (
        4040020,
        "DefaultMessageNotFoundError",
        "Default message not found.",
        PLACEHOLDER,
    )
    REALTIME_URL_NOT_FOUND = (4040021, "RealtimeUrlNotFoundError", "Realtime URL not found.", PLACEHOLDER)
    IMAGE_ALREADY_EXISTS = (4090000, "ImageAlreadyExistsError", "Image already exists.", PLACEHOLDER)
    MESSAGE_ALREADY_EXISTS = (4090001, "MessageAlreadyExistsError", "Message already exists.", PLACEHOLDER)
    RATE_LIMIT_EXCEEDED = (4290000, "RateLimitExceededError", "Rate limit exceeded.", APPLES_WORDS)
    GENERAL_INTERNAL = (5000000, "GeneralInternalError", "An unknown error occurred.", APPLES_WORDS)

    def __init__(self, code: int, apple_object: str, message: str, literal: bool) -> None:
        self.code = code
        self.apple_object = apple_object
        self.message = message
        self.literal = literal

    @property
    def status(self) -> int:
        """The HTTP status, which Apple's numbers begin with."""
        return self.code // 10_000

    @classmethod
    def of(cls, code: int) -> Self:
        """The error of this number; KeyError if Apple has none for this API."""
        return {error.code: error for error in cls}[code]


Refusal = AppStoreError | HTTPStatus
"""A status stands for an answer without Apple's envelope, and with no body at all."""


class RefusedError(Exception):
    """What was asked breaks one of Apple's rules: `error` is its error."""

    def __init__(self, error: Refusal) -> None:
        if isinstance(error, HTTPStatus):
            super().__init__(f"{error.value} {error.phrase}")
        else:
            super().__init__(f"{error.code} {error.apple_object}: {error.message}")
        self.error = error


def refuse(error: Refusal | None) -> None:
    """Raise RefusedError, unless the switch is None: Apple accepts this."""
    if error is not None:
        raise RefusedError(error)
