"""`retention-messaging doctor`: find the first thing that is wrong, and the command that mends it."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from retention_messaging_cli.account import Account, account_options
from retention_messaging_cli.blocks import Block, Cell, Line, Style, Table, ToType
from retention_messaging_cli.command import Command
from retention_messaging_cli.doctor.checks import OF_ENDPOINT, OF_STACK
from retention_messaging_cli.doctor.finding import Checked, Status, run_checks, worst
from retention_messaging_cli.doctor.server import Server
from retention_messaging_cli.doctor.stack import Stack
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.output import Output, output_option

SERVER = "retention-messaging doctor --endpoint https://retention.example.com/apple"
STYLES = {
    Status.OK: Style.GOOD,
    Status.WARN: Style.DOUBTFUL,
    Status.FAIL: Style.BAD,
    Status.SKIP: Style.ASIDE,
}


@click.command(
    cls=Command,
    examples=[
        ("Why a stack does not come up", "retention-messaging doctor --stack sandbox"),
        ("The settings of the environment, in a CI", "retention-messaging doctor --json"),
        ("The file of the key is for its owner only", "retention-messaging doctor --stack sandbox --fix"),
        ("Your own real-time server", SERVER),
        (
            "The same with a signed request, if it trusts the emulator's certificate",
            f"{SERVER} --emulator-credentials .retention-messaging-emulator",
        ),
    ],
    exits={
        Exit.OK: "every check is ok, or a warning",
        Exit.NEEDS_YOU: "a check failed: do what stands below the table",
    },
)
@account_options
@click.option("--fix", is_flag=True, help="Set the mode of the key's file, if others can read it; nothing else.")
@click.option("--endpoint", metavar="URL", help="Look at your own real-time server instead; Apple is not asked.")
@click.option(
    "--trust",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A PEM file with the certificate of that server, if no public authority signed it.",
)
@click.option(
    "--emulator-credentials",
    "credentials",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the emulator's key, for a request that it signs.",
)
@click.option("--product-id", metavar="ID", help="The product in a signed request.")
@click.option("--locale", metavar="CODE", help="The locale in a signed request.")
@output_option
def command(output: Output, endpoint: str | None, **options: Any) -> Exit:
    """
    Look for what is wrong, and stop at the first thing that blocks.

    It looks in the order in which things go wrong: what is installed, the program, the settings and where each comes
    from, the key, a token, the network, the clock, and Apple's access in both environments. It reads only, but for
    --fix. With --endpoint it asks your own server as Apple would.
    """
    settings: list[dict[str, str | None]] = []
    if endpoint:
        chosen = {key: options[key] for key in ("trust", "credentials", "product_id", "locale") if options[key]}
        with closing(Server(endpoint, **chosen)) as server:
            checked = list(run_checks(OF_ENDPOINT, server))
    else:
        stack = Stack(options["stack"], options["cwd"], fix=options["fix"])
        checked = list(run_checks(OF_STACK, stack))
        if "account" in vars(stack):  # it was looked at
            settings = settings_of(stack.account)
    status = worst(checked)
    output.give(data_of(status, checked, settings), *blocks_of(checked, settings))
    return Exit.NEEDS_YOU if status is Status.FAIL else Exit.OK


def settings_of(account: Account) -> list[dict[str, str | None]]:
    """Every setting that was found, as it may be shown, and where."""
    return [{"setting": key, "value": account.value(key), "from": account.origin(key)} for key in account.found()]


def data_of(status: str, checked: Sequence[Checked], settings: Sequence[dict[str, str | None]]) -> dict[str, Any]:
    """The result for a program."""
    return {
        "status": str(status),
        "checks": [
            {
                "check": each.name,
                "status": str(each.finding.status),
                "found": each.finding.found,
                "toDo": list(each.finding.to_do),
            }
            for each in checked
        ],
        "settings": list(settings),
    }


def blocks_of(checked: Sequence[Checked], settings: Sequence[dict[str, str | None]]) -> Iterator[Block]:
    """The result for a person: the checks, the settings, and what to do."""
    yield Table(
        ("check", "", "found"),
        [(each.name, Cell(each.finding.status, STYLES[each.finding.status]), each.finding.found) for each in checked],
    )
    if settings:
        yield Table(
            ("setting", "value", "from"),
            [(str(each["setting"]), str(each["value"]), str(each["from"])) for each in settings],
        )
    wanting = sorted(
        (each for each in checked if each.finding.to_do), key=lambda each: each.finding.status is Status.FAIL
    )
    for each in wanting:
        yield Line(f"{each.name}: {each.finding.found}. What to do:", STYLES[each.finding.status])
        yield ToType(each.finding.to_do)
    if not wanting:
        yield Line("Nothing is wrong.", Style.GOOD)
