"""One sentence: how things are, and the next action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from retention_messaging_cli.blocks import some
from retention_messaging_cli.status.app import App
from retention_messaging_cli.status.findings import Health, Pair, Upload, Url
from retention_messaging_cli.status.typed import Typed
from retention_messaging_provider.rules import SECONDS

NAMED = 3
"""How many things of one kind the sentence names."""

WHAT = {
    Health.REJECTED: "rejected by Apple",
    Health.NOTHING: "nothing is shown for",
    Health.CHANGED: "not at Apple as recorded",
    Health.APPROVED: "approved and not shown yet",
    Health.WAITING: "waiting for Apple's review",
}

Found = tuple[App, Upload | Pair | Url]


@dataclass(frozen=True)
class Summary:
    """
    The result in short.

    to_do: commands to type, in this order; empty where none would help
    """

    health: Health
    sentence: str
    to_do: tuple[str, ...]


def summarize(apps: Sequence[App], typed: Typed, now: datetime) -> Summary:
    """Sum apps up."""
    found = [(app, each) for app in apps for each in app.all()]
    by_health = {health: [each for each in found if each[1].health is health] for health in Health}
    worst = next(health for health, each in by_health.items() if each)
    parts = [f"{what}: {_names(by_health[health], now)}" for health, what in WHAT.items() if by_health[health]]
    to_do, action = _next(worst, _stack(by_health[worst]), typed)
    places = ", ".join(str(app.known.location) for app in apps)
    sentence = "; ".join([*(parts or ["nothing waits"]), _shown(apps), action])
    return Summary(worst, f"{places}: {sentence}", to_do)


def _shown(apps: Sequence[App]) -> str:
    pairs = [pair for app in apps for pair in app.pairs]
    shown = [pair for pair in pairs if pair.shown and pair.health is not Health.NOTHING]
    return f"{len(shown)} of {len(pairs)} defaults show a message" if pairs else "no default was asked about"


def _names(found: Sequence[Found], now: datetime) -> str:
    return some([f"{each}{_age(app, each, now)}" for app, each in found], NAMED)


def _age(app: App, each: Upload | Pair | Url, now: datetime) -> str:
    since = app.since(each) if isinstance(each, Upload) else None
    return f" ({age(since, now)})" if since else ""


def age(since: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: 3d, 5h, 12m, 40s."""
    seconds = max(int((now - since).total_seconds()), 0)
    unit = max((each for each in SECONDS if SECONDS[each] <= seconds), key=SECONDS.__getitem__, default="s")
    return f"{seconds // SECONDS[unit]}{unit}"


def _stack(found: Sequence[Found]) -> str:
    """The stack to name in a command: that of the first of these, or of its app, by URN; "" without a state."""
    app, first = found[0]
    upload = first.message if isinstance(first, Pair) else first
    resource = upload.resource if isinstance(upload, Upload) else None
    urns = [each.urn for each in (resource, *app.known.resources) if each]
    return urns[0].split("::")[0].rpartition(":")[2] if urns else ""


def _next(health: Health, stack: str, typed: Typed) -> tuple[tuple[str, ...], str]:
    """The commands to type, and what the sentence says of them."""
    wait = typed.ours("status", "--wait", "30m")
    if not stack:
        return {
            Health.REJECTED: ((), "upload another in its place"),
            Health.NOTHING: ((), "set a default for it"),
            Health.WAITING: ((wait,), f"wait: {wait}"),
        }.get(health, ((), "there is nothing to do"))
    up, refresh = typed.pulumi("up", stack), typed.pulumi("refresh", stack)
    return {
        Health.REJECTED: ((up,), f"change what was rejected, then run {up}"),
        Health.NOTHING: ((up,), f"set the default to an approved message, then run {up}"),
        Health.CHANGED: ((refresh, up), f"run {refresh}, then {up}"),
        Health.APPROVED: ((up,), f"run {up}"),
        Health.WAITING: ((wait, up), f"run {up} after the review"),
    }.get(health, ((), "there is nothing to do"))
