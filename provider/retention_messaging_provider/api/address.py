"""Which addresses credentials may go to, and how a line names one."""

from ipaddress import ip_address
from typing import TYPE_CHECKING

from retention_messaging_provider.api.errors import BaseUrlRefused

if TYPE_CHECKING:
    import httpx

HIGHEST_PORT = 65_535


def safe(base_url: str) -> "httpx.URL":
    """Read a base URL. Raises BaseUrlRefused where credentials would be seen on their way, or could not get there."""
    if "@" in base_url:
        raise BaseUrlRefused(
            "",
            "it has a user or a password in it, and resources record it",
            "leave out what is before the @: the key is all that requests are signed with",
        )
    url = parse(base_url)
    if url is None:
        raise BaseUrlRefused(
            "", "it is no URL, or has no host or port that can exist", "write it like https://host.example.com:8443"
        )
    if not (url.scheme == "https" or (url.scheme == "http" and is_loopback(url))):
        raise BaseUrlRefused(
            origin(url),
            "credentials are sent unencrypted only to this machine",
            "use https://, or http:// to localhost, 127.0.0.1 or [::1]",
        )
    if url.query or url.fragment:
        raise BaseUrlRefused(
            "", "it has a query or a fragment, behind which no path of Apple's can stand", "leave that out"
        )
    return url


def parse(text: str) -> "httpx.URL | None":
    """Read a URL; None where it is none, or the network cannot be asked for its host."""
    import httpx  # noqa: PLC0415 - slow, and most programs name no address

    try:
        url = httpx.URL(text)
        url.host  # noqa: B018 - decodes an internationalised name
        url.raw_host.decode("ascii").encode("idna")  # as `socket` does
    except (httpx.InvalidURL, UnicodeError):
        return None
    return url if url.raw_host and (url.port or 0) <= HIGHEST_PORT else None


def is_loopback(url: "httpx.URL") -> bool:
    """Whether the host is this machine, for certain."""
    try:
        return url.host == "localhost" or ip_address(url.host).is_loopback
    except ValueError:
        return False


def is_apples(url: "httpx.URL") -> bool:
    """Whether the host is one of Apple's."""
    return url.host.endswith(".apple.com")


def origin(url: "httpx.URL") -> str:
    """Scheme, host and port: the path and query of a URL may hold what is nobody's business."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
