"""
A default message: what customers of one product in one locale are shown.

https://developer.apple.com/documentation/retentionmessaging/configure-default-message

Its `messageIdentifier` is a message's `approvedIdentifier`: "" while nothing may be shown yet, and then what is
configured stays as it is.
"""

from collections.abc import Iterable

from retention_messaging_provider import rules
from retention_messaging_provider.resources import identity
from retention_messaging_provider.resources.lifecycle import (
    Change,
    Checked,
    Complaint,
    Created,
    Diff,
    Life,
    Props,
    Read,
    is_known,
    place,
    referring,
    target,
)
from retention_messaging_provider.resources.message import Message


class DefaultMessage(Life):
    """Another message is an update; another product or locale is another default."""

    TABLE = {
        "productId": Change.REPLACE,
        "locale": Change.REPLACE,
        "messageIdentifier": Change.UPDATE,
        "owner": Change.IGNORE,
        **Life.PLACE,
    }
    # configuredIdentifier: what this resource last configured; `messageIdentifier` is what Apple has, which a refresh
    # may find changed
    COMPUTED = ("configuredIdentifier",)

    def check(self, olds: Props, news: Props) -> Checked:
        """Product, locale, and an identifier's form."""
        complaints = [
            *place(olds, news),
            *rules.product_id(news.get("productId")),
            *rules.locale(news.get("locale")),
            *(
                rules.uuid("messageIdentifier", news.get("messageIdentifier"))
                if news.get("messageIdentifier") != ""
                else ()
            ),
        ]
        complaints = complaints or [*self.twice(news)]
        if complaints:
            return Checked(news, complaints)
        doubts = [f"default {pair(news)}: {doubt.reason}" for doubt in rules.doubtful_locale(news["locale"])]
        return Checked(news, doubts=doubts)

    def twice(self, news: Props) -> Iterable[Complaint]:
        """The complaint that another default of the program has the same pair: they would overwrite each other."""
        parts = (news.get("owner"), news["environment"], news["bundleId"], news["productId"], news["locale"])
        if is_known(parts) and news.get("owner"):
            other = self.run.defaults.owner(target(news), pair(news), news["owner"])
            if other != news["owner"]:
                name = other.rsplit("::", 1)[-1]
                yield Complaint(
                    "locale", f"is {news['locale']}, for which {name} sets the default of this product, too"
                )

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """
        While its message has nothing to show, what is configured stays, without a change in the plan.

        A plan does not know the outputs of a message that it updates; this run's diff of the message does.
        """
        replaces = self.changed(olds, news, Change.REPLACE)
        if replaces:
            return Diff(changes=True, replaces=replaces)
        self.run.live(id_)
        self.run.defaults.recorded(target(olds), pair(olds), olds["messageIdentifier"])
        wanted = news["messageIdentifier"]
        if not is_known(wanted):
            wanted = self.run.defaults.expected(target(olds), pair(olds))
        if wanted == "":
            self.tell(olds)
            return Diff(changes=False)
        return Diff(changes=wanted != olds["messageIdentifier"])

    def create(self, inputs: Props) -> Created:
        """
        Configure it over whatever is there: asking first would cost a request of a scarce kind.

        What is there is asked only while there is nothing to show yet, because it stays until then; and it is deleted
        with this resource if it is one of this package's, which another resource of the stack configured.
        """
        self.run.live(identifier(inputs))
        if inputs["messageIdentifier"]:
            return Created(identifier(inputs), self.configure(inputs))
        shown = self.run.defaults.shows(target(inputs), pair(inputs))
        configured = shown if shown and identity.is_derived(shown) else ""
        outputs = {**inputs, "messageIdentifier": shown, "configuredIdentifier": configured}
        self.tell(outputs)
        return Created(identifier(inputs), outputs)

    def configure(self, inputs: Props) -> Props:
        """Set the default at Apple; answers the outputs."""
        wanted = inputs["messageIdentifier"]
        with referring():
            self.run.client(target(inputs)).configure_default_message(inputs["productId"], inputs["locale"], wanted)
        self.run.defaults.has_set(target(inputs), pair(inputs), wanted)
        return {**inputs, "configuredIdentifier": wanted}

    def read(self, id_: str, outputs: Props) -> Read | None:
        """What Apple has now. No default there is drift, never gone: the next `up` sets it."""
        now = {**outputs, "messageIdentifier": self.run.defaults.shows(target(outputs), pair(outputs))}
        return Read(now, self.inputs_of(now))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Configure the new message over the old one; without one, what is there stays."""
        if news["messageIdentifier"]:
            return self.configure(news)
        self.tell(olds)
        return {**news, **{key: olds[key] for key in ("messageIdentifier", *self.COMPUTED)}}

    def delete(self, id_: str, outputs: Props) -> None:
        """Only while Apple still shows what this resource configured, or a run that was cut off: this stack's own."""
        if self.run.is_live(id_) or not outputs["configuredIdentifier"]:
            return
        where = target(outputs)
        shown = self.run.defaults.shows(where, pair(outputs))
        if shown == outputs["configuredIdentifier"] or self.run.is_live(shown) or self.run.is_held(shown):
            self.run.client(where).delete_default_message(outputs["productId"], outputs["locale"])
            self.run.defaults.has_set(where, pair(outputs), "")
            Message(self.run).shown_no_more(where, pair(outputs))
        elif shown:
            self.run.say(f"The default of {pair(outputs)} is {shown} by now, set by somebody else: left at Apple")

    def tell(self, outputs: Props) -> None:
        """What is shown while its message waits."""
        shown = outputs["messageIdentifier"]
        meanwhile = f"{shown} stays" if shown else "nothing is shown"
        self.run.say(f"The default of {pair(outputs)} waits for its message's approval; until then {meanwhile}")


def pair(props: Props) -> str:
    """`<productId>/<locale>`."""
    return f"{props['productId']}/{props['locale']}"


def identifier(props: Props) -> str:
    """`<bundleId>/<environment>/<productId>/<locale>`."""
    return f"{props['bundleId']}/{props['environment']}/{pair(props)}"
