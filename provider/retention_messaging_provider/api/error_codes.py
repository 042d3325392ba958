"""
What each of Apple's error codes means, as a table.

Names: https://developer.apple.com/documentation/retentionmessaging/error-codes
Numbers: `APIError` in https://github.com/apple/app-store-server-library-python

The App Store Server API shares the numbers and hosts: those of its errors that fit any request are here too.
"""

from typing import NamedTuple

from retention_messaging_provider.api.errors import (
    AlreadyExists,
    AppleUnavailable,
    Forbidden,
    InUse,
    InvalidRequest,
    LimitReached,
    NoAccess,
    NoPassingTest,
    NotApproved,
    NotFound,
    RateLimited,
    Refused,
    RequestFailed,
    Unauthorized,
    UnexpectedAnswer,
)

RUN_AGAIN_LATER = "run again later"
CHECK_ADDRESS = "check the base URL, and any proxy between this machine and Apple"
REQUEST_ACCESS = (
    "access is not granted to this account: request it at "
    "https://developer.apple.com/contact/request/retention-messaging-api/, or check a base URL that is not Apple's"
)
# Apple answers only that the token is invalid; these are the causes that developers report.
CHECK_CREDENTIALS = (
    "check that the key is an In-App Purchase key and not revoked, that key id, issuer id and bundle id "
    "belong to it, and that this machine's clock is right; production refuses every key until the app's first release"
)


class Meaning(NamedTuple):
    """The error to raise, Apple's name for it, and what to do next; "" where there is none to give."""

    kind: type[RequestFailed]
    name: str
    remedy: str


MEANINGS = {
    4000000: Meaning(InvalidRequest, "GeneralBadRequestError", ""),
    4000002: Meaning(InvalidRequest, "InvalidAppIdentifierError", "check the bundle id"),
    4000006: Meaning(
        InvalidRequest,
        "BadRequestTransactionIdError",
        "use the original transaction id of an active auto-renewable subscription bought in sandbox",
    ),
    4000023: Meaning(
        InvalidRequest,
        "InvalidProductIdError",
        "use the product id of an auto-renewable subscription of this app",
    ),
    4000048: Meaning(
        InvalidRequest,
        "BadRequestAppTransactionIdForUnsupportedEndpointError",
        "use an original transaction id, not an app transaction id",
    ),
    4000161: Meaning(
        InvalidRequest,
        "InvalidImageError",
        "use a PNG without transparency, 3840 x 160 to 2160 pixels, or 1024 x 1024 for a bullet point",
    ),
    4000162: Meaning(InvalidRequest, "HeaderTooLongError", "shorten the header to 66 characters"),
    4000163: Meaning(InvalidRequest, "BodyTooLongError", "shorten the body to 144 characters"),
    4000164: Meaning(InvalidRequest, "InvalidLocaleError", "use an App Store locale code; case matters: en-US"),
    4000175: Meaning(InvalidRequest, "AltTextTooLongError", "shorten the alt text to 150 characters"),
    4000185: Meaning(
        InvalidRequest,
        "BadRequestTransactionIdNotSupportedForFamilySharingError",
        "use a transaction of the account that bought the subscription",
    ),
    4000187: Meaning(
        InvalidRequest,
        "BadRequestTransactionIdNotOtidError",
        "use the original transaction id, not that of a renewal",
    ),
    4000211: Meaning(
        InvalidRequest,
        "InvalidPerformanceTestRequestError",
        "check the original transaction id, and that the sandbox has a realtime URL",
    ),
    4000212: Meaning(InvalidRequest, "InvalidRequestIdError", "start a new performance test"),
    4000213: Meaning(
        InvalidRequest, "ExistingPerformanceTestRunError", "wait until the running test ends, then run again"
    ),
    4000215: Meaning(InvalidRequest, "BadRequestRealtimeUrlError", "use an https:// URL of at most 256 characters"),
    4000216: Meaning(
        InvalidRequest,
        "BadRequestImageSizeError",
        "use FULL_SIZE for a message's image and BULLET_POINT for the images of its bullet points",
    ),
    4000218: Meaning(InvalidRequest, "BadRequestTooManyBulletPointsError", "use at most 5 bullet points"),
    4000219: Meaning(
        InvalidRequest,
        "BadRequestBulletPointTextTooLongError",
        "shorten the bullet point's text to 66 characters",
    ),
    4000224: Meaning(
        InvalidRequest,
        "BadRequestAboveImageRequiresAnImageError",
        "give the message an image, or put its header ABOVE_BODY",
    ),
    4030014: Meaning(LimitReached, "MaximumNumberOfImagesReachedError", "delete images: an app may have 2000 of them"),
    4030016: Meaning(
        LimitReached, "MaximumNumberOfMessagesReachedError", "delete messages: an app may have 2000 of them"
    ),
    4030017: Meaning(NotApproved, "MessageNotApprovedError", "wait for Apple's review of the message, then run again"),
    4030018: Meaning(
        NotApproved,
        "ImageNotApprovedError",
        "wait for Apple's review of the message's images, then run again",
    ),
    4030019: Meaning(InUse, "ImageInUseError", "delete the messages that use it first, then run again"),
    4030026: Meaning(
        NoPassingTest,
        "ForbiddenNoPassingTestError",
        "set the realtime URL in sandbox and pass a performance test there, then run again",
    ),
    4040003: Meaning(Refused, "AppNotFoundError", "check the bundle id, and that the key is of its account"),
    4040004: Meaning(AppleUnavailable, "AppNotFoundRetryableError", RUN_AGAIN_LATER),
    4040014: Meaning(NotFound, "ImageNotFoundError", "upload that image first"),
    4040015: Meaning(NotFound, "MessageNotFoundError", "upload that message first"),
    4040018: Meaning(NotFound, "PerformanceTestRunNotFoundError", "start a new performance test"),
    4040020: Meaning(NotFound, "DefaultMessageNotFoundError", "configure one for this product and locale"),
    4040021: Meaning(NotFound, "RealtimeUrlNotFoundError", "configure one for this app and environment"),
    4090000: Meaning(AlreadyExists, "ImageAlreadyExistsError", "delete that image or use another identifier"),
    4090001: Meaning(AlreadyExists, "MessageAlreadyExistsError", "delete that message or use another identifier"),
    4290000: Meaning(RateLimited, "RateLimitExceededError", RUN_AGAIN_LATER),
    5000000: Meaning(AppleUnavailable, "GeneralInternalError", RUN_AGAIN_LATER),
    5000001: Meaning(AppleUnavailable, "GeneralInternalRetryableError", RUN_AGAIN_LATER),
}

STATUS_MEANINGS = {
    400: Meaning(InvalidRequest, "", ""),
    401: Meaning(Unauthorized, "", CHECK_CREDENTIALS),
    403: Meaning(Forbidden, "", ""),
    429: Meaning(RateLimited, "", RUN_AGAIN_LATER),
}


def meaning(status: int, error_code: int | str | None) -> Meaning:
    """
    Look up an answer that is no success.

    A code counts only under the HTTP status that its first three digits repeat, as they do in all of Apple's;
    what is not in the table has at least the meaning of its status.
    """
    if isinstance(error_code, int) and error_code // 10_000 == status and error_code in MEANINGS:
        return MEANINGS[error_code]
    if (
        status == 404 and error_code is None
    ):  # https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url
        return Meaning(NoAccess, "", REQUEST_ACCESS)
    if status >= 500:
        return Meaning(AppleUnavailable, "", RUN_AGAIN_LATER)
    if status < 400:
        return Meaning(UnexpectedAnswer, "", CHECK_ADDRESS)
    return STATUS_MEANINGS.get(status, Meaning(Refused, "", ""))
