"""The adapter of `pulumi up`, from Pulumi's side of it."""

import base64
import gc
from collections.abc import Callable
from dataclasses import dataclass

import dill  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import UNKNOWN, Unknown

from dynamic.adapter import LOCATION, next_run, over_the_wire, sent, serialized, start
from resources.samples import BOUNDED, EXPLICIT, default, image, message, performance_test, realtime_url
from resources.specimens import put_url_under_test
from resources.stack import HANDLERS, Want
from retention_messaging_emulator import AppStoreConnect, Emulator
from retention_messaging_provider import dynamic
from retention_messaging_provider.dynamic import (
    DefaultMessageProvider,
    ImageProvider,
    MessageProvider,
    PerformanceTestProvider,
    RealtimeUrlProvider,
)

PROVIDERS = [
    each
    for each in vars(dynamic).values()
    if isinstance(each, type) and issubclass(each, dynamic._Provider) and each is not dynamic._Provider
]
"""Every class that may be in a user's state, from the module itself."""


# What is in every user's state


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_is_pickled_as_the_name_of_its_class(provider: type[ResourceProvider]) -> None:
    """A provider is pickled as the name of its class, and as nothing else."""
    pickled = base64.b64decode(serialized(provider))

    assert len(pickled) < 100
    assert b"retention_messaging_provider.dynamic" in pickled
    assert provider.__name__.encode() in pickled
    assert type(dill.loads(pickled)) is provider


def test_a_provider_that_has_been_used_is_pickled_like_a_new_one(config: dict[str, str]) -> None:
    """A provider that has been used is pickled like a new one."""
    used = start(MessageProvider, config)
    used.create(used.check({}, sent(message(), config, MessageProvider)).inputs)

    assert vars(used) == {}
    assert serialize_provider(used) == serialized(MessageProvider)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_is_in_the_state_in_plain_text(provider: type[ResourceProvider]) -> None:
    """A provider is in the state in plain text."""
    assert provider.serialize_as_secret_always is False


def test_a_process_of_another_kind_collects_its_garbage(config: dict[str, str]) -> None:
    """In a process that Pulumi did not start for providers, as in a test, the garbage collection stays as it is."""
    before = gc.get_freeze_count()

    start(MessageProvider, config)

    assert gc.get_freeze_count() == before


# From creation to deletion


@dataclass(frozen=True)
class Case:
    """
    A resource, as a program wants it.

    - `id`: a form for its outputs. `arrange`: what has to be at Apple before.
    - `is_missing_then`: whether it is missing when Apple has nothing any more.
    """

    provider: type[ResourceProvider]
    want: Want
    id: str
    arrange: Callable[[AppStoreConnect], None] = lambda store: None
    is_missing_then: bool = True

    def __str__(self) -> str:
        return self.want.handler.__name__


CASES = [
    Case(RealtimeUrlProvider, realtime_url(), "com.example.app/sandbox"),
    Case(ImageProvider, image(imageIdentifier=EXPLICIT), EXPLICIT),
    Case(MessageProvider, message(messageIdentifier=EXPLICIT), EXPLICIT),
    Case(
        DefaultMessageProvider,
        default(messageIdentifier=EXPLICIT),
        "com.example.app/sandbox/com.example.monthly/en-US",
        arrange=lambda store: store.put_message(EXPLICIT, {"header": "Ours", "body": "Ours"}),
        is_missing_then=False,
    ),
    Case(PerformanceTestProvider, performance_test(), "{requestId}", arrange=put_url_under_test, is_missing_then=False),
]


def test_every_provider_has_a_case_and_every_handler_a_provider() -> None:
    """Every provider of the module has a case, and every handler a provider."""
    assert {case.provider for case in CASES} == {*PROVIDERS}
    assert {provider.handler for provider in PROVIDERS} == {*HANDLERS.values()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_resource_is_created_read_updated_and_deleted(apple: Emulator, config: dict[str, str], case: Case) -> None:
    """A provider creates, reads, updates and deletes its resource, and answers completely."""
    case.arrange(apple.sandbox)
    before = apple.sandbox.inventory()
    adapter = start(case.provider, config)
    checked = adapter.check({}, sent(case.want, config, case.provider))
    inputs = over_the_wire(checked.inputs)

    created = adapter.create(inputs)
    outputs = over_the_wire(created.outs)
    id_ = case.id.format(**created.outs)
    diff = adapter.diff(id_, {**outputs, "__provider": "of the release before"}, inputs)
    read = adapter.read(id_, outputs)
    updated = adapter.update(id_, outputs, inputs)
    next_run(case.provider, config).delete(id_, outputs)

    assert checked.failures == []
    assert created.id == read.id == id_
    assert (diff.changes, diff.replaces, diff.delete_before_replace) == (False, [], False)
    assert read.outs == updated.outs == created.outs
    assert read.inputs is None
    assert apple.sandbox.inventory() == before


def test_what_a_refresh_finds_is_among_the_inputs_too(apple: Emulator, config: dict[str, str]) -> None:
    """What Apple has decided since is in the inputs of a read, so that the next plan shows it."""
    base_url = config["retention-messaging:baseUrl"].replace("sandbox", "production")
    production = {
        **config,
        "retention-messaging:environment": "production",
        "retention-messaging:baseUrl": base_url,
    }
    adapter = start(MessageProvider, production)
    news = {**sent(message(), production, MessageProvider), "environment": "production"}
    created = adapter.create(adapter.check({}, news).inputs)
    apple.production.approve()

    read = next_run(MessageProvider, production).read(created.id, over_the_wire(created.outs))

    assert (created.outs["messageState"], read.outs["messageState"]) == ("PENDING", "APPROVED")
    assert read.inputs["messageState"] == "APPROVED"


@pytest.mark.parametrize("case", [case for case in CASES if case.is_missing_then], ids=str)
def test_what_is_missing_is_read_as_an_empty_id(apple: Emulator, config: dict[str, str], case: Case) -> None:
    """What is missing at Apple is read as an empty id."""
    case.arrange(apple.sandbox)
    adapter = start(case.provider, config)
    created = adapter.create(adapter.check({}, sent(case.want, config, case.provider)).inputs)
    apple.reset()

    read = next_run(case.provider, config).read(created.id, over_the_wire(created.outs))

    assert (read.id, read.outs) == ("", {})


def test_another_text_is_a_replacement_made_before_the_deletion(config: dict[str, str]) -> None:
    """Another text is a replacement that is made before the deletion."""
    adapter = start(MessageProvider, config)
    created = adapter.create(adapter.check({}, sent(message("First"), config, MessageProvider)).inputs)
    news = adapter.check({}, sent(message("Second"), config, MessageProvider)).inputs

    diff = adapter.diff(created.id, over_the_wire(created.outs), over_the_wire(news))

    assert (diff.changes, diff.replaces, diff.delete_before_replace) == (True, ["header"], False)


def test_a_check_failure_names_the_property_in_its_text(config: dict[str, str]) -> None:
    """A check failure names the property in its text alone, so that Pulumi does not print the value."""
    flawed = message("h" * 67, image={"imageIdentifier": EXPLICIT, "altText": ""})
    news = sent(flawed, config, MessageProvider)

    failures = start(MessageProvider, config).check({}, news).failures

    assert [(each.property, each.reason) for each in failures] == [
        ("", "header has 67 characters; at most 66 are allowed"),
        ("", "image.altText is empty; a text of 1 to 150 characters is needed"),
    ]


def test_a_warning_is_printed_once_a_run(config: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """A warning is printed once a run, with the name of the resource."""
    adapter = start(MessageProvider, config)
    news = sent(message("🔥" * 66), config, MessageProvider)

    adapter.check({}, news)
    adapter.check({}, news)

    assert capsys.readouterr().out == (
        "message stay: header has 132 UTF-16 units; if Apple counts those, more than 66 are refused\n"
    )


# What the wire does to values


@BOUNDED
@given(unknown=st.sets(st.sampled_from(["header", "body", "image", "bulletPoints", "bundleId"])))
def test_unknowns_come_in_as_pulumis_and_go_out_as_pulumis(unknown: set[str]) -> None:
    """Unknown values come in as Pulumi's and go out as Pulumi's."""
    adapter = start(MessageProvider, {})
    props = {
        **message().props,
        "pairs": [],
        **LOCATION,
        "owner": "urn",
        "image": {"imageIdentifier": EXPLICIT, "altText": "A flame"},
    }
    news = over_the_wire({**props, **dict.fromkeys(unknown, UNKNOWN)})

    inputs = adapter.check({}, news).inputs

    assert {key for key in news if isinstance(inputs[key], Unknown)} == unknown
    assert isinstance(inputs["messageIdentifier"], Unknown) == bool(unknown)


def test_an_unknown_inside_a_value_comes_out_where_it_was() -> None:
    """An unknown value inside another one comes out where it was."""
    bullets = [{"text": "One", "imageIdentifier": EXPLICIT, "altText": UNKNOWN}]
    news = over_the_wire({**message(bulletPoints=bullets).props, "pairs": [], **LOCATION, "owner": "urn"})

    inputs = start(MessageProvider, {}).check({}, news).inputs

    assert isinstance(inputs["bulletPoints"][0]["altText"], Unknown)
    assert inputs["bulletPoints"][0]["text"] == "One"


def test_whole_numbers_stay_whole(config: dict[str, str]) -> None:
    """Whole numbers stay whole, though Pulumi's wire has only floats."""
    inputs = start(ImageProvider, config).check({}, sent(image(), config, ImageProvider)).inputs

    assert (inputs["width"], inputs["height"]) == (3840, 160)
    assert {type(inputs["width"]), type(inputs["height"])} == {int}
    assert inputs["transparency"] is False
