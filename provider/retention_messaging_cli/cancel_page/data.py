"""Entries as data, for programs: what `preview --json` prints."""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from retention_messaging_cli.cancel_page.content import Content
from retention_messaging_cli.cancel_page.entries import Entry, Stage


def data(source: str, page: Path, entries: Sequence[Entry], pictures: Sequence[str]) -> dict[str, Any]:
    """
    As the schema `preview.json` has it.

    pictures: files, one for each entry, or none at all
    """
    return {
        "source": source,
        "page": str(page),
        "entries": [_entry(entry, picture) for entry, picture in zip_longest(entries, pictures)],
    }


def _entry(entry: Entry, picture: str | None) -> dict[str, Any]:
    return {
        "name": entry.name,
        "environment": entry.location.environment,
        "bundleId": entry.location.bundle_id,
        "locale": entry.locale or None,
        "products": list(entry.products),
        "state": entry.standing.name.lower(),
        "stages": [_stage(each) for each in entry.stages],
        "picture": picture,
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "moment": stage.moment.name.lower(),
        "messageIdentifier": stage.identifier or None,
        "messageState": (stage.content.state or None) if stage.content else None,
        "texts": _texts(stage.content) if stage.content else None,
    }


def _texts(content: Content) -> list[dict[str, Any]]:
    return [
        {"property": path, "text": text.value, "length": text.length, "limit": text.limit}
        for path, text in content.texts.items()
    ]
