"""
An image: a PNG file, uploaded once, used by messages.

https://developer.apple.com/documentation/retentionmessaging/upload-image
"""

from collections.abc import Iterable

from retention_messaging_provider import png, rules
from retention_messaging_provider.api import InUse, RetentionMessagingClient
from retention_messaging_provider.resources import identity
from retention_messaging_provider.resources.lifecycle import (
    UNKNOWN,
    Change,
    Checked,
    Complaint,
    Created,
    Diff,
    Failure,
    Life,
    Props,
    is_known,
    target,
)
from retention_messaging_provider.resources.run import Target
from retention_messaging_provider.resources.upload import Upload


class Image(Upload):
    """The program reads the file's facts; the file is read again, and compared, when it is uploaded."""

    TABLE = {
        "sha256": Change.REPLACE,
        "imageSize": Change.REPLACE,
        "path": Change.IGNORE,  # the same picture elsewhere is the same picture
        "width": Change.IGNORE,  # the digest says more
        "height": Change.IGNORE,
        "transparency": Change.IGNORE,
        "imageIdentifier": Change.IGNORE,  # judged in `diff`: only one that the user chose can differ
        "adopt": Change.IGNORE,
        "retainOnDelete": Change.IGNORE,
        "owner": Change.IGNORE,
        **Life.PLACE,
    }
    COMPUTED = ("imageState",)
    KIND, KEY, STATE = "image", "imageIdentifier", "imageState"

    def complaints(self, inputs: Props) -> Iterable[Complaint]:
        """Pixels and transparency."""
        return rules.image(inputs)

    def content(self, props: Props) -> Props:
        """The picture's digest and the size it is uploaded as."""
        return {"sha256": props["sha256"], "imageSize": props["imageSize"]}

    def check(self, olds: Props, news: Props) -> Checked:
        """Work out the imageSize, and let the messages of this run know it."""
        pixels = (news["width"], news["height"])
        size = rules.image_size(*pixels) if is_known(pixels) else UNKNOWN
        checked = super().check(olds, {**news, "imageSize": size})
        identifier = checked.inputs.get(self.KEY)
        if not checked.complaints and isinstance(identifier, str):
            self.run.image_sizes[identifier] = checked.inputs["imageSize"]
        return checked

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Let the messages of this run know which of the owner's pictures is the one."""
        diff = super().diff(id_, olds, news)
        if not diff.replaces and not news.get("retainOnDelete"):
            self.run.images[self.mark(news)] = olds[self.KEY]
        return diff

    def create(self, inputs: Props) -> Created:
        """Upload, and take away what a run that was cut off left behind."""
        created = super().create(inputs)
        recorded = self.run.before(inputs["owner"]).get(self.KEY)
        if not inputs.get("retainOnDelete"):
            self.run.images[self.mark(inputs)] = created.id
            for identifier in self.others(inputs, created.id):
                if identifier != recorded:  # Pulumi deletes that one itself, last
                    self.retire(target(inputs), identifier)
        return created

    def put(self, client: RetentionMessagingClient, identifier: str, inputs: Props) -> None:
        """Read the file again: it must be the one that was planned with."""
        data = png.read(inputs["path"])
        if png.sha256(data) != inputs["sha256"]:
            raise Failure(
                f"The image file {inputs['path']} changed while pulumi ran, and was not uploaded; run it again"
            )
        client.upload_image(identifier, data, inputs["imageSize"])

    def take_away(self, client: RetentionMessagingClient, identifier: str) -> None:
        """Apple refuses while a message uses it."""
        client.delete_image(identifier)

    def delete(self, id_: str, outputs: Props) -> None:
        """
        One that a message at Apple uses is left: it is tried again when this run deletes a message, and when this
        resource has another picture or goes.
        """
        left = f"{self.title(outputs)}: {id_} is left at Apple, because a message that stays there uses it"
        if self.run.is_held(id_) and not self.run.is_live(id_):
            self.run.say(left)
        super().delete(id_, outputs)
        if (target(outputs), id_) in self.run.in_use:
            self.run.say(left)

    def remove(self, where: Target, identifier: str) -> None:
        """Apple refuses while a message uses it; that may be on its way out."""
        try:
            super().remove(where, identifier)
        except InUse:
            self.run.in_use.add((where, identifier))

    def retry(self) -> None:
        """Take away what Apple would not while a message used it."""
        for where, identifier in sorted(self.run.in_use, key=str):
            self.retire(where, identifier)

    def left_behind(self, identifier: str) -> bool:
        """Whether this image was a resource's of this run's program, which has another by now and keeps no more."""
        return self.run.images.get(identity.mark_of(identifier), identifier) != identifier

    def retire(self, where: Target, identifier: str) -> None:
        """One that a resource has or holds, or that a message still uses, stays."""
        if not self.stays(identifier, {}):
            self.remove(where, identifier)
