"""
What nobody outside Apple knows of the Confirm Cancellation page, and is guessed here, in one place.

What is measured or documented is in `templates/likeness.css`. Once Apple documents one of these, it moves there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Guess:
    """
    One thing that is guessed.

    sentence: for a reader of the page; light, dark: CSS custom properties, in points where they are lengths
    """

    sentence: str
    light: dict[str, str] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)


GUESSES = (
    Guess("The image reaches the edges of the card.", {"image-inset": "0px", "image-radius": "0px"}),
    Guess(
        "Bullet points stand below the body, each with its icon before the text.",
        {"bullet-icon": "40px", "bullet-radius": "9px", "bullet-gap": "12px"},
    ),
    Guess(
        "The colours of dark mode.",
        dark={
            "scrim": "#000000",
            "sheet": "#1c1c1e",
            "label": "#ffffff",
            "secondary": "#ebebf5",
            "card": "#1c1c1e",
            "band": "#2c2c2e",
            "hairline": "#48484a",
            "pill": "#2c2c2e",
            "tint": "#4db2ff",
            "icon-from": "#5a5a60",
            "icon-to": "#3a3a3e",
        },
    ),
    Guess(
        "On a tablet the page is a sheet in the middle of the screen.",
        {"tablet-width": "704px", "tablet-height": "900px", "tablet-sheet": "580px"},
    ),
    Guess(
        "Where the text is longer than the screen, the page scrolls; here it grows, and a line shows the screen's end."
    ),
    Guess("In Arabic, Hebrew and Urdu the page runs from right to left."),
    Guess("The second sentence below the title: Apple's names the day on which the subscription ends."),
    Guess("Apple's own words are in the customer's language; here they are in English."),
)


def properties(scheme: str) -> Iterator[tuple[str, str]]:
    """The CSS custom properties of `light`, which hold for dark, too, or of `dark`: name, value."""
    for guess in GUESSES:
        yield from (guess.light if scheme == "light" else guess.dark).items()
