"""State that earlier releases recorded, on the engines: imported into a stack, a preview is empty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import plan
from state.recordings import RECORDINGS, Recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from acceptance.stacks import ProgramStack
    from retention_messaging_emulator import Emulator

WAITING = {"production-retiring": {"~": 1}}
"""Scene → what is left for an `up` to do."""


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_recorded_state_still_previews_as_before(
    open_stack: Callable[..., ProgramStack], emulator: Emulator, recording: Recording
) -> None:
    """A preview of state that a release recorded plans nothing but what was left to do."""
    stack = open_stack(recording.program, environment=recording.environment)
    url = stack.environment["RETENTION_MESSAGING_BASE_URL"].removesuffix(f"/{recording.environment}")
    recorded = replace(recording, app_store_url=url)
    recorded.replay(stack.app_store)

    stack.run("stack", "import", stdin=recorded.text)

    assert plan(stack.preview()) == WAITING.get(recording.file.stem, {})
