"""The words that changed between two texts."""

from __future__ import annotations

import pytest

from cli_commands.pages.samples import TEXTS
from retention_messaging_cli.cancel_page.changes import Part, compared, words


@pytest.mark.parametrize(
    ("was", "now", "before", "after"),
    [
        ("Keep it", "Keep it", ["Keep it"], ["Keep it"]),
        ("Keep your streak", "Keep your long streak", ["Keep your streak"], ["Keep your ", "*long", " streak"]),
        ("Stay, and tomorrow is 13", "Tomorrow is 13", ["*Stay, and tomorrow", " is 13"], ["*Tomorrow", " is 13"]),
        ("one two three", "four five six", ["*one two three"], ["*four five six"]),
        ("毎日の学習", "毎日の練習", ["毎日の", "*学", "習"], ["毎日の", "*練", "習"]),
        ("a 👨‍👩‍👧 b", "a 👨‍👩‍👦 b", ["a ", "*👨‍👩‍👧", " b"], ["a ", "*👨‍👩‍👦", " b"]),
    ],
)  # fmt: skip
def test_words_that_changed_are_marked(was: str, now: str, before: list[str], after: list[str]) -> None:
    """Of two texts, the words that only one has are marked, whole, and what they share is not."""

    def written(parts: tuple[Part, ...]) -> list[str]:
        return [f"*{each.text}" if each.is_changed else each.text for each in parts]

    assert tuple(map(written, compared(was, now))) == (before, after)


@pytest.mark.parametrize("text", [body for _, _, body in TEXTS.values()])
def test_no_character_is_lost_between_words(text: str) -> None:
    """The words of a text, put together, are the text."""
    assert "".join(words(text)) == text
