"""
Apple's wire types, and how its answers are read.

An enumeration here names the values Apple documents; a value it adds later arrives as the plain string it is,
so every field that holds one is a `str`. The members are strings too: compare them with `==`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ImageSize(StrEnum):
    """https://developer.apple.com/documentation/retentionmessaging/imagesize."""

    FULL_SIZE = "FULL_SIZE"
    BULLET_POINT = "BULLET_POINT"


class ReviewState(StrEnum):
    """
    The decision of Apple's review about an image (`imageState`) or a message (`messageState`).

    https://developer.apple.com/documentation/retentionmessaging/imagestate and …/messagestate
    """

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class HeaderPosition(StrEnum):
    """https://developer.apple.com/documentation/retentionmessaging/headerposition."""

    ABOVE_BODY = "ABOVE_BODY"
    ABOVE_IMAGE = "ABOVE_IMAGE"


@dataclass(frozen=True)
class ImageListItem:
    """
    One image of an app in one environment; `image_identifier` is a lower-case UUID.

    https://developer.apple.com/documentation/retentionmessaging/getimagelistresponseitem
    """

    image_identifier: str
    image_size: str
    image_state: str


@dataclass(frozen=True)
class MessageListItem:
    """
    One message of an app in one environment; `message_identifier` is a lower-case UUID.

    https://developer.apple.com/documentation/retentionmessaging/getmessagelistresponseitem
    """

    message_identifier: str
    message_state: str


class PerformanceTestStatus(StrEnum):
    """https://developer.apple.com/documentation/retentionmessaging/performanceteststatus."""

    PENDING = "PENDING"
    PASS = "PASS"  # noqa: S105 - Apple's word for a passed test
    FAIL = "FAIL"


@dataclass(frozen=True)
class PerformanceTestConfig:
    """
    How Apple tests: requests at once, requests in all, milliseconds in all and for one answer, percent to pass.

    https://developer.apple.com/documentation/retentionmessaging/performancetestconfig
    """

    max_concurrent_requests: int
    total_requests: int
    total_duration: int
    response_time_threshold: int
    success_rate_threshold: int


@dataclass(frozen=True)
class PerformanceTestResponse:
    """
    A test that has begun.

    https://developer.apple.com/documentation/retentionmessaging/performancetestresponse
    """

    request_id: str
    config: PerformanceTestConfig


@dataclass(frozen=True)
class PerformanceTestResult:
    """
    How a test stands, or how it ended.

    result: a PerformanceTestStatus
    target: the URL under test
    success_rate: percent
    response_times: milliseconds, by `average`, `p50`, `p90`, `p95` and `p99`
    failures: how many requests ended in which way, by sendAttemptResult

    https://developer.apple.com/documentation/retentionmessaging/performancetestresultresponse
    """

    result: str
    target: str
    success_rate: int
    num_pending: int
    response_times: Mapping[str, int]
    failures: Mapping[str, int]
    config: PerformanceTestConfig


def from_json(body: bytes | str) -> Any:
    """Parse JSON; None where it is none, is nested beyond reason, or holds half a character, which no state can."""
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None
    return value


def nothing(_body: bytes) -> None:
    """Read the answer of a PUT or DELETE: Apple documents no body, so whatever is there does not matter."""


def image_list(body: bytes) -> list[ImageListItem]:
    """
    Read a GetImageListResponse.

    Apple's schema requires none of its fields: no array is an empty one, no size is the default size, and no
    state is the one that permits nothing. Raises ValueError where the body is not such a response at all.

    https://developer.apple.com/documentation/retentionmessaging/getimagelistresponse
    """
    return [
        ImageListItem(
            image_identifier=identifier,
            image_size=_word(item, "imageSize") or ImageSize.FULL_SIZE.value,
            image_state=_word(item, "imageState") or ReviewState.PENDING.value,
        )
        for identifier, item in _items(body, "imageIdentifier")
    ]


def message_list(body: bytes) -> list[MessageListItem]:
    """
    Read a GetMessageListResponse, as tolerantly as `image_list`.

    https://developer.apple.com/documentation/retentionmessaging/getmessagelistresponse
    """
    return [
        MessageListItem(
            message_identifier=identifier,
            message_state=_word(item, "messageState") or ReviewState.PENDING.value,
        )
        for identifier, item in _items(body, "messageIdentifier")
    ]


def realtime_url(body: bytes) -> str:
    """
    Read a RealtimeUrlResponse; its one field is required.

    https://developer.apple.com/documentation/retentionmessaging/realtimeurlresponse
    """
    match from_json(body):
        case {"realtimeURL": str(url)}:
            return url
    raise ValueError("the body has no realtimeURL")


def default_message(body: bytes) -> str:
    """
    Read a DefaultConfigurationResponse; its one field, a message identifier, is required.

    https://developer.apple.com/documentation/retentionmessaging/defaultconfigurationresponse
    """
    match from_json(body):
        case {"messageIdentifier": str(identifier)}:
            return identifier.lower()
    raise ValueError("the body has no messageIdentifier")


def performance_test(body: bytes) -> PerformanceTestResponse:
    """
    Read a PerformanceTestResponse; all its fields are required.

    https://developer.apple.com/documentation/retentionmessaging/performancetestresponse
    """
    match from_json(body):
        case {"requestId": str(request_id), "config": Mapping() as config}:
            return PerformanceTestResponse(request_id.lower(), _performance_test_config(config))
    raise ValueError("the body is not a PerformanceTestResponse")


def performance_test_result(body: bytes) -> PerformanceTestResult:
    """
    Read a PerformanceTestResultResponse; all its fields are required.

    https://developer.apple.com/documentation/retentionmessaging/performancetestresultresponse
    """
    match from_json(body):
        case {
            "result": str(result),
            "target": str(target),
            "successRate": int(success_rate),
            "numPending": int(num_pending),
            "responseTimes": Mapping() as response_times,
            "failures": Mapping() as failures,
            "config": Mapping() as config,
        }:
            test_config = _performance_test_config(config)
            return PerformanceTestResult(
                result, target, success_rate, num_pending, dict(response_times), dict(failures), test_config
            )
    raise ValueError("the body is not a PerformanceTestResultResponse")


def _performance_test_config(config: Mapping[str, int]) -> PerformanceTestConfig:
    try:
        return PerformanceTestConfig(
            max_concurrent_requests=config["maxConcurrentRequests"],
            total_requests=config["totalRequests"],
            total_duration=config["totalDuration"],
            response_time_threshold=config["responseTimeThreshold"],
            success_rate_threshold=config["successRateThreshold"],
        )
    except KeyError as missing:
        raise ValueError(f"the config has no {missing.args[0]}") from None


def to_wire(value: Any) -> Any:
    """Make a JSON value what Apple's own clients send: UUIDs in lower case, and no field that is null."""
    match value:
        case Mapping():
            return {
                key: item.lower() if key == "imageIdentifier" else to_wire(item)
                for key, item in value.items()
                if item is not None
            }
        case list() | tuple():
            return [to_wire(item) for item in value]
    return value


def _items(body: bytes, key: str) -> list[tuple[str, dict[str, Any]]]:
    # An object without its identifier is no object to skip: a list read too short reports things as missing.
    try:
        return [(item[key].lower(), item) for item in from_json(body).get(f"{key}s") or []]
    except (AttributeError, KeyError, TypeError):
        raise ValueError(f"the body is not a list of {key}s") from None


def _word(item: Mapping[str, Any], key: str) -> str | None:
    match item.get(key):
        case str() | None as word:
            return word
    raise ValueError(f"the body has a {key} that is no text")
