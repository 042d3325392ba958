"""
A message: what a customer reads after tapping Cancel Subscription.

https://developer.apple.com/documentation/retentionmessaging/upload-message

What the customer sees never depends on a review that is still to come: `approvedIdentifier` is what may be shown now,
and defaults, servers and other stacks refer to it. What it means is decided in `review.py`; here it is carried out.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from retention_messaging_provider import rules
from retention_messaging_provider.api import InUse, RequestFailed, RetentionMessagingError
from retention_messaging_provider.resources import lines, review
from retention_messaging_provider.resources.handler import (
    Change,
    Checked,
    CheckFailure,
    Created,
    Diff,
    Failure,
    Handler,
    Props,
    Read,
    referring,
)
from retention_messaging_provider.resources.ledger import DEFAULT, IMAGE, MESSAGE, Ref
from retention_messaging_provider.resources.location import Location, location_failures
from retention_messaging_provider.resources.records import MessageRecord
from retention_messaging_provider.resources.upload import (
    EXPLICIT,
    derived,
    identified,
    identifier_failures,
    is_another,
    upload,
)
from retention_messaging_provider.rules import UNKNOWN, is_known
from retention_messaging_provider.settings import SettingsError

KEY = "messageIdentifier"

# Seconds. Apple allows one list a second in production, counted by the hour.
# https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
REVIEW_POLL = 30

# What is recorded of a message and not asked for by the program; the rest is as the program says today.
RECORDED = (
    KEY,
    "messageState",
    "approvedIdentifier",
    "approvedAt",
    "pairs",
    "formerPairs",
    "superseded",
    "supersededImages",
    "foundIdentifiers",
    "retainedIdentifiers",
)


class Message(Handler):
    """Every edit is a new upload; what Apple decides about it, and what goes then, is an update."""

    TABLE = {
        "header": Change.REPLACE,
        "body": Change.REPLACE,
        "headerPosition": Change.REPLACE,
        "image": Change.REPLACE,
        "bulletPoints": Change.REPLACE,
        KEY: Change.IGNORE,  # decided in `diff`: only one that the user gave can differ
        EXPLICIT: Change.IGNORE,
        "messageState": Change.IGNORE,  # among the inputs, like the next one, so that a plan shows what Apple decided
        "approvedIdentifier": Change.IGNORE,
        "pairs": Change.UPDATE,
        "managedImages": Change.UPDATE,
        "retainOnDelete": Change.UPDATE,
        "keepReplaced": Change.IGNORE,
        "waitForReview": Change.IGNORE,
        "adopt": Change.IGNORE,
        "owner": Change.IGNORE,
        **Handler.LOCATION,
    }
    COMPUTED = (
        "approvedAt",
        "formerPairs",
        "superseded",
        "supersededImages",
        "foundIdentifiers",
        "retainedIdentifiers",
    )

    def content(self, props: Props) -> Props:
        """UploadMessageRequestBody, without what equals Apple's defaults."""
        absent: tuple[object, ...] = (None, [], "ABOVE_BODY")
        changing = (key for key, change in self.TABLE.items() if change is Change.REPLACE)
        return {key: props[key] for key in changing if props.get(key) not in absent}

    def check(self, olds: Props, news: Props) -> Checked:
        """The identifier, what Apple has decided by now, and what will be shown, so that a plan tells it."""
        news = lower_case_identifiers(news)
        self.run.ledger.note_program(news.pop("program", None))
        failures = [*location_failures(olds, news), *self.failures(olds, news)]
        if failures:
            return Checked(news, failures)
        inputs = identified(KEY, self.content, olds, news)
        self.run.ledger.declare(MESSAGE, inputs["owner"])
        if is_known(inputs["pairs"]):
            inputs["pairs"] = sorted(inputs["pairs"])
            self.run.ledger.note_pairs(inputs["owner"], inputs["pairs"])
        stays = olds and not self.replaces(olds, inputs)
        inputs.update(self._decided(olds, inputs) if stays else {"approvedIdentifier": self._shown_first(inputs)})
        if is_known((inputs["bundleId"], inputs[KEY])):
            self.run.ledger.claim(Ref(Location.of(inputs), MESSAGE, inputs[KEY]), inputs["owner"])
        found = [warning for text in rules.message_texts(news) for warning in rules.length_warnings(*text)]
        name = inputs["owner"].rsplit("::", 1)[-1]
        return Checked(inputs, warnings=[f"message {name}: {each.property} {each.reason}" for each in found])

    def failures(self, olds: Props, news: Props) -> Iterable[CheckFailure]:
        """Texts, images and where they stand, durations, and an explicit identifier."""
        yield from rules.message(news, self.run.ledger.image_size)
        for key in ("keepReplaced", "waitForReview"):
            yield from rules.duration(key, news.get(key))
        yield from identifier_failures(KEY, self.content, olds, news)

    def _decided(self, olds: Props, inputs: Props) -> Props:
        """What Apple has decided about a recorded message, asked only while it waits as far as is recorded."""
        recorded = {key: olds[key] for key in ("messageState", "approvedIdentifier") if key in olds}
        record = MessageRecord.from_outputs({**inputs, **recorded})
        if not review.is_waiting(record):
            return recorded
        try:
            seen = review.reviewed(record, self.run.view(record.location), self.run.now())
        except (RetentionMessagingError, SettingsError):
            return recorded  # `diff` reports it
        return {"messageState": seen.state, "approvedIdentifier": seen.approved} if seen else recorded

    def _shown_first(self, inputs: Props) -> Any:
        """What may be shown right after a creation: UNKNOWN where it hangs on a wait, or on what cannot be asked."""
        before = self._before(inputs["owner"])
        if inputs["environment"] == review.SANDBOX or not is_known(inputs[KEY]):
            return inputs[KEY]
        if inputs.get("waitForReview"):
            return UNKNOWN
        if before is None:
            return ""
        try:
            new = MessageRecord.from_outputs(inputs)
            view = self.run.view(new.location)
            if new.identifier in {before.approved, *before.superseded}:  # an edit that is taken back
                state = view.message(new.identifier) or ""
                if review.may_be_shown(replace(new, state=state), view):
                    return new.identifier
            if before.is_shown:
                return before.approved
            return review.shown_meanwhile(before, view)
        except (RetentionMessagingError, SettingsError):
            return UNKNOWN

    def replaces(self, olds: Props, news: Props) -> list[str]:
        """The properties for whose sake it is replaced."""
        changed = self.changed(self.content(olds), self.content(news), Change.REPLACE)
        return [*changed, *([KEY] if is_another(KEY, olds, news) else [])]

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Content that differs is a replacement; what Apple has decided since, and what is to go, is an update."""
        ledger, old = self.run.ledger, self._recorded(olds, news)
        replaces = self.replaces(olds, news)
        if not (replaces or ledger.is_declared(MESSAGE, old.owner)):
            return Diff(changes=False)  # a refresh: `read` has seen what there is
        ledger.remember(old.owner, old.ref, olds, is_replaced=bool(replaces))
        if replaces:
            return Diff(changes=True, replaces=replaces)
        ledger.claim(old.ref, old.owner)
        ledger.keep(old.kept, old.owner)
        try:
            step = self._progress(old, news)
            if step.record is None:
                self.run.report(lines.missing_line(old))
                ledger.remember(old.owner, old.ref, olds, is_replaced=True)
                return Diff(changes=True, replaces=[KEY])
            self._report_phase(step.record)
            return Diff(changes=step.record != old or self._is_set_anew(olds, news))
        except (RequestFailed, SettingsError) as error:
            self.run.report(f"The review states of messages in {old.location} were not looked at: {error}")
            return Diff(changes=False)

    def _is_set_anew(self, olds: Props, news: Props) -> bool:
        """Whether the program has another option that is recorded; its pairs are in the record already."""
        return bool({*self.changed(olds, news, Change.UPDATE)} - ({"pairs"} if is_known(news["pairs"]) else set()))

    def create(self, inputs: Props) -> Created:
        """Upload beside what is shown now; an interrupted run's litter goes, what is needed is kept."""
        ledger, before = self.run.ledger, self._before(inputs["owner"])
        asked = MessageRecord.from_outputs(inputs)
        title = f"message {asked.owner.rsplit('::', 1)[-1]}"
        got = upload(self.run, asked.ref, title, inputs, self.content, lambda to, i: self._send(to, i, inputs))
        new = replace(asked, identifier=got.identifier, state=got.state, approved="", approved_at=None)
        if not (got.is_new or self._accounts_for(new, before, is_explicit=bool(inputs.get(EXPLICIT)))):
            new = replace(new, found=frozenset({new.identifier}))
        ledger.claim(new.ref, new.owner)
        new = self._wait_for_review(new, inputs.get("waitForReview"))
        view, program = self.run.view(new.location), self._program(new)
        made = review.replacement(
            new,
            before,
            view,
            siblings=self._siblings(new),
            is_left_for_it=lambda each: ledger.is_replaced_first(Ref(new.location, MESSAGE, each)),
            program=program,
            now=self.run.now(),
        )
        ledger.keep(made.record.kept, new.owner)
        ledger.note_created(new.owner)
        decided = review.deletion(
            replace(made.record, found=made.record.found | set(made.litter)), made.litter, view, program
        )
        record = self._with_litter(made.record, [each.identifier for each in decided.stays if each.reason in LATER])
        self._delete_uploads(record, decided.goes, ())
        for each in made.unaccounted:
            self.run.report(lines.found_line(record, each))
        self._report_phase(record)
        return Created(record.identifier, record.to_outputs(inputs))

    def _send(self, client: Any, identifier: str, inputs: Props) -> None:
        with referring():
            client.upload_message(identifier, self.content(inputs))

    def _accounts_for(self, new: MessageRecord, before: MessageRecord | None, *, is_explicit: bool) -> bool:
        """Whether what was at Apple under the new identifier may be deleted by this record."""
        earlier = {before.identifier, before.approved, *before.superseded} - before.found if before else set()
        return is_explicit or new.identifier in earlier or review.is_accountable(new, new.identifier, new.state)

    def _with_litter(self, record: MessageRecord, litter: Collection[str]) -> MessageRecord:
        """The record with what goes in a later run."""
        if record.retain or not litter:
            return record
        return replace(record, superseded=(*record.superseded, *litter), found=record.found | frozenset(litter))

    def _wait_for_review(self, record: MessageRecord, duration: str | None) -> MessageRecord:
        """Wait for Apple's review as long as `waitForReview` says, visibly; answers what has been decided by then."""
        deadline = self.run.clock() + (rules.seconds(duration) or 0)
        view = self.run.view(record.location)
        while review.phase(record, view) is review.Phase.WAITING and self.run.clock() < deadline:
            self.run.report(f"{record}: waiting up to {duration} for Apple's review")
            self.run.sleep(min(REVIEW_POLL, deadline - self.run.clock()))
            for kind in (MESSAGE, IMAGE):
                self.run.apple.uploads(record.location, kind).forget()
            record = replace(record, state=view.message(record.identifier) or record.state)
        return record

    def read(self, id_: str, outputs: Props) -> Read | None:
        """Existence and review from the lists; content cannot be read back. What an interrupted run left is noted."""
        old = replace(MessageRecord.from_outputs(outputs), identifier=id_)
        view = self.run.view(old.location)
        seen = review.reviewed(old, view, self.run.now())
        if seen is None:
            return None
        litter = [i for i, state in self._siblings(seen).items() if review.is_accountable(seen, i, state)]
        seen = self._with_litter(seen, litter)
        if seen.is_shown and not old.is_shown:
            self.run.report(lines.approval_seen_line(seen))
        now = seen.to_outputs(outputs)
        return Read(now, self.inputs_of(now))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Record what Apple has decided, and delete what may go now."""
        old = self._recorded(olds, news)
        step = self._progress(old, news)
        if step.record is None:
            raise Failure(
                f"{old} ({old.identifier}) is no longer at Apple; "
                "run pulumi refresh, and the next pulumi up uploads it again"
            )
        self._delete_uploads(old, step.messages, step.images)
        for each in step.unaccounted:
            self.run.report(lines.found_line(old, each))
        if step.record.is_shown and not old.is_shown:
            self.run.report(lines.approved_line(step.record))
        return step.record.to_outputs(news)

    def delete(self, id_: str, outputs: Props) -> None:
        """Delete what it superseded, and last itself, so that a failure half-way leaves a record that is true."""
        old, ledger = replace(MessageRecord.from_outputs(outputs), identifier=id_), self.run.ledger
        if ledger.awaits_replacement(old.ref):
            ledger.note_replaced_first(old.ref)
            if ledger.has_program():
                return  # `create` accounts for it
        earlier = old.superseded
        if not ledger.replaced_by(old.ref):
            accountable = (i for i, state in self._siblings(old).items() if review.is_accountable(old, i, state))
            earlier = (*earlier, *accountable)
        self._delete(replace(old, found=old.found | set(earlier) - set(old.superseded)), (*earlier, id_))

    def _delete(self, old: MessageRecord, identifiers: Collection[str]) -> None:
        """Delete those of a record's messages that may go, with their images, and name the others."""
        view, ledger = self.run.view(old.location), self.run.ledger
        decided = review.deletion(old, identifiers, view, self._program(old))
        for stay in decided.stays:
            if stay.reason is review.Reason.SHOWN:
                self._stays_shown(old, stay)
            elif stay.reason in (review.Reason.FOUND, review.Reason.UNSURE):
                self.run.report(lines.found_line(old, stay.identifier))
            if stay.reason is not review.Reason.CLAIMED:  # what it uses is needed as long as it is there
                ledger.keep(old.pictures_of(stay.identifier), old.owner)
        images = review.images_left(old, decided.goes, self._program(old))
        self._delete_uploads(old, decided.goes, images)

    def _stays_shown(self, old: MessageRecord, stay: review.Stay) -> None:
        """
        Name a message that a default still shows, and try again when this command changes that default.

        A default of the program that this command leaves out will move later: then Pulumi is to ask again.
        """
        ledger, pair = self.run.ledger, Ref(old.location, DEFAULT, stay.pair)
        owner = ledger.replaced_by(old.ref) or old.owner
        if stay.pair in ledger.pairs_of(owner) and not ledger.is_claimed(pair):
            raise Failure(
                f"{old}: {stay.identifier} is still the default of {stay.pair}, which is not part of this run, and was "
                "not deleted; run pulumi up without --target and --exclude, which moves the default first"
            )
        self.run.report(lines.shown_line(old, stay.identifier, stay.pair))
        ledger.defer(pair, lambda: self._delete(old, [stay.identifier]))

    # What is known

    def _before(self, owner: str) -> MessageRecord | None:
        """As it was recorded before this command."""
        before = self.run.ledger.before(owner)
        return MessageRecord.from_outputs(before) if before else None

    def _recorded(self, olds: Props, news: Props) -> MessageRecord:
        """A recorded message with what the program says today of what it does not show."""
        return MessageRecord.from_outputs({**news, **{key: olds[key] for key in RECORDED if key in olds}})

    def _progress(self, old: MessageRecord, news: Props) -> review.Progress:
        """The one plan that `diff` shows and `update` carries out."""
        pairs = frozenset(news["pairs"]) if is_known(news["pairs"]) else old.pairs
        program = self._program(old, kept_but_by=old.owner)
        return review.progress(old, pairs, self.run.view(old.location), program, self.run.now())

    def _program(self, record: MessageRecord, *, kept_but_by: str = "") -> review.Program:
        """What this command knows of the program, for decisions about one message."""
        ledger, location = self.run.ledger, record.location
        return review.Program(
            is_claimed=lambda each: ledger.is_claimed(Ref(location, MESSAGE, each)),
            is_kept=lambda each: ledger.is_kept(Ref(location, MESSAGE, each), but_by=kept_but_by),
            has_image=lambda each: ledger.is_claimed(Ref(location, IMAGE, each)),
            has_seen_messages=ledger.has_seen_every(MESSAGE) or not ledger.has_program(),
            has_seen_images=ledger.has_seen_every(IMAGE),
            knows_pairs=ledger.knows_all_pairs(),
            pairs=lambda each: ledger.pairs_noted_for(location, each),
        )

    def _siblings(self, record: MessageRecord) -> dict[str, str]:
        """What Apple lists besides under the same owner prefixes, which nobody of the program has or accounts for."""
        uploads = self.run.apple.uploads(record.location, MESSAGE)
        own = {record.identifier, *record.superseded, *record.retained}
        listed = {i: state for prefix in sorted(record.prefixes) for i, state in uploads.siblings(prefix).items()}
        ledger, refs = self.run.ledger, {i: Ref(record.location, MESSAGE, i) for i in listed}
        return {
            i: state
            for i, state in listed.items()
            if i not in own and not ledger.is_claimed(refs[i]) and not ledger.is_kept(refs[i])
        }

    # Effects

    def _delete_uploads(self, record: MessageRecord, messages: Collection[str], images: Collection[str]) -> None:
        """Messages first: Apple refuses to delete an image that one uses. What waited for them is tried again."""
        refs = [Ref(record.location, MESSAGE, each) for each in messages]
        pictures = [Ref(record.location, IMAGE, each) for each in images]
        self.run.ledger.unkeep([*refs, *pictures], record.owner)
        for ref in refs:
            self.run.apple.delete(ref)
        for picture in pictures:
            if self.run.ledger.is_claimed(picture) or self.run.ledger.is_kept(picture):
                continue
            try:
                self.run.apple.delete(picture)
            except InUse:
                self.run.report(lines.in_use_line(picture.identifier, str(record)))
        if refs:
            for again in self.run.ledger.take_deferred(Ref(record.location, IMAGE, "")):
                again()

    def _report_phase(self, record: MessageRecord) -> None:
        """What waits, and what was rejected."""
        if record.is_shown:
            return
        rejected = review.rejected(record, self.run.view(record.location))
        self.run.report(lines.rejected_line(record, rejected) if rejected else lines.waiting_line(record))


LATER = (review.Reason.SHOWN, review.Reason.UNSURE)
"""Why litter that is found in a creation stays for now, recorded."""


def lower_case_identifiers(value: Any, key: str = "") -> Any:
    """Apple answers identifiers in lower case; so they are recorded."""
    if isinstance(value, dict):
        return {k: lower_case_identifiers(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [lower_case_identifiers(item, key) for item in value]
    return value.lower() if key in ("imageIdentifier", "managedImages") and isinstance(value, str) else value
