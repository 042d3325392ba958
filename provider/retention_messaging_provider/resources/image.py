"""
An image: a PNG file, uploaded once, used by messages.

https://developer.apple.com/documentation/retentionmessaging/upload-image

Apple never deletes an image that a message uses, so nobody can lose a picture that is shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from retention_messaging_provider import png, rules
from retention_messaging_provider.api import ApiError
from retention_messaging_provider.resources import effects, lines, litter
from retention_messaging_provider.resources.deletion import is_accountable
from retention_messaging_provider.resources.elsewhere import is_left_behind
from retention_messaging_provider.resources.handler import (
    UNKNOWN,
    Change,
    Checked,
    CheckFailure,
    Created,
    Diff,
    Failure,
    Handler,
    Props,
    Read,
)
from retention_messaging_provider.resources.known import DECIDED, REJECTED
from retention_messaging_provider.resources.ledger import IMAGE, Ref
from retention_messaging_provider.resources.location import Location, location_failures
from retention_messaging_provider.resources.records import ImageRecord
from retention_messaging_provider.resources.upload import (
    EXPLICIT,
    claim_failures,
    identified,
    identifier_failures,
    is_another,
    is_same,
    upload,
)
from retention_messaging_provider.rules import NOT_TOLD, is_known
from retention_messaging_provider.settings import SettingsError

KEY = "imageIdentifier"


class Image(Handler):
    """The program reads the file's facts; the file is read again, and compared, when it is uploaded."""

    TABLE = {
        "sha256": Change.REPLACE,
        "imageSize": Change.REPLACE,
        "path": Change.IGNORE,  # the same picture elsewhere is the same picture
        "width": Change.IGNORE,  # the digest says more
        "height": Change.IGNORE,
        "transparency": Change.IGNORE,
        KEY: Change.IGNORE,  # decided in `diff`: only one that the user gave can differ
        EXPLICIT: Change.IGNORE,
        "adopt": Change.IGNORE,
        "retainOnDelete": Change.UPDATE,
        "owner": Change.UPDATE,  # whose prefix tells what an interrupted run has left
        **Handler.LOCATION,
    }
    COMPUTED = ("imageState",)

    def content(self, props: Mapping[str, Any]) -> Props:
        """The picture's digest and the size it is uploaded as."""
        sha256 = NOT_TOLD if props["path"] == NOT_TOLD else props["sha256"]
        return {"sha256": sha256, "imageSize": props["imageSize"]}

    def check(self, olds: Props, news: Props) -> Checked:
        """The imageSize, which the messages of this run are told, and the identifier."""
        news = {**news, "imageSize": self._size(olds, news)}
        failures = [*location_failures(self.run.settings, olds, news), *self.failures(olds, news)]
        if failures:
            return Checked(news, failures)
        inputs, ledger = identified(KEY, self.content, olds, news), self.run.ledger
        ledger.declare(IMAGE, inputs["owner"])
        ledger.see(IMAGE, inputs["owner"])
        if is_known((inputs["bundleId"], inputs[KEY])):
            if twice := list(claim_failures(self.run, KEY, Ref(Location.of(inputs), IMAGE, inputs[KEY]), inputs)):
                return Checked(inputs, twice)
            self.run.image_sizes[inputs[KEY]] = inputs["imageSize"]
        return Checked(inputs)

    def _size(self, olds: Props, news: Props) -> Any:
        """That of the pixels; of a picture that is not told, as it is recorded."""
        if news["path"] == NOT_TOLD:
            return olds.get("imageSize")
        pixels = (news["width"], news["height"])
        return rules.image_size(*pixels) if is_known(pixels) else UNKNOWN

    def failures(self, olds: Props, news: Props) -> Iterable[CheckFailure]:
        """Pixels, transparency, and an explicit identifier."""
        if news["path"] != NOT_TOLD:
            yield from rules.image(news)
        if olds and olds["path"] == NOT_TOLD and news["imageSize"] not in (olds["imageSize"], None):
            yield CheckFailure(
                "path",
                f"is a {news['imageSize']} image, but what Apple has as {olds[KEY]} is a {olds['imageSize']} image; "
                "give the picture that was uploaded",
            )
        yield from identifier_failures(KEY, self.content, olds, news)

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Another picture is a replacement; what Apple has decided since is an update."""
        ledger, old = self.run.ledger, ImageRecord.from_outputs({**olds, "owner": news["owner"]})
        was, now = self.content(olds), self.content(news)
        replaces = [] if is_same(was, now) else self.changed(was, now, Change.REPLACE)
        replaces += [KEY] if is_another(KEY, olds, news) else []
        if not (replaces or ledger.is_declared(IMAGE, old.owner)):
            return Diff(changes=False)  # a refresh: `read` has seen what there is
        ledger.remember(old.owner, old.ref, olds, is_replaced=bool(replaces))
        if replaces:
            return Diff(changes=True, replaces=replaces)
        ledger.claim(old.ref, old.owner)
        is_set_anew = was != now or bool(self.changed(olds, news, Change.UPDATE))
        try:
            state = old.state if old.state in DECIDED else self.run.apple.fetch_state(old.ref)
        except (ApiError, SettingsError) as error:
            self.run.report(lines.not_looked_at_line(old, error))
            return Diff(is_set_anew)
        if state is None:
            self.run.report(lines.missing_line(old))
            return Diff(changes=True, replaces=[KEY])
        if was != now:
            self.run.report(lines.filled_in_line(old))
        self._report_rejected(replace(old, state=state))
        return Diff(is_set_anew or state != old.state)

    def _report_rejected(self, record: ImageRecord) -> None:
        if record.state == REJECTED:
            self.run.report(lines.rejected_image_line(record))

    def create(self, inputs: Props) -> Created:
        """Upload, and delete what an interrupted run left behind."""
        asked, ledger = ImageRecord.from_outputs(inputs), self.run.ledger
        got = upload(self.run, asked.ref, str(asked), inputs, self.content, lambda to, i: self._send(to, i, inputs))
        new = replace(asked, identifier=got.identifier, state=got.state)
        ledger.claim(new.ref, new.owner)
        ledger.note_created(new.owner)
        if not ledger.before(new.owner):  # else `delete` of the one before finds it, when all images have been seen
            self._delete_litter(new)
        return Created(new.identifier, new.to_outputs(inputs))

    def _send(self, client: Any, identifier: str, inputs: Props) -> None:
        """Read the file again: it must be the one that was planned with."""
        data = png.read(inputs["path"])
        if png.sha256(data) != inputs["sha256"]:
            raise Failure(
                f"The image file {inputs['path']} changed while pulumi ran, and was not uploaded; run it again"
            )
        client.upload_image(identifier, data, inputs["imageSize"])

    def read(self, id_: str, outputs: Props) -> Read | None:
        """Existence and state from the list; the picture cannot be read back."""
        old = replace(ImageRecord.from_outputs(outputs), identifier=id_)
        state = self.run.apple.fetch_state(old.ref)
        if state is None:
            return None
        now = replace(old, state=state).to_outputs(outputs)
        return Read(now, self.inputs_of(now))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Record what Apple has decided."""
        old = replace(ImageRecord.from_outputs({**news, "imageState": olds["imageState"]}), identifier=id_)
        state = old.state if old.state in DECIDED else self.run.apple.fetch_state(old.ref)
        if state is None:
            raise Failure(
                f"{old} ({id_}) is no longer at Apple; run pulumi refresh, and the next pulumi up uploads it again"
            )
        return replace(old, state=state).to_outputs(news)

    def delete(self, id_: str, outputs: Props) -> None:
        """Delete it, and before the last of its owner what an interrupted run left; one that is used stays."""
        old, ledger = replace(ImageRecord.from_outputs(outputs), identifier=id_), self.run.ledger
        if is_left_behind(self.run, old, {old.ref: id_}):
            return
        if not ledger.awaits_replacement(old.ref):
            self._delete_litter(old)
        effects.delete_image(self.run, old.ref, str(old))

    def _delete_litter(self, record: ImageRecord) -> None:
        """Delete what an interrupted run uploaded under a name like this one's, and nobody of the program has."""
        for each, state in litter.siblings(self.run, record).items():
            if is_accountable(record, state) and not record.retain:
                effects.delete_image(self.run, replace(record.ref, identifier=each), str(record))
            else:
                self.run.report(lines.found_line(record, each))
