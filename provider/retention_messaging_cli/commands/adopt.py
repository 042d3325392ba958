"""`retention-messaging adopt`: the way in for an account that exists."""

import re
import shlex
from contextlib import closing
from pathlib import Path

import click

from retention_messaging_cli.account import Account, account_options
from retention_messaging_cli.adopt import folder as files
from retention_messaging_cli.adopt import result, settings
from retention_messaging_cli.adopt.adopted import Target
from retention_messaging_cli.adopt.adoption import adopt
from retention_messaging_cli.adopt.inventory import questions, take_inventory
from retention_messaging_cli.adopt.told import Told, told_by
from retention_messaging_cli.command import Command
from retention_messaging_cli.options import pair_options
from retention_messaging_cli.output import Output, output_option
from retention_messaging_cli.state import read_states
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.settings import NAMESPACE

MONTHLY = "--product com.example.monthly"
EXAMPLES = [
    ("Adopt what is at Apple, with the defaults of two products", f"{MONTHLY} --product com.example.yearly"),
    ("Ask in two locales only, with the settings of a stack", f"{MONTHLY} --locale en-US --locale de-DE -s production"),
    ("Rebuild a stack that was lost, with its texts", "--from-state state.json"),
]


def project_name(_context: click.Context, _parameter: click.Parameter, name: str | None) -> str | None:
    """The name of a project, as Pulumi allows it."""
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", name):
        raise click.BadParameter(f"{name!r} is not 1 to 100 letters, digits, hyphens, underscores and periods")
    return name


@click.command(cls=Command, examples=[(why, f"retention-messaging adopt retention {how}") for why, how in EXAMPLES])
@click.argument(
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the program goes; it is made if it is not there, and a file in it is never overwritten.",
)
@pair_options(
    "A product whose defaults are asked about, of which Apple has no list; may be repeated.",
    "A locale to ask about, such as en-US; may be repeated. Without it: all of the App Store.",
)
@click.option(
    "--from-state",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A state from `pulumi stack export`, or a backup of one: it tells names, texts and defaults.",
)
@click.option(
    "--project",
    callback=project_name,
    metavar="NAME",
    show_default="the folder's name",
    help="The name of the Pulumi project.",
)
@account_options
@output_option
def command(  # noqa: PLR0913 - the options of a command line
    *,
    folder: Path,
    products: tuple[str, ...],
    locales: tuple[str, ...],
    from_state: Path | None,
    project: str | None,
    stack: str | None,
    cwd: Path,
    output: Output,
) -> None:
    """
    Write a Pulumi program of what is at Apple, and a file that imports it.

    Nothing is changed at Apple and no file is overwritten. FOLDER gets the program and adopt.json; the commands that
    bring the stack up are printed last. What Apple never tells, a message's text and an image's file, is NOT_TOLD in
    the program until you fill it in, which uploads nothing.

    The stack is named like that of --stack, or like the environment. Name every product of the app: a message that
    none of their defaults shows is adopted so that it stays at Apple, for somebody else may show it.
    """
    if locales and not products:
        raise click.UsageError("--locale needs a --product whose defaults are asked about", click.get_current_context())
    account = Account.read(stack, cwd)
    location = settings.recordable_location(account)
    target = Target(project or project_after(folder), (stack or location.environment).rsplit("/", 1)[-1])
    files.check_free(folder, files.names(target.stack))
    told = told_by(read_states(None, cwd, [from_state])[0], location) if from_state else Told()
    with closing(account.open()) as run:
        inventory = take_inventory(run, location, questions(products, locales, told.defaults))
    if not inventory:
        raise Failure(
            f"Apple has nothing of {location}, and nothing was written; "
            "correct the environment or the bundle id, or begin with a program of your own"
        )
    adoption = adopt(inventory, told, target, cwd, settings.config_of(account, location, cwd))
    files.write(folder, adoption.files)
    commands = [
        f"cd {shlex.quote(str(folder))}",
        f"pulumi stack init {shlex.quote(target.stack)}",
        *settings.commands_for_secrets(account),
        *(f"pulumi config set --secret {key}" for key in adoption.secrets),
        f"pulumi import --file {files.IMPORT} --generate-code=false",
        "pulumi preview",
        "pulumi up",
    ]
    output.give(
        result.data(folder, target, location, adoption, commands), *result.blocks(folder, location, adoption, commands)
    )


def project_after(folder: Path) -> str:
    """A project's name after its folder's."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", folder.resolve().name).strip("-")[:100] or NAMESPACE
