"""
What the customer sees never hangs on a review that is still to come.

A message's `approvedIdentifier` is what may be shown now: defaults, servers and other stacks refer to it. It stays the
earlier message's until Apple has approved this one and all its images. The earlier one is held at Apple till then
(`superseded`). Once this one is shown, and no default that the program knows of (`pairs`) shows the earlier one, it is
retired by the `up` after, or later if `keepReplaced` says so.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from retention_messaging_provider import rules
from retention_messaging_provider.resources.image import Image
from retention_messaging_provider.resources.lifecycle import Checked, Created, Diff, Failure, Props, is_known, target
from retention_messaging_provider.resources.run import Target
from retention_messaging_provider.resources.upload import Upload

# Seconds. Apple allows one list a second in production, counted by the hour.
# https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
POLL_EVERY = 30


class SwitchOver(Upload):
    """An upload that stands in for an earlier one only when it may be shown."""

    @abstractmethod
    def images(self, props: Props) -> set[str]:
        """The identifiers of the images that it uses."""

    def check(self, olds: Props, news: Props) -> Checked:
        """For a creation also what will be shown, so that a plan knows it."""
        checked = super().check(olds, news)
        if checked.complaints:
            return checked
        inputs = checked.inputs
        if is_known(inputs["pairs"]):
            self.run.pairs[inputs["owner"]] = set(inputs["pairs"])
            self.run.left_pairs.setdefault(inputs["owner"], set()).update({*olds.get("pairs", [])} - {*inputs["pairs"]})
        if not olds:
            earlier = self.run.before(inputs["owner"]).get("approvedIdentifier", "")
            inputs["approvedIdentifier"] = inputs[self.KEY] if inputs["environment"] == "sandbox" else earlier
        return checked

    def create(self, inputs: Props) -> Created:
        """Upload beside what is shown now, and hold that until this one may be shown."""
        created = super().create(inputs)
        before, own = self.run.before(inputs["owner"]), created.id
        uploaded = self.wait({**created.outputs, "approvedIdentifier": "", "superseded": []})
        listed = self.run.states(target(inputs), self.KIND)
        named = [before.get("approvedIdentifier", ""), *before.get("superseded", [])]
        others = sorted({*self.others(inputs, own), *(i for i in named if i in listed)} - {own})
        shown = own if self.may_be_shown(uploaded) else self.shown_meanwhile(inputs, listed, others)
        recorded = before.get(self.KEY)
        # Pulumi deletes the recorded one itself, last, unless it is held here
        kept = {shown, named[0] if inputs.get("keepReplaced") else ""}
        superseded = [i for i in others if i != recorded or i in kept]
        retained = inputs.get("retainOnDelete")
        used = self.images_of(superseded, inputs)
        outputs = {
            **uploaded,
            "approvedIdentifier": shown,
            "approvedAt": int(self.run.clock()) if shown == own else None,
            "superseded": [] if retained else superseded,
            "supersededImages": [] if retained else sorted(used),
            "formerPairs": self.former_pairs(before, inputs),
        }
        self.run.hold([*superseded, *used])
        self.tell(outputs)
        return Created(own, outputs)

    def images_of(self, superseded: list[str], inputs: Props) -> set[str]:
        """The images that superseded messages of this owner use, or may use where only Apple's list tells of them."""
        before = self.run.before(inputs["owner"])
        recorded = before.get(self.KEY)
        used = set(before.get("supersededImages", [])) if superseded else set()
        if inputs.get("retainOnDelete") or recorded in superseded:
            used |= self.images(before)
        if {*superseded} - {recorded, *before.get("superseded", [])}:
            listed = self.run.states(target(inputs), Image.KIND) if self.run.images else ()
            used |= self.images(inputs) | self.images(before) | {*filter(Image(self.run).left_behind, listed)}
        return used

    def shown_meanwhile(self, inputs: Props, listed: Mapping[str, str], others: Iterable[str]) -> str:
        """
        What may be shown of the owner's earlier ones: the one that was, or the last if Apple has approved it since.

        Where nothing is recorded, as in a forced replacement, it is the one that a known default shows. An approved
        one whose images nobody knows may not be fit for that; it is what servers are told where no default is known.
        """
        before = self.run.before(inputs["owner"])
        if before:
            earlier, last = before["approvedIdentifier"], before[self.KEY]
            if listed.get(earlier) == "APPROVED":
                return str(earlier)
            return last if self.may_be_shown({**before, self.STATE: listed.get(last, "")}) else ""
        where, pairs = target(inputs), inputs["pairs"]
        approved = [i for i in others if listed[i] == "APPROVED"]
        return next((i for i in approved if not pairs or self.run.defaults.shown_by(where, i, pairs)), "")

    def wait(self, outputs: Props) -> Props:
        """Wait for Apple's review as long as `waitForReview` says, visibly; answers what has been decided by then."""
        deadline = self.run.clock() + (rules.seconds(outputs.get("waitForReview")) or 0)
        decided = {**outputs, self.STATE: outputs[self.STATE]}
        while self.waits(decided) and not self.may_be_shown(decided) and self.run.clock() < deadline:
            self.run.say(f"{self.title(outputs)}: waiting up to {outputs['waitForReview']} for Apple's review")
            self.run.sleep(min(POLL_EVERY, deadline - self.run.clock()))
            self.run.forget_lists(target(outputs))
            decided = {**outputs, **super().decided(outputs)}
        return decided

    def may_be_shown(self, outputs: Props) -> bool:
        """
        Whether Apple has approved it and all its images.

        https://developer.apple.com/documentation/retentionmessaging/upload-message: both need to be APPROVED.
        """
        if outputs[self.STATE] != "APPROVED":
            return False
        images = self.images(outputs)
        if not images or outputs["environment"] == "sandbox":
            return True
        states = self.run.states(target(outputs), Image.KIND)
        return all(states.get(image) == "APPROVED" for image in images)

    def waits(self, outputs: Props) -> bool:
        """Whether Apple has yet to decide about it or one of its images."""
        return bool(outputs["approvedIdentifier"] != outputs[self.KEY] and outputs[self.STATE] != "REJECTED")

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """A default that is to show another message is noted: till that is approved, it shows one of these."""
        diff = super().diff(id_, olds, news)
        if diff.changes or self.former_pairs(olds, news) == olds.get("formerPairs", []):
            return diff
        self.run.defaults.expect(target(olds), news["pairs"], olds["approvedIdentifier"])
        return Diff(changes=True)

    def former_pairs(self, olds: Props, news: Props) -> list[str]:
        """The pairs whose default refers to another message by now, and may still show one of these."""
        left = {*olds.get("formerPairs", []), *self.run.left_pairs.get(news["owner"], ())}
        return sorted(left - set(news["pairs"] if is_known(news["pairs"]) else ()))

    def news_from_apple(self, olds: Props, news: Props) -> Diff:
        """A decision is an update; so is retiring what this one superseded, in the `up` after."""
        self.run.hold([olds["approvedIdentifier"], *olds["superseded"], *olds["supersededImages"]])
        if olds[self.STATE] == "REJECTED":
            self.tell(olds)
        going = self.due(olds, news)
        if going:
            self.run.say(f"{self.title(olds)} is shown; retiring what it superseded: {', '.join(going)}")
            self.run.defaults.expect(target(olds), news["pairs"], olds[self.KEY])
            return Diff(changes=True)
        diff = super().news_from_apple(olds, news)
        if diff.changes and not diff.replaces:
            self.run.defaults.expect(target(olds), news["pairs"], self.decided(olds)["approvedIdentifier"])
        return diff

    def due(self, olds: Props, news: Props) -> list[str]:
        """What this one superseded and may go: it was shown in an earlier run, and no known default shows the other."""
        if olds["approvedIdentifier"] != olds[self.KEY] or news.get("retainOnDelete") or not is_known(news["pairs"]):
            return []
        if self.run.clock() < (olds.get("approvedAt") or 0) + (rules.seconds(news.get("keepReplaced")) or 0):
            return []
        pairs = [*news["pairs"], *self.former_pairs(olds, news)]
        return [i for i in olds["superseded"] if not self.run.defaults.shown_by(target(olds), i, pairs)]

    def decided(self, outputs: Props) -> Props:
        """State, what may be shown, and which of the superseded are still there."""
        listed = self.run.states(target(outputs), self.KIND)
        state = super().decided(outputs)
        shown = outputs["approvedIdentifier"] if listed.get(outputs["approvedIdentifier"]) == "APPROVED" else ""
        decided: dict[str, Any] = {**state, "superseded": [i for i in outputs["superseded"] if i in listed]}
        if not self.may_be_shown({**outputs, **state}):
            return {**decided, "approvedIdentifier": shown}
        if outputs["approvedIdentifier"] == outputs[self.KEY]:
            return {**decided, "approvedIdentifier": outputs[self.KEY]}
        return {**decided, "approvedIdentifier": outputs[self.KEY], "approvedAt": int(self.run.clock())}

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Record what Apple has decided, or retire."""
        outputs = {**super().update(id_, olds, news), "formerPairs": self.former_pairs(olds, news)}
        going = self.due(olds, news)
        if not going:
            return outputs
        self.run.release([*going, *outputs["supersededImages"]])
        where = target(outputs)
        for identifier in going:
            self.retire(where, identifier)
        left = [i for i in outputs["superseded"] if i not in going]
        if left:
            return {**outputs, "superseded": left}
        if self.run.images:
            self.retire_images(where, self.run.states(where, Image.KIND))
        former = [pair for pair in outputs["formerPairs"] if self.run.defaults.shows(where, pair) == id_]
        return {**outputs, "superseded": [], "supersededImages": [], "formerPairs": former}

    def delete(self, id_: str, outputs: Props) -> None:
        """With it go the images that could not go while it was there."""
        super().delete(id_, outputs)
        self.retire_images(target(outputs), self.images(outputs))
        Image(self.run).retry()

    def retire_others(self, id_: str, outputs: Props) -> None:
        """What it superseded, and the images of that."""
        super().retire_others(id_, outputs)
        self.retire_images(target(outputs), outputs["supersededImages"])

    def others(self, props: Props, identifier: str) -> list[str]:
        """With what it superseded under another owner: an alias changes that."""
        return sorted({*super().others(props, identifier), *props.get("superseded", [])})

    def stays(self, identifier: str, outputs: Props) -> bool:
        """Also what a known default shows: it goes with that, or later."""
        if super().stays(identifier, outputs):
            return True
        where, declared = target(outputs), self.run.pairs.get(outputs["owner"])
        known = {*(declared or ()), *outputs["pairs"], *outputs.get("formerPairs", [])}
        pair = self.run.defaults.shown_by(where, identifier, known | self.run.defaults.may_show(where, identifier))
        if pair is None:
            return False
        title = self.title(outputs)
        if pair in (declared or ()):
            raise Failure(
                f"{title}: {identifier} is still the default of {pair}, and was not deleted; "
                "run pulumi up without --target, which moves the default first"
            )
        self.run.say(
            f"{title} has left the program, but {pair} still shows {identifier}: left at Apple; "
            f"after a rename, give the new resource aliases=[pulumi.Alias(name={self.name(outputs)!r})]"
            if declared is None
            else f"{title}: {identifier} is left at Apple as long as {pair} shows it"
        )
        self.run.hold(self.held_with(identifier, outputs))
        self.run.defaults.wait_for(where, pair, identifier, outputs)
        return True

    def held_with(self, identifier: str, outputs: Props) -> set[str]:
        """What stays as long as it does."""
        return {identifier, *self.images(outputs), *outputs["supersededImages"]}

    def shown_no_more(self, where: Target, pair: str) -> None:
        """Delete what was to go, and stayed because of this pair."""
        for identifier, outputs in self.run.defaults.waited(where, pair):
            self.run.release(self.held_with(identifier, outputs))
            self.delete(identifier, outputs)

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
        """What Apple rejected: this, or one of its images."""
        if outputs[self.STATE] == "REJECTED":
            return "it"
        images = self.images(outputs)
        states = self.run.states(target(outputs), Image.KIND) if images else {}
        return next((f"its image {image}" for image in sorted(images) if states.get(image) == "REJECTED"), None)
