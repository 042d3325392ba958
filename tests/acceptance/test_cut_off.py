"""A run that was cut off: one `up` afterwards, and the App Store and the record agree."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import CLI_ONLY
from retention_messaging_emulator import Emulator, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acceptance.stacks import ProgramStack


THREADS = 4
"""Of Pulumi's provider process: so many uploads may be under way when a run is killed."""

MINUTES = 5
"""That Apple asks to wait; Pulumi itself waits half a minute for a provider that does not answer."""

NAMES = [f"stay-{number}" for number in range(12)]
MANY = """
for number in range(12):
    retention.Message(f"stay-{number}", header=f"First {number}", body="Your friends are still here.")
"""


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

    emulator.traffic.sleep = sleep
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


@pytest.mark.long
@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_ctrl_c_ends_an_up_that_waits_for_a_limit(sandbox: ProgramStack, emulator: Emulator) -> None:
    """However long Apple's limit lasts, Ctrl-C ends the `up` whose every thread waits for it; the next one goes on."""
    sandbox.program_is(MANY)
    again = {"Retry-After": str(int((time.time() + MINUTES * 60) * 1000))}
    emulator.fail_next(Fault(error_code=4290000, headers=again, path="Upload Message", times=len(NAMES)))
    with sandbox.started("up", "--yes", "--skip-preview") as engine:
        wait_until(lambda: any(request["status"] == 429 for request in emulator.requests()))
        engine.send_signal(signal.SIGINT)
        engine.wait(MINUTES * 60 / 2)
    emulator.traffic.faults.clear()

    sandbox.up()

    assert len(sandbox.texts()) == len(NAMES)
    sandbox.agrees()


@pytest.mark.long
@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_many_killed_edits_that_are_taken_back_go(
    production: ProgramStack, emulator: Emulator, answers: threading.Event
) -> None:
    """What a killed edit of many messages uploaded, and a refresh found, is gone after two `up`s, without a line."""
    production.program_is(MANY)
    production.up()
    production.edit("First", "Second")
    emulator.fail_next(*[late("Upload Message")] * THREADS)
    with production.started("up", "--yes", "--skip-preview") as engine:
        wait_until(lambda: sum(text.startswith("Second") for text in production.texts()) == THREADS)
        engine.kill()
    production.run("cancel", "--yes")
    answers.set()
    production.edit("Second", "First")

    production.refresh()
    found = [name for name in NAMES if production.outputs(name)["foundIdentifiers"]]
    said = production.up().output + production.up().output

    assert len(found) == THREADS
    assert "was not deleted" not in said
    assert set(production.texts()) == {f"First {number}" for number in range(len(NAMES))}
    production.preview("--expect-no-changes")
