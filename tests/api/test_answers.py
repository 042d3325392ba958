from pathlib import Path

import httpx
import pytest

from api.wire import sample
from retention_messaging_provider.api.answers import decipher, receive
from retention_messaging_provider.api.endpoints import (
    DELETE_IMAGE,
    DELETE_MESSAGE,
    GET_MESSAGE_LIST,
    GET_REALTIME_URL,
    UPLOAD_IMAGE,
    UPLOAD_MESSAGE,
    Call,
    Endpoint,
    Repeat,
)
from retention_messaging_provider.api.error_codes import MEANINGS
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
from retention_messaging_provider.api.models import nothing

# What each sample of Apple's error objects is raised as, where nothing is known about the endpoint.
CODES = {
    "GeneralBadRequestError": (4000000, InvalidRequest),
    "InvalidAppIdentifierError": (4000002, InvalidRequest),
    "BadRequestTransactionIdError": (4000006, InvalidRequest),
    "InvalidProductIdError": (4000023, InvalidRequest),
    "BadRequestAppTransactionIdForUnsupportedEndpointError": (4000048, InvalidRequest),
    "InvalidImageError": (4000161, InvalidRequest),
    "HeaderTooLongError": (4000162, InvalidRequest),
    "BodyTooLongError": (4000163, InvalidRequest),
    "InvalidLocaleError": (4000164, InvalidRequest),
    "AltTextTooLongError": (4000175, InvalidRequest),
    "BadRequestTransactionIdNotSupportedForFamilySharingError": (4000185, InvalidRequest),
    "BadRequestTransactionIdNotOtidError": (4000187, InvalidRequest),
    "InvalidPerformanceTestRequestError": (4000211, InvalidRequest),
    "InvalidRequestIdError": (4000212, InvalidRequest),
    "ExistingPerformanceTestRunError": (4000213, InvalidRequest),
    "BadRequestRealtimeUrlError": (4000215, InvalidRequest),
    "BadRequestImageSizeError": (4000216, InvalidRequest),
    "BadRequestTooManyBulletPointsError": (4000218, InvalidRequest),
    "BadRequestBulletPointTextTooLongError": (4000219, InvalidRequest),
    "BadRequestAboveImageRequiresAnImageError": (4000224, InvalidRequest),
    "MaximumNumberOfImagesReachedError": (4030014, LimitReached),
    "MaximumNumberOfMessagesReachedError": (4030016, LimitReached),
    "MessageNotApprovedError": (4030017, NotApproved),
    "ImageNotApprovedError": (4030018, NotApproved),
    "ImageInUseError": (4030019, InUse),
    "ForbiddenNoPassingTestError": (4030026, NoPassingTest),
    "AppNotFoundError": (4040003, Refused),
    "AppNotFoundRetryableError": (4040004, AppleUnavailable),
    "ImageNotFoundError": (4040014, NotFound),
    "MessageNotFoundError": (4040015, NotFound),
    "PerformanceTestRunNotFoundError": (4040018, NotFound),
    "DefaultMessageNotFoundError": (4040020, NotFound),
    "RealtimeUrlNotFoundError": (4040021, NotFound),
    "ImageAlreadyExistsError": (4090000, AlreadyExists),
    "MessageAlreadyExistsError": (4090001, AlreadyExists),
    "RateLimitExceededError": (4290000, RateLimited),
    "GeneralInternalError": (5000000, AppleUnavailable),
    "GeneralInternalRetryableError": (5000001, AppleUnavailable),
}

# What lies beyond Apple's table of errors: sample → errorCode, class.
UNDOCUMENTED = {
    "302-sign-in-page": (None, UnexpectedAnswer),
    "401-plain-text": (None, Unauthorized),
    "401-string-code": ("NOT_AUTHORIZED", Unauthorized),
    "403-unknown-code": (4030099, Forbidden),
    "404-empty": (None, NoAccess),
    "404-unknown-code": (4040099, Refused),
    "409-unknown-code": (4090099, Refused),
    "500-with-a-not-found-code": (4040015, AppleUnavailable),
    "502-html": (None, AppleUnavailable),
    "503-empty": (None, AppleUnavailable),
    "504-empty": (None, AppleUnavailable),
}


def about_whatever(code: int | None) -> Call[None]:
    """A request to an endpoint where the code, if any, means that its own subject does not exist."""
    return Endpoint("ask about", "GET", "/{}", nothing, Repeat.FREELY, absent=code).at("whatever")


@pytest.mark.parametrize(("name", "code", "kind"), [(name, *meant) for name, meant in CODES.items()])
def test_every_error_of_apples_has_its_class_and_name(name: str, code: int, kind: type[RequestFailed]) -> None:
    """Each of Apple's error objects is raised as its class, with its number and its name in the text."""
    with pytest.raises(RequestFailed) as failed:
        decipher(receive(sample(name)), about_whatever(code))

    assert type(failed.value) is kind
    assert failed.value.error_code == code
    assert failed.value.status == code // 10_000
    assert f" ({code} {name}); " in str(failed.value)


def test_every_error_in_the_table_has_a_sample() -> None:
    """There is a recorded sample of every error in the table, and no other."""
    samples = {path.stem for path in (Path(__file__).parent / "samples").glob("*Error.json")}

    assert {meaning.name for meaning in MEANINGS.values()} == samples


@pytest.mark.parametrize(("name", "code", "kind"), [(name, *meant) for name, meant in UNDOCUMENTED.items()])
def test_an_undocumented_answer_has_the_class_of_its_status(
    name: str, code: int | str | None, kind: type[RequestFailed]
) -> None:
    """An answer that Apple does not document is raised as the class of its HTTP status."""
    with pytest.raises(RequestFailed) as failed:
        decipher(receive(sample(name)), about_whatever(4040015))

    assert type(failed.value) is kind
    assert failed.value.error_code == code


@pytest.mark.parametrize("name", [*CODES, *UNDOCUMENTED])
def test_an_error_is_one_line_of_two_halves(name: str) -> None:
    """An error is one line of less than 450 characters: what was refused; what to do next."""
    with pytest.raises(RequestFailed) as failed:
        decipher(receive(sample(name)), about_whatever(None))

    what, separator, remedy = str(failed.value).partition("; ")
    assert what.endswith(failed.value.reason)
    assert separator
    assert remedy == failed.value.remedy
    assert "\n" not in str(failed.value)
    assert len(str(failed.value)) < 450


@pytest.mark.parametrize(
    ("call", "name", "sentence"),
    [
        (
            DELETE_IMAGE.at("6f…"),
            "ImageInUseError",
            (
                "Apple refused to delete image 6f…: Image is in use (4030019 ImageInUseError); "
                "delete the messages that use it first, then run again"
            ),
        ),
        (
            UPLOAD_MESSAGE.at("6f…"),
            "403-unknown-code",
            (
                "Apple refused to upload message 6f…: Something new is forbidden (4030099); "
                "see https://developer.apple.com/documentation/retentionmessaging/upload-message"
            ),
        ),
        (
            GET_REALTIME_URL.at(),
            "404-empty",
            (
                "Apple refused to get realtime URL: 404 Not Found; access is not granted to this account: request "
                "it at https://developer.apple.com/contact/request/retention-messaging-api/, or check a base URL that "
                "is not Apple's"
            ),
        ),
        (
            GET_MESSAGE_LIST.at(),
            "401-plain-text",
            (
                "Apple refused to get message list: 401 Unauthorized: Unauthenticated Request ID: "
                "5L5QOHCLHY2MXFTKXGMLIJ2IOA.0.0; check that the key is an In-App Purchase key and not revoked, that "
                "key id, issuer id and bundle id belong to it, and that this machine's clock is right; production "
                "refuses every key until the app's first release"
            ),
        ),
        (
            UPLOAD_IMAGE.at("6f…"),
            "503-empty",
            "Apple failed to upload image 6f…: 503 Service Unavailable; run again later",
        ),
        (
            GET_MESSAGE_LIST.at(),
            "200-html",
            (
                "No usable answer from Apple to get message list: 200 OK, but the body is not a list of "
                "messageIdentifiers; check the base URL, and any proxy between this machine and Apple"
            ),
        ),
    ],
    ids=["known", "unknown code", "no access", "plain text", "empty", "not Apple"],
)
def test_an_error_is_what_was_refused_and_what_to_do(call: Call[object], name: str, sentence: str) -> None:
    """The sentence of an error is complete: the request, the answer, and what to do."""
    with pytest.raises(RequestFailed) as failed:
        decipher(receive(sample(name)), call)

    assert str(failed.value) == sentence


def test_an_error_carries_what_was_asked_and_answered() -> None:
    """An error has the request and the answer as attributes, too."""
    with pytest.raises(RateLimited) as failed:
        decipher(receive(sample("RateLimitExceededError")), UPLOAD_MESSAGE.at("6f"))

    assert failed.value.method == "PUT"
    assert failed.value.path == "/inApps/v1/messaging/message/6f"
    assert failed.value.status == 429
    assert failed.value.error_code == 4290000
    assert failed.value.error_message == "Rate limit exceeded."
    assert failed.value.headers["retry-after"] == "1763781635000"


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (UPLOAD_MESSAGE.at("6f"), "ImageNotFoundError"),
        (DELETE_IMAGE.at("6f"), "MessageNotFoundError"),
        (GET_REALTIME_URL.at(), "DefaultMessageNotFoundError"),
        (GET_MESSAGE_LIST.at(), "MessageNotFoundError"),
    ],
    ids=["an image in a message", "a message, of an image", "a default, of a URL", "a message, of a list"],
)
def test_what_was_not_asked_about_cannot_be_gone(call: Call[object], name: str) -> None:
    """An error about another thing than the one asked for is an invalid request, never NotFound."""
    with pytest.raises(InvalidRequest):
        decipher(receive(sample(name)), call)


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", '"text"', "{", '{"errorCode":null}', '{"errorCode":{}}', "\ufeff{}", "ÿ"],
)
def test_a_body_that_is_no_error_object_leaves_the_status(body: str) -> None:
    """A body that is not an error object leaves the error with its status and without a code."""
    answer = httpx.Response(400, content=body.encode("latin-1", "replace"))

    with pytest.raises(InvalidRequest) as failed:
        decipher(receive(answer), DELETE_MESSAGE.at("6f"))

    assert failed.value.error_code is None
    assert "400 Bad Request" in str(failed.value)


def test_a_long_body_is_quoted_in_part() -> None:
    """Of a long body an error quotes only the beginning."""
    with pytest.raises(AppleUnavailable) as failed:
        decipher(receive(sample("502-html")), DELETE_MESSAGE.at("6f"))

    assert "502 Bad Gateway: <html> <head><title>502 Bad Gateway</title></head>" in failed.value.reason
    assert failed.value.reason.endswith("…")
    assert len(failed.value.reason) < 200


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("body", ["", "{}", "null", "<html>"])
def test_any_2xx_is_a_success_where_apple_documents_no_body(status: int, body: str) -> None:
    """Where Apple documents no body, every 2xx is a success, whatever its body."""
    decipher(receive(httpx.Response(status, text=body)), DELETE_MESSAGE.at("6f"))
