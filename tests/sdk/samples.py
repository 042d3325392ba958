"""The least that each resource can be made with."""

from collections.abc import Callable

import pulumi

import pulumi_retention_messaging as retention

RESOURCES: dict[str, Callable[..., pulumi.CustomResource]] = {
    "Image": lambda name="it", **more: retention.Image(name, path="picture.png", **more),
    "Message": lambda name="it", **more: retention.Message(name, header="Keep your streak", body="Stay.", **more),
    "RealtimeUrl": lambda name="it", **more: retention.RealtimeUrl(name, url="https://retention.example.com", **more),
}
"""Every resource, called `it` unless the caller says otherwise, who adds what else it is to have."""

OWNED = ("Image", "Message")
"""Those whose identifier at Apple is derived from their owner and content."""


class Group(pulumi.ComponentResource):
    """A component of the user's."""

    def __init__(self, type_: str = "Group", opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"example:retention:{type_}", type_.lower(), None, opts)
