import pytest

from resources.stack import Stack
from retention_messaging_emulator import Credentials, Emulator


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    return Credentials.make()


@pytest.fixture
def apple(credentials: Credentials) -> Emulator:
    return Emulator(credentials=credentials)


@pytest.fixture
def sandbox(apple: Emulator) -> Stack:
    return Stack(apple, "sandbox")


@pytest.fixture
def production(apple: Emulator) -> Stack:
    return Stack(apple, "production")
