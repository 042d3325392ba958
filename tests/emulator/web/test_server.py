"""The socket: what no well-behaved client sends, and who can reach it."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.samples import API, MESSAGE, identifier, token
from retention_messaging_emulator import Emulator
from retention_messaging_emulator.web.server import LONGEST_BODY, LONGEST_HEADER, THREADS

MESSAGE_PATH = f"/sandbox{API}/message/{identifier()}"


@pytest.fixture
def url(emulator: Emulator) -> Iterator[str]:
    with emulator.serve() as server:
        yield server.url


def connect(url: str) -> socket.socket:
    return socket.create_connection((urlsplit(url).hostname, urlsplit(url).port or 0), timeout=10)


def answer_to(url: str, raw: bytes) -> bytes:
    """The first bytes that come back."""
    with connect(url) as connection:
        connection.sendall(raw)
        return connection.recv(200)


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def put(emulator: Emulator, framing: str) -> bytes:
    head = f"PUT {MESSAGE_PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token(emulator.credentials)}\r\n"
    return f"{head}{framing}".encode()


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n", b"PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"])
def test_connections_that_say_nothing_more_hold_nobody_up(url: str, said: bytes) -> None:
    """More unfinished requests than there are threads keep nobody waiting."""
    held = [connect(url) for _ in range(THREADS + 10)]
    for each in held:
        each.sendall(said)

    answer = httpx.get(f"{url}/_emulator/requests", timeout=5)

    assert answer.status_code == 200
    for each in held:
        each.close()


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 99999999999999999999\r\n\r\n{}",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: two\r\n\r\n{}",
        "Content-Length: 2, 2\r\n\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n{}\r\n0\r\n\r\n",
        "No colon\r\n\r\n",
    ],
)
def test_bad_framing_is_a_bad_request(
    emulator: Emulator, url: str, framing: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A request whose end cannot be found is a 400, and leaves no traceback."""
    answer = answer_to(url, put(emulator, framing))

    assert status(answer) == 400
    assert caplog.records == []


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_body_in_chunks_arrives_whole(emulator: Emulator, url: str, size: int) -> None:
    """A body that is sent in chunks of any size is what is stored."""
    headers = {"Authorization": f"Bearer {token(emulator.credentials)}"}
    body = json.dumps(MESSAGE).encode()

    pieces = (body[at : at + size] for at in range(0, len(body), size))
    answer = httpx.put(f"{url}{MESSAGE_PATH}", content=pieces, headers=headers)

    assert answer.status_code == 200
    assert emulator.inventory()[0]["messages"][0].items() >= MESSAGE.items()


def test_what_is_too_large_is_refused_before_it_is_read(emulator: Emulator, url: str) -> None:
    """A body beyond the limit is a 413 and a header beyond it a 431, before the token is looked at."""
    body = answer_to(url, put(emulator, f"Content-Length: {LONGEST_BODY + 1}\r\n\r\n"))
    header = answer_to(url, put(emulator, f"X: {'x' * LONGEST_HEADER}\r\n\r\n"))

    assert (status(body), status(header)) == (413, 431)
    assert emulator.requests() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::", "localhost"])
def test_wherever_it_listens_its_url_can_be_used_here(emulator: Emulator, host: str) -> None:
    """The URL of a server is one of this machine, and its control routes answer there."""
    try:
        with emulator.serve(host) as server:
            answer = httpx.get(f"{server.url}/_emulator/requests", trust_env=False)
    except OSError as error:
        pytest.skip(f"this machine has no {host}: {error}")

    assert answer.status_code == 200
    assert urlsplit(server.url).hostname in ("127.0.0.1", "::1", "localhost")


def test_a_socket_for_every_address_takes_ipv4_too(emulator: Emulator) -> None:
    """Listening on :: is listening on 127.0.0.1, and its control routes know that it is this machine."""
    try:
        with emulator.serve("::") as server:
            answers = [
                httpx.get(f"http://{host}:{urlsplit(server.url).port}/_emulator/requests", trust_env=False)
                for host in ("127.0.0.1", "[::1]")
            ]
    except OSError as error:
        pytest.skip(f"this machine has no IPv6: {error}")

    assert [each.status_code for each in answers] == [200, 200]
