"""The console as it is served: what it shows, what of it is sent again, and that it is safe to look at."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

import retention_messaging_emulator.console
from emulator.console.conftest import SCRIPT, Still, about, control_of
from emulator.console.drawn import Element, drawn
from emulator.samples import API, BULLET, MESSAGE, WIDE, bullet_point, identifier, message, shown
from retention_messaging_emulator import Emulator, Fault
from retention_messaging_emulator.console.actions import ACTIONS
from retention_messaging_emulator.console.pages import HTMX_INTEGRITY, PARTS
from retention_messaging_emulator.web.manual import manual

Page = Callable[..., Element]
STATIC = Path(retention_messaging_emulator.console.__file__).with_name("static")
HERE = "/_emulator/"


def test_the_page_shows_both_environments(filled: Emulator, page: Page) -> None:
    """The page has what is kept in the sandbox and in production, each under its name."""
    sandbox, production = page().one(id="inventory").all("article")

    assert sandbox.attributes["aria-label"] == "Inventory of com.example.app in sandbox"
    assert (MESSAGE["header"] in sandbox.text, MESSAGE["body"] in sandbox.text) == (True, True)
    assert production.attributes["aria-label"] == "Inventory of com.example.app in production"
    assert ("Bleib dabei" in production.text, "Need a break?" in production.text) == (True, True)


def test_an_empty_emulator_says_what_to_do(page: Page) -> None:
    """Where nothing was uploaded, the page says how a stack gets here."""
    assert "run pulumi up" in page().one(id="requests").text
    assert "Nothing waits." in page().one(id="queue").text


def test_a_message_is_shown_with_its_pictures_and_texts(emulator: Emulator, page: Page) -> None:
    """A message has its texts and bullet points, and its pictures with their alternative texts."""
    emulator.sandbox.upload_image(identifier(1), WIDE)
    emulator.sandbox.upload_image(identifier(2), BULLET, "BULLET_POINT")
    points = [bullet_point(imageIdentifier=identifier(2), text="All your notes", altText="A notebook")]
    emulator.sandbox.upload_message(identifier(3), message(image=shown(1), bulletPoints=points))

    card = page().one(id="inventory").one(class_="message")

    assert card.text == f"{MESSAGE['header']} {MESSAGE['body']} All your notes"
    below = f"{HERE}sandbox/com.example.app/images/"
    assert [(each.attributes["src"], each.attributes["alt"]) for each in card.all("img")] == [
        (f"{below}{identifier(1)}", "A flame"),
        (f"{below}{identifier(2)}", "A notebook"),
    ]


@pytest.mark.parametrize(("position", "first"), [("ABOVE_IMAGE", "head"), ("ABOVE_BODY", "hero")])
def test_a_header_stands_where_it_was_put(emulator: Emulator, page: Page, position: str, first: str) -> None:
    """A header is above the image, or between the image and the body."""
    emulator.sandbox.upload_image(identifier(1), WIDE)
    emulator.sandbox.upload_message(identifier(2), message(image=shown(1), headerPosition=position))

    card = page().one(id="inventory").one(class_="message")

    assert next(each for each in card.inside if isinstance(each, Element)).attributes["class"] == first


def test_an_image_that_is_not_approved_says_so(emulator: Emulator, page: Page) -> None:
    """A picture that waits for review, or is not there, says so in its message."""
    emulator.production.upload_image(identifier(1), WIDE)
    emulator.production.upload_message(identifier(2), message(image=shown(1)))

    assert "image PENDING" in page().one(id="queue").one(class_="message").text


def test_defaults_are_a_table_of_products_and_locales(filled: Emulator, page: Page) -> None:
    """The defaults of an app are a table, products across and locales down, with the header that is shown."""
    filled.sandbox.put_message(identifier(4), {"header": "Gardez votre série", "body": "Restez."})
    filled.sandbox.configure_default_message("yearly", "fr-FR", about(4))

    table, _ = page().one(id="apps").all("table")

    assert [each.text for each in table.all("th", scope="col")] == ["Locale", "monthly", "yearly"]
    assert [each.text for each in table.all("th", scope="row")] == ["en-US", "fr-FR"]
    assert [each.text for each in table.all("td")] == [
        "Tap Cancel Subscription, monthly, en-US: Keep your streak",
        "none",
        "none",
        "Tap Cancel Subscription, yearly, fr-FR: Gardez votre série",
    ]


def test_a_default_that_nobody_is_shown_says_why(filled: Emulator, page: Page) -> None:
    """A default whose message was rejected says that it is not shown."""
    filled.reject(identifier(2))

    _, table = page().one(id="apps").all("table")

    assert table.text.endswith(f"Bleib dabei Not shown: message {identifier(2)} is REJECTED")


def test_requests_are_shown_with_their_errors(client: httpx.Client, emulator: Emulator, page: Page) -> None:
    """The latest request comes first, with Apple's error and the fault that it met."""
    client.get("/default/monthly/xx")
    emulator.fail_next(Fault(kind="drop"))
    with pytest.raises(httpx.RemoteProtocolError):
        client.put(f"/message/{identifier()}", json=MESSAGE)

    latest, first = page().one(id="requests").all("li")

    assert latest.text.startswith(f"cut PUT Upload Message fault: drop /message/{identifier()}")
    assert first.text.startswith("400 GET Get Default Message InvalidLocaleError /default/monthly/xx")


def test_conditions_are_shown_as_they_are(client: httpx.Client, emulator: Emulator, page: Page) -> None:
    """Faults, rate limits with what is used of them, and latency are shown as they are."""
    emulator.fail_next(Fault(kind="time-out", seconds=5, times=2, path="Upload Image"))
    emulator.set_rate_limits({"Get Message List": 3})
    client.get("/message/list")
    emulator.set_latency(250)

    whole = page()

    assert "time-out for 5 seconds: the next 2 requests to Upload Image" in whole.one(id="faults").text
    assert "Get Message List: 3 an hour." in whole.one(id="limits").text
    assert whole.one(id="limits").text.endswith("1 of 3")
    assert "250 ms later" in whole.one(id="latency").text


@pytest.mark.parametrize(
    ("advanced", "told"),
    [
        (0, "This machine's time."),
        (90_000_000, "1 day, 1 hour ahead of this machine's clock."),
        (-120_000, "2 minutes behind this machine's clock."),
        (10**15, "ahead of this machine's clock."),
    ],
)
def test_the_clock_says_how_far_it_was_moved(emulator: Emulator, page: Page, advanced: int, told: str) -> None:
    """The clock says how far it is from the machine's, however far that is."""
    emulator.clock.advance(advanced)

    assert told in page().one(id="clock").text


NASTY = """<script>alert(1)</script><img src=x onerror=alert(1)>"' onfocus="x" {{ 7*7 }} </p>"""


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_texts_are_texts(emulator: Emulator, client: httpx.Client, page: Page, environment: str) -> None:
    """Markup in texts, products and paths is shown as it is, and makes no element or attribute."""
    plain = {each.tag: len(page().all(each.tag)) for each in page().all() if each.tag in ("script", "img")}
    store = emulator.sandbox if environment == "sandbox" else emulator.production
    nasty = {"header": NASTY[:66], "body": NASTY}
    store.upload_message(identifier(1), nasty)
    store.approve()
    store.configure_default_message(NASTY, "en-US", about(1))
    store.upload_message(identifier(2), nasty)
    client.get(f"/message/{NASTY}")

    whole = page()

    assert {tag: len(whole.all(tag)) for tag in plain} == plain
    assert not [each for each in whole.all() if "onfocus" in each.attributes or "onerror" in each.attributes]
    assert NASTY in whole.one(id="inventory").text
    (button,) = (each for each in whole.one(id="apps").all("button") if "value" in each.attributes)
    assert json.loads(button.attributes["value"]) == [NASTY, "en-US"]


def test_nothing_is_loaded_from_elsewhere(filled: Emulator, page: Page) -> None:
    """Every address on the page is on the emulator, below its control routes."""
    addresses = {
        each.attributes[name]
        for each in page().all()
        for name in ("src", "href", "action", "formaction", "hx-post", "hx-get")
        if name in each.attributes
    }

    assert len(addresses) > 10
    assert {each for each in addresses if not each.startswith((HERE, "#"))} == set()


def test_the_page_allows_itself_nothing_more(control: httpx.Client) -> None:
    """A policy lets the page load only what is the emulator's, run no script in it, and stand in no frame."""
    answer = control.get("/")

    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=", answer.text)


def test_every_field_and_picture_has_a_name(filled: Emulator, page: Page) -> None:
    """Every button has a text, every field a label around it, and every picture an alternative text."""
    whole = page()
    labelled = [field for label in whole.all("label") for field in label.all() if field.tag in ("input", "select")]
    fields = [
        each for each in whole.all() if each.tag in ("input", "select") and each.attributes.get("type") != "hidden"
    ]

    assert fields == labelled
    assert [each for each in whole.all("button") if not each.text] == []
    assert [each for each in whole.all("img") if "alt" not in each.attributes] == []


def test_no_two_elements_have_one_id(filled: Emulator, page: Page) -> None:
    """An id, by which a part or the keyboard's place is found again, is there once."""
    filled.sandbox.put_message(identifier(3), MESSAGE, "PENDING")

    ids = [each.attributes["id"] for each in page().all() if "id" in each.attributes]

    assert sorted(set(ids)) == sorted(ids)


def test_every_action_has_a_form_on_the_page(filled: Emulator, client: httpx.Client, page: Page) -> None:
    """The forms of the page name every action, and no other."""
    client.get("/message/list")
    filled.fail_next(Fault(kind="drop"))

    sent_to = {
        each.attributes[name].removeprefix(f"{HERE}console/")
        for each in page().all()
        for name in ("action", "formaction")
        if name in each.attributes
    }

    assert sent_to == ACTIONS.keys()


def test_of_many_messages_the_first_are_shown(emulator: Emulator, page: Page) -> None:
    """Of more than 60 messages the first 60 are shown, and a link shows all."""
    for number in range(61):
        emulator.sandbox.put_message(identifier(number), MESSAGE)

    some, whole = page().one(id="inventory"), page(everything="yes").one(id="inventory")

    assert len(some.all(class_="message")) == 60
    assert some.one("a").attributes["href"] == f"{HERE}?everything=yes#inventory-section"
    assert (len(whole.all(class_="message")), whole.all("a")) == (61, [])


def marks(page: Element) -> list[str]:
    return [each.attributes["value"] for each in page.all("input", name="seen")]


def test_only_what_has_changed_is_sent_again() -> None:
    """The script is sent the parts that look different from those that it names, and nothing if none does."""
    emulator = Emulator(clock=Still())
    emulator.production.upload_message(identifier(), MESSAGE)
    with control_of(emulator) as control:
        seen = marks(drawn(control.get("/").text))
        unchanged = control.get("/console/changes", params={"seen": seen})
        emulator.approve()
        changed = control.get("/console/changes", params={"seen": seen})

    sent = drawn(changed.text)
    assert (len(seen), unchanged.status_code, unchanged.content) == (len(PARTS), 204, b"")
    assert [each.attributes["id"] for each in sent.all(class_="part")] == ["counts", "queue", "inventory"]
    assert "Nothing waits." in sent.one(id="queue").text


def test_a_request_is_seen_without_a_new_page(client: httpx.Client, control: httpx.Client, page: Page) -> None:
    """A request to Apple's endpoints is among the changes."""
    seen = marks(page())

    client.get("/message/list")
    changed = drawn(control.get("/console/changes", params={"seen": seen}).text)

    assert changed.one(id="requests").one("li").text.startswith("200 GET Get Message List /message/list")


def test_to_look_makes_no_app(emulator: Emulator, page: Page) -> None:
    """An app that was never asked about is drawn, and is still not in the inventory."""
    whole = page()

    assert len(whole.one(id="apps").all("article")) == 2
    assert emulator.inventory() == []


def test_the_start_does_not_wait_for_the_console() -> None:
    """What draws the console is not imported, and no template is read, before a page is asked for."""
    program = (
        "import sys; from retention_messaging_emulator import Emulator; print(*vars(Emulator().app), *sys.modules)"
    )

    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert "url_map" in there
    assert {"jinja_env", "retention_messaging_emulator.console.pages"}.isdisjoint(there)


def test_the_script_library_is_the_one_that_is_named() -> None:
    """The library is the file whose hash the page and the note beside it have."""
    digest = hashlib.sha384((STATIC / "htmx.min.js").read_bytes()).digest()

    assert f"sha384-{base64.b64encode(digest).decode()}" == HTMX_INTEGRITY
    assert HTMX_INTEGRITY in (STATIC / "README.md").read_text()
    assert (STATIC / "htmx.LICENSE").read_text().startswith("Zero-Clause BSD")


def test_every_route_has_a_line_in_the_manual(emulator: Emulator) -> None:
    """Every route below /_emulator that is not the page's own has a line in the manual."""
    own = ("/_emulator/console/", "/_emulator/static/")
    rules = [each for each in emulator.app.url_map.iter_rules() if each.rule.startswith(HERE)]

    lines = {
        f"- `{method} {re.sub(r'^/_emulator(/<any.*?>/<bundle_id>)?', '', each.rule)}".rstrip()
        for each in rules
        if not each.rule.startswith(own)
        for method in (each.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert len(lines) > 25
    assert {line for line in lines if not re.search(rf"^{re.escape(line)}[`?]", manual(), re.MULTILINE)} == set()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "console/changes"),
        ("GET", "static/console.js"),
        *(("POST", f"console/{each}") for each in ACTIONS),
    ],
)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Host": "rebind.evil.example"},
    ],
)
def test_the_console_is_guarded_as_control_routes_are(
    filled: Emulator, control: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    """A page of another site, or a name that leads here, reads nothing of the console and sends no form."""
    before = filled.inventory()

    answer = control.request(method, f"/{path}", headers={**SCRIPT, **headers})

    assert (answer.status_code, filled.inventory()) == (403, before)
    assert "manual" in answer.json()["error"]


def test_a_control_route_is_no_part_of_apples_api(control: httpx.Client, filled: Emulator) -> None:
    """What is done on the console leaves no trace in the log of requests."""
    control.get("/")
    control.post("/console/approve")

    assert filled.requests() == []
    assert control.get(f"/console{API}").status_code == 404
