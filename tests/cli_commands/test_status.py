"""`status`: what customers see and what waits, of a state and of a whole app, over the life of a message."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cli_commands.command_line import COLUMNS, on_terminal
from cli_commands.status_world import (
    CIPHERTEXT,
    CREDENTIALS,
    FOREIGN,
    MONTHLY,
    NEW,
    OLD,
    OTHER,
    PICTURE,
    YEARLY,
    World,
    by,
)
from emulator.samples import MESSAGE, identifier
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.status.sentence import age
from retention_messaging_emulator import Emulator
from retention_messaging_provider.rules import LOCALES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAIR = f"{MONTHLY}/en-US"
UP = "pulumi up --stack production"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    emulator = Emulator(credentials=CREDENTIALS)
    with emulator.serve() as server:
        yield World(tmp_path, emulator, server.url)


def edited(world: World, state: str = "PENDING") -> str:
    """The state of a stack whose message was edited: the old one is shown, and the new one is in this state."""
    world.put(OLD)
    world.put_default(OLD)
    world.put(NEW, state=state)
    return world.state(world.message(shown=OLD, pairs=[PAIR]), world.default(OLD))


@pytest.mark.parametrize(
    ("state", "code", "health", "action"),
    [
        ("PENDING", Exit.WAITING, "waiting", f"run {UP} after the review"),
        ("APPROVED", Exit.WAITING, "approved", f"run {UP}"),
        ("REJECTED", Exit.NEEDS_YOU, "rejected", f"change what was rejected, then run {UP}"),
    ],
)
def test_an_edit_is_told_as_far_as_its_review(world: World, state: str, code: Exit, health: str, action: str) -> None:
    """After an edit what is shown is the earlier message, and what replaces it is as far as Apple's review."""
    file = edited(world, state)

    exit_code, data = world.run("status", "--state", file)

    (app,) = data["apps"]
    assert (exit_code, data["health"]) == (code, health)
    assert data["sentence"].endswith(f"; 1 of 1 defaults show a message; {action}")
    assert data["toDo"][-1] == UP
    assert app["defaults"] == [
        {
            "productId": MONTHLY,
            "locale": "en-US",
            "health": health,
            "messageIdentifier": OLD,
            "name": "earlier stay",
            "replacedBy": NEW,
        }
    ]
    (message,) = app["messages"]
    assert (message["messageState"], message["phase"], message["header"]) == (state, health, "Keep your streak")


def test_what_is_shown_needs_nothing(world: World) -> None:
    """Where every default shows its message there is nothing to do, and the exit code is 0."""
    world.put(NEW)
    world.put_default(NEW)
    file = world.state(world.message(shown=NEW, pairs=[PAIR]), world.default(NEW))

    code, data = world.run("status", "--state", file)

    assert (code, data["health"], data["toDo"]) == (Exit.OK, "shown", [])
    assert data["sentence"].endswith(": nothing waits; 1 of 1 defaults show a message; there is nothing to do")
    assert data["apps"][0]["defaults"][0]["replacedBy"] is None
    assert data["apps"][0]["messages"][0]["shownBy"] == [PAIR]


def test_an_approval_that_is_recorded_waits_for_its_default(world: World) -> None:
    """After a refresh has recorded an approval, what is left to do is the pulumi up that moves the default."""
    edited(world, "APPROVED")
    file = world.state(world.message(shown=NEW, superseded=[OLD], pairs=[PAIR]), world.default(OLD))

    code, data = world.run("status", "--state", file)

    assert (code, data["health"], data["toDo"]) == (Exit.WAITING, "approved", [UP])
    assert PAIR in data["sentence"]


def test_what_somebody_else_changed_is_refreshed(world: World) -> None:
    """A default that shows another message than recorded, and a URL that is another, ask for a refresh."""
    world.put(NEW, FOREIGN)
    world.put_default(FOREIGN)
    world.app_store.put_realtime_url({"realtimeURL": "https://elsewhere.example.com/?token=hush"})
    url = world.resource("RealtimeUrl", "endpoint", {"url": "https://here.example.com/apple"})
    file = world.state(world.message(shown=NEW, pairs=[PAIR]), world.default(NEW), url)

    code, data = world.run("status", "--state", file)

    assert (code, data["health"]) == (Exit.NEEDS_YOU, "changed")
    assert data["toDo"] == ["pulumi refresh --stack production", UP]
    assert f"not at Apple as recorded: {PAIR}, realtime URL; " in data["sentence"]
    assert data["apps"][0]["realtimeUrl"] == {"url": "https://elsewhere.example.com/?…", "isAsRecorded": False}
    assert "hush" not in json.dumps(data)


def test_a_message_that_is_gone_is_told(world: World) -> None:
    """A message that somebody deleted at Apple is told, and its default shows nothing."""
    file = world.state(world.message(shown=NEW, pairs=[PAIR]), world.default(NEW))

    code, data = world.run("status", "--state", file)

    (message,) = data["apps"][0]["messages"]
    assert (code, data["health"]) == (Exit.NEEDS_YOU, "changed")
    assert (message["messageState"], message["phase"], message["health"]) == (None, None, "changed")


def test_a_message_waits_for_its_image(world: World) -> None:
    """A message that Apple approved waits for its image, is rejected with it, and is approved with it."""
    world.put_image(PICTURE, "PENDING")
    image = {"imageIdentifier": PICTURE, "altText": "A mountain"}
    world.app_store.put_message(NEW, {**MESSAGE, "image": image})
    file = world.state(world.message(image=image), world.image())

    found = []
    for decide in (lambda: None, lambda: world.app_store.reject(PICTURE), lambda: world.app_store.approve(PICTURE)):
        decide()
        _, data = world.run("status", "--state", file)
        found.append([each["health"] for kind in ("messages", "images") for each in data["apps"][0][kind]])

    assert found == [["waiting", "waiting"], ["rejected", "rejected"], ["approved", "shown"]]


def test_how_long_it_waits_is_since_its_stack_uploaded_it(world: World) -> None:
    """How long a message waits is told from the date in its stack's state, in JSON and in the sentence."""
    since = datetime.now(UTC) - timedelta(days=3, hours=2)
    world.put(NEW, OTHER, state="PENDING")
    created = f"{since:%Y-%m-%dT%H:%M:%S}.123456789Z"
    file = world.state(world.message(created=created), world.message("quiet", OTHER))

    _, data = world.run("status", "--state", file)

    messages = by("name", data["apps"][0]["messages"])
    assert datetime.fromisoformat(messages["stay"]["waitsSince"]).timestamp() == pytest.approx(since.timestamp(), abs=1)
    assert messages["quiet"]["waitsSince"] is None
    assert "message stay (3d), message quiet; " in data["sentence"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(-5, "0s"), (0, "0s"), (59, "59s"), (60, "1m"), (7_199, "1h"), (86_400 * 400, "400d")]
)
def test_an_age_has_the_largest_unit_that_fits(seconds: int, said: str) -> None:
    """An age is in days, hours, minutes or seconds, rounded down."""
    now = datetime(2026, 11, 26, tzinfo=UTC)

    assert age(now - timedelta(seconds=seconds), now) == said


def test_it_asks_one_list_of_each_kind_and_each_pair_once(world: World) -> None:
    """Apple is asked for two lists, the URL, and each product and locale of the state once; it says how often."""
    world.put(NEW)
    message = world.message(shown=NEW, pairs=[PAIR, f"{YEARLY}/de-DE"], formerPairs=[f"{YEARLY}/ja"])
    file = world.state(message, world.default(NEW), world.default(NEW, YEARLY, "fr-FR"))

    _, data = world.run("status", "--state", file, "--locale", "de-DE", "--product", MONTHLY)

    asked = [f"default/{MONTHLY}/de-DE", f"default/{PAIR}", *(f"default/{YEARLY}/{each}" for each in PLACES)]
    assert sorted(world.requests()) == sorted(
        ("GET", each) for each in ["message/list", "image/list", "realtime/url", *asked]
    )
    assert data["requests"] == len(world.requests())
    assert f"{YEARLY}/ja" not in {f"{each['productId']}/{each['locale']}" for each in data["apps"][0]["defaults"]}


PLACES = ("de-DE", "fr-FR", "ja")


def test_a_product_alone_is_asked_about_in_every_locale(world: World) -> None:
    """A product without a locale is asked about in every locale of the state; what shows nothing needs you."""
    world.put(NEW)
    world.put_default(NEW)
    file = world.state(world.default(NEW), world.default(NEW, locale="de-DE"))
    world.put_default(NEW, locale="de-DE")

    code, data = world.run("status", "--state", file, "--product", YEARLY)

    shown = {(each["productId"], each["locale"]): each["health"] for each in data["apps"][0]["defaults"]}
    assert (code, data["health"]) == (Exit.NEEDS_YOU, "nothing")
    assert shown == {
        (MONTHLY, "de-DE"): "shown",
        (MONTHLY, "en-US"): "shown",
        (YEARLY, "de-DE"): "nothing",
        (YEARLY, "en-US"): "nothing",
    }


def test_a_whole_app_is_all_that_apple_lists(world: World) -> None:
    """Without a state every message and image that Apple lists is told, with what is shown where it was asked."""
    world.put(OLD)
    world.put(NEW, state="PENDING")
    world.put_image(PICTURE, "PENDING")
    world.put_default(OLD)

    code, data = world.run("status", "--product", MONTHLY, "--locale", "en-US")

    (app,) = data["apps"]
    assert (code, data["health"]) == (Exit.WAITING, "waiting")
    assert data["toDo"] == [f"retention-messaging status --wait 30m --product {MONTHLY} --locale en-US"]
    assert {each["messageIdentifier"]: each["phase"] for each in app["messages"]} == {OLD: "shown", NEW: "waiting"}
    assert app["defaults"][0]["name"] == OLD
    assert app["listed"]["message"] == {
        "states": {"APPROVED": 1, "PENDING": 1},
        "count": 2,
        "allowed": 2000,
        "ofOthers": 0,
    }


def test_what_other_stacks_have_is_counted_only(world: World) -> None:
    """Of another stack's uploads a stack's status tells their number, and is not made worse by them."""
    world.put(NEW)
    world.put(OTHER, state="REJECTED")
    world.put_default(NEW)
    file = world.state(world.message(shown=NEW, pairs=[PAIR]), world.default(NEW))

    code, data = world.run("status", "--state", file)

    assert code == Exit.OK
    assert data["apps"][0]["listed"]["message"]["ofOthers"] == 1


def test_a_program_of_two_apps_has_two(world: World) -> None:
    """Of a state with resources of two apps each app is asked about with its own token."""
    world.put(NEW)
    world.emulator.app_store("production", "com.example.other").put_message(OTHER, MESSAGE)
    other = world.message("other", OTHER, shown=OTHER, bundleId="com.example.other")
    file = world.state(world.message(shown=NEW), other)

    code, data = world.run("status", "--state", file)

    assert code == Exit.OK
    assert {each["bundleId"]: each["messages"][0]["health"] for each in data["apps"]} == {
        CREDENTIALS.bundle_id: "shown",
        "com.example.other": "shown",
    }


def test_a_state_of_another_environment_is_refused(world: World) -> None:
    """A state of another environment than the settings' is refused, with what to do."""
    message = world.message()
    message["outputs"]["environment"] = "sandbox"

    result = world.printed("status", "--state", world.state(message))

    assert result.exit_code == Exit.FAILED
    assert re.search(r"has resources of \S+ \(sandbox\), and the settings .* with --stack\n$", result.stderr)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--product", MONTHLY], "--product needs --locale beside it"),
        (["--locale", "en_US"], "'en_US' is not written as Apple writes locales; did you mean en-US?"),
        (["--product", "a b"], "'a b' is empty or has a space"),
        (["--wait", "soon"], "'soon' is no duration"),
    ],
)
def test_what_cannot_be_meant_is_a_wrong_command_line(world: World, options: list[str], said: str) -> None:
    """A product without any locale, a locale that Apple does not write so, and no duration are refused."""
    result = world.printed("status", *options)

    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")
    assert said in result.stderr


def test_the_performance_tests_of_a_state_are_told(tmp_path: Path) -> None:
    """What a performance test of a state ended with is told, without asking Apple."""
    emulator = Emulator(credentials=CREDENTIALS)
    with emulator.serve() as server:
        world = World(tmp_path, emulator, server.url, "sandbox")
        outputs = {"requestId": identifier(), "result": "PASS", "successRate": 98, "responseTimes": {"p99": 400}}
        file = world.state(world.resource("PerformanceTest", "test", outputs))

        _, data = world.run("status", "--state", file)

        (test,) = data["apps"][0]["performanceTests"]
        assert (test["name"], test["result"], test["successRate"], test["failures"]) == ("test", "PASS", 98, None)
        assert "98 % successful" in world.printed("status", "--state", file, "--output", "table").stdout


def test_a_secret_of_a_state_is_masked(world: World) -> None:
    """A text or URL that is a secret in the state is `[secret]`, also where Apple tells it in clear."""
    world.put(NEW)
    world.put_default(NEW)
    world.app_store.put_realtime_url({"realtimeURL": "https://hush.example.com/apple"})
    message = world.message(shown=NEW, pairs=[PAIR], header=CIPHERTEXT, body=CIPHERTEXT)
    url = world.resource("RealtimeUrl", "endpoint", {"url": CIPHERTEXT, "configuredUrl": CIPHERTEXT})
    default = world.default(NEW, messageIdentifier=CIPHERTEXT, configuredIdentifier=CIPHERTEXT)
    hidden = world.default(NEW, productId=CIPHERTEXT)
    file = world.state(message, default, url, hidden)

    code, data = world.run("status", "--state", file)

    (app,) = data["apps"]
    assert (code, app["realtimeUrl"]["url"]) == (Exit.OK, "[secret]")
    assert (app["messages"][0]["header"], app["messages"][0]["body"]) == ("[secret]", "[secret]")
    assert [each["productId"] for each in app["defaults"]] == [MONTHLY]
    for format_ in ("table", "markdown", "json"):
        assert "hush" not in world.printed("status", "--state", file, "--output", format_).stdout


def test_markdown_has_the_sentence_first_and_the_matrix(world: World) -> None:
    """Markdown begins with the sentence and has a row for each locale; no text of a message becomes markup."""
    file = edited(world)
    content: Any = json.loads((world.folder / "state.json").read_text())
    content["deployment"]["resources"][0]["outputs"]["header"] = "<b>5|6</b>"
    (world.folder / "state.json").write_text(json.dumps(content))

    result = world.printed("status", "--state", file, "--output", "markdown")

    lines = result.stdout.splitlines()
    assert (result.exit_code, lines[0].count("waiting for Apple")) == (Exit.WAITING, 1)
    assert "| en-US | earlier stay → stay, waiting |" in lines
    assert r"| message stay | waiting |  | \<b\>5\|6\</b\> |" in lines


def test_a_terminal_of_80_columns_holds_many_products(world: World) -> None:
    """On a terminal of 80 columns no line is wider, with seven products in five locales."""
    world.put(OLD, NEW)
    products = [f"com.example.subscription.{number}" for number in range(7)]
    pairs = [f"{product}/{locale}" for product in products for locale in ("de-DE", "en-US", "fr-FR", "ja", "zh-Hant")]
    file = world.state(world.message("stay-in-every-language-of-the-world", shown=NEW, pairs=pairs))

    code, shown = on_terminal("status", "--state", file, env={**os.environ, **world.env})

    bare = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.rpartition("Asking")[2]).splitlines()[1:]
    assert code == Exit.WAITING
    assert [line for line in bare if len(line) > COLUMNS and "pulumi" not in line] == []
    assert sum("zh-Hant" in line for line in bare) == 3
    assert re.search(r"\x1b\[[0-9;]*3\d", shown)


def test_what_no_default_shows_may_be_shown(world: World) -> None:
    """An approved message that no default shows is not called shown: it may be."""
    world.put(NEW)
    file = world.state(world.message(shown=NEW, messageState="APPROVED"))
    unshown = world.printed("status", "--state", file, "--output", "table").stdout
    world.put_default(NEW)
    shown = world.printed("status", "--state", world.state(world.message(shown=NEW, pairs=[PAIR])), "--output", "table")

    rows = [
        re.split(r"  +", line.strip())[:2] for line in (unshown + shown.stdout).splitlines() if "message stay" in line
    ]

    assert rows == [["message stay", "may be shown"], ["message stay", "shown"]]


def test_of_many_what_needs_a_look_comes_first(world: World) -> None:
    """Of more than a person reads, the sentence and what needs a look are shown; --all, and JSON, have everything."""
    numbers = [identifier(number) for number in range(1, 63)]
    world.put(*numbers[:-1])
    world.put(numbers[-1], state="REJECTED")
    locales = sorted(LOCALES)[:31]
    pairs = [(MONTHLY, locale) for locale in locales] + [(f"com.example.{n}", "en-US") for n in range(3)]
    for message, (product, locale) in zip(numbers, pairs, strict=False):
        world.put_default(message, product, locale)
    file = world.state(
        *(world.message(f"m{n:02}", each, each, pairs=[]) for n, each in enumerate(numbers)),
        *(world.default(each, *pair) for each, pair in zip(numbers, pairs, strict=False)),
    )

    short, whole = (
        world.printed("status", "--state", file, "--output", "markdown", *more).stdout for more in ([], ["--all"])
    )
    asked = len(world.requests())
    _, data = world.run("status", "--state", file)

    assert len(short.splitlines()) < 25
    assert short.startswith("**com.example.app (production): rejected by Apple: message m61;")
    assert "Shown: of 34 defaults none to look at; all of them: the same command with --all." in short
    assert "| message m61 | rejected |" in short
    assert "Review: and 61 shown; all of them: the same command with --all." in short
    assert all(f"| message m{n:02} |" in whole for n in range(62))
    assert sum(f"| {locale} |" in whole for locale in locales) == len(locales)
    assert (len(data["apps"][0]["messages"]), len(data["apps"][0]["defaults"]), data["requests"]) == (62, 34, 37)
    assert (asked, len(world.requests())) == (74, 111)
