"""Every way in which a developer's server can fail, over real connections."""

import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509

from certificates import self_signed
from emulator.samples import answering, naming
from retention_messaging_emulator import Emulator, Switches

BODY = json.dumps({"message": naming()}).encode()
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
PATIENT, IMPATIENT = 10_000, 200  # milliseconds

Server = Callable[[socket.socket], None]


@contextmanager
def served(serve: Server) -> Iterator[int]:
    """The port of a server that does this with every connection, after it has read a request."""

    def accept(listener: socket.socket) -> None:
        with listener:
            while True:
                connection, _ = listener.accept()
                if ended.is_set():
                    connection.close()
                    return
                with connection:
                    serve(connection)

    ended = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    thread = threading.Thread(target=accept, args=(listener,), daemon=True)
    thread.start()
    yield port
    ended.set()
    socket.create_connection(("127.0.0.1", port)).close()
    thread.join()


def asked(url: str, limit: int = PATIENT, **arguments: Any) -> dict[str, Any]:
    switches = Switches(local_url_without_tls=True, response_time_threshold=limit)
    with closing(Emulator(switches=switches, **arguments)) as emulator:
        emulator.sandbox.configure_realtime_url({"realtimeURL": url})
        return emulator.ask()


def read_request(connection: socket.socket) -> None:
    """All of it: a connection that is closed with something unread is reset."""
    received = b""
    while not received.endswith(b'"}'):
        piece = connection.recv(65536)
        received += piece or b'"}'


def replying(answer: bytes) -> Server:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)

    return serve


def silent(connection: socket.socket) -> None:
    read_request(connection)
    time.sleep(2 * IMPATIENT / 1000)


def dripping(connection: socket.socket) -> None:
    """Never silent for long, and never done."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    with suppress(OSError):
        for _ in range(10):
            time.sleep(IMPATIENT / 1000 / 4)
            connection.sendall(b" ")


def resetting(connection: socket.socket) -> None:
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def redirecting(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 307 Again\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize(
    ("serve", "result"),
    [
        (replying(GOOD), "SUCCESS"),
        (replying(GOOD.replace(b"200 OK", b"201 Created")), "UNSUCCESSFUL_HTTP_RESPONSE_CODE"),
        (replying(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"), "UNSUCCESSFUL_HTTP_RESPONSE_CODE"),
        (redirecting, "CIRCULAR_REDIRECT"),
        (replying(b""), "PREMATURE_CLOSE"),
        (replying(b"220 mail.example.com\r\n\r\n"), "NO_RESPONSE"),
        (replying(GOOD[:-1]), "PREMATURE_CLOSE"),
        (resetting, "PREMATURE_CLOSE"),
        (replying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"), "INVALID_RESPONSE"),
        (replying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nOK"), "INVALID_RESPONSE"),
    ],
)
def test_a_server_is_judged_by_how_it_behaves(serve: Server, result: str) -> None:
    """Each way in which a server answers or fails has its sendAttemptResult."""
    with served(serve) as port:
        report = asked(f"http://127.0.0.1:{port}")

    assert report["sendAttemptResult"] == result


@pytest.mark.parametrize("serve", [silent, dripping])
def test_a_server_that_takes_longer_than_it_may_is_timed_out(serve: Server) -> None:
    """A server that is silent, or too slow in sum, is TIMED_OUT."""
    with served(serve) as port:
        report = asked(f"http://127.0.0.1:{port}", IMPATIENT)

    assert report["sendAttemptResult"] == "TIMED_OUT"
    assert report["milliseconds"] >= IMPATIENT


def test_a_server_that_is_not_there_is_a_network_error() -> None:
    """A server that does not listen is a SOCKET_ISSUE."""
    with served(replying(GOOD)) as port:
        pass

    assert asked(f"http://127.0.0.1:{port}")["sendAttemptResult"] == "SOCKET_ISSUE"


def test_a_server_that_speaks_no_tls_is_a_tls_issue() -> None:
    """A server without TLS under an https URL is a TLS_ISSUE."""
    with served(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        assert asked(f"https://127.0.0.1:{port}")["sendAttemptResult"] == "TLS_ISSUE"


@pytest.mark.parametrize(
    ("charset", "body", "result"),
    [
        ("utf-8", BODY, "SUCCESS"),
        ("utf-16", BODY.decode().encode("utf-16"), "SUCCESS"),
        ("klingon", BODY, "UNSUPPORTED_CHARSET"),
        ("utf-8", b'{"message": "\xff"}', "INVALID_RESPONSE"),
    ],
)
def test_the_charset_is_the_one_the_server_names(charset: str, body: bytes, result: str) -> None:
    """The body is decoded in the charset that the server names."""
    headers = {"Content-Type": f"application/json; charset={charset}"}

    report = asked("https://retention.example.com", transport=answering(content=body, headers=headers))

    assert report["sendAttemptResult"] == result


def test_what_fits_nowhere_is_something_else() -> None:
    """A failure of no known kind is OTHER."""

    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ProxyError("no way out")

    report = asked("https://retention.example.com", transport=httpx.MockTransport(refuse))

    assert report["sendAttemptResult"] == "OTHER"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody signed, with its key, in one PEM file."""
    return self_signed(tmp_path_factory.mktemp("tls"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")))


@contextmanager
def served_over_tls(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(connection: socket.socket) -> None:
        with suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as encrypted:
            replying(GOOD)(encrypted)

    with served(serve) as port:
        yield port


def test_a_certificate_that_nobody_vouches_for_is_a_tls_issue(certificate: Path) -> None:
    """A certificate that no authority signed is a TLS_ISSUE."""
    with served_over_tls(certificate) as port:
        assert asked(f"https://127.0.0.1:{port}")["sendAttemptResult"] == "TLS_ISSUE"


def test_a_certificate_of_ones_own_may_be_trusted(certificate: Path) -> None:
    """A certificate that the emulator was given to trust is accepted."""
    with served_over_tls(certificate) as port:
        report = asked(f"https://127.0.0.1:{port}", trusted_certificates=certificate)

    assert report["sendAttemptResult"] == "SUCCESS"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_server_on_this_machine_is_asked_past_proxies(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment has no part in a real-time request to this machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)

    with served(replying(GOOD)) as port:
        report = asked(f"http://{host}:{port}/retention")

    assert report["sendAttemptResult"] == "SUCCESS"
