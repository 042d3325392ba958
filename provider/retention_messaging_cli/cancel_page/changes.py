"""What differs between two messages, text by text and word by word."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from retention_messaging_cli.cancel_page.content import Content, Text, label


@dataclass(frozen=True)
class Part:
    """A piece of a text, and whether the other text has it, too."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class Row:
    """
    One text of a message, or of two.

    was, now: before and after; None where there is none; the same object where there is one message only
    was_parts, now_parts: the same texts in pieces; none where a text is not known
    """

    label: str
    was: Text | None
    now: Text | None
    was_parts: tuple[Part, ...] = ()
    now_parts: tuple[Part, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the two differ, as far as they are known."""
        return self.was != self.now


def rows(was: Content | None, now: Content | None) -> list[Row]:
    """Every text of two messages, in Apple's order; give one message twice to have its texts."""
    contents = [each for each in (was, now) if each]
    paths = dict.fromkeys(path for each in contents for path in each.texts)
    return [_row(path, was.texts.get(path) if was else None, now.texts.get(path) if now else None) for path in paths]


def other_changes(was: Content | None, now: Content | None) -> Iterator[str]:
    """What differs beside the texts, as sentences."""
    if not (was and now):
        return
    if was.is_header_above_image != now.is_header_above_image:
        yield f"The header moves {'above' if now.is_header_above_image else 'below'} the image."
    for path in dict.fromkeys((*was.pictures, *now.pictures)):
        before, after = was.pictures.get(path), now.pictures.get(path)
        if before and after and before.identifier != after.identifier:
            yield f"{label(path)}: another picture."
        elif (before is None) != (after is None):
            yield f"{label(path)}: {'added' if after else 'removed'}."


def _row(path: str, was: Text | None, now: Text | None) -> Row:
    if was is None or now is None or was.value is None or now.value is None or was == now:
        return Row(label(path), was, now, _whole(was, now), _whole(now, was))
    return Row(label(path), was, now, *compared(was.value, now.value))


def _whole(text: Text | None, other: Text | None) -> tuple[Part, ...]:
    return (Part(text.value, is_changed=text != other),) if text and text.value is not None else ()


def compared(was: str, now: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Two texts in pieces that are the same or not; pieces are words."""
    old, new = words(was), words(now)
    before: list[Part] = []
    after: list[Part] = []
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (operation, i, j, k, m) in enumerate(opcodes):
        is_gap = operation == "equal" and 0 < number < len(opcodes) - 1 and "".join(old[i:j]).isspace()
        is_changed = operation != "equal" or is_gap  # a space between two changed words is a part of the change
        before += _trimmed(Part("".join(old[i:j]), is_changed))
        after += _trimmed(Part("".join(new[k:m]), is_changed))
    return _joined(before), _joined(after)


def words(text: str) -> list[str]:
    """
    A text cut at the word boundaries of Unicode's default rule.

    In Chinese, Japanese and Thai that is at every character or syllable, for want of a dictionary:
    https://www.unicode.org/reports/tr29/#Word_Boundaries
    """
    import regex  # noqa: PLC0415 - slow, and only what changes is compared

    return [each for each in regex.split(r"\b", text, flags=regex.VERSION1 | regex.WORD) if each]


def _trimmed(part: Part) -> Iterator[Part]:
    """A piece without the spaces at its ends, and these beside it: no change begins or ends with a space."""
    core = part.text.strip()
    if not (part.is_changed and core):
        yield part
        return
    before, _, after = part.text.partition(core)
    yield from (Part(before, is_changed=False), Part(core, is_changed=True), Part(after, is_changed=False))


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """Neighbours of one kind as one."""
    kinds = groupby((each for each in parts if each.text), key=lambda each: each.is_changed)
    return tuple(Part("".join(each.text for each in group), is_changed) for is_changed, group in kinds)
