"""
A message: what a customer reads after tapping Cancel Subscription.

https://developer.apple.com/documentation/retentionmessaging/upload-message
"""

from collections.abc import Iterable
from typing import Any

from retention_messaging_provider import rules
from retention_messaging_provider.api import RetentionMessagingClient
from retention_messaging_provider.resources.lifecycle import (
    Change,
    Checked,
    Complaint,
    Life,
    Props,
    referring,
)
from retention_messaging_provider.resources.switch_over import SwitchOver


class Message(SwitchOver):
    """Every edit is a new upload; a review decided at Apple is an update."""

    TABLE = {
        "header": Change.REPLACE,
        "body": Change.REPLACE,
        "headerPosition": Change.REPLACE,
        "image": Change.REPLACE,
        "bulletPoints": Change.REPLACE,
        "messageIdentifier": Change.IGNORE,  # judged in `diff`: only one that the user chose can differ
        "approvedIdentifier": Change.IGNORE,  # among the inputs of a creation, so that a plan knows it
        "pairs": Change.IGNORE,
        "keepReplaced": Change.IGNORE,
        "waitForReview": Change.IGNORE,
        "adopt": Change.IGNORE,
        "retainOnDelete": Change.IGNORE,
        "owner": Change.IGNORE,
        **Life.PLACE,
    }
    COMPUTED = ("messageState", "approvedIdentifier", "approvedAt", "superseded", "supersededImages", "formerPairs")
    KIND, KEY, STATE = "message", "messageIdentifier", "messageState"

    def complaints(self, inputs: Props) -> Iterable[Complaint]:
        """Texts, places, images and durations."""
        yield from rules.message(inputs, self.run.image_sizes.get)
        for key in ("keepReplaced", "waitForReview"):
            yield from rules.duration(key, inputs.get(key))

    def content(self, props: Props) -> Props:
        """UploadMessageRequestBody, without what equals Apple's defaults."""
        absent: tuple[object, ...] = (None, [], "ABOVE_BODY")
        changing = (key for key, change in self.TABLE.items() if change is Change.REPLACE)
        return {key: props[key] for key in changing if props.get(key) not in absent}

    def check(self, olds: Props, news: Props) -> Checked:
        """Identifiers in lower case, durations, and what Apple may find too long."""
        checked = super().check(olds, lower_case_identifiers(news))
        if checked.complaints:
            return checked
        doubts = [doubt for text in rules.message_texts(news) for doubt in rules.doubtful_length(*text)]
        told = [f"{self.title(checked.inputs)}: {doubt.property} {doubt.reason}" for doubt in doubts]
        return Checked(checked.inputs, doubts=told)

    def put(self, client: RetentionMessagingClient, identifier: str, inputs: Props) -> None:
        """Upload the text."""
        with referring():
            client.upload_message(identifier, self.content(inputs))

    def take_away(self, client: RetentionMessagingClient, identifier: str) -> None:
        """Apple never refuses; a default that shows it would go dark."""
        client.delete_message(identifier)

    def images(self, props: Props) -> set[str]:
        """The picture and the icons."""
        return {identifier for _, identifier, _ in rules.message_images(props) if isinstance(identifier, str)}


def lower_case_identifiers(value: Any, key: str = "") -> Any:
    """Apple answers identifiers in lower case; so they are kept."""
    if isinstance(value, dict):
        return {k: lower_case_identifiers(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [lower_case_identifiers(item, key) for item in value]
    return value.lower() if key == "imageIdentifier" and isinstance(value, str) else value
