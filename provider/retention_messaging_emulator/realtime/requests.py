"""
The App Store as it asks a developer's server which message to show.

https://developer.apple.com/documentation/retentionmessaging/get-retention-message
"""

import json
import ssl
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import h11  # httpx's reader of HTTP/1.1
import httpx

from retention_messaging_emulator.clock import Clock
from retention_messaging_emulator.realtime.responses import RealtimeResponse, read
from retention_messaging_emulator.realtime.signing import Signer
from retention_messaging_emulator.switches import Switches

# https://developer.apple.com/documentation/retentionmessaging/environment
ENVIRONMENTS = {"sandbox": "Sandbox", "production": "Production"}
# https://developer.apple.com/documentation/retentionmessaging/setting-up-your-get-retention-message-endpoint
RESPONSE_TIME = 700  # milliseconds, in production; the sandbox has its own


# A server on this machine is asked directly, whatever the proxies of the environment: None is httpx's word for it.
DIRECT: dict[str, None] = {f"all://{host}": None for host in ("localhost", "*.localhost", "127.0.0.1", "[::1]")}


class CutOffError(httpx.RemoteProtocolError):
    """The connection was closed in the middle of an answer."""


# What went wrong and what caused it; the first row that fits gives the value of
# https://developer.apple.com/documentation/retentionmessaging/sendattemptresult
FAILURES: tuple[tuple[type[Exception], type[Exception], str], ...] = (
    (httpx.TimeoutException, Exception, "TIMED_OUT"),
    (httpx.TooManyRedirects, Exception, "CIRCULAR_REDIRECT"),
    (httpx.NetworkError, ssl.SSLError, "TLS_ISSUE"),
    (httpx.ConnectError, Exception, "SOCKET_ISSUE"),
    (httpx.NetworkError, ConnectionError, "PREMATURE_CLOSE"),
    (httpx.NetworkError, Exception, "SOCKET_ISSUE"),
    (CutOffError, Exception, "PREMATURE_CLOSE"),
    (httpx.RemoteProtocolError, h11.RemoteProtocolError, "NO_RESPONSE"),
    (httpx.RemoteProtocolError, Exception, "PREMATURE_CLOSE"),
    (httpx.DecodingError, Exception, "INVALID_RESPONSE"),
    (Exception, Exception, "OTHER"),
)


@dataclass(frozen=True)
class RealtimeRequest:
    """A customer who taps Cancel Subscription, as Apple describes one. Times are in milliseconds."""

    environment: str
    original_transaction_id: str
    product_id: str
    user_locale: str
    time_limit: int


@dataclass(frozen=True)
class Attempt:
    """One request to a developer's server: what came back, and how it is judged."""

    request_identifier: str
    result: str
    """A sendAttemptResult."""
    milliseconds: float
    status: int | None = None
    body: str | None = None
    response: RealtimeResponse | None = None

    def report(self) -> dict[str, object]:
        """As JSON, in Apple's words."""
        response = self.response or RealtimeResponse()
        return {
            "requestIdentifier": self.request_identifier,
            "sendAttemptResult": self.result,
            "milliseconds": round(self.milliseconds),
            "status": self.status,
            "body": self.body,
            "variant": response.variant,
            "messageIdentifier": response.message_identifier,
        }

    @property
    def response_time(self) -> int | None:
        """In milliseconds; None if there was no answer to wait for."""
        answered = self.status is not None or self.result == "TIMED_OUT"
        return round(self.milliseconds) if answered else None


NOT_ASKED: Mapping[str, object] = dict.fromkeys(Attempt("", "", 0).report())
"""The report where no URL is configured."""


@dataclass(frozen=True)
class _Answer:
    status: int
    content: bytes
    charset: str


class Realtime:
    """
    Signs requests and sends them.

    - `private_key`: the account's, which the signing keys are derived from.
    - `app_apple_id`: the App Store's number of the app, which every request carries.
    - `transport`: how to reach a developer's server; over the network if None.
    - `trusted_certificates`: a PEM file of authorities to trust beside the machine's.
    """

    def __init__(  # noqa: PLR0913  what is signed with, when, how, for which app, and the way there
        self,
        private_key: str,
        clock: Clock,
        switches: Switches,
        *,
        app_apple_id: int,
        transport: httpx.BaseTransport | None,
        trusted_certificates: str | Path | None,
    ) -> None:
        self._signer = Signer(private_key)
        self._clock = clock
        self._switches = switches
        self._app_apple_id = app_apple_id
        self._transport = transport
        self._trusted_certificates = trusted_certificates
        self._lock = threading.Lock()
        self._opened: httpx.Client | None = None

    @property
    def root_certificate(self) -> bytes:
        return self._signer.root_certificate

    def ask(self, url: str, request: RealtimeRequest) -> Attempt:
        """One signed request, and how Apple would judge what came back."""
        identifier = str(uuid.uuid4())
        body = self._request_body(identifier, request)
        client = self._client()
        started = time.monotonic()
        try:
            answer = self._exchange(client, url, body, request.time_limit / 1000)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Attempt(identifier, _failure(error), _milliseconds_since(started))
        elapsed = _milliseconds_since(started)
        result, response = self._judge(answer)
        return Attempt(identifier, result, elapsed, answer.status, answer.content.decode(errors="replace"), response)

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.close()

    def _request_body(self, identifier: str, request: RealtimeRequest) -> bytes:
        """
        JSON with the signed payload.

        https://developer.apple.com/documentation/retentionmessaging/realtimerequestbody and
        …/decodedrealtimerequestbody
        """
        payload = {
            "originalTransactionId": request.original_transaction_id,
            "appAppleId": self._app_apple_id,
            "productId": request.product_id,
            "userLocale": request.user_locale,
            "requestIdentifier": identifier,
            "environment": ENVIRONMENTS[request.environment],
            "signedDate": self._clock.now(),
        }
        return json.dumps({"signedPayload": self._signer.sign(payload)}).encode()

    def _client(self) -> httpx.Client:
        """Opened when it is first needed: reading whom the machine trusts takes a while."""
        with self._lock:
            if self._opened is None:
                self._opened = httpx.Client(
                    transport=self._transport,
                    mounts=DIRECT,
                    verify=self._trust() if self._transport is None else True,
                    limits=httpx.Limits(max_connections=None),
                    follow_redirects=self._switches.redirects_are_followed,
                    headers={
                        "Content-Type": self._switches.realtime_content_type,
                        "Connection": "keep-alive" if self._switches.realtime_connections == "kept-open" else "close",
                        "User-Agent": self._switches.realtime_user_agent,
                    },
                )
            return self._opened

    def _trust(self) -> ssl.SSLContext:
        """TLS 1.2 or later, as Apple asks for."""
        trust = ssl.create_default_context()
        if self._trusted_certificates is not None:
            trust.load_verify_locations(self._trusted_certificates)
        return trust

    def _exchange(self, client: httpx.Client, url: str, body: bytes, time_limit: float) -> _Answer:
        """What comes back whole within `time_limit` seconds, which httpx counts anew for every step."""
        deadline = time.monotonic() + time_limit
        with client.stream("POST", url, content=body, timeout=time_limit) as response:
            content = b""
            try:
                for piece in response.iter_bytes():
                    content += piece
                    if time.monotonic() > deadline:
                        break
            except httpx.RemoteProtocolError as error:
                raise CutOffError(str(error)) from error
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("the answer came too late")
        return _Answer(response.status_code, content, response.charset_encoding or "utf-8")

    def _judge(self, answer: _Answer) -> tuple[str, RealtimeResponse | None]:
        if answer.status == 204 and self._switches.empty_answer_is_valid:
            return "SUCCESS", RealtimeResponse()
        if answer.status != 200:
            return "UNSUCCESSFUL_HTTP_RESPONSE_CODE", None
        try:
            text = answer.content.decode(answer.charset)
        except LookupError:
            return "UNSUPPORTED_CHARSET", None
        except UnicodeDecodeError:
            return "INVALID_RESPONSE", None
        response = read(text, self._switches)
        return ("INVALID_RESPONSE", None) if response is None else ("SUCCESS", response)


def _failure(error: Exception) -> str:
    causes = list(_causes(error))
    return next(
        result
        for kind, cause, result in FAILURES
        if isinstance(error, kind) and any(isinstance(each, cause) for each in causes)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _milliseconds_since(moment: float) -> float:
    return (time.monotonic() - moment) * 1000
