"""Apple's Retention Messaging API: a client, what it answers, and what can go wrong."""

import sys

from retention_messaging_provider.api.auth import AppleAuth, Credentials, mint_token
from retention_messaging_provider.api.client import RetentionMessagingClient
from retention_messaging_provider.api.endpoints import BASE_URLS
from retention_messaging_provider.api.errors import (
    AlreadyExists,
    ApiError,
    AppleUnavailable,
    BaseUrlRefused,
    Forbidden,
    InUse,
    InvalidRequest,
    KeyRefused,
    LimitReached,
    NetworkRefused,
    NoAccess,
    NoPassingTest,
    NotApproved,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    RequestFailed,
    RetentionMessagingError,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
    Withheld,
)
from retention_messaging_provider.api.models import (
    HeaderPosition,
    ImageListItem,
    ImageSize,
    MessageListItem,
    PerformanceTestConfig,
    PerformanceTestResponse,
    PerformanceTestResult,
    PerformanceTestStatus,
    ReviewState,
)

__all__ = [
    "BASE_URLS",
    "AlreadyExists",
    "ApiError",
    "AppleAuth",
    "AppleUnavailable",
    "BaseUrlRefused",
    "Credentials",
    "Forbidden",
    "HeaderPosition",
    "ImageListItem",
    "ImageSize",
    "InUse",
    "InvalidRequest",
    "KeyRefused",
    "LimitReached",
    "MessageListItem",
    "NetworkRefused",
    "NoAccess",
    "NoPassingTest",
    "NotApproved",
    "NotFound",
    "NotSent",
    "OutcomeUnknown",
    "PerformanceTestConfig",
    "PerformanceTestResponse",
    "PerformanceTestResult",
    "PerformanceTestStatus",
    "RateLimited",
    "Refused",
    "RequestFailed",
    "RetentionMessagingClient",
    "RetentionMessagingError",
    "ReviewState",
    "Unauthorized",
    "UnexpectedAnswer",
    "Unreachable",
    "Withheld",
    "mint_token",
]

# Where click and rich are installed, httpx imports a command line of its own, which no request needs: 50 ms and 6 MB.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
