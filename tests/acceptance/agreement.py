"""Whether a stack's record and the App Store agree."""

from __future__ import annotations

from typing import Any

TYPE = "pulumi-python:dynamic/retention-messaging:"


def disagreements(deployment: dict[str, Any], inventories: list[dict[str, Any]]) -> list[str]:
    """
    Every way in which a recorded deployment differs from what the apps of one environment have.

    What is recorded is there, in the recorded state, and under the recorded URL; what is there is recorded, as
    itself or as superseded; and nothing is left to be deleted.
    """
    resources = [each for each in deployment.get("resources", []) if each["type"].startswith(TYPE)]
    stored = {(each["environment"], each["bundleId"]): each for each in inventories}
    recorded = {location: [each for each in resources if _location(each) == location] for location in stored}
    return [
        *(f"{each['urn']} is still to be deleted" for each in resources if each.get("delete")),
        *(f"{each['urn']} is in an app that nobody asked about" for each in resources if _location(each) not in stored),
        *(line for each in stored for line in _images(recorded[each], stored[each]["images"])),
        *(line for each in stored for line in _messages(recorded[each], stored[each]["messages"])),
        *(line for each in stored for line in _default_messages(recorded[each], stored[each]["defaults"])),
        *(line for each in stored for line in _realtime_url(recorded[each], stored[each]["realtimeURL"])),
    ]


def _location(resource: dict[str, Any]) -> tuple[str, str]:
    return resource["outputs"]["environment"], resource["outputs"]["bundleId"]


def _images(resources: list[dict[str, Any]], stored: list[dict[str, Any]]) -> list[str]:
    recorded = {each["imageIdentifier"]: each["imageState"] for each in _outputs(resources, "Image")}
    there = {each["imageIdentifier"]: each["imageState"] for each in stored}
    messages = _outputs(resources, "Message")
    return _uploads("image", recorded, there, {image for each in messages for image in each["supersededImages"]})


def _messages(resources: list[dict[str, Any]], stored: list[dict[str, Any]]) -> list[str]:
    outputs = _outputs(resources, "Message")
    recorded = {each["messageIdentifier"]: each["messageState"] for each in outputs}
    there = {each["messageIdentifier"]: each["messageState"] for each in stored}
    return _uploads("message", recorded, there, {message for each in outputs for message in each["superseded"]})


def _uploads(kind: str, recorded: dict[str, str], there: dict[str, str], superseded: set[str]) -> list[str]:
    return [
        *(
            f"{kind} {identifier} is recorded as {state}, and is {there.get(identifier, 'not there')}"
            for identifier, state in recorded.items()
            if there.get(identifier) != state
        ),
        *(f"{kind} {each} is there, and not recorded" for each in there.keys() - recorded.keys() - superseded),
        *(f"{kind} {each} is recorded as superseded, and is not there" for each in superseded - there.keys()),
    ]


def _default_messages(resources: list[dict[str, Any]], stored: list[dict[str, Any]]) -> list[str]:
    outputs = _outputs(resources, "DefaultMessage")
    recorded = {(each["productId"], each["locale"]): each["messageIdentifier"] for each in outputs}
    there = {(each["productId"], each["locale"]): each["messageIdentifier"] for each in stored}
    shown = {pair: identifier for pair, identifier in recorded.items() if identifier}
    return [] if shown == there else [f"the defaults are recorded as {shown}, and are {there}"]


def _realtime_url(resources: list[dict[str, Any]], there: str | None) -> list[str]:
    recorded = [each["url"] for each in _outputs(resources, "RealtimeUrl")]
    return [] if recorded == [there][: there is not None] else [f"the URL is recorded as {recorded}, and is {there}"]


def _outputs(resources: list[dict[str, Any]], type_: str) -> list[dict[str, Any]]:
    return [each["outputs"] for each in resources if each["type"] == TYPE + type_]
