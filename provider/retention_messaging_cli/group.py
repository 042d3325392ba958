"""The command group: finds commands by the names of their modules, and turns whatever is raised into one line."""

import os
import pkgutil
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, TextIO

import click

from retention_messaging_cli import commands
from retention_messaging_cli.command import Command, write_examples, write_exits
from retention_messaging_cli.exit_codes import Exit

SHELLS = ("bash", "zsh", "fish")
COMPLETION = "for this shell or its start-up file (zsh: below compinit)"
"""Where the line of a shell is typed; the script for zsh calls what compinit defines."""


class Group(click.Group):
    """All commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the modules; none is imported."""
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> Command | None:
        """Import a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: Command = import_module(f"{commands.__name__}.{cmd_name}").command
        return command

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """An example of each command, the exit codes, and how to have a shell complete."""
        every = [self.get_command(ctx, name) for name in self.list_commands(ctx)]
        write_examples(formatter, [each.examples[0] for each in every if each])
        write_exits(formatter, {each: each.sentence for each in Exit})
        with formatter.section(f"Completion, {COMPLETION}"):
            for shell in SHELLS:
                formatter.write(f"  {completion(shell)}\n")

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line, and exit with its code; with standalone_mode=False return or raise what it does."""
        run = super().main
        if kwargs.get("standalone_mode", True):
            sys.exit(self._exit_code(lambda: run(*args, **{**kwargs, "standalone_mode": False})))
        return run(*args, **kwargs)

    def _exit_code(self, run: Callable[[], Exit | None]) -> int:
        try:
            code = run()
            sys.stdout.flush()
        except click.UsageError as error:
            where = error.ctx.command_path if error.ctx else self.name
            return failed(f"{error.format_message().rstrip('.')}; see: {where} --help", Exit.USAGE)
        except click.ClickException as error:
            return failed(error.format_message(), Exit.FAILED)
        except (click.Abort, KeyboardInterrupt):
            return Exit.INTERRUPTED
        except (BrokenPipeError, SystemExit) as error:
            if isinstance(error, SystemExit) and not error.code:  # what a shell completes is printed
                raise
            # who read the output has enough, of which click and rich make an exit with 1, a code of findings here
            # https://docs.python.org/3/library/signal.html#note-on-sigpipe
            give_up(sys.stdout)
            return Exit.FAILED
        except Exception as error:  # noqa: BLE001 - no traceback reaches a user
            from retention_messaging_cli.errors import is_full, sentence_of  # noqa: PLC0415 - needed when it went wrong

            if is_full(error):
                give_up(sys.stdout)
            return failed(sentence_of(error), Exit.FAILED)
        return code or Exit.OK


def give_up(stream: TextIO) -> None:
    """Let the end of the process write what is left in stdout or stderr to nobody."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def failed(sentence: str, code: Exit) -> Exit:
    """Say on stderr what went wrong."""
    colour = None if os.environ.get("NO_COLOR") else "red"
    try:
        click.echo(f"{click.style('Error:', fg=colour)} {sentence}", err=True)
    except OSError:  # nobody reads it, and the code says the same
        give_up(sys.stderr)
    return code


def completion(shell: str) -> str:
    """
    The line that has a shell complete commands and options.

    https://click.palletsprojects.com/en/stable/shell-completion/
    """
    line = f"_RETENTION_MESSAGING_COMPLETE={shell}_source retention-messaging"
    return f"{line} | source" if shell == "fish" else f'eval "$({line})"'
