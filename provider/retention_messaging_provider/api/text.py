"""What somebody else says, as a part of our lines: a server, the network, a program's own texts."""

LONGEST_LINE = 1900
"""Characters of a line; our own longest sentences have some 600."""


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """
    Write a text on one line of at most so many characters, which ends in … where some are missing.

    What no terminal is to get (control characters, what turns the direction of writing, half a character) is �.
    """
    line = " ".join(text.split())
    shown = line if len(line) <= longest else f"{line[: longest - 1]}…"
    return "".join(each if each.isprintable() else "�" for each in shown)
