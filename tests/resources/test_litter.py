"""What an interrupted run left under an upload's name, alike for messages and images."""

import pytest

from resources.faults import Failing
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


def test_an_upload_is_recorded_though_litter_stays(production: Stack) -> None:
    """A message is recorded though Apple fails to delete what a killed run left of it, which goes in the next run."""
    production.up(message("First"))
    [first] = production.messages
    production.killed_up(message("Second"))
    [litter] = {*production.messages} - {first}
    way, production.transport = production.transport, Failing(production.transport, litter)

    done = production.up(message("Third"))
    is_there = litter in production.messages
    production.transport = way
    production.up(message("Third"))

    assert is_there
    assert done.said[-2].startswith("message stay: what an interrupted run left goes in the next pulumi up; Apple ")
    assert [*production.messages] == [production["stay"]["messageIdentifier"]]
