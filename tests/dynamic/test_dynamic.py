"""The door that `pulumi up` comes through, from Pulumi's side of it."""

import base64

import dill  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import UNKNOWN, Unknown

from dynamic.door import PLACE, next_run, over_the_wire, sent, serialized, start
from resources.samples import BOUNDED, CHOSEN, image, message, realtime_url
from resources.stack import Want
from retention_messaging_emulator import Emulator
from retention_messaging_provider.dynamic import ImageProvider, MessageProvider, RealtimeUrlProvider

PROVIDERS = [ImageProvider, MessageProvider, RealtimeUrlProvider]


# What is in every user's state


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_is_pickled_as_the_name_of_its_class(provider: type[ResourceProvider]) -> None:
    pickled = base64.b64decode(serialized(provider))

    assert len(pickled) < 100
    assert b"retention_messaging_provider.dynamic" in pickled
    assert provider.__name__.encode() in pickled
    assert type(dill.loads(pickled)) is provider


def test_a_provider_that_has_been_used_is_pickled_like_a_new_one(config: dict[str, str]) -> None:
    used = start(MessageProvider, config)
    used.create(used.check({}, sent(message(), config, MessageProvider)).inputs)

    assert vars(used) == {}
    assert serialize_provider(used) == serialized(MessageProvider)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_stands_in_the_state_in_plain_text(provider: type[ResourceProvider]) -> None:
    assert provider.serialize_as_secret_always is False


# A whole life through the door


HANDLERS = [
    pytest.param(RealtimeUrlProvider, realtime_url(), "com.example.app/sandbox", id="RealtimeUrl"),
    pytest.param(ImageProvider, image(imageIdentifier=CHOSEN), CHOSEN, id="Image"),
    pytest.param(MessageProvider, message(messageIdentifier=CHOSEN), CHOSEN, id="Message"),
]


@pytest.mark.parametrize(("provider", "want", "id_"), HANDLERS)
def test_a_resource_is_created_read_updated_and_deleted(
    apple: Emulator, config: dict[str, str], provider: type[ResourceProvider], want: Want, id_: str
) -> None:
    door = start(provider, config)
    checked = door.check({}, sent(want, config, provider))
    inputs = over_the_wire(checked.inputs)

    created = door.create(inputs)
    outputs = over_the_wire(created.outs)
    diff = door.diff(id_, {**outputs, "__provider": "of the release before"}, inputs)
    read = door.read(id_, outputs)
    updated = door.update(id_, outputs, inputs)
    next_run(provider, config).delete(id_, outputs)

    assert checked.failures == []
    assert created.id == read.id == id_
    assert (diff.changes, diff.replaces, diff.delete_before_replace) == (False, [], False)
    assert read.outs == updated.outs == created.outs
    assert apple.sandbox.inventory() == Emulator().sandbox.inventory()


@pytest.mark.parametrize(("provider", "want", "id_"), HANDLERS)
def test_what_is_gone_is_read_as_an_empty_id(
    apple: Emulator, config: dict[str, str], provider: type[ResourceProvider], want: Want, id_: str
) -> None:
    door = start(provider, config)
    created = door.create(door.check({}, sent(want, config, provider)).inputs)
    apple.reset()

    read = next_run(provider, config).read(id_, over_the_wire(created.outs))

    assert (read.id, read.outs) == ("", {})


def test_another_text_is_a_replacement_made_before_the_deletion(config: dict[str, str]) -> None:
    door = start(MessageProvider, config)
    created = door.create(door.check({}, sent(message("First"), config, MessageProvider)).inputs)
    news = door.check({}, sent(message("Second"), config, MessageProvider)).inputs

    diff = door.diff(created.id, over_the_wire(created.outs), over_the_wire(news))

    assert (diff.changes, diff.replaces, diff.delete_before_replace) == (True, ["header"], False)


def test_complaints_name_the_property_unless_pulumi_has_no_value_to_show_for_it(config: dict[str, str]) -> None:
    flawed = message("h" * 67, image={"imageIdentifier": CHOSEN, "altText": ""})
    news = sent(flawed, config, MessageProvider)
    del news["body"]

    failures = start(MessageProvider, config).check({}, news).failures

    assert [(each.property, each.reason) for each in failures] == [
        ("header", "has 67 characters; at most 66 are allowed"),
        ("", "body is empty; a text of 1 to 144 characters is needed"),
        ("", "image.altText is empty; a text of 1 to 150 characters is needed"),
    ]


def test_a_doubt_is_printed_once_a_run_with_the_name_of_the_resource(
    config: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    door = start(MessageProvider, config)
    news = sent(message("🔥" * 66), config, MessageProvider)

    door.check({}, news)
    door.check({}, news)

    assert capsys.readouterr().out == (
        "message stay: header has 132 UTF-16 units; if Apple counts those, more than 66 are refused\n"
    )


# What the wire does to values


@BOUNDED
@given(unknown=st.sets(st.sampled_from(["header", "body", "image", "bulletPoints", "bundleId"])))
def test_unknowns_come_in_as_pulumis_and_go_out_as_pulumis(unknown: set[str]) -> None:
    door = start(MessageProvider, {})
    props = {
        **message().props,
        "pairs": [],
        **PLACE,
        "owner": "urn",
        "image": {"imageIdentifier": CHOSEN, "altText": "A flame"},
    }
    news = over_the_wire({**props, **dict.fromkeys(unknown, UNKNOWN)})

    inputs = door.check({}, news).inputs

    assert {key for key in news if isinstance(inputs[key], Unknown)} == unknown
    assert isinstance(inputs["messageIdentifier"], Unknown) == bool(unknown)


def test_an_unknown_inside_a_value_comes_out_where_it_was() -> None:
    bullets = [{"text": "One", "imageIdentifier": CHOSEN, "altText": UNKNOWN}]
    news = over_the_wire({**message(bulletPoints=bullets).props, "pairs": [], **PLACE, "owner": "urn"})

    inputs = start(MessageProvider, {}).check({}, news).inputs

    assert isinstance(inputs["bulletPoints"][0]["altText"], Unknown)
    assert inputs["bulletPoints"][0]["text"] == "One"


def test_whole_numbers_stay_whole(config: dict[str, str]) -> None:
    inputs = start(ImageProvider, config).check({}, sent(image(), config, ImageProvider)).inputs

    assert (inputs["width"], inputs["height"]) == (3840, 160)
    assert {type(inputs["width"]), type(inputs["height"])} == {int}
    assert inputs["transparency"] is False
