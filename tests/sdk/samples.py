"""The least that each resource can be made with."""

from collections.abc import Callable
from typing import Any

import pulumi

import pulumi_retention_messaging as retention

ICON = "7a0b3a3c-1d7e-8f53-9b61-3f2d0c9e4a11"

RESOURCES: dict[str, Callable[..., pulumi.CustomResource]] = {
    "DefaultMessage": lambda name="it", **more: retention.DefaultMessage(
        name, product_id="com.example.monthly", locale="en-US", message=ICON, **more
    ),
    "Image": lambda name="it", **more: retention.Image(name, path="picture.png", **more),
    "Message": lambda name="it", **more: retention.Message(name, header="Keep your streak", body="Stay.", **more),
    "PerformanceTest": lambda name="it", **more: retention.PerformanceTest(
        name, original_transaction_id="70000500092808", **more
    ),
    "RealtimeUrl": lambda name="it", **more: retention.RealtimeUrl(name, url="https://retention.example.com", **more),
}
"""Every resource, called `it` unless the caller says otherwise, who adds what else it is to have."""

EVERYTHING: dict[str, Any] = {
    "DefaultMessage": retention.DefaultMessageArgs(
        product_id="com.example.monthly", locale="en-US", message=ICON, adopt=True, bundle_id="com.example.other"
    ),
    "Image": retention.ImageArgs(
        path="picture.png",
        image_identifier="0e8f7b1c-2b3a-4c5d-8e9f-a0b1c2d3e4f5",
        adopt=True,
        bundle_id="com.example.other",
    ),
    "Message": retention.MessageArgs(
        header="Keep your streak",
        body="Tomorrow is day 13.",
        image=retention.MessageImageArgs(image="6f9619ff-8b86-8d01-b42d-00cf4fc964ff", alt_text="A mountain"),
        header_position="ABOVE_IMAGE",
        bullet_points=[
            retention.BulletPointArgs(text="Offline, too", image=ICON, alt_text="A plane"),
            retention.BulletPointArgs(text="For the family", image=ICON, alt_text="A house"),
        ],
        message_identifier="0e8f7b1c-2b3a-4c5d-8e9f-a0b1c2d3e4f5",
        adopt=True,
        keep_replaced="7d",
        wait_for_review="30m",
        bundle_id="com.example.other",
    ),
    "PerformanceTest": retention.PerformanceTestArgs(
        original_transaction_id="70000500092808",
        triggers=["server 12"],
        deadline="30m",
        allow_failure=True,
        bundle_id="com.example.other",
    ),
    "RealtimeUrl": retention.RealtimeUrlArgs(
        url="https://retention.example.com", adopt=True, bundle_id="com.example.other"
    ),
}
"""The most that each resource can be given, but for Pulumi's options."""

OWNED = ("Image", "Message")
"""Those whose identifier at Apple is derived from their owner and content."""

IN_ORDER = (*OWNED, "DefaultMessage", "RealtimeUrl")
"""Those of which a replacement is made before the replaced one is deleted."""


class Group(pulumi.ComponentResource):
    """A component of the user's."""

    def __init__(self, type_: str = "Group", opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"example:retention:{type_}", type_.lower(), None, opts)
