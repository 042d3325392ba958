"""A run that was cut off: one `up` afterwards, and the App Store and the record agree."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from retention_messaging_emulator import Emulator, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acceptance.stacks import ProgramStack


def wait_until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def answers(emulator: Emulator) -> Iterator[threading.Event]:
    """Set: the App Store's late answers are sent."""
    answers = threading.Event()

    def sleep(seconds: float) -> None:
        answers.wait(seconds)

    emulator.sleep = sleep
    yield answers
    answers.set()


def late(endpoint: str) -> Fault:
    """The request is carried out, and its answer held back."""
    return Fault(kind="time-out", path=endpoint, seconds=30)


def test_an_answer_that_got_lost_is_looked_for(sandbox: ProgramStack, emulator: Emulator) -> None:
    """An upload whose answer is lost is found in Apple's list and not repeated."""
    emulator.fail_next(*(Fault(kind="lose-answer", path=path) for path in ("Upload Image", "Upload Message")))

    result = sandbox.up()

    assert "(baseUrl) to upload image" in result.stdout
    assert "(baseUrl) to upload message" in result.stdout
    uploads = [request for request in emulator.requests() if request["endpoint"].startswith("Upload")]
    assert len(uploads) == 2
    sandbox.agrees()


@pytest.mark.parametrize("upload", ["Upload Image", "Upload Message"])
def test_an_upload_of_a_killed_run_is_taken_by_the_next(
    sandbox: ProgramStack, emulator: Emulator, answers: threading.Event, upload: str
) -> None:
    """What a killed `up` uploaded is taken over by the next one."""
    emulator.fail_next(late(upload))
    with sandbox.started("up", "--yes", "--skip-preview") as engine:
        wait_until(lambda: any(request["endpoint"] == upload for request in emulator.requests()))
        engine.kill()

    sandbox.run("cancel", "--yes")
    sandbox.up()

    sandbox.agrees()


def test_what_a_killed_edit_uploaded_goes_with_the_next(
    sandbox: ProgramStack, emulator: Emulator, answers: threading.Event
) -> None:
    """The text that a killed `up` uploaded is deleted by the next edit."""
    sandbox.up()
    sandbox.edit("Keep your streak", "Stay a while")
    emulator.fail_next(late("Upload Message"))
    with sandbox.started("up", "--yes", "--skip-preview") as engine:
        wait_until(lambda: "Stay a while" in sandbox.texts())
        engine.kill()
    sandbox.run("cancel", "--yes")

    sandbox.edit("Stay a while", "Do not go yet")
    sandbox.up()
    assert sandbox.texts() == {"Do not go yet": "APPROVED"}
    assert sandbox.outputs("stay")["superseded"] == []
    sandbox.agrees()


def test_an_upload_that_arrives_after_the_kill_is_taken_over(
    sandbox: ProgramStack, emulator: Emulator, answers: threading.Event
) -> None:
    """An upload that reaches Apple after its `up` was killed is taken over by the next one."""
    emulator.fail_next(late("Get Message List"))
    with sandbox.started("up", "--yes", "--skip-preview") as engine:
        wait_until(lambda: any(request["endpoint"] == "Get Message List" for request in emulator.requests()))
        assert sandbox.texts() == {}
        engine.kill()
        answers.set()
        wait_until(sandbox.texts)

    sandbox.run("cancel", "--yes")
    sandbox.up()

    sandbox.agrees()
