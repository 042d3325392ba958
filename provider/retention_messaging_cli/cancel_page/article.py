"""An entry as the templates draw it: what its texts are, and how they differ."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from retention_messaging_cli.cancel_page import changes
from retention_messaging_cli.cancel_page.content import Content
from retention_messaging_cli.cancel_page.entries import Entry, Standing

RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
"""Languages that are written from right to left: https://www.unicode.org/cldr/charts/latest/supplemental/scripts_and_languages.html"""

NOT_UPLOADED = "not uploaded yet"


class Article:
    """An entry as the templates draw it."""

    def __init__(self, entry: Entry, anchor: str, classes: str) -> None:
        self.entry, self.anchor, self.classes = entry, anchor, classes

    def __getattr__(self, name: str) -> Any:
        """What the entry has itself."""
        return getattr(self.entry, name)

    @property
    def direction(self) -> str:
        """In which the page is laid out."""
        return "rtl" if self.entry.locale.partition("-")[0] in RIGHT_TO_LEFT else "ltr"

    @property
    def sentence(self) -> str:
        """What its standing means."""
        sentence = self.entry.standing.sentence
        if self.entry.standing is Standing.REJECTED and self.entry.rejected != "it":
            return sentence.replace("rejected it", f"rejected {self.entry.rejected}", 1)
        return sentence

    @property
    def is_compared(self) -> bool:
        """Whether two texts are known, one of which replaces the other."""
        return all(self._ends) and self._ends[0] is not self._ends[1]

    @cached_property
    def rows(self) -> list[changes.Row]:
        """Its texts, before and after."""
        before, after = self._ends
        return changes.rows(before, after) if self.is_compared else changes.rows(after or before, after or before)

    @property
    def others(self) -> list[str]:
        """What else differs."""
        return list(changes.other_changes(*self._ends)) if self.is_compared else []

    @property
    def reviews(self) -> Iterator[tuple[str, str]]:
        """What Apple's review has said of the last of its stages, in Apple's words."""
        last = self._ends[1]
        if last:
            yield "Message", last.state or NOT_UPLOADED
            yield from ((each.label, each.state or NOT_UPLOADED) for each in last.pictures.values())

    @property
    def _ends(self) -> tuple[Content | None, Content | None]:
        stages = self.entry.stages
        return stages[0].content, stages[-1].content
