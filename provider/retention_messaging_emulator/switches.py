"""
What Apple's documentation leaves open, one switch a question; the default is the best reading.

A switch whose value is an error names the refusal; None means that Apple accepts it. Where the value may be an HTTP
status as well, that is a refusal without Apple's envelope.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from retention_messaging_emulator.errors import AppStoreError, Refusal


@dataclass(frozen=True, kw_only=True)
class Switches:
    """
    How the emulator answers where Apple is silent.

    https://developer.apple.com/documentation/retentionmessaging
    """

    # Requests and answers
    malformed_request: Refusal = AppStoreError.GENERAL_BAD_REQUEST
    """Not JSON, a required field missing, a value of another type, an unknown enum value."""
    unknown_field: AppStoreError | None = None
    """A field that Apple does not document."""
    null_field: Refusal | None = None
    """A field of a message that may be absent, as `null`; accepted, it is as if absent."""
    success_body: bytes = b""
    """What a PUT or DELETE answers with its 200; anything but nothing is sent as JSON."""
    unauthenticated_body: Literal["text", "json"] = "text"
    """Of a 401: `Unauthenticated` as plain text, or the reported `{"errorCode": "NOT_AUTHORIZED"}`."""
    no_access_body: Literal["nothing", "text", "json"] = "nothing"
    """Of the 404 to an account without access, which the fault `no-access` stands for."""
    no_access_is_reported_by: Literal["every-endpoint", "documented-endpoints"] = "every-endpoint"
    """By every endpoint, or by the three whose pages document it; the others then serve an account without access."""
    wrong_method: HTTPStatus = HTTPStatus.METHOD_NOT_ALLOWED
    """Of a method that an endpoint does not have, OPTIONS included; the body is empty."""
    list_is_an_identifier: bool = True
    """A PUT or DELETE of `…/image/list` and `…/message/list` has `list` for an identifier; or it is a wrong method."""
    head_is_a_get: bool = True
    """Whether HEAD is answered as GET is; or it is a wrong method."""
    not_acceptable: Refusal | None = None
    """An `Accept` header that leaves out JSON."""
    iat_required: bool = False
    """Whether a token needs `iat`, which Apple's Python and Java libraries leave out."""

    # Identifiers
    malformed_identifier: Refusal = AppStoreError.GENERAL_BAD_REQUEST
    """An identifier that is no UUID of the form 8-4-4-4-12."""
    upper_case_identifier: AppStoreError | None = None
    """Accepted, it is taken as equal, and answered in lower case. Apple's Swift library sends upper case."""
    identifier_not_version_4: AppStoreError | None = None
    """A UUID that is not a random one."""
    identifiers_are_reusable: bool = True
    """Whether the identifier of something deleted may be uploaded again."""

    # Images
    wrong_content_type: Refusal | None = AppStoreError.INVALID_IMAGE
    """Of an image, anything but `image/png`."""
    unknown_image_size: AppStoreError = AppStoreError.BAD_REQUEST_IMAGE_SIZE
    """An `imageSize` that Apple does not document."""
    wrong_pixels: AppStoreError = AppStoreError.INVALID_IMAGE
    """A PNG whose pixels are not those of the `imageSize`."""
    max_image_bytes: int = 50 * 1024 * 1024
    """The largest file, in bytes."""
    too_large_image: Refusal = AppStoreError.INVALID_IMAGE
    """A file of more bytes than that."""
    opaque_alpha_channel: AppStoreError | None = AppStoreError.INVALID_IMAGE
    """A channel or colour for transparency that no pixel makes use of."""

    # Messages
    text_unit: Literal["code-points", "graphemes", "utf-16-units", "utf-8-bytes"] = "code-points"
    """What the lengths of texts are counted in."""
    empty_text: Refusal | None = AppStoreError.GENERAL_BAD_REQUEST
    """A text without a character."""
    blank_text: AppStoreError | None = None
    """A text of nothing but blanks."""
    control_character: AppStoreError | None = None
    """A control character in a text, line breaks included."""
    emoji: AppStoreError | None = None
    """A character that is shown as a picture."""
    markup: AppStoreError | None = None
    """Something like `<b>`; accepted, it is text like any other."""
    empty_bullet_points: AppStoreError | None = None
    """A list of bullet points that is empty."""
    max_bullet_points: int = 5
    """How many a message may have: the number in Apple's Python, Java and Swift libraries."""
    above_image_with_bullet_images_only: AppStoreError | None = AppStoreError.BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE
    """`ABOVE_IMAGE` in a message whose only images are those of its bullet points."""
    unknown_image: AppStoreError | None = AppStoreError.IMAGE_NOT_FOUND
    """An image that does not exist."""
    unapproved_image: AppStoreError | None = None
    """An image that is not approved yet, in a message that is uploaded."""

    # Uploads
    checked_first: Literal["content", "identifier"] = "content"
    """Where a content is wrong, and its identifier is in use or the limit reached."""

    # Limits and lists
    # Documented, not guessed, and here so that a test reaches them:
    # https://developer.apple.com/documentation/retentionmessaging/upload-image and …/upload-message
    max_images: int = 2000
    """How many images Apple keeps."""
    max_messages: int = 2000
    """How many messages Apple keeps."""
    limit_counts: Literal["all", "approved"] = "all"
    """Which uploads count for these limits."""
    limit_scope: Literal["environment", "app"] = "environment"
    """Whether sandbox and production are counted each for itself, or together."""
    list_order: Literal["identifier", "upload"] = "identifier"
    """What lists are ordered by."""
    list_delay: int = 0
    """Milliseconds until an upload appears in the list."""
    empty_list: Literal["array", "absent", "null"] = "array"
    """What stands in the answer where nothing was uploaded."""

    # Review
    sandbox_state: Literal["APPROVED", "PENDING"] = "APPROVED"
    """The state right after an upload in the sandbox."""

    # Default messages
    late_locale: AppStoreError | None = None
    """One of the eleven codes that the App Store list gained later, such as `bn-BD`."""
    default_of_deleted_message: Literal["removed", "kept"] = "removed"
    """What becomes of a default whose message is deleted."""
    default_of_unapproved_message: AppStoreError | None = None
    """Reading the default of a message that was rejected after it was set."""

    # Realtime URL
    loose_realtime_url: AppStoreError | None = AppStoreError.BAD_REQUEST_REALTIME_URL
    """Begins with `https://` and is short enough, but is no URL with a host."""
    upper_case_https: AppStoreError | None = AppStoreError.BAD_REQUEST_REALTIME_URL
    """Begins with `HTTPS://`, in whatever case but the lower."""
    elaborate_realtime_url: AppStoreError | None = None
    """With a user, a port, a query, a fragment, or an IP address in place of a name."""
    delete_absent_realtime_url: AppStoreError | None = None
    """Deleting the URL where none is configured."""
    local_url_without_tls: bool = False
    """No guess, Apple refuses it: `http://localhost`, 127.0.0.1 and [::1] are taken, to try a server without TLS."""

    # Real-time requests and responses
    realtime_content_type: str = "application/json"
    """The content type of real-time requests."""
    realtime_user_agent: str = "retention-messaging-emulator"
    """The user agent of real-time requests."""
    realtime_connections: Literal["kept-open", "closed"] = "kept-open"
    """Whether the next request goes over the same connection."""
    redirects_are_followed: bool = True
    """Whether a redirect is followed; or it is an unsuccessful HTTP response code."""
    empty_answer_is_valid: bool = False
    """`{}` or a 204 as the wish that no message is shown."""
    several_variants: Literal["invalid", "first"] = "invalid"
    """Of a response that holds more than one of the variants, which exclude each other."""
    advanced_commerce_images: Literal["refused", "shown"] = "refused"
    """A message with images that is answered as `advancedCommerceInfo`."""
    realtime_needs_default: bool = False
    """Whether a real-time message is shown only where a default message is configured."""
    default_for_another_region: Literal["nothing", "same-language"] = "nothing"
    """What a device in `es-AR` is shown where only `es-MX` has a default message."""

    # Performance tests
    performance_tests_are_for: Literal["sandbox", "both"] = "sandbox"
    """In production the endpoints are not found otherwise."""
    malformed_performance_test_request: AppStoreError = AppStoreError.INVALID_PERFORMANCE_TEST_REQUEST
    """A request for a performance test that is none."""
    test_without_realtime_url: AppStoreError = AppStoreError.INVALID_PERFORMANCE_TEST_REQUEST
    """A performance test where no URL is configured."""
    one_test_at_a_time: Literal["per-app", "per-transaction"] = "per-app"
    """Which tests exclude each other."""
    malformed_request_id: AppStoreError = AppStoreError.INVALID_REQUEST_ID
    """The id of a test that is no UUID."""
    unknown_request_id: AppStoreError = AppStoreError.PERFORMANCE_TEST_RUN_NOT_FOUND
    """The id of a test that there is not."""
    # The numbers in the tests of Apple's App Store Server Libraries, but for the time, of which the documentation says
    # that it is about 700: https://developer.apple.com/documentation/retentionmessaging/performancetestconfig
    max_concurrent_requests: int = 10
    """How many requests of a test are on their way at once."""
    total_requests: int = 100
    """How many requests a test has."""
    total_duration: int = 60_000
    """How long a test takes, in milliseconds."""
    response_time_threshold: int = 700
    """Within how many milliseconds an answer has to be there."""
    success_rate_threshold: int = 95
    """How many percent of the requests have to succeed."""
    message_of_a_test: Literal["unseen", "shown"] = "unseen"
    """Whether a response of the test has to name a message that can be shown."""
    numbers_while_pending: Literal["so-far", "zero"] = "so-far"
    """What is reported of a test that still runs."""
    no_failures: Literal["empty", "absent"] = "empty"
    """What is reported where nothing failed."""
    failures_count_successes: bool = False
    """Whether successes are counted among the failures."""
    results_are_for: Literal["the-app", "the-account"] = "the-app"
    """Who may read the result of a test."""
    result_lifetime: int | None = None
    """Milliseconds from the beginning of a test until its result is unknown."""
    passed_test_holds: Literal["for-ever", "for-its-url", "until-a-test-fails", "until-the-sandbox-url-changes"] = (
        "for-ever"
    )
    """How long production takes a URL after a passed test."""
    passed_test_lifetime: int | None = None
    """For how many milliseconds after it a passed test counts."""

    # Rate limits
    rate_limit_window: Literal["sliding", "clock-hour"] = "sliding"
    """Whether an hour is the last 60 minutes, or one of the clock."""
    rate_limit_counts: Literal["authenticated", "successful", "all"] = "authenticated"
    """Which requests: those refused for the limit never count, and without a token nobody knows whose they are."""
    retry_after_is_sent: bool = True
    """Whether a 429 says when to ask again."""
