"""
A message: what a customer reads after tapping Cancel Subscription.

https://developer.apple.com/documentation/retentionmessaging/upload-message

What the customer sees never depends on a review that is still to come: `approvedIdentifier` is what may be shown now,
and defaults, servers and other stacks refer to it. What it means is decided in `review.py`; here it is carried out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from retention_messaging_provider import rules
from retention_messaging_provider.api import ApiError
from retention_messaging_provider.resources import effects, facts, lines, litter, planned, replacement, review
from retention_messaging_provider.resources.cancellation import Cancelled
from retention_messaging_provider.resources.elsewhere import is_left_behind
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
    name_of,
    referring,
)
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE, Ref
from retention_messaging_provider.resources.location import Location, location_failures
from retention_messaging_provider.resources.records import MessageRecord
from retention_messaging_provider.resources.upload import (
    EXPLICIT,
    claim_failures,
    identified,
    identifier_failures,
    is_another,
    is_same,
    lower_case_identifiers,
    upload,
)
from retention_messaging_provider.rules import is_known
from retention_messaging_provider.settings import SettingsError

KEY = "messageIdentifier"

# Seconds. Apple allows one list a second in production, counted by the hour.
# https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
REVIEW_POLL = 30


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
        "owner": Change.UPDATE,  # whose prefix tells what an interrupted run has left
        "keepReplaced": Change.IGNORE,
        "waitForReview": Change.IGNORE,
        "adopt": Change.IGNORE,
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
    OCCASIONAL = ("sharesName",)

    def content(self, props: Mapping[str, Any]) -> Props:
        """UploadMessageRequestBody, without what equals Apple's defaults."""
        absent: tuple[object, ...] = (None, [], "ABOVE_BODY")
        changing = (key for key, change in self.TABLE.items() if change is Change.REPLACE)
        return {key: props[key] for key in changing if props.get(key) not in absent}

    def check(self, olds: Props, news: Props) -> Checked:
        """The identifier, what Apple has decided by now, and what will be shown, so that a plan tells it."""
        news = lower_case_identifiers(news)
        self.run.ledger.note_program(news.pop("program", None))
        failures = [*location_failures(self.run.settings, olds, news), *self.failures(olds, news)]
        if failures:
            return Checked(news, failures)
        inputs = identified(KEY, self.content, olds, news)
        self.run.ledger.declare(MESSAGE, inputs["owner"])
        if not olds:  # else `diff` tells what its record has
            self.run.ledger.see(MESSAGE, inputs["owner"])
        if is_known(inputs["pairs"]):
            inputs["pairs"] = sorted(inputs["pairs"])
            self.run.ledger.note_pairs(inputs["owner"], inputs["pairs"])
        stays = olds and not self.replaces(olds, inputs)
        before = self._before(inputs["owner"])
        inputs |= planned.decided(self.run, olds, inputs) if stays else planned.created(self.run, before, inputs)
        if is_known((inputs["bundleId"], inputs[KEY])):
            ref = Ref(Location.of(inputs), MESSAGE, inputs[KEY])
            if twice := list(claim_failures(self.run, KEY, ref, inputs)):
                return Checked(inputs, twice)
        found = [warning for text in rules.message_texts(news) for warning in rules.length_warnings(*text)]
        name = name_of(inputs["owner"])
        return Checked(inputs, warnings=[f"message {name}: {each.property} {each.reason}" for each in found])

    def failures(self, olds: Props, news: Props) -> Iterable[CheckFailure]:
        """Texts, images and where they stand, durations, and an explicit identifier."""
        yield from rules.message(news, self.run.image_sizes.get)
        for key in ("keepReplaced", "waitForReview"):
            yield from rules.duration(key, news.get(key))
        yield from identifier_failures(KEY, self.content, olds, news)

    def replaces(self, olds: Props, news: Props) -> list[str]:
        """The properties for whose sake it is replaced."""
        was, now = self.content(olds), self.content(news)
        changed = [] if is_same(was, now) else self.changed(was, now, Change.REPLACE)
        return [*changed, *([KEY] if is_another(KEY, olds, news) else [])]

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Content that differs is a replacement; what Apple has decided since, and what is to go, is an update."""
        ledger, old = self.run.ledger, self._recorded(olds, news)
        replaces = self.replaces(olds, news)
        if not (replaces or ledger.is_declared(MESSAGE, old.owner)):
            return Diff(changes=False)  # a refresh: `read` has seen what there is
        ledger.remember(old.owner, old.ref, olds, is_replaced=bool(replaces))
        ledger.see(MESSAGE, old.owner, [*old.kept, *(replace(old.ref, identifier=each) for each in old.own)])
        if replaces:
            return Diff(changes=True, replaces=replaces)
        ledger.claim(old.ref, old.owner)
        ledger.keep(old.kept, old.owner)
        is_filled_in = self.content(olds) != self.content(news)
        try:
            step = facts.progress(self.run, old, news["pairs"], is_plan=True)
            if step.record is None:
                self.run.report(lines.missing_line(old))
                ledger.remember(old.owner, old.ref, olds, is_replaced=True)
                return Diff(changes=True, replaces=[KEY])
            if is_filled_in:
                self.run.report(lines.filled_in_line(old))
            self._report_phase(step.record)
            return Diff(changes=step.record != old or is_filled_in or self._is_set_anew(olds, news))
        except (ApiError, SettingsError) as error:
            self.run.report(lines.not_looked_at_line(old, error))
            return Diff(changes=is_filled_in)

    def _is_set_anew(self, olds: Props, news: Props) -> bool:
        """Whether the program has another option that is recorded; its pairs are in the record already."""
        return bool({*self.changed(olds, news, Change.UPDATE)} - ({"pairs"} if is_known(news["pairs"]) else set()))

    def create(self, inputs: Props) -> Created:
        """Upload beside what is shown now; an interrupted run's litter goes, what is needed is kept."""
        ledger, before = self.run.ledger, self._before(inputs["owner"])
        asked = MessageRecord.from_outputs(inputs)
        title = f"message {name_of(asked.owner)}"
        got = upload(self.run, asked.ref, title, inputs, self.content, lambda to, i: self._send(to, i, inputs))
        new = replace(asked, identifier=got.identifier, state=got.state, approved="", approved_at=None)
        if not (got.is_new or inputs.get(EXPLICIT) or replacement.accounts_for(new, before)):
            new = replace(new, found=frozenset({new.identifier}))
        ledger.claim(new.ref, new.owner)
        new = self._wait_for_review(new, inputs.get("waitForReview"))
        of_others = litter.of_others(self.run, new, before)
        new = replace(new, shares_name=bool(of_others), found=new.found | ({new.identifier} & of_others))
        view, program = facts.view(self.run, new.location), facts.program(self.run, new.location)
        made = replacement.replacement(
            new,
            before,
            view,
            program,
            siblings=litter.siblings(self.run, new),
            left_for_it=[before.identifier] if before and ledger.is_replaced_first(before.ref) else (),
            now=int(self.run.clock()),
        )
        ledger.keep(made.record.kept, new.owner)
        ledger.note_created(new.owner)
        record = litter.sweep(self.run, made, view, program)
        for each in made.unaccounted:
            self.run.report(lines.found_line(record, each))
        self._report_phase(record)
        return Created(record.identifier, record.to_outputs(inputs))

    def _send(self, client: Any, identifier: str, inputs: Props) -> None:
        with referring():
            client.upload_message(identifier, self.content(inputs))

    def _wait_for_review(self, record: MessageRecord, duration: str | None) -> MessageRecord:
        """Wait for Apple's review as long as `waitForReview` says, visibly; answers what has been decided by then."""
        deadline = self.run.clock() + (rules.seconds(duration) or 0)
        while self._phase(record) is review.Phase.WAITING and self.run.clock() < deadline:
            self.run.report(f"{record}: waiting up to {duration} for Apple's review")
            try:
                self.run.sleep(min(REVIEW_POLL, deadline - self.run.clock()))
            except Cancelled:
                break  # so that the upload is recorded
            for kind in (MESSAGE, IMAGE):
                self.run.apple.uploads(record.location, kind).forget()
            record = replace(record, state=self.run.apple.fetch_state(record.ref) or record.state)
        return record

    def _phase(self, record: MessageRecord) -> review.Phase:
        return review.phase(record, facts.view(self.run, record.location))

    def read(self, id_: str, outputs: Props) -> Read | None:
        """Existence and review from the lists; content cannot be read back. What an interrupted run left is noted."""
        old = replace(MessageRecord.from_outputs(outputs), identifier=id_)
        view = facts.view(self.run, old.location)
        seen = review.reviewed(old, view, int(self.run.clock()))
        if seen is None:
            left = dict.fromkeys(each.identifier for each in old.kept if self.run.apple.fetch_state(each))
            if left:
                self.run.report(lines.forgotten_line(old, left))
            return None
        seen = review.with_litter(seen, litter.accountable(self.run, seen))
        if review.is_shown(seen) and not review.is_shown(old):
            self.run.report(lines.approval_seen_line(seen))
        now = seen.to_outputs(outputs)
        return Read(now, self.inputs_of(now))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Record what Apple has decided, and delete what may go now."""
        old = self._recorded(olds, news)
        later = litter.set_aside(self.run, old) if old.found else []
        step = facts.progress(self.run, review.without(old, later) if later else old, news["pairs"], is_plan=False)
        if step.record is None:
            raise Failure(
                f"{old} ({old.identifier}) is no longer at Apple; "
                "run pulumi refresh, and the next pulumi up uploads it again"
            )
        refused = effects.carry_out(self.run, old, step)
        record = self._with_refused(step.record, refused) if refused else step.record
        if step.is_approval:
            self.run.report(lines.approved_line(step.record))
        return (review.with_litter(record, later) if later else record).to_outputs(news)

    def _with_refused(self, record: MessageRecord, images: Collection[str]) -> MessageRecord:
        """
        The record with the images that Apple would not delete, because another message uses them.

        When no message of the program accounts for them either, that is somebody else's.
        """
        self.run.wait_for_every_message()
        refused = effects.delete_uploads(self.run, record, [], images)
        if not self.run.ledger.has_seen_every(MESSAGE):
            return review.with_orphans(record, refused)
        for each in refused:
            self.run.report(lines.in_use_line(each, str(record)))
        return record

    def delete(self, id_: str, outputs: Props) -> None:
        """Delete what it superseded, and last itself, so that a failure half-way leaves a record that is true."""
        old, ledger = replace(MessageRecord.from_outputs(outputs), identifier=id_), self.run.ledger
        if is_left_behind(self.run, old, {each: each.identifier for each in (*old.kept, old.ref)}):
            return
        if ledger.awaits_replacement(old.ref):
            ledger.note_replaced_first(old.ref)
            if ledger.has_program():
                return  # `create` accounts for it
        found = () if ledger.replaced_by(old.ref) else litter.siblings(self.run, old)
        old = replace(old, found=old.found | frozenset(found))
        effects.delete_messages(self.run, old, [*old.superseded, *found, id_])
        left = [each for each in sorted(old.retained) if self.run.apple.fetch_state(replace(old.ref, identifier=each))]
        if left:
            self.run.report(lines.retained_line(old, left))

    # What is known

    def _before(self, owner: str) -> MessageRecord | None:
        """As it was recorded before this command."""
        before = self.run.ledger.before(owner)
        return MessageRecord.from_outputs(before) if before else None

    def _recorded(self, olds: Props, news: Props) -> MessageRecord:
        """A recorded message with what the program says today of the rest."""
        record = MessageRecord.from_outputs({**news, **{key: olds[key] for key in RECORDED if key in olds}})
        is_renamed = olds["owner"] != record.owner  # who else has had its name now, nobody has asked
        return replace(record, shares_name=record.shares_name or is_renamed)

    def _report_phase(self, record: MessageRecord) -> None:
        """What waits, and what was rejected."""
        if review.is_shown(record):
            return
        rejected = review.rejected(record, facts.view(self.run, record.location))
        self.run.report(lines.rejected_line(record, rejected) if rejected else lines.waiting_line(record))


RECORDED = (KEY, "messageState", "approvedIdentifier", "pairs", *Message.COMPUTED, *Message.OCCASIONAL)
"""What is recorded of a message and not asked for by the program."""
