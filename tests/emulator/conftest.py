from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from emulator.samples import API, token
from retention_messaging_emulator import AppStoreConnect, Emulator


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with closing(Emulator()) as emulator:
        yield emulator


@pytest.fixture
def sandbox(emulator: Emulator) -> AppStoreConnect:
    return emulator.sandbox


@pytest.fixture
def production(emulator: Emulator) -> AppStoreConnect:
    return emulator.production


@pytest.fixture
def client(emulator: Emulator) -> Iterator[httpx.Client]:
    """Talks to the sandbox, in process, with a good token."""
    transport = httpx.WSGITransport(app=emulator.app)
    headers = {"Authorization": f"Bearer {token(emulator.credentials)}"}
    with httpx.Client(transport=transport, base_url=f"http://emulator/sandbox{API}", headers=headers) as client:
        yield client


@pytest.fixture
def control(emulator: Emulator) -> Iterator[httpx.Client]:
    """Talks to the control routes, in process."""
    with httpx.Client(
        transport=httpx.WSGITransport(app=emulator.app), base_url="http://localhost/_emulator"
    ) as control:
        yield control
