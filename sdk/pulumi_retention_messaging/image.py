"""
Images of messages.

https://developer.apple.com/documentation/retentionmessaging/upload-image
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import pulumi

from pulumi_retention_messaging._given import Given
from pulumi_retention_messaging._program import current_program
from pulumi_retention_messaging._resource import Upload, either
from retention_messaging_provider import png
from retention_messaging_provider.dynamic import ImageProvider
from retention_messaging_provider.rules import NOT_TOLD


@dataclass(frozen=True, kw_only=True)
class ImageArgs:
    """Everything that makes an image, to be passed around: `Image(name, ImageArgs(…))`."""

    path: str | os.PathLike[str]
    """
    A PNG without transparency, 3840 × 160 to 2160 pixels or 1024 × 1024 for a bullet point, relative to the program's
    folder. Read while the program runs, so never an Output.

    NOT_TOLD for a picture that was adopted, until there is a file of it. https://developer.apple.com/documentation/retentionmessaging/upload-image
    """

    image_identifier: pulumi.Input[str] | None = None
    """A UUID of your own choosing; derived from owner and content where absent."""

    adopt: pulumi.Input[bool] | None = None
    """Take over an image that is at Apple under `image_identifier` already."""

    bundle_id: pulumi.Input[str] | None = None
    """The app, where it is not the stack's."""


class Image(Upload, module="retention-messaging", name="Image"):
    """
    A PNG for messages: above the text (3840 × 160 to 2160 pixels), or a bullet point's icon (1024 × 1024).

    Which of the two it is, is told by its pixels. Another picture is a replacement: Apple reviews it anew in
    production; the same picture in another file or folder is no change. Takes ImageArgs, or the same as keywords.
    """

    image_identifier: pulumi.Output[str]
    """The UUID that Apple knows it by."""

    image_size: pulumi.Output[str]
    """`FULL_SIZE` or `BULLET_POINT`."""

    image_state: pulumi.Output[str]
    """`PENDING`, `APPROVED` or `REJECTED`, as of the last `up` or `refresh` that looked."""

    path: pulumi.Output[str]
    """Where the file is, relative to the program's folder."""

    sha256: pulumi.Output[str]
    """The digest of the file, in hexadecimal."""

    width: pulumi.Output[int]
    """Pixels."""

    height: pulumi.Output[int]
    """Pixels."""

    @overload
    def __init__(self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        *,
        path: str | os.PathLike[str],
        image_identifier: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[bool] | None = None,
        bundle_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: ImageArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        args, given = either(args, ImageArgs, keywords), Given(name)
        props = {
            **facts(given, args.path),
            "image_identifier": args.image_identifier,
            "adopt": args.adopt,
            "image_size": None,
            "image_state": None,
        }
        super().__init__(ImageProvider(), name, given.props(props), args.bundle_id, opts)
        current_program().images[self] = self._is_retained


def facts(given: Given, path: object) -> dict[str, Any]:
    """What is recorded of a picture's file: nothing where it cannot be used, which is refused."""
    unknown = dict.fromkeys(("path", "width", "height", "transparency", "sha256"))
    text = given.path(path)
    if text is None:
        return unknown
    if text == NOT_TOLD:
        return {**unknown, "path": text}
    try:
        return {"path": relative(text), **vars(png.inspect(png.read(text), text))}
    except png.ImageFileError as error:
        given.refuse(str(error))
        return unknown


def relative(path: str | os.PathLike[str]) -> str:
    """
    The path as the provider can open it, absolute only on Windows, where the file is on another drive.

    The provider runs in the program's folder; where `main` in Pulumi.yaml lies outside the project, in the project's.
    """
    here, project = Path.cwd(), Path(pulumi.get_root_directory() or ".").resolve()
    # Pulumi's mocks have a root directory that does not exist
    start = project if project.is_dir() and not here.is_relative_to(project) else here
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:
        return Path(path).resolve().as_posix()
