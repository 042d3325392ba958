"""The console in a real browser, Chromium: by keyboard alone, as it changes by itself, and how it looks."""

from __future__ import annotations

import shutil
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no py.typed
from playwright.sync_api import expect, sync_playwright

from emulator.console.conftest import about
from emulator.samples import API, BULLET, MESSAGE, WIDE, bullet_point, identifier, message, shown, token
from retention_messaging_emulator import Emulator, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)  # milliseconds: a busy machine is slow, and not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def account() -> Iterator[Emulator]:
    """Message 1 is the sandbox's default; in production messages 2, 3 and 4 wait for review."""
    with closing(Emulator()) as emulator:
        emulator.sandbox.upload_message(identifier(1), MESSAGE)
        emulator.sandbox.configure_default_message("com.example.monthly", "en-US", about(1))
        for number in (2, 3, 4):
            emulator.production.upload_message(identifier(number), message(header=f"Offer {number}"))
        yield emulator


@contextmanager
def opened(browser: Browser, emulator: Emulator, **options: Any) -> Iterator[Page]:
    """The console in a window of its own. AssertionError if the page reports an error, or asks another host."""
    wrong: list[str] = []
    with emulator.serve() as server, closing(browser.new_context(**options)) as window:
        page = window.new_page()
        page.on("console", lambda each: wrong.append(each.text) if each.type in ("error", "warning") else None)
        page.on("pageerror", lambda each: wrong.append(str(each)))
        page.on("request", lambda each: None if each.url.startswith(server.url) else wrong.append(each.url))
        page.goto(server.console_url)
        yield page
    assert wrong == []


def go_to(page: Page, name: str) -> None:
    """Press Tab until what has this name, or begins with it, has the keyboard."""
    for _ in range(200):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText.replace(/\\s+/g, ' ').trim()"
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_a_review_is_decided_by_keyboard(browser: Browser, account: Emulator) -> None:
    """By keyboard one message is approved and another rejected, and the keyboard goes on to the next."""
    with opened(browser, account) as page:
        go_to(page, "Approve “Offer 2”")
        page.keyboard.press("Enter")
        expect(page.locator("#told-review")).to_have_text("Apple approved 1 upload.")
        expect(page.locator(f"#approve-production-{identifier(3)}")).to_be_focused()
        go_to(page, "Reject “Offer 3”")
        page.keyboard.press("Space")
        expect(page.locator("#told-review")).to_have_text("Apple rejected 1 upload.")
        expect(page.locator(f"#reject-production-{identifier(4)}")).to_be_focused()

    states = [each["messageState"] for each in account.production.messages()]
    assert states == ["APPROVED", "REJECTED", "PENDING"]


def test_the_last_decision_leaves_the_keyboard_at_what_is_told(browser: Browser, account: Emulator) -> None:
    """When nothing waits any more, the keyboard is at the sentence that says what was done."""
    with opened(browser, account) as page:
        go_to(page, "Approve all 3")
        page.keyboard.press("Enter")
        expect(page.locator("#queue")).to_contain_text("Nothing waits.")
        expect(page.locator("#told-review")).to_be_focused()


def test_a_fault_is_switched_on_by_keyboard(browser: Browser, account: Emulator) -> None:
    """By keyboard a fault is chosen with its number and switched on, and switched off again."""
    with opened(browser, account) as page:
        go_to(page, "lose-answer")
        page.keyboard.press("ArrowUp")
        go_to(page, "Of which endpoint")
        page.keyboard.type("Upload Message")
        go_to(page, "How many requests")
        page.keyboard.type("2")
        go_to(page, "Switch the fault on")
        page.keyboard.press("Enter")
        expect(page.locator("#faults")).to_contain_text("drop: the next 2 requests to Upload Message")
        waiting = account.traffic.faults.waiting()
        page.keyboard.press("Shift+Tab")
        go_to(page, "Skip to what waits")
        go_to(page, "Switch all faults off")
        page.keyboard.press("Enter")
        expect(page.locator("#faults")).to_have_text("No fault is on.")

    assert waiting == [Fault(kind="drop", path="Upload Message", times=2)]
    assert account.traffic.faults.waiting() == []


def test_fields_are_those_of_the_fault_that_is_chosen(browser: Browser, account: Emulator) -> None:
    """The error to answer with, and the seconds to wait, are asked for where they count."""
    with opened(browser, account) as page:
        error, seconds = page.get_by_label("Apple's error"), page.get_by_label("Seconds that the answer")
        expect(error).to_be_hidden()
        page.get_by_label("time-out").check()
        expect(seconds).to_be_visible()
        page.get_by_label("answer the answer described").check()
        expect(error).to_be_visible()
        expect(seconds).to_be_hidden()


def test_a_customer_taps_by_keyboard(browser: Browser, account: Emulator) -> None:
    """By keyboard a customer taps Cancel Subscription, in the form and in the table of defaults."""
    with opened(browser, account) as page:
        go_to(page, "Tap Cancel Subscription, com.example.monthly, en-US")
        page.keyboard.press("Enter")
        card = page.locator("#told-customer .message")
        expect(card).to_have_text(f"{MESSAGE['header']} {MESSAGE['body']}")
        go_to(page, "Locale of the device")
        page.keyboard.press("Control+A")
        page.keyboard.type("fr-FR")
        page.keyboard.press("Enter")
        expect(page.locator("#told-customer .verdict")).to_contain_text(
            "No message is shown, because no realtime URL is configured, and"
        )
        expect(card).to_have_count(0)


def test_what_happens_is_seen_without_a_reload(browser: Browser, account: Emulator) -> None:
    """Requests and uploads appear by themselves, and leave the keyboard where it is."""
    with opened(browser, account) as page:
        go_to(page, "Reject “Offer 4”")
        headers = {"Authorization": f"Bearer {token(account.credentials)}"}
        url = page.url.replace("/_emulator/", f"/production{API}")
        httpx.put(f"{url}/message/{identifier(5)}", json=message(header="Offer 5"), headers=headers).raise_for_status()
        expect(page.locator("#requests li")).to_contain_text("Upload Message")
        expect(page.locator("#queue")).to_contain_text("Offer 5")
        expect(page.locator("#connection")).to_have_text("Live")
        expect(page.locator(f"#reject-production-{identifier(4)}")).to_be_focused()


def test_what_is_typed_stays_while_the_page_changes(browser: Browser, account: Emulator) -> None:
    """A field that is being filled in keeps what was typed when other parts of the page change."""
    with opened(browser, account) as page:
        product = page.get_by_role("combobox", name="Product")
        product.fill("com.example.yearly")
        account.approve()
        expect(page.locator("#queue")).to_contain_text("Nothing waits.")
        expect(product).to_have_value("com.example.yearly")


def test_an_emulator_that_has_ended_is_told(browser: Browser, account: Emulator) -> None:
    """The page says when the emulator does not answer any more."""
    with closing(browser.new_context()) as window:
        page = window.new_page()
        with account.serve() as server:
            page.goto(server.console_url)
            expect(page.locator("#connection")).to_have_text("Live")

        expect(page.locator("#connection")).to_have_text("The emulator does not answer; start it again")


def test_it_works_without_a_script(browser: Browser, account: Emulator) -> None:
    """A browser that runs no scripts reviews messages and sees what a customer sees."""
    with opened(browser, account, java_script_enabled=False) as page:
        page.locator(f"#approve-production-{identifier(2)}").click()
        expect(page.locator("#told-review")).to_have_text("Apple approved 1 upload.")
        page.get_by_role("button", name="Tap Cancel Subscription", exact=True).click()
        expect(page.locator("#told-customer .message")).to_contain_text(MESSAGE["body"])

    assert account.production.messages()[0]["messageState"] == "APPROVED"


def test_a_text_is_not_run(browser: Browser, account: Emulator) -> None:
    """Markup in a text is shown as text, in the page and in what a customer sees."""
    text = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    account.sandbox.put_message(identifier(1), {"header": text[:66], "body": text})
    with opened(browser, account) as page:
        page.locator(".matrix button").click()
        expect(page.locator("#told-customer .message .body")).to_have_text(text)

        assert page.title() == "App Store emulator"


LONG = {
    "header": "W" * 66,
    "body": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 2,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nobody_is_shut_out(browser: Browser, account: Emulator, width: int, scheme: Any) -> None:
    """On a narrow and a wide page, light and dark, axe finds nothing, and nothing is wider than the page."""
    account.production.upload_image(identifier(6), WIDE)
    account.production.upload_image(identifier(7), BULLET, "BULLET_POINT")
    points = [bullet_point(imageIdentifier=identifier(7), text="ก" * 66)] * 5
    account.production.upload_message(identifier(8), message(image=shown(6), bulletPoints=points))
    account.sandbox.put_message(identifier(9), {"header": LONG["header"], "body": LONG["body"][:144]})
    account.sandbox.configure_default_message("com.example." + "x" * 90, "ar-SA", about(9))
    account.fail_next(Fault(kind="drop"), Fault(kind="answer", error_code=4290000))
    account.clock.advance(90_000_000)
    with opened(browser, account, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.locator(".matrix button").first.click()
        expect(page.locator("#told-customer .message")).to_be_visible()
        found = Axe().run(page, options=AXE)

        assert [(each["id"], each["nodes"][0]["target"]) for each in found.response["violations"]] == []
        assert page.evaluate("document.scrollingElement.scrollWidth") == width
