"""Random histories: the emulator and a naive model of Apple's rules always answer alike."""

from dataclasses import dataclass, field

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from emulator.samples import BULLET, WIDE, bullet_point, identifier, message, outcome, shown
from retention_messaging_emulator import AppStoreConnect, AppStoreError, Emulator, Switches

MOST = 2
FILES = {"FULL_SIZE": WIDE, "BULLET_POINT": BULLET}

identifiers = st.sampled_from([identifier(number) for number in range(1, 4)])
sizes = st.sampled_from(sorted(FILES))
pairs = st.tuples(st.sampled_from(["monthly", "yearly"]), st.sampled_from(["en-US", "fr-FR"]))
decisions = st.sampled_from(["APPROVED", "REJECTED"])


@dataclass
class Model:
    """One app in production, in dictionaries."""

    images: dict[str, tuple[str, str]] = field(default_factory=dict)  # identifier → size and state
    messages: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)  # identifier → image sizes and state
    defaults: dict[tuple[str, str], str] = field(default_factory=dict)

    def upload_image(self, image: str, size: str) -> AppStoreError | None:
        if image in self.images:
            return AppStoreError.IMAGE_ALREADY_EXISTS
        if len(self.images) == MOST:
            return AppStoreError.MAXIMUM_NUMBER_OF_IMAGES_REACHED
        self.images[image] = (size, "PENDING")
        return None

    def delete_image(self, image: str) -> AppStoreError | None:
        if image not in self.images:
            return AppStoreError.IMAGE_NOT_FOUND
        if any(image in used for used, _ in self.messages.values()):
            return AppStoreError.IMAGE_IN_USE
        del self.images[image]
        return None

    def upload_message(self, name: str, used: dict[str, str]) -> AppStoreError | None:
        if any(image in self.images and self.images[image][0] != size for image, size in used.items()):
            return AppStoreError.BAD_REQUEST_IMAGE_SIZE
        if used.keys() - self.images.keys():
            return AppStoreError.IMAGE_NOT_FOUND
        if name in self.messages:
            return AppStoreError.MESSAGE_ALREADY_EXISTS
        if len(self.messages) == MOST:
            return AppStoreError.MAXIMUM_NUMBER_OF_MESSAGES_REACHED
        self.messages[name] = (used, "PENDING")
        return None

    def delete_message(self, name: str) -> AppStoreError | None:
        if name not in self.messages:
            return AppStoreError.MESSAGE_NOT_FOUND
        del self.messages[name]
        self.defaults = {pair: shown for pair, shown in self.defaults.items() if shown != name}
        return None

    def configure_default(self, pair: tuple[str, str], name: str) -> AppStoreError | None:
        if name not in self.messages:
            return AppStoreError.MESSAGE_NOT_FOUND
        used, state = self.messages[name]
        if state != "APPROVED":
            return AppStoreError.MESSAGE_NOT_APPROVED
        if any(self.images[image][1] != "APPROVED" for image in used):
            return AppStoreError.IMAGE_NOT_APPROVED
        self.defaults[pair] = name
        return None

    def review(self, name: str, decision: str) -> None:
        if name in self.images:
            self.images[name] = (self.images[name][0], decision)
        if name in self.messages:
            self.messages[name] = (self.messages[name][0], decision)

    def approve_all(self) -> None:
        self.images = {name: (size, decided(state)) for name, (size, state) in self.images.items()}
        self.messages = {name: (used, decided(state)) for name, (used, state) in self.messages.items()}


def decided(state: str) -> str:
    return "APPROVED" if state == "PENDING" else state


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.store: AppStoreConnect = Emulator(switches=Switches(max_images=MOST, max_messages=MOST)).production
        self.model = Model()

    @rule(image=identifiers, size=sizes)
    def upload_image(self, image: str, size: str) -> None:
        expected = self.model.upload_image(image, size)

        assert outcome(lambda: self.store.upload_image(image, FILES[size], size)) == expected

    @rule(image=identifiers)
    def delete_image(self, image: str) -> None:
        expected = self.model.delete_image(image)

        assert outcome(lambda: self.store.delete_image(image)) == expected

    @rule(name=identifiers)
    def upload_text(self, name: str) -> None:
        expected = self.model.upload_message(name, {})

        assert outcome(lambda: self.store.upload_message(name, message())) == expected

    @rule(name=identifiers, image=identifiers)
    def upload_with_image(self, name: str, image: str) -> None:
        body = message(image={**shown(1), "imageIdentifier": image})
        expected = self.model.upload_message(name, {image: "FULL_SIZE"})

        assert outcome(lambda: self.store.upload_message(name, body)) == expected

    @rule(name=identifiers, image=identifiers)
    def upload_with_bullet_point(self, name: str, image: str) -> None:
        body = message(bulletPoints=[bullet_point(imageIdentifier=image)])
        expected = self.model.upload_message(name, {image: "BULLET_POINT"})

        assert outcome(lambda: self.store.upload_message(name, body)) == expected

    @rule(name=identifiers)
    def delete_message(self, name: str) -> None:
        expected = self.model.delete_message(name)

        assert outcome(lambda: self.store.delete_message(name)) == expected

    @rule(pair=pairs, name=identifiers)
    def configure_default(self, pair: tuple[str, str], name: str) -> None:
        expected = self.model.configure_default(pair, name)

        assert outcome(lambda: self.store.configure_default_message(*pair, {"messageIdentifier": name})) == expected

    @rule(pair=pairs)
    def delete_default(self, pair: tuple[str, str]) -> None:
        self.model.defaults.pop(pair, None)

        self.store.delete_default_message(*pair)

    @rule(name=identifiers, decision=decisions)
    def review(self, name: str, decision: str) -> None:
        self.model.review(name, decision)

        self.store.review(decision, name)  # type: ignore[arg-type]

    @rule()
    def approve_all_that_is_pending(self) -> None:
        self.model.approve_all()

        self.store.approve()

    @invariant()
    def both_hold_the_same(self) -> None:
        stored = self.store.inventory()

        assert {each["imageIdentifier"]: (each["imageSize"], each["imageState"]) for each in stored["images"]} == (
            self.model.images
        )
        assert {each["messageIdentifier"]: each["messageState"] for each in stored["messages"]} == {
            name: state for name, (_, state) in self.model.messages.items()
        }
        assert {(each["productId"], each["locale"]): each["messageIdentifier"] for each in stored["defaults"]} == (
            self.model.defaults
        )


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=50, stateful_step_count=50, deadline=None)
