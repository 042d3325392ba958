"""`retention-messaging prune`: what Apple has that no stack accounts for, and its end."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from retention_messaging_cli.account import Account, account_options
from retention_messaging_cli.command import Command
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.options import judged
from retention_messaging_cli.output import Output, output_option
from retention_messaging_cli.prune.delete import outcomes
from retention_messaging_cli.prune.inventory import Inventory
from retention_messaging_cli.prune.result import Result
from retention_messaging_cli.state import State, read_states, state_option
from retention_messaging_cli.status.asked import asked_options, asked_pairs
from retention_messaging_cli.status.known import Known, known_apps
from retention_messaging_cli.status.look import Look
from retention_messaging_cli.status.typed import Typed
from retention_messaging_provider import rules
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.ledger import MESSAGE
from retention_messaging_provider.resources.location import Location

DELETE = "retention-messaging prune 0b54ab32-1cf3-8d2e-9a6c-2f6f3c1d7e55 --stack production"


def _identifiers(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    checked = judged(partial(rules.uuid, "identifier"))(context, parameter, values)
    return tuple(dict.fromkeys(value.lower() for value in checked))


@click.command(
    cls=Command,
    examples=[
        ("What no stack of an app has", "retention-messaging prune --stack production --state other-stack.json"),
        ("What would be deleted; with --yes it is", DELETE),
        ("One that a default might show of which no stack knows", f"{DELETE} --product com.example.yearly --locale ja"),
    ],
    exits={
        Exit.OK: "it is listed; or what was named is gone, or without --yes would be",
        Exit.NEEDS_YOU: "something that was named is not deleted, or would not be: the reason stands beside it",
    },
)
@click.argument(
    "identifiers",
    nargs=-1,
    metavar="[IDENTIFIER]...",
    callback=_identifiers,
    help="A message or image to delete, by Apple's identifier; without one all that could be are listed.",
)
@account_options
@state_option
@asked_options
@click.option("--yes", "is_confirmed", is_flag=True, help="Delete what is named; without it nothing is.")
@output_option
def command(  # noqa: PLR0913 - the options
    output: Output,
    *,
    identifiers: Sequence[str],
    stack: str | None,
    cwd: Path,
    state: Sequence[Path],
    products: Sequence[str],
    locales: Sequence[str],
    is_confirmed: bool,
) -> Exit:
    """
    List the messages and images that Apple has and no stack given accounts for; delete those that are named.

    Give every stack that has the app: that of --stack, and exported ones with --state. Apple is asked first about every
    product and locale that they know, or that you name: what one shows is never deleted. Apple itself refuses to delete
    an image that a message uses. It costs two requests, and one for each default and deletion.
    """
    states = [*(read_states(stack, cwd) if stack else ()), *(read_states(None, cwd, state) if state else ())]
    if not states:
        raise click.UsageError("no state is given, so that nothing tells what is in use; name every stack of the app")
    own = Account.read(stack, cwd)
    known = _known(states, own.location())
    known = replace(known, asked=asked_pairs(products, locales, known.pairs()))
    with closing(own.open()) as run:
        look = Look(run, known.location, {*products, *locales})
        inventory = Inventory(known, look.fetch_lists())
        items = [each for each in inventory.items() if each.ref.identifier in identifiers or not identifiers]
        if any(each.ref.kind == MESSAGE for each in items):
            inventory = Inventory(known, replace(inventory.view, shown=look.fetch_shown(known.pairs())))
        done = list(outcomes(look, inventory, identifiers, is_confirmed=is_confirmed))
    result = Result(
        inventory,
        [each.source for each in states],
        list(inventory.items()),
        done,
        Typed(stack, cwd, state, products, locales),
        is_confirmed,
    )
    output.give(result.data(look.requests), *result.blocks())
    return Exit.NEEDS_YOU if any(each.stays for each in done) else Exit.OK


def _known(states: Sequence[State], own: Location) -> Known:
    """What the states tell of the app of the settings. Raises Failure where that is not all there is to know."""
    found = known_apps(states, own)
    known = next((each for each in found if each.location == own), None)
    if known is None:
        raise Failure(
            f"the states given have resources of {', '.join(str(each.location) for each in found)}, and none of {own}; "
            "read the settings of their stack with --stack, or name the stacks of this app"
        )
    if hidden := known.hidden():
        raise Failure(
            f"{', '.join(hidden)}: an identifier, a product or a locale is a secret in its state, so that nothing "
            "tells what is in use; give them in clear, and run pulumi up"
        )
    return known
