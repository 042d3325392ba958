"""
Messages.

https://developer.apple.com/documentation/retentionmessaging/upload-message
"""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, TypeVar, overload

import pulumi

from pulumi_retention_messaging._declared import Declared
from pulumi_retention_messaging._given import Given
from pulumi_retention_messaging._program import current_program
from pulumi_retention_messaging._resource import Upload, either
from pulumi_retention_messaging.image import Image
from retention_messaging_provider.dynamic import MessageProvider

HeaderPosition = Literal["ABOVE_BODY", "ABOVE_IMAGE"]
"""https://developer.apple.com/documentation/retentionmessaging/headerposition."""


@dataclass(frozen=True, kw_only=True)
class MessageImageArgs:
    """
    The picture above a message's text.

    https://developer.apple.com/documentation/retentionmessaging/uploadmessageimage
    """

    image: "Image | pulumi.Input[str]"
    """An Image of `FULL_SIZE` (3840 × 160 to 2160 pixels), or the identifier of one. https://developer.apple.com/documentation/retentionmessaging/imagesize"""

    alt_text: pulumi.Input[str]
    """What a screen reader says: 1 to 150 characters. https://developer.apple.com/documentation/retentionmessaging/uploadmessageimage"""


class MessageImageArgsDict(TypedDict):
    """MessageImageArgs as a dict."""

    image: "Image | pulumi.Input[str]"
    alt_text: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class BulletPointArgs:
    """
    One bullet point with its icon.

    https://developer.apple.com/documentation/retentionmessaging/bulletpoint
    """

    text: pulumi.Input[str]
    """1 to 66 characters. https://developer.apple.com/documentation/retentionmessaging/bulletpointtext"""

    image: "Image | pulumi.Input[str]"
    """An Image of `BULLET_POINT` size (1024 × 1024 pixels), or the identifier of one. https://developer.apple.com/documentation/retentionmessaging/imagesize"""

    alt_text: pulumi.Input[str]
    """What a screen reader says: 1 to 150 characters. https://developer.apple.com/documentation/retentionmessaging/uploadmessageimage"""


class BulletPointArgsDict(TypedDict):
    """BulletPointArgs as a dict."""

    text: pulumi.Input[str]
    image: "Image | pulumi.Input[str]"
    alt_text: pulumi.Input[str]


Part = TypeVar("Part", MessageImageArgs, BulletPointArgs)


@dataclass(frozen=True, kw_only=True)
class MessageArgs:
    """Everything that makes a message, to be passed around: `Message(name, MessageArgs(…))`."""

    header: pulumi.Input[str]
    """
    1 to 66 characters; like every text, NOT_TOLD in a message that was adopted, until it is filled in.

    https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody
    """

    body: pulumi.Input[str]
    """1 to 144 characters. https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody"""

    image: MessageImageArgs | MessageImageArgsDict | None = None
    """The picture above the text. https://developer.apple.com/documentation/retentionmessaging/uploadmessageimage"""

    header_position: pulumi.Input[HeaderPosition] | None = None
    """
    `ABOVE_BODY`, which is Apple's default, or `ABOVE_IMAGE`, which needs an image.

    https://developer.apple.com/documentation/retentionmessaging/headerposition
    """

    bullet_points: Sequence[BulletPointArgs | BulletPointArgsDict] | None = None
    """At most 5, as in Apple's libraries. https://developer.apple.com/documentation/retentionmessaging/bulletpoint"""

    message_identifier: pulumi.Input[str] | None = None
    """A UUID of your own choosing; derived from owner and content where absent."""

    adopt: pulumi.Input[bool] | None = None
    """Take over a message that is at Apple under `message_identifier` already."""

    keep_replaced: str | None = None
    """How long an earlier text stays at Apple after this one is shown, for servers that answer with it: `7d`."""

    wait_for_review: str | None = None
    """How long `pulumi up` waits for Apple's review of a new upload: `30m`; it does not wait where absent."""

    bundle_id: pulumi.Input[str] | None = None
    """The app, where it is not the stack's."""


class Message(Upload, module="retention-messaging", name="Message"):
    """
    What a customer reads after tapping Cancel Subscription: text, or text with a picture, bullet points, or both.

    Every edit is a new upload, which Apple reviews anew in production. What customers see does not hang on that
    review: refer to `approved_identifier`, which stays the earlier message's until Apple has approved this one and
    its images; the earlier one is deleted by the `pulumi up` after. Takes MessageArgs, or the same as keywords.

    It is registered when the program has ended, so that it knows the defaults that may show it: a program that awaits
    an output of it waits 10 seconds, and should do so after its last default.
    """

    approved_identifier: pulumi.Output[str]
    """The identifier of what may be shown now; "" while there is nothing that Apple has approved."""

    message_identifier: pulumi.Output[str]
    """The UUID that Apple knows this text by."""

    message_state: pulumi.Output[str]
    """`PENDING`, `APPROVED` or `REJECTED`, as of the last `up` or `refresh` that looked."""

    superseded: pulumi.Output[Sequence[str]]
    """The identifiers of earlier texts that are still at Apple."""

    found_identifiers: pulumi.Output[Sequence[str]]
    """Those of its identifiers that were at Apple already, so that they are not deleted with it."""

    header: pulumi.Output[str]
    body: pulumi.Output[str]
    header_position: pulumi.Output[str | None]
    image: pulumi.Output[Mapping[str, str] | None]
    """`image_identifier` and `alt_text`."""

    bullet_points: pulumi.Output[Sequence[Mapping[str, str]] | None]
    """Each with `text`, `image_identifier` and `alt_text`."""

    @overload
    def __init__(self, name: str, args: MessageArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        *,
        header: pulumi.Input[str],
        body: pulumi.Input[str],
        image: MessageImageArgs | MessageImageArgsDict | None = None,
        header_position: pulumi.Input[HeaderPosition] | None = None,
        bullet_points: Sequence[BulletPointArgs | BulletPointArgsDict] | None = None,
        message_identifier: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[bool] | None = None,
        keep_replaced: str | None = None,
        wait_for_review: str | None = None,
        bundle_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: MessageArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        args, given = either(args, MessageArgs, keywords), Given(name)
        given.texts(header=args.header, body=args.body)
        image, bullet_points = parts(given, args)
        program = current_program()
        declared = program.declared()
        props = {
            "header": args.header,
            "body": args.body,
            "image": image and {"image_identifier": identifier(image.image), "alt_text": image.alt_text},
            "header_position": args.header_position,
            "bullet_points": [
                {"text": bullet.text, "image_identifier": identifier(bullet.image), "alt_text": bullet.alt_text}
                for bullet in bullet_points
            ]
            or None,
            "pairs": asyncio.ensure_future(self._pairs(declared)),
            "managed_images": managed_images([part.image for part in (image, *bullet_points) if part]),
            "program": asyncio.ensure_future(summary(declared)),
            "keep_replaced": args.keep_replaced,
            "wait_for_review": args.wait_for_review,
            "message_identifier": args.message_identifier,
            "adopt": args.adopt,
            "message_state": None,
            "approved_identifier": None,
            "approved_at": None,
            "superseded": None,
            "superseded_images": None,
            "former_pairs": None,
            "found_identifiers": None,
            "retained_identifiers": None,
        }
        super().__init__(MessageProvider(), name, given.props(props), args.bundle_id, opts)
        program.messages.append(self)
        if args.message_identifier is not None:
            program.explicit.append(args.message_identifier)

    async def _pairs(self, declared: Awaitable[Declared]) -> "list[str] | pulumi.Output[list[str]]":
        return (await declared).pairs_of(self)


async def summary(declared: Awaitable[Declared]) -> "str | pulumi.Output[str]":
    """How many images and messages the program declares, the pairs of its defaults, and whether that is all."""
    return (await declared).summary


def parts(given: Given, args: MessageArgs) -> tuple[MessageImageArgs | None, list[BulletPointArgs]]:
    """The image and the bullet points that can be used, whether they were given as args or as dicts."""
    image = None if args.image is None else part(given, "image", args.image, MessageImageArgs)
    points = [] if args.bullet_points is None else given.items("bullet_points", args.bullet_points, BulletPointArgs)
    bullets = [part(given, f"bullet_points[{i}]", each, BulletPointArgs) for i, each in enumerate(points)]
    return image, [each for each in bullets if each]


def part(given: Given, where: str, value: object, type_: type[Part]) -> Part | None:
    """One of them; what it has in it is refused under its own name."""
    args = given.args(where, value, type_)
    if args:
        given.reference(f"{where}.image", args.image, Image)
        given.texts(**{f"{where}.{key}": text for key, text in vars(args).items() if key != "image"})
    return args


def managed_images(given: "Iterable[Image | pulumi.Input[str]]") -> "list[str] | pulumi.Output[list[str]]":
    """The identifiers, in order, of those of these images that are resources of this program, and deleted with them."""
    program = current_program()
    images = {image if isinstance(image, Image) else program.source(image) for image in given}
    outputs = [image.image_identifier for image in images if isinstance(image, Image) and not program.images.get(image)]
    return pulumi.Output.all(*outputs).apply(lambda known: sorted(set(known))) if outputs else []


def identifier(image: "Image | pulumi.Input[str]") -> pulumi.Input[str]:
    """An image, or what is already its identifier, as the identifier."""
    return image.image_identifier if isinstance(image, Image) else image
