"""
The realtime URL: where Apple asks which message to show. One per app and environment.

https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from retention_messaging_provider import rules
from retention_messaging_provider.resources import lines
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
)
from retention_messaging_provider.resources.location import location_failures
from retention_messaging_provider.resources.records import UrlRecord
from retention_messaging_provider.rules import is_known


class RealtimeUrl(Handler):
    """Changed in place; what somebody else configured is neither overwritten nor deleted."""

    # configuredUrl: what this resource last configured; `url` is what Apple has, which a refresh may find changed.
    # The program sends it too, because Pulumi keeps an output secret only where an input of its name is.
    TABLE = {
        "url": Change.UPDATE,
        "configuredUrl": Change.IGNORE,
        "adopt": Change.IGNORE,
        "owner": Change.IGNORE,
        **Handler.LOCATION,
    }
    COMPUTED = ()

    def check(self, olds: Props, news: Props) -> Checked:
        """Form and length, and that the program has one for the app."""
        failures = [*location_failures(self.run.settings, olds, news), *rules.realtime_url(news.get("url"))]
        failures += rules.boolean("adopt", news.get("adopt"))
        return Checked(news, failures or [*self._twice(news)])

    def _twice(self, news: Props) -> Iterable[CheckFailure]:
        """The failure that another resource of the program has the URL of this app: they would overwrite each other."""
        if not is_known((news["owner"], news["environment"], news["bundleId"])):
            return
        wanted = UrlRecord.from_outputs(news)
        first = self.run.ledger.claim(wanted.ref, wanted.owner)
        if first != wanted.owner:
            yield CheckFailure(
                "bundleId", f"is {news['bundleId']}, whose realtime URL {name_of(first)} sets, too; keep one"
            )

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Another URL is an update."""
        return Diff(changes=bool(self.changed(olds, news, Change.UPDATE)))

    def create(self, inputs: Props) -> Created:
        """Configure it, unless Apple has one already that this stack has not configured."""
        wanted = UrlRecord.from_outputs(inputs)
        made = self._configure(wanted, {wanted.url}, inputs)
        return Created(f"{inputs['bundleId']}/{inputs['environment']}", made.to_outputs(inputs))

    def _configure(self, wanted: UrlRecord, known: set[str], inputs: Props) -> UrlRecord:
        """Set the URL at Apple over what is known to be there."""
        there = self.run.apple.fetch_url(wanted.location)
        if there not in known:
            refuse_foreign(str(wanted), there and shown(there), (), adopt=bool(inputs.get("adopt")))
        if there != wanted.url:
            self.run.apple.configure_url(wanted.location, wanted.url)
        elif known == {wanted.url} and not inputs.get("adopt"):
            self.run.report(lines.taken_over_line(wanted))
        return replace(wanted, configured=wanted.url)

    def read(self, id_: str, outputs: Props) -> Read | None:
        """What Apple has now: somebody else's URL shows as a change."""
        old = UrlRecord.from_outputs(outputs)
        there = self.run.apple.fetch_url(old.location)
        if there is None:
            return None
        now = replace(old, url=there).to_outputs(outputs)
        return Read(now, self.inputs_of(now))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Configure the new URL over the one that is recorded."""
        old, wanted = UrlRecord.from_outputs(olds), UrlRecord.from_outputs(news)
        return self._configure(wanted, {old.url, old.configured, wanted.url}, news).to_outputs(news)

    def delete(self, id_: str, outputs: Props) -> None:
        """Only while Apple still has our URL, and no resource of the program has it."""
        old = UrlRecord.from_outputs(outputs)
        if is_left_behind(self.run, old, {old.ref: shown(old.configured)}):
            return
        if self.run.ledger.is_claimed(old.ref):
            return
        there = self.run.apple.fetch_url(old.location)
        if there == old.configured:
            self.run.apple.delete_url(old.location)
        elif there is not None:
            self.run.report(lines.not_configured_line(old, shown(there)))


def shown(url: str) -> str:
    """A URL that Apple has, as a line names it: a user, query or fragment in it may be somebody's secret."""
    return re.sub(r"//[^/?#]*@", "//…@", re.sub(r"(?s)[?#].*", "?…", url))
