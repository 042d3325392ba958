"""`retention-messaging status`: what customers see, what waits, and what to do next."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from retention_messaging_cli.account import Account, account_options
from retention_messaging_cli.command import Command
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.matrix import MOST
from retention_messaging_cli.output import Output, output_option
from retention_messaging_cli.state import read_states, state_option
from retention_messaging_cli.status.app import App
from retention_messaging_cli.status.asked import asked_options, asked_pairs
from retention_messaging_cli.status.blocks import blocks_of
from retention_messaging_cli.status.data import data_of
from retention_messaging_cli.status.findings import Health
from retention_messaging_cli.status.known import known_apps
from retention_messaging_cli.status.look import Look
from retention_messaging_cli.status.sentence import summarize
from retention_messaging_cli.status.typed import Typed
from retention_messaging_cli.status.wait import Watched, until_decided
from retention_messaging_provider import rules
from retention_messaging_provider.resources.known import View

NEEDS_YOU = {Health.REJECTED, Health.NOTHING, Health.CHANGED}
"""What no review will mend."""


def _duration(_: click.Context, __: click.Parameter, value: str | None) -> float:
    for failure in rules.duration("--wait", value):
        raise click.BadParameter(f"{value!r} {failure.reason}")
    return rules.seconds(value) or 0.0


@click.command(
    cls=Command,
    examples=[
        ("What customers of a stack see, and what waits", "retention-messaging status --stack production"),
        (
            "In a CI: wait for the review, then show what was approved",
            "retention-messaging status --stack production --wait 30m && pulumi up --stack production",
        ),
        (
            "A summary for a page of a CI",
            'retention-messaging status --stack production --output markdown >> "$GITHUB_STEP_SUMMARY"',
        ),
        (
            "An app without a stack, with the settings of the environment",
            "retention-messaging status --product com.example.monthly --locale en-US --locale de-DE",
        ),
    ],
    exits={
        Exit.OK: "all is shown; with --wait: all is decided, and nothing was rejected",
        Exit.NEEDS_YOU: "Apple rejected something, a default shows nothing, or Apple has not what is recorded",
        Exit.WAITING: "something waits for Apple's review, or, without --wait, for the pulumi up after it",
    },
)
@account_options
@state_option
@asked_options
@click.option(
    "--wait",
    metavar="DURATION",
    callback=_duration,
    help="Wait for Apple's review, at most 30m, 12h or 7d; what changes is said on stderr.",
)
@click.option(
    "--all",
    "is_all",
    is_flag=True,
    help=f"Show every default and message; without it, of what is longer than {MOST} rows, what needs a look.",
)
@output_option
def command(  # noqa: PLR0913 - the options
    output: Output,
    *,
    stack: str | None,
    cwd: Path,
    state: Sequence[Path],
    products: Sequence[str],
    locales: Sequence[str],
    wait: float,
    is_all: bool,
) -> Exit:
    """
    Show what customers see and what waits: of a stack, of exported states, or of all that Apple has of an app.

    Apple lists messages and images, without texts and dates, and no defaults: those are known from a stack's state, or
    asked for with --product and --locale. It costs three requests, and one for each default; with --wait two more
    each half minute.
    """
    account = Account.read(stack, cwd)
    own, states = account.location(), read_states(stack, cwd, state)
    knowns = [
        replace(each, asked=asked_pairs(products, locales, each.pairs())) if each.location == own else each
        for each in known_apps(states, own)
    ]
    with closing(account.open()) as run:
        named = {*products, *locales}
        watched = [Watched(Look(run, each.location, named if each.asked else ()), each) for each in knowns]
        apps = [_app(each, view) for each, view in zip(watched, until_decided(watched, wait), strict=True)]
    now = datetime.now(UTC)
    summary = summarize(apps, Typed(stack, cwd, state, products, locales), now)
    requests = sum(each.look.requests for each in watched)
    output.give(data_of(summary, apps, requests), *blocks_of(summary, apps, now, None if is_all else MOST))
    return _exit(apps, is_waited=wait > 0)


def _app(watched: Watched, view: View) -> App:
    look, known = watched.look, watched.known
    shown = look.fetch_shown(known.pairs())
    return App.of(known, replace(view, shown=shown), look.fetch_url())


def _exit(apps: Sequence[App], *, is_waited: bool) -> Exit:
    healths = {each.health for app in apps for each in (*app.all(), *app.pairs)}
    if healths & NEEDS_YOU:
        return Exit.NEEDS_YOU
    waits = {Health.WAITING} if is_waited else {Health.WAITING, Health.APPROVED}
    return Exit.WAITING if healths & waits else Exit.OK
