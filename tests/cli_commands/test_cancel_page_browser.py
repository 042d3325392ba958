"""The page of messages in a real Chromium: what fits, what is run, what can be read, and by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import sync_playwright

from cli_commands.pages import samples
from cli_commands.pages.drawing import draw
from retention_messaging_cli.cancel_page.screenshot import chromium
from retention_messaging_provider.resources.handler import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page


def found() -> str | None:
    try:
        return chromium()
    except Failure:
        return None


CHROMIUM = found()
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium, or set CHROMIUM"),
    # Playwright's event loop is still open when the fixture ends
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

SPILLS = """() => [...document.querySelectorAll('.screen')].filter(each => each.offsetParent).flatMap(screen => {
  const frame = screen.getBoundingClientRect();
  return [...screen.querySelectorAll('*')].filter(each => {
    const box = each.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(each);
    const text = range.getBoundingClientRect();
    return [box, text].some(r => r.width && (r.left < frame.left - 1 || r.right > frame.right + 1
      || r.bottom > frame.bottom + 1)) || each.scrollWidth > each.clientWidth + 1 && each.clientWidth;
  }).map(each => `${screen.ariaLabel}: ${each.className}`);
})"""
"""What reaches out of its likeness, or is cut off in it."""

FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Until what has changed is drawn."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two pages: messages that are hard to draw, and messages that are edited."""
    hard, edited = tmp_path_factory.mktemp("hard"), tmp_path_factory.mktemp("edited")
    draw(hard, samples.state(*samples.hard_to_draw(hard)))
    before, after = samples.edited(edited)
    (edited / "before.json").write_text(before)
    draw(edited, after, "--earlier", str(edited / "before.json"))
    return {"hard": hard / "page.html", "edited": edited / "page.html"}


@pytest.fixture
def open_page(browser: Browser, files: dict[str, Path]) -> Iterator[Any]:
    """Opens a page, in a window of a width; everything that is asked for or said is in `events`."""
    opened: list[Page] = []

    def open_(name: str, width: int = 1300) -> tuple[Page, list[str]]:
        page = browser.new_page(viewport={"width": width, "height": 900})
        opened.append(page)
        events: list[str] = []
        page.on("request", lambda request: events.append(request.url))
        page.on("console", lambda message: events.append(message.text))
        page.on("pageerror", lambda error: events.append(str(error)))
        page.on("dialog", lambda dialog: events.append(dialog.message))
        page.goto(files[name].as_uri())
        return page, events

    yield open_
    for each in opened:
        each.close()


def see_all(page: Page) -> None:
    """Make the window as high as the page: what is far from it is not laid out."""
    width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(FRAMES)


def names(page: Page) -> list[str]:
    """The headings of the messages that are seen."""
    return [each.inner_text() for each in page.locator("h2 .name").all() if each.is_visible()]


def said(page: Page) -> str:
    """What a screen reader reads, in its order; what a style counts is a part of that."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["nodeId"]: node for node in tree}

    def texts(node: dict[str, Any]) -> Iterator[str]:
        if node["role"]["value"] == "StaticText":
            yield node["name"]["value"].strip()
        else:
            for child in node["childIds"]:
                yield from texts(nodes[child])

    return " ".join(" ".join(texts(tree[0])).split())


def tab_to(page: Page, identifier: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == identifier:
            return
    raise AssertionError(identifier)


@pytest.mark.parametrize("width", [1300, 390])
@pytest.mark.parametrize("device", ["Phone", "Tablet"])
def test_no_text_reaches_out_of_its_likeness(open_page: Any, device: str, width: int) -> None:
    """The longest texts of every language stay in the likeness, and the page is as wide as the window."""
    page, _ = open_page("hard", width)
    page.get_by_label("Both", exact=True).check(force=True)
    page.get_by_label(device, exact=True).check(force=True)
    see_all(page)

    assert page.evaluate(SPILLS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".screen:visible").count() == 2 * 10


def test_nothing_is_run_and_nothing_is_asked_for(open_page: Any) -> None:
    """A page with markup in its texts runs nothing, asks for nothing but itself and what is in it, and says nothing."""
    page, events = open_page("hard")

    assert page.title() != "run"
    assert [each for each in events if not each.startswith(("file:", "data:image/webp;"))] == []
    assert len([each for each in events if each.startswith("file:")]) == 1
    assert page.locator("script").count() == 0


def test_the_policy_of_a_page_refuses_a_script(open_page: Any) -> None:
    """What would run if it came into a page after all is refused by the page's policy."""
    page, events = open_page("hard")

    page.evaluate("""() => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="document.title=1">')""")
    page.wait_for_timeout(200)

    assert page.title() != "1"
    assert [each for each in events if "Content Security Policy" in each]


@pytest.mark.parametrize("name", ["hard", "edited"])
def test_everybody_can_read_a_page(open_page: Any, name: str) -> None:
    """Contrast, names, order of headings and all else that axe looks at are right, in light and in dark."""
    page, _ = open_page(name)
    page.get_by_label("Both", exact=True).check(force=True)
    see_all(page)

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("choice", "keys", "seen"),
    [
        ("product", ["ArrowDown"], ["approved", "rejected", "waits"]),
        ("locale", ["ArrowDown"], ["rejected"]),
        ("locale", ["End"], ["for-a-server"]),
        ("state", ["w"], ["first", "waits"]),
    ],
)
def test_messages_are_filtered_by_keyboard(open_page: Any, choice: str, keys: list[str], seen: list[str]) -> None:
    """A product, a locale and a state are chosen by keyboard, and only what is of it is seen, and counted."""
    page, _ = open_page("edited")
    tab_to(page, choice)

    for key in keys:
        page.keyboard.press(key)

    assert names(page) == seen
    assert f"{len(seen)} of 5 shown." in said(page)


def test_filters_join(open_page: Any) -> None:
    """What is seen is of the product, the locale and the state that are chosen."""
    page, _ = open_page("edited")

    page.locator("#locale").select_option("en-US")
    page.locator("#product").select_option("com.example.yearly")
    joined = names(page)
    page.locator("#state").select_option("Rejected")

    assert (joined, names(page)) == (["first"], [])


def test_the_view_is_chosen_by_keyboard(open_page: Any) -> None:
    """Light or dark, phone or tablet is chosen by arrow keys."""
    page, _ = open_page("edited")
    tab_to(page, "light")
    page.keyboard.press("ArrowRight")
    dark = page.locator(".screen.dark:visible").count(), page.locator(".screen.light:visible").count()
    tab_to(page, "phone")
    page.keyboard.press("ArrowRight")
    wide = page.locator(".screen:visible").first.bounding_box()

    assert dark == (8, 0)
    assert wide["width"] > 402


def test_what_is_far_from_the_window_is_laid_out_later(open_page: Any) -> None:
    """The last likeness has its place from the beginning, and is laid out when it is scrolled to."""
    page, _ = open_page("hard")
    last = page.locator(".screen.light").last
    laid_out = "each => each.querySelector('.card').checkVisibility({contentVisibilityAuto: true})"

    before = last.evaluate(laid_out), last.bounding_box()["height"]
    last.scroll_into_view_if_needed()
    page.evaluate(FRAMES)

    assert before == (False, last.bounding_box()["height"])
    assert last.evaluate(laid_out)


@pytest.mark.parametrize(("name", "direction"), [("arabic", "rtl"), ("hebrew", "rtl"), ("german", "ltr")])
def test_a_page_runs_as_its_language_does(open_page: Any, name: str, direction: str) -> None:
    """In Arabic and Hebrew a likeness and its texts run from right to left."""
    page, _ = open_page("hard")
    screen = page.locator(f"[aria-label^='Likeness, light: {name} ']")

    directions = {
        screen.locator(part).evaluate("each => getComputedStyle(each).direction")
        for part in (".band", ".message-header", ".message-body")
    }

    assert directions == {direction}


def test_pictures_are_drawn(open_page: Any) -> None:
    """Every picture of a message is a picture that the browser can decode, in its own proportions."""
    page, _ = open_page("hard")
    see_all(page)

    sizes = page.evaluate(
        """async () => Promise.all([...document.querySelectorAll('.screen.light .picture')].map(async each => {
          const image = new Image();
          image.src = getComputedStyle(each).backgroundImage.slice(5, -2);
          await image.decode();
          const box = each.getBoundingClientRect();
          return Math.abs(box.width / box.height - image.naturalWidth / image.naturalHeight) < 1;
        }))"""
    )

    assert len(sizes) == 10 + 5
    assert all(sizes)
