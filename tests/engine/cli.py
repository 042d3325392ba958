"""The stand-in's command line: the CLI's commands, options and exit codes, as far as it knows them."""

import argparse
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from engine.properties import is_secret, map_secrets, reveal
from engine.stack import CommandError, Project, Stack

INSTALL = "use the Pulumi CLI, https://www.pulumi.com/docs/install/"
ALWAYS = "--stack= --cwd= --non-interactive --color="
Action = Callable[[Project, Namespace], None]
COMMANDS: dict[str, tuple[str, Action]] = {}
# What the end of an argument says of it, and how argparse says that; an option that ends in none of them is a flag.
KINDS: dict[str, dict[str, Any]] = {
    "=": {"default": ""},
    "*": {"default": [], "action": "append"},
    "?": {"default": "", "nargs": "?"},
}


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CommandError(f"the stand-in engine does not know this: {message}: {INSTALL}", 2)


def parse(arguments: Sequence[str]) -> Namespace:
    """The options of a command; what is not known is refused by name."""
    command = next((words for n in (2, 1) if (words := " ".join(arguments[:n])) in COMMANDS), "")
    parser = Parser(prog=command, add_help=False, allow_abbrev=False)
    if not command:
        parser.error(f"command {' '.join(arguments[:2])!r}")
    for argument in f"{COMMANDS[command][0]} {ALWAYS}".split():
        otherwise = {"action": "store_true"} if argument.startswith("--") else {}
        parser.add_argument(argument.rstrip("".join(KINDS)), **KINDS.get(argument[-1], otherwise))
    parser.set_defaults(refresh=False, run_program=False, replace=[], target_replace=[])
    options = parser.parse_args(arguments[len(command.split()) :])
    options.command = command
    return options


def main(arguments: Sequence[str]) -> int:
    """Do a command and answer with its exit code."""
    print("This is a stand-in for the Pulumi engine, for tests and trials: not the Pulumi CLI.", file=sys.stderr)
    try:
        options = parse(arguments)
        COMMANDS[options.command][1](Project(Path(options.cwd)), options)
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.code
    return 0


def command(name: str, options: str) -> Callable[[Action], Action]:
    """Decorates what does a command; `options` are its arguments and options, each with its kind's mark."""

    def add(action: Action) -> Action:
        COMMANDS[name] = (options, action)
        return action

    return add


@command("up", "--yes --skip-preview --expect-no-changes --refresh --replace* --target-replace* --target* --exclude*")
@command("preview", "--expect-no-changes --refresh --replace* --target-replace* --target* --exclude*")
@command("refresh", "--yes --skip-preview --expect-no-changes --run-program --target* --exclude*")
@command("destroy", "--yes --skip-preview --expect-no-changes --refresh --remove --target* --exclude*")
def _(project: Project, options: Namespace) -> None:
    from engine.run import run  # noqa: PLC0415 - Pulumi's SDK takes long to import, and only runs need it

    run(project, options)


@command("cancel", "--yes")
def _(project: Project, options: Namespace) -> None:
    project.stack(options.stack).cancel()


@command("stack init", "name")
def _(project: Project, options: Namespace) -> None:
    if options.name in project.stacks:
        raise CommandError(f"stack '{options.name}' already exists")
    Stack(project, options.name).save()
    project.select(options.name)
    print(f"Created stack '{options.name}'")


@command("stack select", "name")
def _(project: Project, options: Namespace) -> None:
    project.select(project.stack(options.name).name)


@command("stack ls", "")
def _(project: Project, options: Namespace) -> None:
    print(*(f"{name}{'*' if name == project.selected else ''}" for name in project.stacks), sep="\n")


@command("stack rm", "name? --yes")
def _(project: Project, options: Namespace) -> None:
    stack = project.stack(options.name or options.stack)
    if not options.yes:
        raise CommandError("--yes must be passed in to proceed when running in non-interactive mode", 2)
    if stack.load().resources:
        raise CommandError(f"'{stack.name}' still has resources; removal rejected: destroy it first")
    stack.remove()


@command("stack output", "--json --show-secrets")
def _(project: Project, options: Namespace) -> None:
    outputs = project.stack(options.stack).load().outputs
    shown = reveal(outputs) if options.show_secrets else map_secrets(outputs, lambda tagged: "[secret]")
    print(json.dumps(shown, indent=2))


@command("stack export", "--file=")
def _(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    text = json.dumps({"version": 3, "deployment": stack.deployment(stack.load())}, indent=4)
    Path(options.file or "/dev/stdout").write_text(f"{text}\n")


@command("stack import", "--file=")
def _(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    stack.save(stack.read(json.loads(Path(options.file or "/dev/stdin").read_text())["deployment"]))


@command("state taint", "urn --yes")
def _(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    snapshot = stack.load()
    tainted = [each for each in snapshot.resources if each.urn == options.urn and not each.delete]
    if not tainted:
        raise CommandError(f'No such resource "{options.urn}" exists in the current state')
    for each in tainted:
        each.taint = True
    stack.save(snapshot)


@command("config", "--json")
def _(project: Project, options: Namespace) -> None:
    config = project.stack(options.stack).config
    shown = map_secrets(config, lambda tagged: "[secret]")
    listed = {key: {"value": value, "secret": is_secret(config[key])} for key, value in shown.items()}
    print(json.dumps(listed, indent=2) if options.json else "\n".join(map("  ".join, shown.items())))


@command("config set", "key value? --secret --plaintext")
def _(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    value = options.value or sys.stdin.read().removesuffix("\n")
    stack.set(options.key, {"secure": stack.passphrase.encrypt(value)} if options.secret else value)


@command("config get", "key")
def _(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    if stack.key(options.key) not in stack.config:
        raise CommandError(f"configuration key '{options.key}' not found for stack '{stack.name}'")
    print(reveal(stack.config[stack.key(options.key)]))


@command("config rm", "key")
def _(project: Project, options: Namespace) -> None:
    project.stack(options.stack).set(options.key, None)
