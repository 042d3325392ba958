"""
What images and messages share: uploads that are immutable, reviewed by Apple, and named by us.

An edit is a new upload under a new identifier. What nobody but us could have named and no resource holds any more
was left behind by a run that was cut off, and is taken away.
"""

from abc import abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from typing import ClassVar

from retention_messaging_provider import rules
from retention_messaging_provider.api import AlreadyExists, NotFound, RequestFailed, RetentionMessagingClient
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
    Read,
    is_known,
    place,
    target,
)
from retention_messaging_provider.resources.run import Target
from retention_messaging_provider.settings import SettingsError

# An identifier that Apple refuses as taken and does not list is passed over; twice is unheard of.
LONGEST_CHAIN = 5


class Upload(Life):
    """An image or a message. `KIND` is Apple's word for it; `KEY` and `STATE` name its identifier and its state."""

    KIND: ClassVar[str]
    KEY: ClassVar[str]
    STATE: ClassVar[str]

    @abstractmethod
    def complaints(self, inputs: Props) -> Iterable[Complaint]:
        """What Apple would refuse."""

    @abstractmethod
    def content(self, props: Props) -> Props:
        """What is uploaded, canonical: what equals Apple's default is absent."""

    @abstractmethod
    def put(self, client: RetentionMessagingClient, identifier: str, inputs: Props) -> None:
        """Upload it."""

    @abstractmethod
    def take_away(self, client: RetentionMessagingClient, identifier: str) -> None:
        """Delete it at Apple."""

    def check(self, olds: Props, news: Props) -> Checked:
        """Derive the identifier; content that stays keeps its recorded owner and identifier."""
        complaints = [*place(olds, news), *self.complaints(news), *self.choice(olds, news)]
        if complaints:
            return Checked(news, complaints)
        inputs, given = dict(news), news.get(self.KEY)
        stays = bool(olds) and self.content(olds) == self.content(news)
        if stays:
            inputs["owner"] = olds["owner"]
        if given is not None:
            inputs[self.KEY] = given.lower() if is_known(given) else UNKNOWN
        elif stays:
            inputs[self.KEY] = olds[self.KEY]
        else:
            inputs[self.KEY] = self.derive(inputs)
        return Checked(inputs)

    def choice(self, olds: Props, news: Props) -> Iterable[Complaint]:
        """The complaints about an identifier of the user's choice: a UUID, and another one for other content."""
        given, content = news.get(self.KEY), self.content(news)
        if given is None:
            return
        yield from rules.uuid(self.KEY, given)
        if olds and given == olds[self.KEY] and is_known(content) and content != self.content(olds):
            yield Complaint(
                self.KEY,
                f"is {given} as before, but what Apple has under it cannot be changed; "
                "choose another identifier for the new content, or leave it out",
            )

    def derive(self, inputs: Props, count: int = 0) -> str | rules.Unknown:
        """The identifier of these inputs; UNKNOWN while what it hangs on is."""
        parts = (inputs["bundleId"], inputs["environment"], inputs["owner"], self.content(inputs))
        return identity.derive(*parts, count) if is_known(parts) else UNKNOWN

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Content that differs is a replacement; what Apple has decided since is an update."""
        self.run.remember(news["owner"], olds)
        replaces = self.changed(self.content(olds), self.content(news), Change.REPLACE)
        if self.chosen(news) and news[self.KEY] != olds[self.KEY]:
            replaces.append(self.KEY)
        if replaces:
            return Diff(changes=True, replaces=replaces)
        self.run.live(olds[self.KEY])
        try:
            return self.news_from_apple(olds, news)
        except (RequestFailed, SettingsError) as error:
            where = f"{olds['bundleId']} ({olds['environment']})"
            self.run.say(f"The review states of {self.KIND}s in {where} were not looked at: {error}")
        return Diff(changes=False)

    def chosen(self, props: Props) -> bool:
        """Whether the identifier was chosen by the user rather than derived."""
        return not is_known(props[self.KEY]) or identity.mark_of(props[self.KEY]) != self.mark(props)

    def waits(self, outputs: Props) -> bool:
        """Whether Apple has yet to decide about it."""
        return bool(outputs[self.STATE] == "PENDING")

    def news_from_apple(self, olds: Props, news: Props) -> Diff:
        """What has been decided since, asked only while something waits."""
        if not self.waits(olds):
            return Diff(changes=False)
        if olds[self.KEY] not in self.run.states(target(olds), self.KIND):
            self.run.say(f"{self.title(olds)} is no longer at Apple; it is uploaded again")
            return Diff(changes=True, replaces=[self.KEY])
        now = {**olds, **self.decided(olds)}
        self.tell(now)
        return Diff(changes=now != olds)

    def decided(self, outputs: Props) -> Props:
        """The outputs that Apple's review decides, as they are now."""
        listed = self.run.states(target(outputs), self.KIND)
        if outputs[self.KEY] not in listed:
            raise Failure(
                f"{self.title(outputs)} ({outputs[self.KEY]}) is no longer at Apple; "
                "run pulumi refresh, and the next pulumi up uploads it again"
            )
        return {self.STATE: listed[outputs[self.KEY]]}

    def tell(self, outputs: Props) -> None:
        """The line that a plan alone would not tell."""
        if outputs[self.STATE] == "REJECTED":
            self.run.say(f"{self.title(outputs)}: Apple rejected it; change it and run pulumi up")

    def create(self, inputs: Props) -> Created:
        """Upload; what the list has of the same owner besides is from a run that was cut off, or held."""
        identifier, state = self.upload(inputs)
        self.run.live(identifier)
        return Created(identifier, {**inputs, self.KEY: identifier, self.STATE: state})

    def upload(self, inputs: Props) -> tuple[str, str]:
        """
        Upload under the identifier of the inputs, or take what has it already, if that is ours.

        Answers the identifier it got and its state.
        """
        where, identifier = target(inputs), inputs[self.KEY]
        client, listed = self.run.client(where), self.run.states(where, self.KIND)
        for count in range(1, LONGEST_CHAIN):
            if identifier not in listed:
                try:
                    self.put(client, identifier, inputs)
                    return identifier, self.run.uploaded(where, self.KIND, identifier)
                except AlreadyExists:
                    listed = self.run.states(where, self.KIND, again=True)
            if self.chosen(inputs) and not (identifier in listed and inputs.get("adopt")):
                raise Failure(
                    f"Apple has the {self.KIND} {identifier} already, and it was not touched; "
                    f"choose another {self.KEY}, or set adopt=True to take it over"
                )
            if identifier in listed:
                return identifier, listed[identifier]
            identifier = self.derive(inputs, count)
        raise Failure(
            f"Apple refuses every identifier of {self.title(inputs)} as taken and lists none of them; "
            f"give it one of your own with {self.KEY}"
        )

    def read(self, id_: str, outputs: Props) -> Read | None:
        """Existence and state from the list; content cannot be read back."""
        listed = self.run.states(target(outputs), self.KIND)
        if id_ not in listed:
            return None
        return self.seen({**outputs, self.KEY: id_})

    def seen(self, outputs: Props) -> Read:
        """A resource that is there, with what Apple has decided."""
        now = {**outputs, **self.decided(outputs)}
        return Read(now, self.inputs_of(now))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Record what Apple has decided."""
        kept = {key: olds[key] for key in self.COMPUTED if key in olds}
        outputs = {**news, **kept, self.KEY: id_}
        return {**outputs, **self.decided(outputs)}

    def delete(self, id_: str, outputs: Props) -> None:
        """Take it away, and before the last of its owner whatever else of that owner is there: a failure loses none."""
        stays = self.stays(id_, outputs)
        if not self.run.has_live(self.mark(outputs)):
            self.retire_others(id_, outputs)
        if not stays:
            self.remove(target(outputs), id_)

    def retire_others(self, id_: str, outputs: Props) -> None:
        """Take away what the list has of the same owner besides."""
        for identifier in self.others(outputs, id_):
            if not self.stays(identifier, outputs):
                self.retire(target(outputs), identifier)

    def stays(self, identifier: str, outputs: Props) -> bool:
        """Whether a resource of this run has it or holds it."""
        return self.run.is_live(identifier) or self.run.is_held(identifier)

    def others(self, props: Props, identifier: str) -> list[str]:
        """What the list has of the same owner besides this identifier."""
        listed = self.run.states(target(props), self.KIND)
        return sorted(i for i in listed if i != identifier and identity.mark_of(i) == self.mark(props))

    def remove(self, where: Target, identifier: str) -> None:
        """Delete one identifier at Apple; gone is success."""
        if self.run.is_gone(identifier):
            return
        with suppress(NotFound):
            self.take_away(self.run.client(where), identifier)
        self.run.deleted(where, self.KIND, identifier)

    def retire(self, where: Target, identifier: str) -> None:
        """Delete what no record has as its own any more."""
        self.remove(where, identifier)

    def mark(self, props: Props) -> str:
        """The mark of the resource's owner; "" while that is unknown."""
        parts = (props["bundleId"], props["environment"], props["owner"])
        return identity.mark(*parts) if is_known(parts) else ""

    def title(self, props: Props) -> str:
        """How a line names the resource: `message stay-en`."""
        return f"{self.KIND} {self.name(props)}"

    def name(self, props: Props) -> str:
        """The resource's name in the program: the end of its URN."""
        return str(props["owner"]).rsplit("::", 1)[-1]
