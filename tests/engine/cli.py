"""The stand-in's command line: the CLI's commands, options and exit codes, as far as it knows them."""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from engine.display import Display
from engine.model import Options
from engine.monitor import run_program
from engine.properties import map_secrets, reveal
from engine.provider import ProviderProcess
from engine.snapshot import STACK
from engine.stack import CommandError, Project, Stack
from engine.steps import Deployment

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from engine.properties import Properties

INSTALL = "use the Pulumi CLI, https://www.pulumi.com/docs/install/"
# A dynamic provider has no more: https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/dynamic/__main__.py
PROVIDER_THREADS = 4

ALWAYS = "--stack --cwd --non-interactive --color"
RUN = "--yes --skip-preview --diff --expect-no-changes"
COMMANDS = {
    "up": f"{RUN} --refresh --replace --target-replace",
    "preview": "--diff --expect-no-changes --refresh --replace --target-replace",
    "refresh": RUN,
    "destroy": f"{RUN} --remove",
    "cancel": "--yes",
    "stack init": "name",
    "stack select": "name --create",
    "stack ls": "--json",
    "stack rm": "name? --yes --force",
    "stack output": "name? --json --show-secrets",
    "stack export": "--show-secrets --file",
    "stack import": "--file",
    "config": "--json --show-secrets",
    "config set": "key value? --secret --plaintext",
    "config get": "key",
    "config rm": "key",
}
WITH_VALUE = {"--stack": "", "--cwd": ".", "--color": "", "--file": ""}
REPEATED = {"--replace", "--target-replace"}
SHORT = {"--stack": "-s", "--cwd": "-C", "--yes": "-y", "--skip-preview": "-f", "--refresh": "-r", "--create": "-c"}


class Parser(argparse.ArgumentParser):
    """Refuses what it does not know by name."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"the stand-in engine does not know this: {message}: {INSTALL}", 2)


def parse(arguments: Sequence[str]) -> Namespace:
    command = next((words for n in (2, 1) if (words := " ".join(arguments[:n])) in COMMANDS), "")
    parser = Parser(prog=command, add_help=False, allow_abbrev=False)
    if not command:
        parser.error(f"command {' '.join(arguments[:1])!r}")
    for name in f"{COMMANDS[command]} {ALWAYS}".split():
        names = [name, SHORT[name]] if name in SHORT else [name]
        if not name.startswith("--"):
            parser.add_argument(name.removesuffix("?"), nargs="?" if name.endswith("?") else None, default="")
        elif name in REPEATED:
            parser.add_argument(*names, action="append", default=[])
        elif name in WITH_VALUE:
            parser.add_argument(*names, default=WITH_VALUE[name])
        else:
            parser.add_argument(*names, action="store_true")
    options = parser.parse_args(arguments[len(command.split()) :])
    options.command = command
    return options


def main(arguments: Sequence[str]) -> int:
    print("This is a stand-in for the Pulumi engine, for tests and trials: not the Pulumi CLI.", file=sys.stderr)
    try:
        options = parse(arguments)
        ACTIONS[options.command](Project(Path(options.cwd)), options)
    except CommandError as error:
        if str(error):
            print(f"error: {error}", file=sys.stderr, flush=True)
        return error.code
    return 0


# Runs


def run(project: Project, options: Namespace) -> None:
    """up, preview, refresh, destroy."""
    stack = project.stack(options.stack)
    command = options.command
    if command != "preview" and not (options.yes or options.skip_preview):
        raise CommandError(
            "--yes or --skip-preview must be passed in to proceed when running in non-interactive mode", 2
        )
    with stack.lock():
        if command == "preview" or not options.skip_preview:
            _run_once(stack, options, preview=True)
        if command != "preview":
            _run_once(stack, options, preview=False)
    if command == "destroy" and options.remove:
        stack.remove()


def _run_once(stack: Stack, options: Namespace, *, preview: bool) -> None:
    project, program = stack.project, options.command in ("up", "preview")
    display = Display(options.command, preview=preview, diff=options.diff)
    processes: list[ProviderProcess] = []

    def open_provider(config: Properties) -> ProviderProcess:
        processes.append(ProviderProcess(project.python, project.folder, project.name, config))
        return processes[-1]

    targets = options.target_replace if program else []
    with ThreadPoolExecutor(PROVIDER_THREADS) as executor:
        deployment = Deployment(
            stack.name,
            project.name,
            stack.load(),
            open_provider,
            config=stack.provider_config if program else None,
            options=Options(preview, [*options.replace, *targets] if program else (), targets or None),
            save=stack.save,
            observe=display.step,
            executor=executor,
        )
        try:
            display.start(stack.name)
            if options.command == "refresh" or (program and options.refresh):
                deployment.refresh()
                if program:
                    deployment.steps.clear()
            if program and not deployment.failed.is_set():
                names = (project.name, stack.name)
                run_program(deployment, project.python, project.folder, names, stack.config)
            if options.command != "refresh":
                deployment.finish()
        finally:
            for process in processes:
                process.close()
    display.end(deployment)
    if deployment.errors:
        raise CommandError("")
    if options.expect_no_changes and any(step.op != "same" for step in deployment.steps):
        raise CommandError(f"no changes were expected for {options.command} but changes were proposed", 7)


def cancel(project: Project, options: Namespace) -> None:
    project.stack(options.stack).cancel()


# Stacks


def stack_init(project: Project, options: Namespace) -> None:
    if options.name in project.stacks:
        raise CommandError(f"stack '{options.name}' already exists")
    stack = Stack(project, options.name)
    stack.passphrase  # noqa: B018 - writes the salt
    stack.save()
    project.select(options.name)
    print(f"Created stack '{options.name}'")


def stack_select(project: Project, options: Namespace) -> None:
    if options.create and options.name not in project.stacks:
        stack_init(project, options)
    project.select(project.stack(options.name).name)


def stack_ls(project: Project, options: Namespace) -> None:
    found = [{"name": name, "current": name == project.selected} for name in project.stacks]
    print(json.dumps(found, indent=2) if options.json else "\n".join(f"{each['name']}" for each in found))


def stack_rm(project: Project, options: Namespace) -> None:
    stack = project.stack(options.name or options.stack)
    if not options.yes:
        raise CommandError("--yes must be passed in to proceed when running in non-interactive mode", 2)
    if stack.load().resources and not options.force:
        raise CommandError(f"'{stack.name}' still has resources; removal rejected: destroy it first, or use --force")
    stack.remove()


def stack_output(project: Project, options: Namespace) -> None:
    resources = project.stack(options.stack).load().resources
    outputs = next((each.outputs for each in resources if each.type == STACK), {})
    hide: Callable[[Any], Any] = (
        reveal if options.show_secrets else lambda all_: map_secrets(all_, lambda _: "[secret]")
    )
    shown = hide(outputs)
    if options.name and options.name not in shown:
        raise CommandError(f"current stack does not have output property '{options.name}'")
    answer = shown[options.name] if options.name else shown
    print(answer if isinstance(answer, str) and not options.json else json.dumps(answer, indent=2))


def stack_export(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    deployment = stack.deployment(stack.load(), show_secrets=options.show_secrets)
    text = json.dumps({"version": 3, "deployment": deployment}, indent=4)
    Path(options.file).write_text(text) if options.file else print(text)


def stack_import(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    text = Path(options.file).read_text() if options.file else sys.stdin.read()
    stack.save(stack.read(json.loads(text)["deployment"]))


# Config


def config(project: Project, options: Namespace) -> None:
    values, secrets = project.stack(options.stack).config
    if not options.show_secrets:
        values = {key: "[secret]" if key in secrets else value for key, value in values.items()}
    listed = {key: {"value": value, "secret": key in secrets} for key, value in values.items()}
    print(
        json.dumps(listed, indent=2) if options.json else "\n".join(f"{key}  {value}" for key, value in values.items())
    )


def config_set(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    value = options.value or sys.stdin.read().removesuffix("\n")
    written = {"secure": stack.passphrase.encrypt(value)} if options.secret else value
    stack.settings.setdefault("config", {})[stack.key(options.key)] = written
    stack.write_settings()


def config_get(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    values, _ = stack.config
    if stack.key(options.key) not in values:
        raise CommandError(f"configuration key '{options.key}' not found for stack '{stack.name}'")
    print(values[stack.key(options.key)])


def config_rm(project: Project, options: Namespace) -> None:
    stack = project.stack(options.stack)
    stack.settings.get("config", {}).pop(stack.key(options.key), None)
    stack.write_settings()


ACTIONS: dict[str, Callable[[Project, Namespace], None]] = {
    **dict.fromkeys(("up", "preview", "refresh", "destroy"), run),
    "cancel": cancel,
    "stack init": stack_init,
    "stack select": stack_select,
    "stack ls": stack_ls,
    "stack rm": stack_rm,
    "stack output": stack_output,
    "stack export": stack_export,
    "stack import": stack_import,
    "config": config,
    "config set": config_set,
    "config get": config_get,
    "config rm": config_rm,
}
