import httpx
import pytest

from api.wire import Connect, Wire, message_list
from retention_messaging_provider.api import BASE_URLS, BaseUrlRefused

UNENCRYPTED = (
    "credentials are sent unencrypted only to this machine; use https://, or http:// to localhost, 127.0.0.1 or [::1]"
)
BEHIND = "it has a query or a fragment, behind which no path of Apple's can stand; leave that out"
NOWHERE = "it is no URL, or has no host or port that can exist; write it like https://host.example.com:8443"
WITH_A_USER = (
    "it has a user or a password in it, and resources record it; leave out what is before the @: the key is all that "
    "requests are signed with"
)


@pytest.mark.parametrize(
    "base_url",
    [
        *BASE_URLS.values(),
        "https://api.storekit.itunes.apple.com",
        "https://proxy.example.com/apple",
        "https://proxy.example.com.:65535/apple",
        "https://bücher.example.com",
        "http://localhost/sandbox",
        "http://LOCALHOST:8080/sandbox/",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]:8080",
    ],
)
def test_credentials_go_over_https_or_to_this_machine(connect: Connect, base_url: str) -> None:
    """A base URL over https, or over http on this machine, is used as it is."""
    wire = Wire(message_list())

    connect(wire, base_url).get_message_list()

    expected = f"{httpx.URL(base_url)}".rstrip("/") + "/inApps/v1/messaging/message/list"
    assert str(wire.requests[0].url) == expected


@pytest.mark.parametrize(
    ("base_url", "sentence"),
    [
        ("http://api.storekit.apple.com", f" 'http://api.storekit.apple.com' was refused: {UNENCRYPTED}"),
        ("http://example.com:81/?key=secret", f" 'http://example.com:81' was refused: {UNENCRYPTED}"),
        ("http://localhost.example.com", f" 'http://localhost.example.com' was refused: {UNENCRYPTED}"),
        ("http://example.com/localhost", f" 'http://example.com' was refused: {UNENCRYPTED}"),
        ("http://10.0.0.1", f" 'http://10.0.0.1' was refused: {UNENCRYPTED}"),
        ("http://0.0.0.0", f" 'http://0.0.0.0' was refused: {UNENCRYPTED}"),
        ("http://[fe80::1]", f" 'http://[fe80::1]' was refused: {UNENCRYPTED}"),
        ("http://128.0.0.1", f" 'http://128.0.0.1' was refused: {UNENCRYPTED}"),
        ("ftp://localhost", f" 'ftp://localhost' was refused: {UNENCRYPTED}"),
        ("localhost:8080", f" was refused: {NOWHERE}"),
        ("api.storekit.apple.com", f" was refused: {NOWHERE}"),
        ("https://", f" was refused: {NOWHERE}"),
        ("http://[", f" 'http://%5B' was refused: {UNENCRYPTED}"),
        ("https://[::1", f" was refused: {NOWHERE}"),
        ("", f" was refused: {NOWHERE}"),
        ("https://\ud800", f" was refused: {NOWHERE}"),
        ("https://a\nb", f" was refused: {NOWHERE}"),
        ("https://api..localhost", f" was refused: {NOWHERE}"),
        (f"https://{'a' * 64}.localhost", f" was refused: {NOWHERE}"),
        ("https://xn--a.localhost", f" was refused: {NOWHERE}"),
        ("https://example.com/?key=secret", f" was refused: {BEHIND}"),
        ("https://example.com/#secret", f" was refused: {BEHIND}"),
        ("https://localhost:65536", f" was refused: {NOWHERE}"),
        ("https://localhost:secret", f" was refused: {NOWHERE}"),
        ("https://user:secret@example.com", f" was refused: {WITH_A_USER}"),
        ("https://secret@example.com", f" was refused: {WITH_A_USER}"),
        ("http://localhost@example.com", f" was refused: {WITH_A_USER}"),
        ("https://user:1/secret@example.com", f" was refused: {WITH_A_USER}"),
    ],
)
def test_credentials_go_nowhere_else(connect: Connect, base_url: str, sentence: str) -> None:
    """Any other base URL is refused before anything is sent, with its host at most, and with what to use."""
    with pytest.raises(BaseUrlRefused) as refused:
        connect(Wire(), base_url)

    assert str(refused.value) == f"The base URL{sentence}"
