"""A team's own real-time server: how it is reached, and how it is asked."""

import ssl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from retention_messaging_provider.api import address
from retention_messaging_provider.resources.handler import Failure

if TYPE_CHECKING:
    import httpx

    from retention_messaging_emulator.realtime.requests import Attempt, Realtime

PATIENCE = 10.0
"""Seconds: what is slower than Apple allows is measured, too."""

DEFAULT_PRODUCT, DEFAULT_LOCALE = "com.example.monthly", "en-US"


@dataclass
class Server:
    """
    A server.

    trust: a PEM file of authorities to trust beside the public ones
    credentials: a folder with the emulator's key, for a server that trusts its certificate; None for no signed request
    product_id, locale: whom a signed request is about
    """

    url: str
    trust: Path | None = None
    credentials: Path | None = None
    product_id: str = DEFAULT_PRODUCT
    locale: str = DEFAULT_LOCALE

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine and asked without TLS."""
        url = address.parse(self.url)
        return url is not None and url.scheme == "http" and address.is_loopback(url)

    @cached_property
    def client(self) -> "httpx.Client":
        """
        Follows no redirect; trusts the public authorities, or those of SSL_CERT_FILE, and `trust`.

        Raises Failure where the proxies or certificates that this machine's environment names cannot be used.
        """
        import httpx  # noqa: PLC0415 - slow, and other commands do without it

        direct: dict[str, None] = {f"all://{host}": None for host in ("localhost", "127.0.0.1", "[::1]")}
        try:
            trust = httpx.create_ssl_context()
            trust.minimum_version = ssl.TLSVersion.TLSv1_2
            client = httpx.Client(verify=trust, timeout=PATIENCE, mounts=direct)
        except (OSError, ValueError):
            raise Failure(
                "the proxy or the certificates of this machine's environment cannot be used; "
                "correct HTTPS_PROXY, SSL_CERT_FILE or SSL_CERT_DIR, or unset them"
            ) from None
        if self.trust:
            _load(trust, self.trust)
        return client

    @cached_property
    def realtime(self) -> "Realtime":
        """The emulator's part as Apple. Raises ModuleNotFoundError without its extra, Failure without its key."""
        from retention_messaging_emulator import Clock, Credentials, Switches  # noqa: PLC0415 - an extra
        from retention_messaging_emulator.account import DEFAULT_APP_APPLE_ID  # noqa: PLC0415
        from retention_messaging_emulator.realtime.requests import Realtime  # noqa: PLC0415

        keys = sorted((self.credentials or Path()).glob("SubscriptionKey_*.p8"))
        if not keys:
            raise Failure(
                f"{self.credentials} has no key of an emulator; start one there: retention-messaging emulator"
            )
        return Realtime(
            Credentials.of(keys[0].read_text()).private_key,
            Clock(),
            Switches(),
            app_apple_id=DEFAULT_APP_APPLE_ID,
            transport=None,
            trusted_certificates=self.trust,
        )

    def junk(self) -> "httpx.Response":
        """What it answers to a payload that nobody signed."""
        return self.client.post(self.url, json={"signedPayload": "junk"})

    def ask(self) -> "Attempt":
        """What it answers to a customer who taps Cancel Subscription."""
        from retention_messaging_emulator.realtime.requests import RealtimeRequest  # noqa: PLC0415 - an extra

        request = RealtimeRequest("sandbox", "1", self.product_id, self.locale, int(PATIENCE * 1000))
        return self.realtime.ask(self.url, request)

    def close(self) -> None:
        """Close the connections that are kept open."""
        for opened in ("client", "realtime"):
            if opened in vars(self):
                vars(self)[opened].close()


def _load(trust: ssl.SSLContext, file: Path) -> None:
    try:
        trust.load_verify_locations(file)
    except OSError as error:
        reason = "no certificate in it" if isinstance(error, ssl.SSLError) else error.strerror
        raise Failure(f"{file} cannot be trusted ({reason}); name a PEM file with --trust") from None
