"""The page of messages: what is in it, and that nothing in it is loaded or run."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cli_commands.pages import samples
from cli_commands.pages.drawing import draw, drawn
from cli_commands.pages.samples import default, identifier, image, message, pictures, state, uses

RECORDED = Path(__file__).parents[1] / "state" / "recorded" / "0.1.0"
PAIR = "com.example.monthly/en-US"
LOADS = {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "source", "form", "base", "use"}
"""Elements that load or send something, or run it."""


class Elements(HTMLParser):
    """Every element of a page with its attributes, and every text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def hard(tmp_path: Path) -> tuple[Any, str]:
    return draw(tmp_path, state(*samples.hard_to_draw(tmp_path)))


def test_every_message_is_there_in_every_locale_that_uses_it(hard: tuple[Any, str]) -> None:
    """Each message has an article with its texts in each locale that uses it, in light and in dark."""
    data, page = hard
    texts = Elements(page).texts

    assert {(each["name"], each["locale"]) for each in data["entries"]} == {
        ("everything", "ar-SA"),
        *((name, locale) for name, (locale, _, _) in samples.TEXTS.items()),
    }
    for locale, header, body in samples.TEXTS.values():
        assert page.count(f'lang="{locale}"') >= 2
        assert texts.count(header) >= 3  # light, dark, and beside its length
        assert texts.count(body) >= 3


def test_a_page_loads_nothing_and_runs_nothing(hard: tuple[Any, str]) -> None:
    """No element of a page loads, sends or runs anything, and every address in its style is a picture in it."""
    _, page = hard
    elements = Elements(page).elements

    assert {tag for tag, _ in elements} & LOADS == set()
    assert [a for _, a in elements if any(key.startswith("on") or key in {"src", "srcset", "style"} for key in a)] == []
    assert {str(a["href"])[0] for _, a in elements if "href" in a} == {"#"}
    addresses = re.findall(r"url\((.{10})", page)
    assert addresses
    assert set(addresses) == {"data:image"}
    assert "@import" not in page


def test_markup_in_a_text_stays_a_text(hard: tuple[Any, str]) -> None:
    """Markup in a header and a body is shown as it was written."""
    _, page = hard

    assert samples.MARKUP in "".join(Elements(page).texts)
    assert "<script" not in page
    assert "{{ 7 * 7 }}" in page


def test_markup_in_every_other_value_stays_a_text(tmp_path: Path) -> None:
    """Markup in a name, a product, a locale, an alt text and a path is shown as it was written."""
    bad = '"><script>alert(1)</script>'
    pictures(tmp_path)
    flat = image("flat", Path("flat.png"), tmp_path)
    flat["outputs"] = flat["inputs"] = {**flat["outputs"], "path": bad}
    pair = f"com.example.{bad.replace('/', '')}/{bad.replace('/', '')}"
    made = message(bad, "Stay", "A while.", [pair], image=uses(flat, bad))

    _, page = draw(tmp_path, state(flat, made, default(pair, identifier(made))))

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_says_that_it_is_a_likeness(hard: tuple[Any, str]) -> None:
    """A page calls itself a likeness, and names what is guessed."""
    _, page = hard

    assert "A likeness of Apple\u2019s Confirm Cancellation page, not Apple\u2019s own." in page
    assert "The colours of dark mode." in page


def test_lengths_are_counted_as_the_provider_counts(hard: tuple[Any, str]) -> None:
    """A length is in characters as a reader sees them, of those that Apple takes."""
    data, page = hard
    texts = {each["name"]: each["stages"][0]["texts"] for each in data["entries"]}

    assert [(each["property"], each["length"], each["limit"]) for each in texts["emoji"]] == [
        ("header", 33, 66),
        ("body", 42, 144),
        ("image.altText", 16, 150),
    ]
    assert "33 of 66" in page
    assert texts["wide"][0]["length"] == texts["wide"][0]["limit"]


def test_a_text_that_apple_may_count_otherwise_has_a_warning(tmp_path: Path) -> None:
    """A text that fits in characters, and not in UTF-16 units, has the provider's warning."""
    family = "👨‍👩‍👧‍👦"
    made = message("family", family * 20, "A while.", [PAIR])

    _, page = draw(tmp_path, state(made, default(PAIR, identifier(made))))

    assert "20 of 66" in page
    assert "Header has 220 UTF-16 units; if Apple counts those, more than 66 are refused" in page


def test_a_secret_text_is_not_drawn(tmp_path: Path) -> None:
    """A text that is a secret of the stack is neither drawn nor printed; the page says so."""
    made = message("stay", "Stay", "A while.", [PAIR])
    made["inputs"] = made["outputs"] = {**made["outputs"], "header": samples.SECRET}

    data, page = draw(tmp_path, state(made, default(PAIR, identifier(made))))

    assert data["entries"][0]["stages"][0]["texts"][0]["text"] is None
    assert "a secret of the stack, not drawn" in page
    assert "AAAA" not in page


def test_only_the_picture_of_the_record_is_drawn(tmp_path: Path) -> None:
    """A file that is another picture by now, is not there, or is no image of the program, is named and not drawn."""
    pictures(tmp_path)
    tall, flat = (image(name, Path(f"{name}.png"), tmp_path) for name in ("tall", "flat"))
    (tmp_path / "tall.png").write_bytes((tmp_path / "icon.png").read_bytes())
    (tmp_path / "flat.png").unlink()
    strange = {"imageIdentifier": "0b54ab32-1cf3-8d2e-9a6c-2f6f3c1d7e55", "altText": "Strange"}
    made = [message(name, "Stay", "A while.", image=uses(each, name)) for name, each in (("a", tall), ("b", flat))]

    _, page = draw(tmp_path, state(tall, flat, *made, message("c", "Stay", "A while.", image=strange)))

    assert "tall.png is another picture by now" in page
    assert "flat.png cannot be read in this folder" in page
    assert "not an image of this program" in page
    assert "url(data:" not in page


def test_a_picture_is_in_the_page_once(tmp_path: Path) -> None:
    """However many messages use a picture, it is in the page once."""
    pictures(tmp_path)
    flat = image("flat", Path("flat.png"), tmp_path)
    made = [message(f"stay-{number}", "Stay", "A while.", image=uses(flat, "Lines")) for number in range(9)]

    _, page = draw(tmp_path, state(flat, *made))

    assert page.count("url(data:") == 1
    assert page.count('role="img"') == 2 * len(made)


@pytest.mark.parametrize("file", sorted(RECORDED.glob("*.json")), ids=lambda file: file.stem)
def test_every_recorded_state_is_drawn(file: Path, tmp_path: Path) -> None:
    """The state of every recorded history is drawn, with a stage for what is live."""
    data, _ = drawn(tmp_path, "--state", str(file))

    assert {each["stages"][0]["moment"] for each in data["entries"]} <= {"now", "answer"}
