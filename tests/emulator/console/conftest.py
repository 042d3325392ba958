from collections.abc import Callable
from typing import Any

import httpx
import pytest

from emulator.console.drawn import Element, drawn
from emulator.samples import MESSAGE, identifier
from retention_messaging_emulator import Clock, Emulator

SCRIPT = {"HX-Request": "true"}
"""What the page's script adds to its requests."""


class Still(Clock):
    """A clock that stands, so that nothing changes by itself."""

    def now(self) -> int:
        return 1_763_781_600_000 + self.offset


def control_of(emulator: Emulator) -> httpx.Client:
    return httpx.Client(transport=httpx.WSGITransport(app=emulator.app), base_url="http://localhost/_emulator")


@pytest.fixture
def page(control: httpx.Client) -> Callable[..., Element]:
    """Reads the console; with the parameters of its address, if any."""

    def read(**parameters: str) -> Element:
        answer = control.get("/", params=parameters)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        return drawn(answer.text)

    return read


@pytest.fixture
def send(control: httpx.Client) -> Callable[..., httpx.Response]:
    """Sends a form as the page's script does."""
    return lambda name, **fields: control.post(f"/console/{name}", data=fields, headers=SCRIPT)


@pytest.fixture
def filled(emulator: Emulator) -> Emulator:
    """Message 1 is shown in the sandbox; in production message 2 is shown, and 3 waits for review."""
    emulator.sandbox.upload_message(identifier(1), MESSAGE)
    emulator.sandbox.configure_default_message("monthly", "en-US", about(1))
    emulator.production.put_message(identifier(2), {"header": "Bleib dabei", "body": "Es lohnt sich."})
    emulator.production.configure_default_message("yearly", "de-DE", about(2))
    emulator.production.upload_message(identifier(3), {"header": "Need a break?", "body": "It waits for you."})
    return emulator


def about(number: int) -> dict[str, Any]:
    return {"messageIdentifier": identifier(number)}
