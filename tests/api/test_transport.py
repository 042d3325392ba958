"""How long an answer may take, over real connections."""

import socket
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from api.sockets import listening, read_head
from api.wire import Connect
from retention_messaging_provider.api import Credentials, Refused, RetentionMessagingClient, Unreachable
from retention_messaging_provider.api import client as client_module

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\n", HEAD, b""], ids=["headers", "body", "informational"])
def test_an_answer_that_trickles_is_given_up(
    monkeypatch: pytest.MonkeyPatch, credentials: Credentials, begun: bytes
) -> None:
    """An answer whose pieces come in time is given up when it is not complete after four times the timeout."""
    monkeypatch.setattr(client_module, "TIMEOUT", 0.2)

    def trickle(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(begun)
        while True:
            connection.sendall(b"x" if begun else b"HTTP/1.1 103 Early Hints\r\n\r\n")
            time.sleep(0.05)

    with (
        listening(trickle) as port,
        closing(RetentionMessagingClient(f"http://127.0.0.1:{port}", credentials, "com.example.app")) as client,
    ):
        started = time.monotonic()
        with pytest.raises(Unreachable, match="ReadTimeout: timed out"):
            client.initiate_performance_test("1")

    assert time.monotonic() - started < 2


def test_a_connection_is_kept_for_the_next_request(connect: Connect) -> None:
    """Requests one after the other use one connection, and the time of an answer begins anew with each."""
    connections = []

    def answer(connection: socket.socket) -> None:
        connections.append(connection)
        while read_head(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with listening(answer) as port, closing(connect(None, f"http://127.0.0.1:{port}")) as client:
        for _ in range(3):
            client.get_message_list()

    assert len(connections) == 1


def test_4_threads_open_4_connections_and_sign_1_token(connect: Connect) -> None:
    """Many requests on 4 threads open at most 4 connections, and one token is signed for them all."""
    heads: list[list[bytes]] = []

    def answer(connection: socket.socket) -> None:
        heads.append([])
        while head := read_head(connection):
            heads[-1].append(head)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with (
        listening(answer) as port,
        closing(connect(None, f"http://127.0.0.1:{port}")) as client,
        ThreadPoolExecutor(4) as threads,
    ):
        list(threads.map(lambda _: client.get_message_list(), range(200)))

    requests = [head for connection in heads for head in connection]
    assert len(heads) <= 4
    assert len(requests) == 200
    assert len({line for head in requests for line in head.splitlines() if line.startswith(b"Authorization: ")}) == 1


def test_an_upload_takes_no_copy_of_the_picture(connect: Connect) -> None:
    """A picture is in memory once while it is sent."""
    png = bytes(20_000_000)

    def take(connection: socket.socket) -> None:
        _, _, body = read_head(connection).partition(b"\r\n\r\n")
        left = len(png) - len(body)
        while left and (piece := connection.recv(65_536)):
            left -= len(piece)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with listening(take) as port, closing(connect(None, f"http://127.0.0.1:{port}")) as client:
        tracemalloc.start()
        client.upload_image("6f", png, "FULL_SIZE")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert most < len(png) / 4


def test_an_early_refusal_of_an_upload_is_read(connect: Connect) -> None:
    """A refusal that comes before an upload was sent in whole is the answer, not a lost connection."""

    def refuse(connection: socket.socket) -> None:
        connection.recv(1)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass

    with (
        listening(refuse) as port,
        closing(connect(None, f"http://127.0.0.1:{port}")) as client,
        pytest.raises(Refused, match="413 Too Large"),
    ):
        client.upload_image("6f", b" " * 5_000_000, "FULL_SIZE")
