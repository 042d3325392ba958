"""
The realtime URL: where Apple asks which message to show. One per app and environment.

https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url
"""

from retention_messaging_provider import rules
from retention_messaging_provider.api import NotFound
from retention_messaging_provider.resources.lifecycle import (
    Change,
    Checked,
    Created,
    Diff,
    Failure,
    Life,
    Props,
    Read,
    place,
    target,
)


class RealtimeUrl(Life):
    """Changed in place; what somebody else configured is neither overwritten nor deleted."""

    # configuredUrl: what this resource last configured; `url` is what Apple has, which a refresh may find changed.
    # The program sends it too, because Pulumi keeps an output secret only where an input of its name is.
    TABLE = {"url": Change.UPDATE, "configuredUrl": Change.IGNORE, "adopt": Change.IGNORE, **Life.PLACE}
    COMPUTED = ()

    def check(self, olds: Props, news: Props) -> Checked:
        """Form and length."""
        return Checked(news, [*place(olds, news), *rules.realtime_url(news.get("url"))])

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Another URL is an update."""
        self.run.live(id_)
        return Diff(changes=bool(self.changed(olds, news, Change.UPDATE)))

    def create(self, inputs: Props) -> Created:
        """Configure it, unless somebody else's is there."""
        there = self.configured(inputs)
        if there is not None and there != inputs["url"] and not inputs.get("adopt"):
            raise Failure(
                f"{inputs['bundleId']} has the {inputs['environment']} realtime URL {there} already, not set by "
                "this resource, and it was not overwritten; delete it, or set adopt=True to take it over"
            )
        self.run.live(identifier(inputs))
        return Created(identifier(inputs), self.configure(inputs))

    def configure(self, inputs: Props) -> Props:
        """Set the URL at Apple; answers the outputs."""
        self.run.client(target(inputs)).configure_realtime_url(inputs["url"])
        return {**inputs, "configuredUrl": inputs["url"]}

    def configured(self, props: Props) -> str | None:
        """The URL that Apple has, or None."""
        try:
            return self.run.client(target(props)).get_realtime_url()
        except NotFound:
            return None

    def read(self, id_: str, outputs: Props) -> Read | None:
        """What Apple has now: somebody else's URL shows as a change."""
        there = self.configured(outputs)
        if there is None:
            return None
        now = {**outputs, "url": there}
        return Read(now, self.inputs_of(now))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Configure the new URL over the old one."""
        return self.configure(news)

    def delete(self, id_: str, outputs: Props) -> None:
        """Only while Apple still has our URL."""
        if self.run.is_live(id_):
            return
        there = self.configured(outputs)
        if there == outputs["configuredUrl"]:
            self.run.client(target(outputs)).delete_realtime_url()
        elif there is not None:
            self.run.say(f"The realtime URL of {id_} is {there} by now, set by somebody else: left at Apple")


def identifier(props: Props) -> str:
    """`<bundleId>/<environment>`."""
    return f"{props['bundleId']}/{props['environment']}"
