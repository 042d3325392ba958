from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime.rpc import is_rpc_secret

import pulumi_retention_messaging as retention
from sdk.programs import WHERE, run
from sdk.samples import EVERYTHING, ICON

OWNER = "urn:pulumi:dev::shop::pulumi-python:dynamic/retention-messaging:Message::stay"
HERO = "6f9619ff-8b86-8d01-b42d-00cf4fc964ff"
FULL = EVERYTHING["Message"]
FULL_INPUTS = {
    "environment": "sandbox",
    "bundleId": "com.example.other",
    "owner": OWNER,
    "header": "Keep your streak",
    "body": "Tomorrow is day 13.",
    "image": {"imageIdentifier": HERO, "altText": "A mountain"},
    "headerPosition": "ABOVE_IMAGE",
    "bulletPoints": [
        {"text": "Offline, too", "imageIdentifier": ICON, "altText": "A plane"},
        {"text": "For the family", "imageIdentifier": ICON, "altText": "A house"},
    ],
    "pairs": [],
    "managedImages": [],
    "program": {
        "images": 0,
        "messages": 1,
        "pairs": [],
        "wanted": [],
        "explicit": ["0e8f7b1c-2b3a-4c5d-8e9f-a0b1c2d3e4f5"],
        "isComplete": True,
    },
    "messageIdentifier": "0e8f7b1c-2b3a-4c5d-8e9f-a0b1c2d3e4f5",
    "adopt": True,
    "keepReplaced": "7d",
    "waitForReview": "30m",
}


def test_text_alone_reaches_the_engine_without_other_parts() -> None:
    """A Message with only header and body has no input for any other field of its args."""
    ran = run(lambda: retention.Message("stay", header="Keep your streak", body="Tomorrow is day 13."))

    assert ran.resources["stay"].inputs == {
        **WHERE,
        "owner": OWNER,
        "header": "Keep your streak",
        "body": "Tomorrow is day 13.",
        "pairs": [],
        "managedImages": [],
        "program": {"images": 0, "messages": 1, "pairs": [], "wanted": [], "explicit": [], "isComplete": True},
    }


def test_everything_reaches_the_engine_in_apples_words() -> None:
    """Every field of MessageArgs, and of the images and bullet points in it, reaches the engine in camelCase."""
    ran = run(lambda: retention.Message("stay", FULL))

    assert ran.resources["stay"].inputs == FULL_INPUTS


def test_keywords_make_what_args_make() -> None:
    """A Message made with keywords has the same inputs as one made with MessageArgs."""
    ran = run(lambda: retention.Message("stay", **vars(FULL)))

    assert ran.resources["stay"].inputs == FULL_INPUTS


def test_dicts_make_what_args_make() -> None:
    """A Message whose image and bullet points are dicts in snake_case has the same inputs as one made with args."""
    dicts = {"image": vars(FULL.image), "bullet_points": [vars(point) for point in FULL.bullet_points]}

    with_keywords = run(lambda: retention.Message("stay", **{**vars(FULL), **dicts}))
    in_args = run(lambda: retention.Message("stay", retention.MessageArgs(**{**vars(FULL), **dicts})))

    assert with_keywords.resources["stay"].inputs == FULL_INPUTS
    assert in_args.resources["stay"].inputs == FULL_INPUTS


def test_outputs_make_what_plain_values_make() -> None:
    """A Message made with Outputs has the same inputs as one made with plain values."""

    def program() -> None:
        out: Any = pulumi.Output.from_input
        retention.Message(
            "stay",
            header=out(FULL.header),
            body=out(FULL.body),
            image=retention.MessageImageArgs(image=out(HERO), alt_text=out("A mountain")),
            header_position=out(FULL.header_position),
            bullet_points=[
                retention.BulletPointArgs(text=out("Offline, too"), image=out(ICON), alt_text=out("A plane")),
                retention.BulletPointArgs(text=out("For the family"), image=out(ICON), alt_text=out("A house")),
            ],
            message_identifier=out(FULL.message_identifier),
            adopt=out(FULL.adopt),
            keep_replaced=FULL.keep_replaced,
            wait_for_review=FULL.wait_for_review,
            bundle_id=out(FULL.bundle_id),
        )

    assert run(program).resources["stay"].inputs == FULL_INPUTS


def test_images_are_referred_to_by_their_identifier() -> None:
    """A Message that is given Images has their identifiers, also in `managedImages`, and depends on them."""

    def program() -> None:
        hero, icon = retention.Image("hero", path="picture.png"), retention.Image("icon", path="picture.png")
        retention.Message(
            "stay",
            header="Keep your streak",
            body="Tomorrow is day 13.",
            image=retention.MessageImageArgs(image=hero, alt_text="A mountain"),
            bullet_points=[retention.BulletPointArgs(text="Offline, too", image=icon, alt_text="A plane")],
        )

    ran = run(program, states={"hero": {"imageIdentifier": HERO}, "icon": {"imageIdentifier": ICON}})

    stay = ran.resources["stay"]
    assert stay.inputs["image"] == {"imageIdentifier": HERO, "altText": "A mountain"}
    assert stay.inputs["bulletPoints"] == [{"text": "Offline, too", "imageIdentifier": ICON, "altText": "A plane"}]
    assert stay.inputs["managedImages"] == sorted([HERO, ICON])
    assert sorted(stay.options.dependencies) == [ran.resources["hero"].urn, ran.resources["icon"].urn]


def hero(**options: Any) -> retention.Image:
    return retention.Image("hero", path="picture.png", opts=pulumi.ResourceOptions(**options))


IMAGES: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "an Image": (hero, [HERO]),
    "its image_identifier": (lambda: hero().image_identifier, [HERO]),
    "an Image that is retained": (lambda: hero(retain_on_delete=True), []),
    "its image_identifier, retained": (lambda: hero(retain_on_delete=True).image_identifier, []),
    "what is made of an Output": (lambda: hero().image_identifier.apply(str), []),
    "a plain identifier": (lambda: HERO, []),
}


@pytest.mark.parametrize("form", IMAGES)
def test_it_names_the_images_that_go_with_their_resource(form: str) -> None:
    """`managedImages` has an Image of the program unless it is retained or cannot be told from what was given."""
    give, managed = IMAGES[form]

    def program() -> None:
        image = give()
        above: Any = {"image": image, "alt_text": "A mountain"}
        point = retention.BulletPointArgs(text="Offline, too", image=image, alt_text="A plane")
        retention.Message("stay", header="Keep your streak", body="Stay.", image=above, bullet_points=[point])

    ran = run(program, states={"hero": {"imageIdentifier": HERO}})

    assert ran.resources["stay"].inputs["managedImages"] == managed


def test_no_bullet_points_are_as_absent() -> None:
    """A Message with an empty list of bullet points has no input `bulletPoints`."""
    ran = run(lambda: retention.Message("stay", header="Keep your streak", body="Stay.", bullet_points=[]))

    assert "bulletPoints" not in ran.resources["stay"].inputs


def test_a_secret_text_stays_secret_and_makes_nothing_else_so() -> None:
    """A secret body is a secret input, and neither the header nor the owner becomes one."""

    def program() -> None:
        image = retention.MessageImageArgs(image=HERO, alt_text=pulumi.Output.secret("A mountain"))
        retention.Message("stay", header="Keep your streak", body=pulumi.Output.secret("Stay."), image=image)

    inputs = run(program).resources["stay"].inputs

    assert is_rpc_secret(inputs["body"])
    assert not is_rpc_secret(inputs["header"])
    assert not is_rpc_secret(inputs["owner"])


def test_outputs_are_snake_case_to_the_last_key() -> None:
    """The outputs of a Message are in snake_case, down to the keys in its image and bullet points."""

    def program() -> pulumi.Output[Any]:
        stay = retention.Message("stay", FULL)
        return pulumi.Output.all(
            stay.environment,
            stay.bundle_id,
            stay.header,
            stay.body,
            stay.header_position,
            stay.image,
            stay.bullet_points,
            stay.message_identifier,
            stay.message_state,
            stay.approved_identifier,
            stay.superseded,
        )

    state = {"messageState": "APPROVED", "approvedIdentifier": "0e8f7b1c", "superseded": ["1f9a8c2d"]}
    ran = run(program, states={"stay": state})

    assert ran.answer == [
        "sandbox",
        "com.example.other",
        "Keep your streak",
        "Tomorrow is day 13.",
        "ABOVE_IMAGE",
        {"image_identifier": HERO, "alt_text": "A mountain"},
        [
            {"text": "Offline, too", "image_identifier": ICON, "alt_text": "A plane"},
            {"text": "For the family", "image_identifier": ICON, "alt_text": "A house"},
        ],
        "0e8f7b1c-2b3a-4c5d-8e9f-a0b1c2d3e4f5",
        "APPROVED",
        "0e8f7b1c",
        ["1f9a8c2d"],
    ]


def test_what_was_not_given_is_none_among_the_outputs() -> None:
    """The outputs of a Message are None for a header position, an image and bullet points that were not given."""

    def program() -> pulumi.Output[Any]:
        stay = retention.Message("stay", header="Keep your streak", body="Stay.")
        return pulumi.Output.all(stay.header_position, stay.image, stay.bullet_points)

    assert run(program).answer == [None, None, None]


def test_args_and_keywords_together_are_refused() -> None:
    """A Message that is given both MessageArgs and a keyword raises TypeError."""
    give: Any = retention.Message

    with pytest.raises(TypeError, match="takes either one MessageArgs or its fields as keywords"):
        run(lambda: give("stay", FULL, header="Another header"))
