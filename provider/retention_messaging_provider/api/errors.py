"""
What can go wrong, by what the caller may do about it.

    ApiError
      KeyRefused                the private key cannot sign for Apple; nothing was sent
      BaseUrlRefused            credentials do not go there; nothing was sent
      NetworkRefused            the machine's proxy or certificates cannot be used; nothing was sent
      Withheld                  it had to wait, and was due no more; nothing was sent
      RequestFailed
        Refused                 Apple answered, and the answer is no
          InvalidRequest        the request has to change
          Unauthorized          the credentials have to change
          NoAccess              Apple has to let the account use this API
          Forbidden             not as things are
            InUse               something else has to go first
            LimitReached        anything else has to go first
            NotApproved         Apple's review has to approve it first
            NoPassingTest       a performance test has to pass first
          NotFound              the very thing asked for does not exist: no other error means that
          AlreadyExists         the identifier is taken
          RateLimited           not before `retry_at`
        AppleUnavailable        Apple failed; whether it did as asked is unknown
        UnexpectedAnswer        what answered does not speak this API
        Unreachable             nothing answered; whether Apple did as asked is unknown
          NotSent               there was no connection: nothing happened
        OutcomeUnknown          an upload may or may not be there, and Apple's list could not be asked

`str` of each is one line of two halves: what was refused, with Apple's code; what to do next.
"""

from collections.abc import Mapping
from typing import Any

from retention_messaging_provider.api.endpoints import Call
from retention_messaging_provider.api.text import LONGEST_LINE, one_line


class ApiError(Exception):
    """Everything this package raises on purpose: its sentence, on one line whatever it quotes."""

    def __init__(self, sentence: str) -> None:
        super().__init__(one_line(sentence))


class KeyRefused(ApiError):
    """The private key is not one that App Store Connect issues for this API."""

    def __init__(self, flaw: str) -> None:
        super().__init__(
            f"The private key was refused: {flaw}; use the whole text of SubscriptionKey_<key id>.p8, an "
            "In-App Purchase key from App Store Connect, Users and Access, Integrations"
        )


class BaseUrlRefused(ApiError):
    """
    Credentials go over https, or to this machine, and nowhere else.

    origin: scheme, host and port, or "" where they may hold a secret; all that is shown of the URL
    reason: the sentence from "was refused" on, which shows nothing of it
    """

    def __init__(self, origin: str, flaw: str, remedy: str) -> None:
        self.reason = f"was refused: {flaw}; {remedy}"
        super().__init__(f"The base URL {f'{origin!r} ' if origin else ''}{self.reason}")


class NetworkRefused(ApiError):
    """
    What the machine's environment says about the way to Apple cannot be followed.

    what: with the name of the environment variable, such as "The proxy of HTTPS_PROXY"
    """

    def __init__(self, what: str, flaw: str, remedy: str) -> None:
        super().__init__(f"{what} cannot be used: {flaw}; {remedy}")


class RequestFailed(ApiError):
    """
    A request that did not do what it was sent for.

    method, path: what was asked
    status: of the answer; None where none came
    error_code: Apple's errorCode, an int save for undocumented strings; None where none came
    error_message: Apple's errorMessage on one line, or ""
    headers: of the answer, their names in lower case
    what, remedy: the two halves of the sentence; `opening` begins the first, with whom the request went to
    reason: what Apple or the network answered, the part of `what` that does not name the request
    """

    opening = "Apple refused to"

    def __init__(  # noqa: PLR0913 - what came back, by name
        self,
        call: Call[Any],
        reason: str,
        remedy: str,
        *,
        status: int | None = None,
        error_code: int | str | None = None,
        error_message: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.what = one_line(f"{self.opening.format(to=call.to)} {call.doing}: {reason}", LONGEST_LINE // 2)
        super().__init__(f"{self.what}; {remedy}")
        self.method = call.endpoint.method
        self.path = call.path
        self.reason = reason
        self.remedy = remedy
        self.status = status
        self.error_code = error_code
        self.error_message = error_message
        self.headers = dict(headers or {})


class Refused(RequestFailed):
    """A 4xx that no other class describes."""


class InvalidRequest(Refused):
    """400, or a reference to something that does not exist: the same request will be refused again."""


class Unauthorized(Refused):
    """401: the key, the identifiers beside it, or the clock."""


class NoAccess(Refused):
    """404 without an error object: the account may not use this API, whatever it asks for."""


class Forbidden(Refused):
    """403."""


class InUse(Forbidden):
    """A message still uses the image."""


class LimitReached(Forbidden):
    """The app holds as many as Apple allows."""


class NotApproved(Forbidden):
    """Apple's review has not approved the message or one of its images."""


class NoPassingTest(Forbidden):
    """Production takes a realtime URL only after a passed performance test in sandbox."""


class NotFound(Refused):
    """404 with the errorCode that this endpoint has for its own subject."""


class AlreadyExists(Refused):
    """409: something is at Apple under this identifier, with the same content or another."""


class RateLimited(Refused):
    """429: `retry_at`, in UNIX seconds, is when Apple may be asked again."""

    retry_at: float | None = None


class AppleUnavailable(RequestFailed):
    """5xx, and the one 404 that Apple calls retryable."""

    opening = "Apple failed to"


class UnexpectedAnswer(RequestFailed):
    """A redirect, a success without the documented body, or a body that cannot be read."""

    opening = "No usable answer from {to} to"


class Unreachable(RequestFailed):
    """No answer came; whether Apple did as asked is unknown."""

    opening = "No answer from {to} to"


class NotSent(Unreachable):
    """There was not even a connection, so that nothing can have happened."""

    opening = "No connection to {to} to"


class Withheld(ApiError):
    """A request that had to wait, and was not sent then, because whoever asked for it says that it is due no more."""


class OutcomeUnknown(RequestFailed):
    """An upload without a usable answer, and no list to look at: the next run finds out."""

    opening = "It is unknown whether Apple could"


# Its name in earlier development versions.
RetentionMessagingError = ApiError
