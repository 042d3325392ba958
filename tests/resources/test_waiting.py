"""What has to wait for something else of one command, where Pulumi knows no order between the two."""

import pytest

from resources.faults import Failing
from resources.samples import default, image, message
from resources.stack import Stack
from retention_messaging_provider.api import AppleUnavailable


def given(picture: str) -> dict[str, str]:
    """An image by its identifier, so that Pulumi deletes it first."""
    return {"imageIdentifier": picture, "altText": "A flame"}


def test_a_message_goes_after_the_default_that_showed_it(sandbox: Stack) -> None:
    """A message that a default was given by its identifier is deleted after it, and a second line says so."""
    sandbox.up(message())
    [shown] = sandbox.messages
    sandbox.up(message(), default(messageIdentifier=shown))

    done = sandbox.destroy()

    assert sandbox.messages == {}
    was_not, was = done.said
    assert was_not.startswith(f"message stay: {shown} was not deleted while com.example.monthly/en-US showed it; ")
    assert was == f"message stay: {shown} was deleted after all"


def test_an_image_goes_after_the_message_that_used_it(sandbox: Stack) -> None:
    """An image that a message was given by its identifier is deleted after it, and a second line says so."""
    sandbox.up(image())
    [picture] = sandbox.images
    sandbox.up(image(), message(image=given(picture)))

    done = sandbox.destroy()

    assert (sandbox.messages, sandbox.images) == ({}, {})
    assert done.said == [
        f"image hero: the image {picture} was not deleted while a message at Apple used it",
        f"image hero: {picture} was deleted after all",
    ]


def test_what_waited_goes_though_a_deletion_fails(production: Stack) -> None:
    """An image goes with the earlier message that used it, though Apple fails to delete the later one."""
    production.up(image())
    [picture] = production.images
    production.apple.approve()
    production.up(image(), message("First", image=given(picture)))
    production.apple.approve()
    production.up(image(), message("First", image=given(picture)))
    production.up(image(), message("Second"))
    production.transport = Failing(production.transport, production["stay"]["messageIdentifier"])

    with pytest.raises(AppleUnavailable):
        production.destroy()

    assert (len(production.messages), production.images) == (1, {})
