"""Entries as HTML: one file that loads nothing and runs nothing, with every text escaped."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from retention_messaging_cli.cancel_page import guesses
from retention_messaging_cli.cancel_page.article import Article
from retention_messaging_cli.cancel_page.entries import Entry
from retention_messaging_cli.cancel_page.pictures import Drawn

TEMPLATES = Path(__file__).with_name("templates")
VIEWS = (("Appearance", "appearance", ("Light", "Dark", "Both")), ("Width", "width", ("Phone", "Tablet")))


@dataclass(frozen=True)
class Drawing(Drawn):
    """A picture with the name of its CSS class, which has it once for all who use it."""

    name: str = ""


@dataclass(frozen=True)
class Filter:
    """One choice of the toolbar: what an entry is asked for, and its values with the class of each."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Coverage:
    """Who sees what: products, and for each locale what each of them shows, None for nothing."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Article | None]]]


class Page:
    """
    A page of entries.

    source: where they come from, for the reader; drawn: identifier → picture
    """

    def __init__(self, entries: Sequence[Entry], drawn: Mapping[str, Drawn], source: str) -> None:
        self.source = source
        self.places = sorted({f"{each.location}" for each in entries})
        self.filters = [
            Filter("product", "Product", _options("p", (each for entry in entries for each in entry.products))),
            Filter("locale", "Locale", _options("l", (each.locale or "none" for each in entries))),
            Filter("state", "State", _options("s", (each.standing.word for each in entries))),
        ]
        self.articles = [
            Article(each, f"entry-{number}", " ".join(self._classes(each))) for number, each in enumerate(entries, 1)
        ]
        self.drawings = {
            identifier: Drawing(each.uri, each.reason, f"picture-{number}")
            for number, (identifier, each) in enumerate(drawn.items(), 1)
        }
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def html(self) -> str:
        """The whole page."""
        style = self._style("page.css", "likeness.css", "choices.css") + "\n".join(self._filter_rules())
        return self._render(
            "page.html",
            style,
            source=self.source,
            places=self.places,
            summary=self._summary(),
            guesses=[each.sentence for each in guesses.GUESSES],
            filters=self.filters,
            views=VIEWS,
            coverage=self.coverage(),
            entries=self.articles,
        )

    def pictures(self) -> Iterator[tuple[str, str]]:
        """A page for each article alone, in their order: a name for its file without an ending, and the page."""
        style = self._style("page.css", "likeness.css", "one.css")
        taken: set[str] = set()
        for article in self.articles:
            name = _file_name(f"{article.name}-{article.locale}" if article.locale else article.name, taken)
            yield name, self._render("picture.html", style, entry=article)

    def coverage(self) -> Coverage:
        """Who sees what."""
        cells = {
            (str(each.location), product, each.locale): each for each in self.articles for product in each.products
        }
        columns = sorted({(place, product) for place, product, _ in cells})
        locales = sorted({locale for _, _, locale in cells})
        return Coverage(
            [f"{product} ({place})" if len(self.places) > 1 else product for place, product in columns],
            [(locale, [cells.get((*column, locale)) for column in columns]) for locale in locales],
        )

    def _summary(self) -> list[tuple[str, int]]:
        """Counts for the top of the page: word, number."""
        names = {(each.location, each.name) for each in self.articles}
        locales = {each.locale for each in self.articles if each.locale}
        standings = Counter(each.standing.word.lower() for each in self.articles)
        counts = [("message" if len(names) == 1 else "messages", len(names))]
        counts += [("locale" if len(locales) == 1 else "locales", len(locales))] if locales else []
        return [*counts, *sorted(standings.items())]

    def _classes(self, entry: Entry) -> Iterator[str]:
        values = {"product": entry.products, "locale": [entry.locale or "none"], "state": [entry.standing.word]}
        for each in self.filters:
            yield from (name for name, value in each.options if value in values[each.key])

    def _filter_rules(self) -> Iterator[str]:
        """What a choice hides: everything that has not its class."""
        for each in self.filters:
            for name, _ in each.options:
                yield f".toolbar:has(#o-{name}:checked) ~ main > .entry:not(.{name}) {{ display: none; }}"

    def _style(self, *files: str) -> str:
        sheets = [(TEMPLATES / file).read_text(encoding="utf-8") for file in files]
        light, dark = (
            "".join(f"--{name}: {value};" for name, value in guesses.properties(scheme)) for scheme in ("light", "dark")
        )
        sheets.append(f".screen {{ {light} }}\n.screen.dark {{ {dark} }}\n")
        sheets += (
            f".{each.name} {{ background-image: url({each.uri}); }}\n" for each in self.drawings.values() if each.uri
        )
        sheets += self._shapes()
        return "".join(sheets)

    def _shapes(self) -> Iterator[str]:
        pictures = {
            picture.identifier: picture
            for article in self.articles
            for stage in article.stages
            if stage.content
            for picture in stage.content.pictures.values()
        }
        for identifier, picture in pictures.items():
            yield f".{self.drawings[identifier].name} {{ aspect-ratio: {picture.width} / {picture.height}; }}\n"

    def _render(self, template: str, style: str, **values: Any) -> str:
        """A page that may use this style, and no other, and nothing else but pictures that are in it."""
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        return self._environment.get_template(template).render(
            policy=policy, style=style, drawings=self.drawings, **values
        )


def _options(prefix: str, values: Iterable[str]) -> list[tuple[str, str]]:
    return [(f"{prefix}{number}", value) for number, value in enumerate(sorted(set(values)))]


def _file_name(name: str, taken: set[str]) -> str:
    """A name that every file system takes, and that no other file has; it is noted in `taken`."""
    safe = "".join(each if each.isalnum() or each in "-_." else "-" for each in name).lstrip(".")[:100] or "message"
    unique = next(each for each in chain([safe], (f"{safe}-{n}" for n in count(2))) if each.casefold() not in taken)
    taken.add(unique.casefold())
    return unique
