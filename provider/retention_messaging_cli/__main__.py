"""The command line `retention-messaging`."""

import os
import sys

import click

from retention_messaging_cli.group import Group


@click.group(cls=Group, name="retention-messaging", invoke_without_command=True, no_args_is_help=False)
@click.version_option(package_name="pulumi-retention-messaging", prog_name="retention-messaging")
@click.pass_context
def cli(context: click.Context) -> None:
    """
    What customers of a subscription read before they cancel: look at it, adopt it, find out what is wrong.

    Beside `pulumi up`, for the messages, images and URL of Apple's Retention Messaging API. With --stack a command
    reads the settings of that stack of the program in this folder, without it the environment variables
    RETENTION_MESSAGING_….
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> None:
    """Run the command line of this process."""
    if sys.stdout is None or sys.stderr is None:  # closed by the shell, and what is written is for nobody
        nobody = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - as long as the process
        sys.stdout, sys.stderr = sys.stdout or nobody, sys.stderr or nobody
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a terminal may lack a character
    cli(prog_name="retention-messaging")


if __name__ == "__main__":
    main()
