import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from resources.specimens import served_emulator
from retention_messaging_emulator import Emulator
from retention_messaging_provider.resources import performance_test, run
from retention_messaging_provider.settings import Settings


@pytest.fixture(autouse=True)
def a_process_of_its_own() -> Iterator[None]:
    """What a provider process ends with: no open connection, and no limit to pytest's tracebacks."""
    yield
    run.begin(Settings())
    vars(sys).pop("tracebacklimit", None)


@pytest.fixture(autouse=True)
def a_short_wait_for_a_performance_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two questions about a performance test."""
    monkeypatch.setattr(performance_test, "RESULT_POLL", 0.01)


@pytest.fixture
def apple() -> Iterator[Emulator]:
    """An App Store, and a developer's server that passes a performance test."""
    with closing(served_emulator()) as emulator:
        yield emulator


@pytest.fixture
def config(apple: Emulator) -> Iterator[dict[str, str]]:
    """The stack's config, secrets in clear, for an App Store on a socket."""
    with apple.serve() as server:
        yield {
            "retention-messaging:environment": "sandbox",
            "retention-messaging:bundleId": "com.example.app",
            "retention-messaging:issuerId": apple.credentials.issuer_id,
            "retention-messaging:keyId": apple.credentials.key_id,
            "retention-messaging:privateKey": apple.credentials.private_key,
            "retention-messaging:baseUrl": f"{server.url}/sandbox",
        }
