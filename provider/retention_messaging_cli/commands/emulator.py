"""`retention-messaging emulator`: the App Store emulator, as one of the commands."""

from collections.abc import Sequence
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from retention_messaging_cli.command import Command
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_provider.resources.handler import Failure


class _Command(Command):
    """A shell completes the emulator's options, too, where it is installed."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        try:
            from retention_messaging_emulator.options import parser  # noqa: PLC0415 - an extra, and slow
        except ModuleNotFoundError:
            return super().shell_complete(ctx, incomplete)
        options = parser()._actions  # noqa: SLF001 - argparse tells them nowhere else
        named = [(name, each.help) for each in options for name in each.option_strings if name.startswith(incomplete)]
        return [CompletionItem(name, help=text) for name, text in named]


@click.command(
    cls=_Command,
    context_settings={"ignore_unknown_options": True},
    examples=[
        ("Try it without an Apple account", "retention-messaging emulator"),
        ("Keep what is uploaded", "retention-messaging emulator --database emulator.sqlite"),
        ("On another port, with one app", "retention-messaging emulator --port 8081 --bundle-id com.example.app"),
    ],
    exits={Exit.OK: "ended with Ctrl-C"},
)
@click.argument(
    "options",
    nargs=-1,
    type=click.UNPROCESSED,
    metavar="[OPTIONS OF THE EMULATOR]...",
    help="Options of `retention-messaging-emulator`, such as --port; its --help has them all.",
)
def command(options: Sequence[str]) -> None:
    """
    Serve Apple's Retention Messaging API on this machine, until Ctrl-C.

    It makes a key, or takes the one that it made before, and prints the commands that point a sandbox stack there,
    where everything is approved at once. In a production stack, where you decide Apple's review, type `production` in
    the place of `sandbox`: in the first command and in the last.

    Its options are those of `retention-messaging-emulator`, whose help lists them. It is an extra of the package:

    \b
    pip install 'pulumi-retention-messaging[emulator]'
    """  # noqa: D301 - \b is click's, of a paragraph that is not wrapped
    try:
        from retention_messaging_emulator.__main__ import main  # noqa: PLC0415 - an extra, and slow
        from retention_messaging_emulator.options import parser  # noqa: PLC0415
    except ModuleNotFoundError as error:
        needed, _, install = str(error).partition(": ")
        raise Failure(f"{needed}; install it: {install}") from None

    parsing = parser()
    parsing.error = refuse  # type: ignore[method-assign]
    parsing.parse_args(options)
    try:
        main(options)
    except SystemExit as ended:
        raise Failure(str(ended)) from None


def refuse(message: str) -> NoReturn:
    """Refuse options of the emulator as those of every command are."""
    raise click.UsageError(message, click.get_current_context())
