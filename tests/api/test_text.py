import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_messaging_provider.api.errors import KeyRefused
from retention_messaging_provider.api.text import LONGEST_LINE, one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("Zürich, 日本, 🙂", "Zürich, 日本, 🙂"),
        (" a\n\tb\r\n\x85c\u2028d\u00a0e ", "a b c d e"),
        ("\x1b[2J\x07\x9b31m\b", "�[2J��31m�"),
        ("\u202e\u200b\ufeff\ud800", "����"),
        ("1234567890 1234567890", "1234567890 12345678…"),
        ("1234567890 123456789", "1234567890 123456789"),
    ],
    ids=["empty", "printable", "blanks", "terminal codes", "invisible", "too long", "not too long"],
)
def test_a_text_becomes_one_printable_line(text: str, line: str) -> None:
    """Blanks become one, what is not printable is replaced, and what is too long is cut."""
    assert one_line(text, 20) == line


@given(st.text())
def test_a_line_is_a_line_again(text: str) -> None:
    """A line that was made of any text is printable, not too long, and stays as it is."""
    line = one_line(text, 20)

    assert line.isprintable()
    assert len(line) <= 20
    assert one_line(line, 20) == line


def test_an_error_is_one_line_whatever_it_quotes() -> None:
    """An error is one printable line of bounded length, whatever is in its sentence."""
    sentence = str(KeyRefused("\x1b[2J\n" * 1000))

    assert sentence.isprintable()
    assert len(sentence) == LONGEST_LINE
