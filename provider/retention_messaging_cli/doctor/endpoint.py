"""
A team's own real-time server, without Apple: how it is reached, and what it answers.

https://developer.apple.com/documentation/retentionmessaging/setting-up-your-get-retention-message-endpoint
"""

import ssl
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from retention_messaging_cli.doctor.finding import Finding, Status, ok, skip
from retention_messaging_cli.doctor.server import Server
from retention_messaging_cli.progress import progress
from retention_messaging_provider import rules
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.performance_test import FAILURES

TIME_LIMIT = 700
"""Milliseconds in production; the page above has it."""

TRIES = 10
ROOT_CERTIFICATE = "curl http://localhost:8080/_emulator/root-certificate"
SOON = timedelta(days=14)

# https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
CERTIFICATES = {
    10: "renew the certificate",
    18: "use a certificate of a public authority, or name this one with --trust",
    19: "use a certificate of a public authority, or name this one's with --trust",
    20: "have the server send the intermediate certificates, too (fullchain.pem), or name the authority with --trust",
    21: "have the server send the intermediate certificates, too (fullchain.pem)",
    62: "use a certificate for this host",
}
"""What is wrong with a chain, as OpenSSL numbers it → what to do."""


def url(server: Server) -> Finding:
    """Whether Apple takes the URL."""
    if server.is_local:
        return Finding(
            Status.WARN, "Apple asks over https only; on this machine it is tried without", ("use https://",)
        )
    for wrong in rules.realtime_url(server.url):
        raise Failure(f"{wrong.property} {wrong.reason}")
    return ok(f"{len(server.url)} of {rules.MAX_REALTIME_URL} characters")


def tls(server: Server) -> Finding:
    """Whether there is TLS 1.2 or later, with a chain that can be verified."""
    if server.is_local:
        return skip("the URL is http")
    import httpx  # noqa: PLC0415 - slow, and other commands do without it

    try:
        with progress("Connecting"), server.client.stream("GET", server.url) as answer:
            session = answer.extensions["network_stream"].get_extra_info("ssl_object")
            return tls_finding(session.version(), session.getpeercert()["notAfter"])
    except httpx.RequestError as error:
        return refusal_finding(error)


def tls_finding(version: str, not_after: str) -> Finding:
    """Judge a session: its version, and when its certificate ends, as `getpeercert` has it."""
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), UTC)
    found = f"{version}, certificate valid until {ends:%Y-%m-%d}"
    if ends - datetime.now(UTC) < SOON:
        return Finding(Status.WARN, found, ("renew the certificate",))
    return ok(found)


def refusal_finding(error: Exception) -> Finding:
    """Judge why there is no session."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            remedy = CERTIFICATES.get(cause.verify_code, "use a certificate of a public authority for this host")
            return Finding(Status.FAIL, f"the certificate is refused: {cause.verify_message}", (remedy,))
        if isinstance(cause, ssl.SSLError):
            reason = (cause.reason or "no TLS").lower().replace("_", " ")
            return Finding(Status.FAIL, f"no TLS session: {reason}", ("offer TLS 1.2 or later at this host and port",))
    return Finding(
        Status.FAIL, f"nothing answers: {type(error).__name__}", ("check the host, the port and that the server runs",)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def get(server: Server) -> Finding:
    """Whether a GET, which Apple never sends, is refused."""
    with progress("GET"):
        return get_finding(_status(server, "get"))


def get_finding(status: int) -> Finding:
    """Judge the status of a GET."""
    if status == 405:
        return ok("405 Method Not Allowed")
    if 300 <= status < 400:
        return Finding(Status.WARN, f"{status}: a redirect", ("configure the URL that it leads to",))
    return Finding(Status.WARN, f"{status}", ("answer 405 to everything but POST",))


def junk(server: Server) -> Finding:
    """Whether a request that nobody signed is refused."""
    with progress("POST of what nobody signed"):
        return junk_finding(_status(server, "post"))


JUNK = {
    "2": (Status.FAIL, "a request that nobody signed is believed", "verify the signature, and answer 400 without one"),
    "3": (Status.FAIL, "a redirect", "configure the URL that it leads to"),
    "401": (Status.WARN, "refused", "answer 400; if this is a gateway's, let Apple in: it has its signature only"),
    "403": (Status.WARN, "refused", "answer 400; if this is a gateway's, let Apple in: it has its signature only"),
    "404": (Status.FAIL, "there is nothing at this path", "check the path of the URL"),
    "405": (Status.FAIL, "POST is not allowed", "check the path of the URL, and take POST there"),
    "4": (Status.WARN, "refused", "answer 400"),
    "5": (Status.WARN, "the server fails", "answer 400 to what cannot be read"),
}
"""A status, or its first digit → what a POST of junk that ends so means."""


def junk_finding(status: int) -> Finding:
    """Judge the status of a POST that nobody signed."""
    if status == 400:
        return ok("400 Bad Request")
    judged = JUNK.get(str(status)) or JUNK.get(str(status)[0])
    if judged is None:
        return Finding(Status.FAIL, f"{status} is no answer of HTTP", ("answer 400",))
    kind, meaning, remedy = judged
    return Finding(kind, f"{status}: {meaning}", (remedy,))


def _status(server: Server, method: str) -> int:
    import httpx  # noqa: PLC0415 - slow, and other commands do without it

    try:
        return (server.client.get(server.url) if method == "get" else server.junk()).status_code
    except httpx.RequestError as error:
        raise Failure(f"no answer to a {method.upper()}: {type(error).__name__}; see the log of the server") from None


def signed(server: Server) -> Finding:
    """Whether a request that is signed as Apple's are is answered with a message."""
    if server.credentials is None:
        return skip("name the emulator's key with --emulator-credentials, for a server that trusts its certificate")
    try:
        with progress("A signed request"):
            attempt = server.ask()
    except ModuleNotFoundError as error:
        return skip(str(error))
    if attempt.result != "SUCCESS" or attempt.response is None:
        reason = f"{attempt.result} (status {attempt.status}): {FAILURES.get(attempt.result, 'another failure')}"
        remedy = f"see the server's log; it has to trust the emulator's root certificate, {ROOT_CERTIFICATE}"
        return Finding(Status.FAIL, reason, (remedy,))
    return ok(f"{attempt.response.variant} {attempt.response.message_identifier}")


def latency(server: Server) -> Finding:
    """How long ten answers take, of signed requests where there can be."""
    with progress("Ten requests", TRIES) as advance:
        milliseconds = []
        for _ in range(TRIES):
            began = time.monotonic()
            _status(server, "post") if "realtime" not in vars(server) else server.ask()
            milliseconds.append((time.monotonic() - began) * 1000)
            advance()
    return latency_finding(milliseconds, "signed requests" if "realtime" in vars(server) else "junk")


def latency_finding(milliseconds: Sequence[float], what: str) -> Finding:
    """Judge the times of some answers against Apple's limit."""
    median, slowest = statistics.median(milliseconds), max(milliseconds)
    found = (
        f"{len(milliseconds)} {what}: median {median:.0f} ms, slowest {slowest:.0f} ms, of {TIME_LIMIT} ms from here"
    )
    if slowest <= TIME_LIMIT:
        return ok(found)
    status = Status.FAIL if median > TIME_LIMIT else Status.WARN
    return Finding(status, found, ("answer faster: Apple shows the default message after the limit",))
