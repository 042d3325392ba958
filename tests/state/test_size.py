"""How much is recorded."""

import pytest

from dynamic.adapter import serialized
from resources.samples import bullet_point, default, image, message, of
from resources.stack import Stack
from retention_messaging_emulator import Emulator
from retention_messaging_provider import dynamic
from state.size import MOST, recorded, sent

PROGRAM = {
    "image": image(name="image"),
    "bullet": image("bullet.png", name="bullet"),
    "text": message(name="text"),
    "everything": message(
        "H" * 66,
        name="everything",
        image={**of("image"), "altText": "A" * 150},
        bulletPoints=[bullet_point("bullet", "B" * 66) for _ in range(5)],
    ),
    "default": default("default", message="text"),
}


@pytest.fixture(scope="module")
def stack() -> Stack:
    """A sandbox stack of every kind of resource of which there may be many."""
    stack = Stack(Emulator(), "sandbox")
    stack.up(*PROGRAM.values())
    return stack


@pytest.mark.parametrize("name", PROGRAM)
def test_a_record_is_small_beside_its_text(stack: Stack, name: str) -> None:
    """A record has at most 1200 bytes beyond twice what it gives to Apple."""
    (record,) = (each for each in stack.state if each.name == name)
    provider = {"__provider": serialized(getattr(dynamic, f"{record.handler.__name__}Provider"))}

    assert recorded({**record.inputs, **provider}, {**record.outputs, **provider}) - 2 * sent(record.inputs) <= MOST
