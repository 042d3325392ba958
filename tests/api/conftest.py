from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from api.wire import Connect, FakeTime
from retention_messaging_provider.api import Credentials, RetentionMessagingClient


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    key = generate_private_key(SECP256R1())
    return Credentials(
        key_id="2X9R4HXF34",
        issuer_id="57246542-96fe-1a63-e053-0824d011072a",
        private_key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def reported() -> list[str]:
    """The lines that the client reported."""
    return []


@pytest.fixture
def connect(credentials: Credentials, time: FakeTime, reported: list[str]) -> Iterator[Connect]:
    """Make clients whose network is a transport, or None for the real one, and whose time is the test's."""
    with ExitStack() as clients:

        def connect(
            transport: httpx.BaseTransport | None,
            base_url: str = "https://api.storekit-sandbox.apple.com",
            max_rate_limit_wait: float = 600.0,
        ) -> RetentionMessagingClient:
            client = RetentionMessagingClient(
                base_url,
                credentials,
                "com.example.app",
                max_rate_limit_wait=max_rate_limit_wait,
                transport=transport,
                clock=time.clock,
                sleep=time.sleep,
                report=reported.append,
            )
            return clients.enter_context(closing(client))

        yield connect
