"""The result of `status` for a person: the sentence, what is shown, what waits, and what else there is."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from retention_messaging_cli.blocks import Block, Cell, Line, Style, Table, ToType
from retention_messaging_cli.matrix import matrix
from retention_messaging_cli.status.app import ALLOWED, App
from retention_messaging_cli.status.data import url_text
from retention_messaging_cli.status.findings import Health, Pair, Upload
from retention_messaging_cli.status.sentence import Summary, age
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE

STYLES = {
    Health.REJECTED: Style.BAD,
    Health.NOTHING: Style.BAD,
    Health.CHANGED: Style.BAD,
    Health.APPROVED: Style.DOUBTFUL,
    Health.WAITING: Style.DOUBTFUL,
    Health.SHOWN: Style.GOOD,
}

UNSHOWN = "may be shown"
"""What stands there of an approved message that none of the defaults asked about shows."""

WITH_ALL = "all of them: the same command with --all"


def blocks_of(summary: Summary, apps: Sequence[App], now: datetime, most: int | None) -> Iterator[Block]:
    """All of it, the sentence first; of what would be longer than `most` rows, what needs a look; None for no limit."""
    yield Line(summary.sentence, STYLES[summary.health])
    if summary.to_do:
        yield ToType(summary.to_do)
    for app in apps:
        where = f", {app.known.location}" if len(apps) > 1 else ""
        cells = {_place(pair): _cell(app, pair) for pair in app.pairs}
        yield from matrix(f"Shown{where}", cells, "not asked", most, WITH_ALL)
        yield from _uploads(app, now, where, most)
        yield _rest(app, where)


def _place(pair: Pair) -> tuple[str, str]:
    product, _, locale = pair.pair.rpartition("/")
    return product, locale


def _cell(app: App, pair: Pair) -> Cell:
    text = app.name(pair.shown) if pair.shown else "nothing"
    if pair.message and pair.is_replaced:
        text += f" → {app.name(pair.message.record.identifier)}"
    if (pair.shown and pair.health is not Health.SHOWN) or pair.is_replaced:
        text += f", {pair.health.value}"
    return Cell(text, STYLES[pair.health])


def _uploads(app: App, now: datetime, where: str, most: int | None) -> Iterator[Block]:
    """Every message of a state, with its header; of the rest what is not simply approved. The worst first."""
    messages = [each for each in app.messages if each.resource or each.health is not Health.SHOWN]
    images = [each for each in app.images if each.health is not Health.SHOWN]
    order = list(Health)
    found = sorted([*messages, *images], key=lambda each: order.index(each.health))
    rows = found
    if most is not None and len(found) > most:
        rows = [each for each in found if each.health is not Health.SHOWN][:most]
    if rows:
        yield Table(
            ("message or image", "review", "waits", "header"),
            [_upload(app, each, now) for each in rows],
            f"Review{where}",
        )
    if left := Counter(each.health.value for each in found[len(rows) :]):
        counts = ", ".join(f"{number} {health}" for health, number in left.items())
        yield Line(f"Review{where}: and {counts}; {WITH_ALL}.", Style.ASIDE)


def _upload(app: App, upload: Upload, now: datetime) -> tuple[Cell | str, ...]:
    since = app.since(upload)
    state = upload.health.value if upload.state else "not at Apple"
    if upload.health is Health.SHOWN and upload.record.identifier not in app.shown_by:
        state = UNSHOWN
    return (
        str(upload),
        Cell(state, STYLES[upload.health]),
        age(since, now) if since else "",
        upload.text("header"),
    )


def _rest(app: App, where: str) -> Table:
    """The counts, the URL, and the performance tests."""
    url = url_text(app.url) or "none"
    changed = "" if app.url.health is Health.SHOWN else ", not as recorded"
    tests = [
        (f"performance test {name}", f"{outputs.get('result')}, {outputs.get('successRate')} % successful")
        for name, outputs in app.tests()
    ]
    return Table(
        (f"at Apple{where}", ""),
        [
            *((f"{kind}s", _counted(app, kind)) for kind in (MESSAGE, IMAGE)),
            ("realtime URL", Cell(f"{url}{changed}", STYLES[app.url.health] if changed else Style.PLAIN)),
            *tests,
        ],
    )


def _counted(app: App, kind: str) -> str:
    states = app.listed(kind)
    others = app.others(kind)
    return ", ".join(
        [
            f"{sum(states.values())} of {ALLOWED}",
            *(f"{number} {state}" for state, number in states.items()),
            *([f"{others} of no stack given here"] if others else []),
        ]
    )
