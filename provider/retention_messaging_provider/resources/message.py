"""
A message: what a customer reads after tapping Cancel Subscription.

https://developer.apple.com/documentation/retentionmessaging/upload-message

What may be shown never hangs on a review that is still to come. `approvedIdentifier` is the identifier that defaults,
servers and other stacks refer to: the earlier message's until Apple has approved this one and all its images. The
earlier one is held at Apple till then (`superseded`), and retired by the `up` after.
"""

from collections.abc import Iterable
from typing import Any

from retention_messaging_provider import rules
from retention_messaging_provider.api import RetentionMessagingClient
from retention_messaging_provider.resources.image import Image
from retention_messaging_provider.resources.lifecycle import (
    Change,
    Checked,
    Complaint,
    Created,
    Diff,
    Life,
    Props,
    target,
)
from retention_messaging_provider.resources.run import Target
from retention_messaging_provider.resources.upload import Upload


class Message(Upload):
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
        "adopt": Change.IGNORE,
        "retainOnDelete": Change.IGNORE,
        "owner": Change.IGNORE,
        **Life.PLACE,
    }
    COMPUTED = ("messageState", "approvedIdentifier", "superseded", "supersededImages")
    KIND, KEY, STATE = "message", "messageIdentifier", "messageState"

    def complaints(self, inputs: Props) -> Iterable[Complaint]:
        """Texts, places and images."""
        return rules.message(inputs, self.run.image_sizes.get)

    def content(self, props: Props) -> Props:
        """UploadMessageRequestBody, without what equals Apple's defaults."""
        absent: tuple[object, ...] = (None, [], "ABOVE_BODY")
        changing = (key for key, change in self.TABLE.items() if change is Change.REPLACE)
        return {key: props[key] for key in changing if props.get(key) not in absent}

    def check(self, olds: Props, news: Props) -> Checked:
        """Derive the identifier; for a creation also what will be shown, so that a plan knows it."""
        checked = super().check(olds, lower_case_identifiers(news))
        if checked.complaints:
            return checked
        inputs = checked.inputs
        if not olds:
            earlier = self.run.before(inputs["owner"]).get("approvedIdentifier", "")
            inputs["approvedIdentifier"] = inputs[self.KEY] if inputs["environment"] == "sandbox" else earlier
        doubts = [doubt for text in rules.message_texts(inputs) for doubt in rules.doubtful_length(*text)]
        return Checked(inputs, doubts=[f"{self.title(inputs)}: {doubt.property} {doubt.reason}" for doubt in doubts])

    def put(self, client: RetentionMessagingClient, identifier: str, inputs: Props) -> None:
        """Upload the text."""
        client.upload_message(identifier, self.content(inputs))

    def take_away(self, client: RetentionMessagingClient, identifier: str) -> None:
        """Apple never refuses; a default that shows it would go dark."""
        client.delete_message(identifier)

    def create(self, inputs: Props) -> Created:
        """Upload beside what is shown now, and hold that until this one may be shown."""
        created = super().create(inputs)
        listed = self.run.states(target(inputs), self.KIND)
        before = self.run.before(inputs["owner"])
        recorded, own = before.get(self.KEY), created.id
        named = [before.get("approvedIdentifier", ""), *before.get("superseded", [])]
        others = sorted({*self.others(inputs, own), *(i for i in named if i in listed)} - {own})
        shown = own
        if not self.may_be_shown(created.outputs):
            shown = next((i for i in [named[0], *others] if listed.get(i) == "APPROVED"), "")
        # Pulumi deletes the recorded one itself, last, unless it is held here
        superseded = [i for i in others if i != recorded or i == shown]
        retained = inputs.get("retainOnDelete")
        used = set(before.get("supersededImages", [])) if superseded else set()
        if retained or recorded == shown:
            used |= image_identifiers(before)
        outputs = {
            **created.outputs,
            "approvedIdentifier": shown,
            "superseded": [] if retained else superseded,
            "supersededImages": [] if retained else sorted(used - image_identifiers(inputs)),
        }
        self.run.hold([*superseded, *used])
        self.tell(outputs)
        return Created(own, outputs)

    def may_be_shown(self, outputs: Props) -> bool:
        """
        Whether Apple has approved the message and all its images.

        https://developer.apple.com/documentation/retentionmessaging/upload-message: both need to be APPROVED.
        """
        if outputs[self.STATE] != "APPROVED":
            return False
        images = image_identifiers(outputs)
        if not images or outputs["environment"] == "sandbox":
            return True
        states = self.run.states(target(outputs), Image.KIND)
        return all(states.get(image) == "APPROVED" for image in images)

    def waits(self, outputs: Props) -> bool:
        """Whether Apple has yet to decide about the message or one of its images."""
        return bool(outputs["approvedIdentifier"] != outputs[self.KEY] and outputs[self.STATE] != "REJECTED")

    def news_from_apple(self, olds: Props, news: Props) -> Diff:
        """A decision is an update; so is retiring what this message superseded, in the `up` after."""
        if self.due(olds, news):
            self.run.say(f"{self.title(olds)} is shown; retiring what it superseded: {', '.join(olds['superseded'])}")
            return Diff(changes=True)
        self.run.hold([*olds["superseded"], *olds["supersededImages"]])
        if olds[self.STATE] == "REJECTED":
            self.tell(olds)
        return super().news_from_apple(olds, news)

    def due(self, olds: Props, news: Props) -> bool:
        """Whether what this message superseded may go: it was approved in an earlier run, and others follow it."""
        shown = olds["approvedIdentifier"] == olds[self.KEY]
        return bool(olds["superseded"]) and shown and not news.get("retainOnDelete")

    def decided(self, outputs: Props) -> Props:
        """State, what may be shown, and which of the superseded are still there."""
        listed = self.run.states(target(outputs), self.KIND)
        state = super().decided(outputs)
        shown = outputs["approvedIdentifier"] if listed.get(outputs["approvedIdentifier"]) == "APPROVED" else ""
        return {
            **state,
            "approvedIdentifier": outputs[self.KEY] if self.may_be_shown({**outputs, **state}) else shown,
            "superseded": [i for i in outputs["superseded"] if i in listed],
        }

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Record what Apple has decided, or retire."""
        outputs = super().update(id_, olds, news)
        if not self.due(olds, news):
            return outputs
        where = target(outputs)
        for identifier in outputs["superseded"]:
            self.retire(where, identifier)
        if self.run.images:
            self.retire_images(where, self.run.states(where, Image.KIND))
        return {**outputs, "superseded": [], "supersededImages": []}

    def delete(self, id_: str, outputs: Props) -> None:
        """With the last of its owner go what it superseded and the images of that."""
        super().delete(id_, outputs)
        if not self.run.is_held(id_):
            self.retire_images(target(outputs), outputs["supersededImages"])

    def others(self, props: Props, identifier: str) -> list[str]:
        """With what it superseded under another owner: an alias changes that."""
        return sorted({*super().others(props, identifier), *props.get("superseded", [])})

    def retire_images(self, where: Target, identifiers: Iterable[str]) -> None:
        """Take away what only messages used that are gone by now."""
        images = Image(self.run)
        for identifier in filter(images.left_behind, identifiers):
            images.retire(where, identifier)

    def tell(self, outputs: Props) -> None:
        """What is shown, what waits, what was rejected."""
        shown = outputs["approvedIdentifier"]
        if shown == outputs[self.KEY]:
            return
        meanwhile = f"{shown} is shown" if shown else "nothing is shown for it"
        rejected = self.rejected(outputs)
        self.run.say(
            f"{self.title(outputs)}: Apple rejected {rejected}; {meanwhile}; change it and run pulumi up"
            if rejected
            else f"{self.title(outputs)} waits for Apple's review; until then {meanwhile}; then run pulumi up again"
        )

    def rejected(self, outputs: Props) -> str | None:
        """What Apple rejected: the message, or one of its images."""
        if outputs[self.STATE] == "REJECTED":
            return "it"
        images = image_identifiers(outputs)
        states = self.run.states(target(outputs), Image.KIND) if images else {}
        return next((f"its image {image}" for image in sorted(images) if states.get(image) == "REJECTED"), None)


def image_identifiers(props: Props) -> set[str]:
    """The images that a message uses."""
    return {identifier for _, identifier, _ in rules.message_images(props) if isinstance(identifier, str)}


def lower_case_identifiers(value: Any, key: str = "") -> Any:
    """Apple answers identifiers in lower case; so they are kept."""
    if isinstance(value, dict):
        return {k: lower_case_identifiers(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [lower_case_identifiers(item, key) for item in value]
    return value.lower() if key == "imageIdentifier" and isinstance(value, str) else value
