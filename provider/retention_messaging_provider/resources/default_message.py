"""
A default message: what customers of one product in one locale are shown.

https://developer.apple.com/documentation/retentionmessaging/configure-default-message

Its `messageIdentifier` is a message's `approvedIdentifier`: "" while nothing may be shown yet, and then what is
configured stays as it is.
"""

from collections.abc import Iterable
from dataclasses import replace

from retention_messaging_provider import rules
from retention_messaging_provider.api import RateLimited
from retention_messaging_provider.resources import effects, identity, lines
from retention_messaging_provider.resources.configured import refuse_foreign
from retention_messaging_provider.resources.elsewhere import is_left_behind
from retention_messaging_provider.resources.handler import (
    Change,
    Checked,
    CheckFailure,
    Created,
    Diff,
    Handler,
    Props,
    Read,
    name_of,
    referring,
)
from retention_messaging_provider.resources.ledger import DEFAULT, MESSAGE
from retention_messaging_provider.resources.location import location_failures
from retention_messaging_provider.resources.records import DefaultRecord
from retention_messaging_provider.rules import is_known


class DefaultMessage(Handler):
    """Another message is an update; another product or locale is another default."""

    TABLE = {
        "productId": Change.REPLACE,
        "locale": Change.REPLACE,
        "messageIdentifier": Change.UPDATE,
        "adopt": Change.IGNORE,
        "owner": Change.IGNORE,
        **Handler.LOCATION,
    }
    # configuredIdentifier: what this resource last configured; `messageIdentifier` is what Apple has, which a refresh
    # may find changed
    COMPUTED = ("configuredIdentifier",)

    def check(self, olds: Props, news: Props) -> Checked:
        """Product, locale, an identifier's form, and that the program has the pair once."""
        given = news.pop("program", {})
        news, given = in_lower_case(news), in_lower_case(given)
        failures = [*location_failures(self.run.settings, olds, news), *self.failures(news)]
        failures = failures or [*changed_on_the_way(olds, news, given), *self._twice(news)]
        if failures:
            return Checked(news, failures)
        if not olds:
            self._look_at_new(news)
        pair = f"{news['productId']}/{news['locale']}"
        return Checked(
            news, warnings=[f"default of {pair}: {each.reason}" for each in rules.locale_warnings(news["locale"])]
        )

    def failures(self, news: Props) -> Iterable[CheckFailure]:
        """What Apple would refuse."""
        yield from rules.product_id(news.get("productId"))
        yield from rules.locale(news.get("locale"))
        yield from rules.boolean("adopt", news.get("adopt"))
        if news.get("messageIdentifier") != "":
            yield from rules.uuid("messageIdentifier", news.get("messageIdentifier"))

    def _twice(self, news: Props) -> Iterable[CheckFailure]:
        """The failure that another default of the program has the same pair: they would overwrite each other."""
        parts = (news["owner"], news["environment"], news["bundleId"], news["productId"], news["locale"])
        if not is_known(parts):
            return
        wanted = DefaultRecord.from_outputs(news)
        first = self.run.ledger.claim(wanted.ref, wanted.owner)
        self.run.ledger.declare(DEFAULT, wanted.owner)
        if first != wanted.owner:
            name = name_of(first)
            yield CheckFailure(
                "locale", f"is {news['locale']}, for which {name} sets the default of this product, too; keep one"
            )
        elif is_known(wanted.shown):
            yield from self._elsewhere(wanted)
            self.run.ledger.note_default(wanted.ref, wanted.shown)

    def _elsewhere(self, wanted: DefaultRecord) -> Iterable[CheckFailure]:
        """The failure that its message is one of another app's."""
        locations = self.run.ledger.locations_of(wanted.shown)
        if locations and wanted.location not in locations:
            there = next(iter(locations))
            yield CheckFailure(
                "messageIdentifier",
                f"is a message of {there}, and this default is of {wanted.location}; give both one app",
            )

    def _look_at_new(self, news: Props) -> None:
        """What Apple shows for the pair of a new default, while an alias can still be given; `create` asks no more."""
        parts = (news["environment"], news["bundleId"], news.get("baseUrl"), news["productId"], news["locale"])
        if news.get("adopt") or not is_known(parts):
            return
        wanted = DefaultRecord.from_outputs(news)
        there = self.run.apple.look_at_default(wanted.location, wanted.pair)
        if there and there != wanted.shown:
            self._report_nobodys(wanted, there)

    def _report_nobodys(self, record: DefaultRecord, there: str) -> None:
        """What is shown and no message of the program has: told in the plan, where an alias still helps."""
        if self._is_ours(record, there):
            return
        self.run.wait_for_every_message()
        if self.run.ledger.has_seen_every(MESSAGE) and not self._is_ours(record, there):
            self.run.report(lines.nobodys_line(record, there))

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """While its message has nothing to show, what is configured stays, without a change in the plan."""
        replaces = self.changed(olds, news, Change.REPLACE)
        old = DefaultRecord.from_outputs(olds)
        self.run.ledger.note_default(old.ref, old.shown)
        if replaces:
            self.run.ledger.remember(news["owner"], old.ref, olds, is_replaced=True)
            return Diff(changes=True, replaces=replaces)
        if news["messageIdentifier"] == "":
            if self.run.ledger.is_declared(DEFAULT, news["owner"]):
                self.run.report(lines.waits_in_default_line(old))
                if old.shown:
                    self._report_nobodys(old, old.shown)
            return Diff(changes=False)
        return Diff(changes=news["messageIdentifier"] != old.shown)

    def create(self, inputs: Props) -> Created:
        """
        Configure it, unless Apple has one already that this stack has not configured.

        Asking first is one request for each new default; never one for those that are recorded.
        """
        wanted = DefaultRecord.from_outputs(inputs)
        there = self.run.apple.fetch_default(wanted.location, wanted.pair)
        if wanted.shown:
            record = self._configure(wanted, there, inputs)
        else:
            record = replace(wanted, shown=there, configured=there if self._is_ours(wanted, there) else "")
            self.run.report(lines.waits_in_default_line(record))
        self._replace_first(record)
        return Created(f"{inputs['bundleId']}/{inputs['environment']}/{wanted.pair}", record.to_outputs(inputs))

    def _replace_first(self, record: DefaultRecord) -> None:
        """Delete the one before, where Pulumi asked for that before this one was there."""
        self.run.ledger.note_created(record.owner)
        outputs = self.run.ledger.before(record.owner)
        before = DefaultRecord.from_outputs(outputs) if outputs else None
        if before and self.run.ledger.is_replaced_first(before.ref):
            self._delete(before)

    def _configure(self, wanted: DefaultRecord, there: str, inputs: Props) -> DefaultRecord:
        """Configure what is wanted over what is there."""
        if there and there != wanted.shown and not (inputs.get("adopt") or self._is_ours(wanted, there)):
            self.run.wait_for_every_message()  # of one given by its identifier Pulumi knows no order
        known = {wanted.shown, *([there] if self._is_ours(wanted, there) else ())}
        if there == wanted.shown and not inputs.get("adopt"):
            self.run.report(lines.taken_over_line(wanted))
        refuse_foreign(str(wanted), there, known, adopt=bool(inputs.get("adopt")))
        return self._set(wanted, is_there=there == wanted.shown)

    def _set(self, wanted: DefaultRecord, *, is_there: bool = False) -> DefaultRecord:
        """Set the default at Apple; what another message waited for is tried then."""
        if not is_there:
            with referring():
                self.run.apple.configure_default(wanted.location, wanted.pair, wanted.shown)
        self._try_deferred(wanted)
        return replace(wanted, configured=wanted.shown)

    def _is_ours(self, record: DefaultRecord, there: str) -> bool:
        """Whether what Apple has is a message of this program: that it has, had, or uploaded and did not record."""
        return bool(there) and self.run.ledger.knows_message(record.location, there, identity.owner_prefix_of(there))

    def read(self, id_: str, outputs: Props) -> Read | None:
        """
        What Apple has now. No default there is drift, never missing: the next `up` sets it.

        What Apple allows no request for is left as it is recorded: nothing is deleted on the word of a record.
        """
        old = DefaultRecord.from_outputs(outputs)
        now = replace(old, shown=self._look_at(old)).to_outputs(outputs)
        return Read(now, self.inputs_of(now))

    def _look_at(self, old: DefaultRecord) -> str:
        """What Apple shows, first of those that the refresh before left out."""
        left_out = self.run.left_out
        if left_out.comes_later(old.ref, old.owner):
            left_out.note(old.ref, old.owner)
            self.run.report(lines.looked_at_before_line())
            return old.shown
        try:
            return self.run.apple.fetch_default(old.location, old.pair)
        except RateLimited as apples:
            left_out.note(old.ref, old.owner)
            self.run.report(lines.left_out_line(old, apples))
            return old.shown
        finally:
            left_out.note_asked(old.ref, old.owner)

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Configure the new message over the old one; without one, what is there stays."""
        old, wanted = DefaultRecord.from_outputs(olds), DefaultRecord.from_outputs(news)
        if not wanted.shown:
            self.run.report(lines.waits_in_default_line(old))
            return old.to_outputs(news)
        if old.configured:
            return self._set(wanted).to_outputs(news)
        there = self.run.apple.fetch_default(wanted.location, wanted.pair)
        return self._configure(wanted, there, news).to_outputs(news)

    def delete(self, id_: str, outputs: Props) -> None:
        """Not before what replaces it is there: customers would be shown nothing meanwhile."""
        old, ledger = DefaultRecord.from_outputs(outputs), self.run.ledger
        if is_left_behind(self.run, old, {old.ref: old.configured or old.shown or "nothing"}):
            return
        if not ledger.awaits_replacement(old.ref):
            self._delete(old)
            return
        ledger.note_replaced_first(old.ref)
        if not ledger.has_program():  # as in a destroy of what it depends on
            self.run.report(lines.replaced_first_line(old))

    def _delete(self, old: DefaultRecord) -> None:
        """Only while Apple still shows what this resource configured, or another version of that."""
        if self.run.ledger.is_claimed(old.ref) or not (old.configured or old.shown):
            return
        there = self.run.apple.fetch_default(old.location, old.pair)
        if there and self.run.ledger.leaves_out_default(old.pair):
            self.run.report(lines.default_left_out_line(old, there))
        elif there and old.configured and self._is_version_of(old, there):
            self.run.apple.delete_default(old.location, old.pair)
            self._try_deferred(old)
        elif there:
            self.run.report(lines.not_configured_line(old, there))

    def _is_version_of(self, old: DefaultRecord, there: str) -> bool:
        """Whether what Apple has is what was configured, or what an interrupted run set in its place."""
        is_of_one_message = identity.owner_prefix_of(there) == identity.owner_prefix_of(old.configured)
        return is_of_one_message or self._is_ours(old, there)

    def _try_deferred(self, record: DefaultRecord) -> None:
        """Delete what was to go, and stayed because this pair showed it."""
        effects.try_again(self.run.ledger.take_deferred(record.ref))


def in_lower_case(props: Props) -> Props:
    """With the message's identifier as Apple answers it; product ids and locales are told apart by case."""
    wanted = props.get("messageIdentifier")
    return {**props, "messageIdentifier": wanted.lower()} if isinstance(wanted, str) else props


def changed_on_the_way(olds: Props, news: Props, given: Props) -> Iterable[CheckFailure]:
    """
    Failures of what is not as the program gives it: then no message would know that this default shows it.

    A message that `ignore_changes` keeps is the recorded one, whose own record has this pair.
    """
    for key, value in given.items():
        is_kept = key == "messageIdentifier" and bool(olds) and news[key] == olds[key]
        if is_known((value, news.get(key))) and not is_kept and value != news.get(key):
            yield CheckFailure(
                key,
                "is not what the program gives: a transformation or ignore_changes may not change it, because no "
                "message would know that it is shown there; give it in the program",
            )
