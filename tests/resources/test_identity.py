"""Identifiers are frozen for ever: they are in users' states, defaults and servers."""

import uuid
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resources.samples import BOUNDED, EXPLICIT, PICTURES, message
from resources.stack import Stack, Want
from retention_messaging_provider.resources.handler import Props
from retention_messaging_provider.resources.identity import derive, owner_prefix, owner_prefix_of

URN = "urn:pulumi:production::app::pulumi-python:dynamic/retention-messaging:Message::stay-en"
STAY = ("com.example.app", "sandbox", URN)
TEXT = {"header": "Keep your streak", "body": "Your friends are still here."}
WHOLE = {
    **TEXT,
    "headerPosition": "ABOVE_IMAGE",
    "image": {"imageIdentifier": EXPLICIT, "altText": "A flame 🔥"},
    "bulletPoints": [{"text": "Zehn Tage am Stück", "imageIdentifier": EXPLICIT, "altText": "Häkchen"}],
}
PICTURE = {"sha256": "c6b85f51e01cef10e9fdf5431564cf74e779d9ef6ae25480c978afda8eba1ffe", "imageSize": "FULL_SIZE"}

BULLET = "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e56"

names = st.text(st.characters(min_codepoint=0x20), max_size=40)
owners = st.tuples(names, st.sampled_from(["sandbox", "production"]), names)
contents = st.dictionaries(st.sampled_from(["header", "body", "sha256"]), st.text(max_size=20), min_size=1)


def illustrated(picture: str, bullet: str) -> Want:
    bullet_point = {"text": "Ten days in a row", "imageIdentifier": bullet, "altText": "A tick"}
    return message(image={"imageIdentifier": picture, "altText": "A flame"}, bulletPoints=[bullet_point])


@pytest.mark.parametrize(
    ("owner", "content", "count", "identifier"),
    [
        (STAY, TEXT, 0, "e10f4759-9d5a-8cfa-9979-ccda91da7602"),
        (STAY, TEXT, 1, "e10f4759-9d5a-8c70-8688-9c738e50d25c"),
        (STAY, WHOLE, 0, "e10f4759-9d5a-8317-be03-4564511a5b81"),
        (STAY, PICTURE, 0, "e10f4759-9d5a-8d53-b1db-2a026360fa56"),
        (("com.example.app", "production", URN), TEXT, 0, "2c2d8aab-9441-8cfa-9979-ccda91da7602"),
        (("com.example.other", "sandbox", URN), TEXT, 0, "47519082-1598-8cfa-9979-ccda91da7602"),
        (("com.example.app", "sandbox", f"{URN}-2"), TEXT, 0, "2aecbab1-91f4-8cfa-9979-ccda91da7602"),
    ],
)
def test_identifiers_stay_what_they_were_in_the_first_release(
    owner: tuple[str, str, str], content: dict[str, Any], count: int, identifier: str
) -> None:
    """An identifier is what it was in the first release."""
    assert derive(*owner, content, count) == identifier


@BOUNDED
@given(owner=owners, content=contents, count=st.integers(0, 4))
def test_an_identifier_is_a_lower_case_uuid_of_version_8(
    owner: tuple[str, str, str], content: dict[str, str], count: int
) -> None:
    """An identifier is a UUID of version 8, in lower case."""
    identifier = derive(*owner, content, count)

    parsed = uuid.UUID(identifier)
    assert (parsed.version, parsed.variant) == (8, uuid.RFC_4122)
    assert identifier == str(parsed)


@BOUNDED
@given(owner=owners, content=contents)
def test_the_order_of_the_content_makes_no_difference(owner: tuple[str, str, str], content: dict[str, str]) -> None:
    """The same content has the same identifier, in whatever order it is written."""
    assert derive(*owner, dict(reversed(content.items()))) == derive(*owner, content)


@BOUNDED
@given(owner=owners, content=contents, other=contents)
def test_other_content_has_another_identifier(
    owner: tuple[str, str, str], content: dict[str, str], other: dict[str, str]
) -> None:
    """Other content has another identifier."""
    assume(content != other)

    assert derive(*owner, content) != derive(*owner, other)


@BOUNDED
@given(owner=owners, content=contents, counts=st.lists(st.integers(0, 4), unique=True, min_size=2, max_size=2))
def test_every_link_of_the_chain_has_another_identifier(
    owner: tuple[str, str, str], content: dict[str, str], counts: list[int]
) -> None:
    """Every link of a chain has another identifier."""
    assert derive(*owner, content, counts[0]) != derive(*owner, content, counts[1])


@BOUNDED
@given(owner=owners, content=contents)
def test_an_identifier_begins_with_the_owner_prefix_of_its_owner(
    owner: tuple[str, str, str], content: dict[str, str]
) -> None:
    """An identifier, in either case, begins with the owner prefix of its owner."""
    identifier = derive(*owner, content)

    assert identifier.startswith(f"{owner_prefix(*owner)}-")
    assert owner_prefix_of(identifier) == owner_prefix_of(identifier.upper()) == owner_prefix(*owner)


@BOUNDED
@given(owner=owners, other=owners)
def test_another_owner_has_another_owner_prefix(owner: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    """Another owner has another owner prefix."""
    assume(owner != other)

    assert owner_prefix(*owner) != owner_prefix(*other)


@pytest.mark.parametrize(
    "same",
    [
        {"headerPosition": "ABOVE_BODY"},
        {"bulletPoints": []},
        {"headerPosition": "ABOVE_BODY", "bulletPoints": []},
        {"adopt": False},
    ],
    ids=str,
)
def test_what_equals_apples_default_is_as_if_absent(sandbox: Stack, same: Props) -> None:
    """What equals Apple's default is as if it were absent, for a diff and for the identifier."""
    sandbox.up(message())
    identifier = sandbox["stay"]["messageIdentifier"]

    done = sandbox.up(message(**same))
    sandbox.destroy()
    sandbox.up(message(**same))

    assert done.steps == {"stay": "same"}
    assert sandbox["stay"]["messageIdentifier"] == identifier


def test_the_case_of_an_images_identifier_makes_no_difference(sandbox: Stack) -> None:
    """The case of an image's identifier makes no difference to the message that uses it."""
    sandbox.store.put_image(EXPLICIT, (PICTURES / "hero.png").read_bytes())
    sandbox.store.put_image(BULLET, (PICTURES / "bullet.png").read_bytes(), "BULLET_POINT")
    sandbox.up(illustrated(EXPLICIT.upper(), BULLET.upper()))

    done = sandbox.up(illustrated(EXPLICIT, BULLET))

    assert (done.steps, done.requests) == ({"stay": "same"}, [])
