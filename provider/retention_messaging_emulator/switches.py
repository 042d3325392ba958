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
    success_body: bytes = b""
    """What a PUT or DELETE answers with its 200; anything but nothing is sent as JSON."""
    unauthenticated_body: Literal["text", "json"] = "text"
    """`Unauthenticated` as plain text, or the reported `{"errorCode": "NOT_AUTHORIZED"}`."""
    no_access_body: Literal["nothing", "text", "json"] = "nothing"
    """Of the 404 to an account without access, which the fault `no-access` stands for."""
    no_access_is_reported_by: Literal["every-endpoint", "documented-endpoints"] = "every-endpoint"
    """Or by the three whose pages document it; an account without access is then served by the others."""
    wrong_method: HTTPStatus = HTTPStatus.METHOD_NOT_ALLOWED
    """Of a method that an endpoint does not have, OPTIONS included; the body is empty."""
    head_is_a_get: bool = True
    """Or HEAD is a wrong method."""
    not_acceptable: Refusal | None = None
    """An `Accept` header that leaves out JSON."""
    iat_required: bool = False
    """Apple's Python and Java libraries leave `iat` out."""

    # Identifiers
    malformed_identifier: Refusal = AppStoreError.GENERAL_BAD_REQUEST
    upper_case_identifier: AppStoreError | None = None
    """Accepted, taken as equal, and answered in lower case. Apple's Swift library sends upper case."""
    identifier_not_version_4: AppStoreError | None = None
    identifiers_are_reusable: bool = True
    """Whether the identifier of something deleted may be uploaded again."""

    # Images
    wrong_content_type: Refusal | None = AppStoreError.INVALID_IMAGE
    unknown_image_size: AppStoreError = AppStoreError.BAD_REQUEST_IMAGE_SIZE
    wrong_pixels: AppStoreError = AppStoreError.INVALID_IMAGE
    """A PNG whose pixels are not those of the `imageSize`."""
    max_image_bytes: int = 50 * 1024 * 1024
    too_large_image: Refusal = AppStoreError.INVALID_IMAGE
    """A file of more bytes than that."""
    opaque_alpha_channel: AppStoreError | None = AppStoreError.INVALID_IMAGE
    """A channel or colour for transparency that no pixel makes use of."""

    # Messages
    text_unit: Literal["code-points", "graphemes", "utf-16-units", "utf-8-bytes"] = "code-points"
    empty_text: Refusal | None = AppStoreError.GENERAL_BAD_REQUEST
    blank_text: AppStoreError | None = None
    control_character: AppStoreError | None = None
    """Line breaks included."""
    emoji: AppStoreError | None = None
    markup: AppStoreError | None = None
    """Something like `<b>`; accepted, it is text like any other."""
    empty_bullet_points: AppStoreError | None = None
    max_bullet_points: int = 5
    """The number in Apple's Python, Java and Swift libraries."""
    above_image_with_bullet_images_only: AppStoreError | None = AppStoreError.BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE
    unknown_image: AppStoreError | None = AppStoreError.IMAGE_NOT_FOUND
    unapproved_image: AppStoreError | None = None

    # Uploads
    checked_first: Literal["content", "identifier"] = "content"
    """Where a content is wrong, and its identifier is in use or the limit reached."""

    # Limits and lists
    # Documented, not guessed, and here so that a test reaches them:
    # https://developer.apple.com/documentation/retentionmessaging/upload-image and …/upload-message
    max_images: int = 2000
    max_messages: int = 2000
    limit_counts: Literal["all", "approved"] = "all"
    limit_scope: Literal["environment", "app"] = "environment"
    list_order: Literal["identifier", "upload"] = "identifier"
    list_delay: int = 0
    """Milliseconds until an upload appears in the list."""
    empty_list: Literal["array", "absent", "null"] = "array"

    # Review
    sandbox_state: Literal["APPROVED", "PENDING"] = "APPROVED"

    # Default messages
    late_locale: AppStoreError | None = None
    """One of the eleven codes that the App Store list gained later, such as `bn-BD`."""
    default_of_deleted_message: Literal["removed", "kept"] = "removed"
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
    local_url_without_tls: bool = False
    """No guess, Apple refuses it: `http://localhost`, 127.0.0.1 and [::1] are taken, to try a server without TLS."""

    # Real-time requests and responses
    realtime_content_type: str = "application/json"
    realtime_user_agent: str = "retention-messaging-emulator"
    realtime_connections: Literal["kept-open", "closed"] = "kept-open"
    """Whether the next request goes over the same connection."""
    redirects_are_followed: bool = True
    """Or a redirect is an unsuccessful HTTP response code."""
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
    test_without_realtime_url: AppStoreError = AppStoreError.INVALID_PERFORMANCE_TEST_REQUEST
    one_test_at_a_time: Literal["per-app", "per-transaction"] = "per-app"
    malformed_request_id: AppStoreError = AppStoreError.INVALID_REQUEST_ID
    unknown_request_id: AppStoreError = AppStoreError.PERFORMANCE_TEST_RUN_NOT_FOUND
    # The numbers in the tests of Apple's App Store Server Libraries, but for the time, of which the documentation says
    # that it is about 700: https://developer.apple.com/documentation/retentionmessaging/performancetestconfig
    max_concurrent_requests: int = 10
    total_requests: int = 100
    total_duration: int = 60_000
    """Milliseconds."""
    response_time_threshold: int = 700
    """Milliseconds."""
    success_rate_threshold: int = 95
    """Percent."""
    message_of_a_test: Literal["unseen", "shown"] = "unseen"
    """Whether a response of the test has to name a message that can be shown."""
    numbers_while_pending: Literal["so-far", "zero"] = "so-far"
    no_failures: Literal["empty", "absent"] = "empty"
    failures_count_successes: bool = False
    results_are_for: Literal["the-app", "the-account"] = "the-app"
    result_lifetime: int | None = None
    """Milliseconds from the beginning of a test until its result is unknown."""
    passed_test_holds: Literal["for-ever", "for-its-url", "until-a-test-fails", "until-the-sandbox-url-changes"] = (
        "for-ever"
    )
    passed_test_lifetime: int | None = None
    """Milliseconds."""

    # Rate limits
    rate_limit_window: Literal["sliding", "clock-hour"] = "sliding"
    rate_limit_counts: Literal["authenticated", "successful", "all"] = "authenticated"
    """Which requests: those refused for the limit never count, and without a token nobody knows whose they are."""
    retry_after_is_sent: bool = True
