"""What the environment of a machine does to the way to Apple."""

import os
import socket
import ssl
from base64 import b64encode
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from api.sockets import listening, read_head
from api.wire import Connect
from certificates import self_signed
from retention_messaging_provider.api import NetworkRefused, NotSent
from retention_messaging_provider.api.network import find_proxy, name, open_transport

APPLE = httpx.URL("https://api.storekit.apple.com")
HOST = "apple.example.com"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a machine that says nothing about its network."""
    for variable in list(os.environ):
        if variable.lower().endswith("_proxy") or variable.startswith("SSL_CERT"):
            monkeypatch.delenv(variable)


def said(url: httpx.URL) -> str:
    """Whom a line would speak of."""
    return name(url, find_proxy(url))


@pytest.mark.parametrize(
    ("variables", "whom"),
    [
        ({}, "Apple"),
        ({"HTTP_PROXY": "http://proxy.example.com"}, "Apple"),
        (
            {"HTTPS_PROXY": "http://user:secret@proxy.example.com:3128/path"},
            "Apple through the proxy proxy.example.com:3128 (HTTPS_PROXY)",
        ),
        ({"https_proxy": "proxy.example.com:3128"}, "Apple through the proxy proxy.example.com:3128 (https_proxy)"),
        (
            {"HTTPS_PROXY": "socks5://127.0.0.1", "https_proxy": "https://proxy.example.com"},
            "Apple through the proxy proxy.example.com (https_proxy)",
        ),
        ({"ALL_PROXY": "http://[::1]:3128"}, "Apple through the proxy [::1]:3128 (ALL_PROXY)"),
        (
            {"ALL_PROXY": "socks5://127.0.0.1", "HTTPS_PROXY": "http://proxy.example.com"},
            "Apple through the proxy proxy.example.com (HTTPS_PROXY)",
        ),
        ({"ALL_PROXY": "socks5://127.0.0.1", "NO_PROXY": "*"}, "Apple"),
        ({"ALL_PROXY": "http://[", "NO_PROXY": "::1,fd07:b51a:cc66:f0::/64,[::1],.apple.com"}, "Apple"),
        ({"ALL_PROXY": "http://[", "no_proxy": "api.storekit.apple.com"}, "Apple"),
    ],
)
def test_the_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], whom: str
) -> None:
    """The proxy that the environment names for a host is used, and named without what may be secret."""
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)

    assert said(APPLE) == whom


@pytest.mark.parametrize("base_url", ["http://localhost:8080/sandbox", "http://127.0.0.1", "http://[::1]:8080"])
def test_what_is_not_needed_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, base_url: str) -> None:
    """Over http, to this machine, neither a proxy nor certificates are looked at."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "socks5://127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    url = httpx.URL(base_url)

    assert find_proxy(url) is None
    open_transport(url, None).close()


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (
            "ALL_PROXY",
            "socks5://user:secret@127.0.0.1:1080",
            (
                "The proxy of ALL_PROXY cannot be used: it is a socks5 proxy, and only http and https proxies can be; "
                "set HTTPS_PROXY to one of those, or add api.storekit.apple.com to NO_PROXY"
            ),
        ),
        (
            "HTTPS_PROXY",
            "http://user:secret#word@127.0.0.1:9",
            (
                "The proxy of HTTPS_PROXY cannot be used: it is no URL; write it like "
                "http://proxy.example.com:3128, and special characters of a password as %23"
            ),
        ),
        (
            "https_proxy",
            "http://",
            (
                "The proxy of https_proxy cannot be used: it is no URL; write it like "
                "http://proxy.example.com:3128, and special characters of a password as %23"
            ),
        ),
    ],
)
def test_a_proxy_that_cannot_be_used_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    """A proxy that cannot be used is refused with the name of its variable, and never quoted."""
    monkeypatch.setenv(variable, value)

    with pytest.raises(NetworkRefused) as refused:
        find_proxy(APPLE)

    assert str(refused.value) == sentence


def test_certificates_that_cannot_be_read_are_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Certificates that cannot be read are refused with the name of their variable, the path and the reason."""
    empty, gone = tmp_path / "empty.pem", tmp_path / "gone"
    empty.write_text("")
    refusals = {
        ("SSL_CERT_FILE", gone): "No such file or directory",
        ("SSL_CERT_FILE", empty): "no certificate in it",
        ("SSL_CERT_DIR", gone): "No such directory",
    }
    for (variable, path), reason in refusals.items():
        with monkeypatch.context() as environment:
            environment.setenv(variable, str(path))
            with pytest.raises(NetworkRefused) as refused:
                open_transport(APPLE, None)

        assert str(refused.value) == (
            f"The certificates of {variable} cannot be used: {path}: {reason}; correct {variable}, or unset it"
        )


def test_some_directory_of_certificates_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of several directories of certificates one has to be there."""
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join([str(tmp_path / "gone"), str(tmp_path)]))

    open_transport(APPLE, None).close()


def test_requests_go_through_a_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, connect: Connect) -> None:
    """Requests go through the proxy with its password, and the host behind it is verified by SSL_CERT_FILE."""
    file, heads = self_signed(tmp_path, x509.DNSName(HOST)), []

    def tunnel(connection: socket.socket) -> None:
        heads.append(read_head(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        with context.wrap_socket(connection, server_side=True) as encrypted:
            heads.append(read_head(encrypted))
            encrypted.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with listening(tunnel) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:se%23cret@127.0.0.1:{port}")
        items = connect(None, f"https://{HOST}").get_message_list()

    assert items == []
    assert heads[0].startswith(f"CONNECT {HOST}:443 HTTP/1.1".encode())
    assert f"Proxy-Authorization: Basic {b64encode(b'user:se#cret').decode()}".encode() in heads[0]
    assert heads[1].startswith(b"GET /inApps/v1/messaging/message/list HTTP/1.1")
    assert b"Proxy-Authorization" not in heads[1]


def test_a_proxy_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch, connect: Connect) -> None:
    """A proxy that refuses is a request that was not sent, with the proxy's name and without its password."""

    def refuse(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    with listening(refuse) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:secret@127.0.0.1:{port}")
        with pytest.raises(NotSent) as failed:
            connect(None).get_message_list()

    assert str(failed.value) == (
        f"No connection to Apple through the proxy 127.0.0.1:{port} (HTTPS_PROXY) to get message list: "
        "ProxyError: 407 Proxy Authentication Required; check that address and the network, then run again"
    )


def test_a_base_url_is_named_when_nothing_answers_there(monkeypatch: pytest.MonkeyPatch, connect: Connect) -> None:
    """Where nothing answers, the error names the base URL, without its path, and says so; a proxy is not asked."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    with listening(lambda _: None) as port:
        pass

    with pytest.raises(NotSent) as failed:
        connect(None, f"http://127.0.0.1:{port}/sandbox").get_message_list()

    assert str(failed.value).startswith(f"No connection to http://127.0.0.1:{port} (baseUrl) to get message list: Conn")
    assert str(failed.value).endswith("; check that address and the network, then run again")
