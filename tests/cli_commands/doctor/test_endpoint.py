"""`doctor --endpoint`: a team's own server, from its certificate to a signed request."""

from __future__ import annotations

import ipaddress
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from appstoreserverlibrary.models.Environment import Environment
from appstoreserverlibrary.signed_data_verifier import SignedDataVerifier, VerificationException
from cryptography import x509

from certificates import self_signed
from cli_commands.command_line import data_of, run
from emulator.samples import identifier
from retention_messaging_cli.doctor.checks import OF_ENDPOINT
from retention_messaging_cli.doctor.endpoint import TRIES, get_finding, junk_finding, latency_finding, tls_finding
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_emulator import Credentials, Emulator

if TYPE_CHECKING:
    from pathlib import Path

Answer = Callable[[str, bytes], tuple[int, bytes]]
"""From the method and the body of a request to a status and a body."""

HOST = "127.0.0.1"


@contextmanager
def served(answer: Answer, certificate: Path | None = None, newest: ssl.TLSVersion | None = None) -> Iterator[str]:
    """The URL of a server that answers so, over TLS if it has a certificate."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            status, body = answer(self.command, self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that hangs up is what some tests are about."""

    with Server((HOST, 0), Handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            if newest:
                context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"{'https' if certificate else 'http'}://{HOST}:{server.server_port}/apple"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"), x509.IPAddress(ipaddress.ip_address(HOST)))


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the key of an emulator."""
    folder = tmp_path_factory.mktemp("credentials")
    Credentials.kept_in(folder)
    return folder


def verifying(credentials: Path) -> Answer:
    """A server as Apple asks for, with Apple's own verifier, that trusts an emulator's certificate."""
    emulator = Emulator(credentials=Credentials.kept_in(credentials)[0])
    verifier = SignedDataVerifier([emulator.root_certificate], False, Environment.SANDBOX, "com.example.app")

    def answer(method: str, body: bytes) -> tuple[int, bytes]:
        if method != "POST":
            return 405, b""
        try:
            believed = verifier.verify_and_decode_realtime_request(json.loads(body)["signedPayload"])
        except VerificationException:
            return 400, b""
        assert believed.productId == "com.example.yearly"
        return 200, json.dumps({"message": {"messageIdentifier": identifier()}}).encode()

    return answer


def doctor(url: str, *arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and each check's row."""
    result = run("doctor", "--json", "--endpoint", url, *arguments)
    return result.exit_code, {each["check"]: each for each in data_of("doctor", result)["checks"]}


def statuses(rows: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: row["status"] for name, row in rows.items()}


def test_a_server_as_apple_wants_it_is_right(certificate: Path, credentials: Path) -> None:
    """A server with TLS that verifies signatures is right in every respect, and is asked for a message."""
    options = ("--trust", str(certificate), "--emulator-credentials", str(credentials))
    with served(verifying(credentials), certificate) as url:
        code, rows = doctor(url, *options, "--product-id", "com.example.yearly")

    assert (code, list(rows)) == (Exit.OK, [check.name for check in OF_ENDPOINT])
    # the certificate of the tests ends tomorrow
    assert statuses(rows) == {**dict.fromkeys(rows, "ok"), "tls": "warn"}
    assert rows["tls"]["found"].startswith("TLSv1.3, certificate valid until ")
    assert rows["signed"]["found"] == f"message {identifier()}"
    assert rows["latency"]["found"].startswith(f"{TRIES} signed requests: median ")


def test_apple_is_not_asked_and_no_setting_is_read(credentials: Path) -> None:
    """Of a server there is no need for an account; without the emulator's key junk is what times are taken of."""
    with served(verifying(credentials)) as url:
        code, rows = doctor(url)

    assert (code, statuses(rows)["tls"], statuses(rows)["signed"]) == (Exit.OK, "skip", "skip")
    assert rows["latency"]["found"].startswith(f"{TRIES} junk: median ")


def test_a_certificate_that_nobody_signed_is_the_blocker(certificate: Path) -> None:
    """A certificate that no authority signed is refused with what it is, and what comes after it is left out."""
    with served(lambda *_: (200, b""), certificate) as url:
        code, rows = doctor(url)

    assert code == Exit.NEEDS_YOU
    assert rows["tls"]["found"] == "the certificate is refused: self-signed certificate"
    assert rows["tls"]["toDo"] == ["use a certificate of a public authority, or name this one with --trust"]
    assert statuses(rows)["latency"] == "skip"


def test_a_certificate_of_another_host_is_the_blocker(certificate: Path) -> None:
    """A certificate that is not for the host is refused."""
    with served(lambda *_: (200, b""), certificate) as url:
        _, rows = doctor(url.replace(HOST, "localhost"), "--trust", str(certificate))

    assert rows["tls"]["toDo"] == ["use a certificate for this host"]


def test_a_server_without_tls_12_is_the_blocker(certificate: Path) -> None:
    """A server that offers TLS 1.1 at most is refused."""
    deprecated = pytest.warns(DeprecationWarning, match="TLSv1")
    with deprecated, served(lambda *_: (405, b""), certificate, ssl.TLSVersion.TLSv1_1) as url:
        _, rows = doctor(url, "--trust", str(certificate))

    assert (rows["tls"]["status"], rows["tls"]["toDo"]) == ("fail", ["offer TLS 1.2 or later at this host and port"])


def test_a_server_that_does_not_verify_is_the_blocker() -> None:
    """A server that answers 200 to what nobody signed believes everybody."""
    with served(lambda *_: (200, b"{}")) as url:
        code, rows = doctor(url)

    assert (code, rows["junk"]["status"]) == (Exit.NEEDS_YOU, "fail")
    assert rows["junk"]["found"] == "200: a request that nobody signed is believed"


def test_a_server_that_trusts_another_certificate_is_the_blocker(credentials: Path, tmp_path: Path) -> None:
    """A signed request that is refused is told with what to trust."""
    Credentials.kept_in(tmp_path)
    with served(verifying(credentials)) as url:
        code, rows = doctor(url, "--emulator-credentials", str(tmp_path))

    assert (code, rows["signed"]["status"]) == (Exit.NEEDS_YOU, "fail")
    assert rows["signed"]["found"].startswith("UNSUCCESSFUL_HTTP_RESPONSE_CODE (status 400): ")
    assert "root-certificate" in rows["signed"]["toDo"][0]


@pytest.mark.parametrize(
    ("url", "check", "found"),
    [
        ("http://example.com/apple", "url", "url begins with http://"),
        (f"https://example.com/{'a' * 256}", "url", "url has 276 characters"),
        ("nothing", "url", "url is no https URL"),
        (f"https://{HOST}:9/apple", "tls", "nothing answers: ConnectError"),
    ],
)
def test_a_url_that_leads_nowhere_is_the_blocker(url: str, check: str, found: str) -> None:
    """A URL that Apple would not take, or where nothing is, is the blocker."""
    code, rows = doctor(url)

    assert (code, rows[check]["status"], rows[check]["found"][: len(found)]) == (Exit.NEEDS_YOU, "fail", found)
    assert rows[check]["toDo"]


def test_a_file_that_is_no_certificate_is_the_blocker(tmp_path: Path) -> None:
    """What is to be trusted and is no certificate is refused by its name."""
    file = tmp_path / "trust.pem"
    file.write_text("nothing")

    _, rows = doctor(f"https://{HOST}:9/apple", "--trust", str(file))

    assert rows["tls"]["found"] == f"{file} cannot be trusted (no certificate in it)"


def test_a_folder_without_a_key_is_the_blocker(credentials: Path, tmp_path: Path) -> None:
    """A folder without an emulator's key is told how to have one."""
    with served(verifying(credentials)) as url:
        _, rows = doctor(url, "--emulator-credentials", str(tmp_path))

    assert rows["signed"]["toDo"] == ["start one there: retention-messaging emulator"]


@pytest.mark.parametrize(("status", "expected"), [(405, "ok"), (200, "warn"), (301, "warn"), (404, "warn")])
def test_a_get_is_to_be_refused(status: int, expected: str) -> None:
    """A GET that is answered with anything but 405 is doubtful, and no blocker: Apple sends none."""
    assert get_finding(status).status == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *[(400, "ok"), (401, "warn"), (403, "warn"), (422, "warn"), (500, "warn")],
        *[(200, "fail"), (302, "fail"), (404, "fail"), (405, "fail"), (999, "fail")],
    ],
)
def test_junk_is_to_be_refused(status: int, expected: str) -> None:
    """A request that nobody signed is to be answered with 400."""
    assert junk_finding(status).status == expected


@pytest.mark.parametrize(
    ("milliseconds", "expected"), [([20] * 10, "ok"), ([20] * 9 + [701], "warn"), ([20] * 4 + [800] * 6, "fail")]
)
def test_times_are_judged_by_apples_limit(milliseconds: list[float], expected: str) -> None:
    """One slow answer is doubtful, and most of them slow is a failure."""
    finding = latency_finding(milliseconds, "requests")

    assert finding.status == expected
    assert f"slowest {max(milliseconds)} ms, of 700 ms" in finding.found


@pytest.mark.parametrize(("days", "expected"), [(13, "warn"), (90, "ok")])
def test_a_certificate_that_ends_soon_is_doubtful(days: int, expected: str) -> None:
    """A certificate that ends within two weeks is a warning with its day."""
    ends = datetime.now(UTC) + timedelta(days=days)

    finding = tls_finding("TLSv1.3", f"{ends:%b %d %H:%M:%S %Y} GMT")

    assert finding.status == expected
    assert f"{ends:%Y-%m-%d}" in finding.found
