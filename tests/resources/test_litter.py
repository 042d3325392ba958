"""What an interrupted run left under an upload's name, alike for messages and images."""

import pytest

from resources.samples import image, message
from resources.stack import Stack, Want

UPLOADS = {
    "message": (message("First"), message("Second")),
    "image": (image("hero.png"), image("hero-edited.png")),
}
"""Kind → an upload, and its edit."""


@pytest.mark.parametrize(("first", "edited"), UPLOADS.values(), ids=UPLOADS)
def test_destroy_names_what_apple_approved_of_a_killed_run(first: Want, edited: Want, production: Stack) -> None:
    """What a killed run uploaded and Apple has approved since may be shown somewhere: it stays, and is named."""
    production.up(first)
    production.killed_up(edited)
    production.apple.approve()
    (record,) = production.state
    (identifier,) = {*production.messages, *production.images} - {record.id}

    done = production.destroy()

    assert {**production.messages, **production.images} == {identifier: "APPROVED"}
    assert any(f"{identifier} was not deleted with it" in line for line in done.said)
