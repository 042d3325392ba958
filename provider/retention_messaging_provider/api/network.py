"""
The way to a host as this machine's environment has it: through which proxy, and verified by which certificates.

The standard library reads the proxies (`NO_PROXY` of whatever form), on macOS and Windows from the system, too.
"""

import errno
import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

import httpx

from retention_messaging_provider.api import address
from retention_messaging_provider.api.errors import NetworkRefused

CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Environment variables, as OpenSSL has them; where both are set the file counts, as it does in httpx."""


@dataclass(frozen=True)
class Proxy:
    """
    A proxy that requests go through.

    variable: where it comes from, such as HTTPS_PROXY
    """

    proxy: httpx.Proxy
    variable: str

    def __str__(self) -> str:
        return f"{self.proxy.url.netloc.decode('ascii')} ({self.variable})"


def name(url: httpx.URL, proxy: Proxy | None) -> str:
    """Write whom a line speaks of when nothing came back from a base URL."""
    host = "Apple" if address.is_apples(url) else f"{address.origin(url)} (baseUrl)"
    return f"{host} through the proxy {proxy}" if proxy else host


def find_proxy(url: httpx.URL) -> Proxy | None:
    """
    Find the proxy for a base URL. Raises NetworkRefused for one that cannot be used.

    Never one for http, which goes to this machine only: it would read the credentials.
    """
    if url.scheme != "https" or any(map(proxy_bypass, (url.netloc.decode("ascii"), url.raw_host.decode("ascii")))):
        return None
    proxies = getproxies()
    scheme = "https" if proxies.get("https") else "all"
    if not proxies.get(scheme):
        return None
    variable = _variable(f"{scheme}_proxy")
    text = proxies[scheme].strip()
    read = address.parse(text if "://" in text else f"http://{text}")
    if read is None:  # never quoted: it may hold a password
        raise NetworkRefused(
            f"The proxy of {variable}",
            "it is no URL",
            "write it like http://proxy.example.com:3128, and special characters of a password as %23",
        )
    if read.scheme not in ("http", "https"):
        raise NetworkRefused(
            f"The proxy of {variable}",
            f"it is a {read.scheme} proxy, and only http and https proxies can be",
            f"set HTTPS_PROXY to one of those, or add {url.raw_host.decode('ascii')} to NO_PROXY",
        )
    return Proxy(httpx.Proxy(read), variable)


def _variable(lower: str) -> str:
    """The name that a variable has in the environment; of two the one in lower case counts."""
    return max((each for each in os.environ if each.lower() == lower), default="this system's settings")


def open_transport(url: httpx.URL, proxy: Proxy | None) -> httpx.BaseTransport:
    """Make what carries requests to a base URL. Raises NetworkRefused where the certificates cannot be read."""
    from retention_messaging_provider.api.transport import Transport  # noqa: PLC0415 - slow; most programs never ask

    return Transport(_certificates() if url.scheme == "https" else None, proxy.proxy if proxy else None)


def _certificates() -> ssl.SSLContext:
    for variable in CERTIFICATES:
        if path := os.environ.get(variable):
            return _certificates_of(variable, path)
    return httpx.create_ssl_context(trust_env=False)


def _certificates_of(variable: str, path: str) -> ssl.SSLContext:
    try:
        if variable == "SSL_CERT_FILE":
            return ssl.create_default_context(cafile=path)
        if not any(Path(each).is_dir() for each in path.split(os.pathsep)):
            raise FileNotFoundError(errno.ENOENT, "No such directory")
        return ssl.create_default_context(capath=path)
    except (OSError, ValueError) as error:
        # ssl.SSLError is an OSError whose strerror speaks of OpenSSL's functions
        reason = "no certificate in it" if isinstance(error, ssl.SSLError) else getattr(error, "strerror", None)
        raise NetworkRefused(
            f"The certificates of {variable}", f"{path}: {reason or error}", f"correct {variable}, or unset it"
        ) from None
