"""What a reader sees of a text, by the Unicode Standard."""

from functools import cache
from typing import Any

BLANK = r"[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*"
GRAPHEME = r"\X"


def is_blank(text: str) -> bool:
    """Whether no reader sees anything of it."""
    has_ascii = any(each.isascii() and each.isalnum() for each in text)
    return not has_ascii and _compiled(BLANK).fullmatch(text) is not None


def graphemes(text: str) -> int:
    """How many characters a reader sees (grapheme clusters, Unicode Standard Annex 29)."""
    return len(_compiled(GRAPHEME).findall(text))


@cache
def _compiled(pattern: str) -> Any:
    import regex  # noqa: PLC0415 - slow, and most texts are neither blank nor long

    return regex.compile(pattern)
