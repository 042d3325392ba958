"""One run of up, preview, refresh or destroy: the deployment with its processes, its lock, its display."""

from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext

from engine.display import Display
from engine.model import Options
from engine.monitor import run_program
from engine.provider import running_provider
from engine.stack import CommandError, Project, Stack
from engine.steps import Deployment

# A dynamic provider has no more: https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/dynamic/__main__.py
PROVIDER_THREADS = 4


def run(project: Project, options: Namespace) -> None:
    """A preview, and unless it was all that was asked for or it fails, the run itself."""
    stack = project.stack(options.stack)
    previews = [True] if options.command == "preview" else [False] if options.skip_preview else [True, False]
    if False in previews and not (options.yes or options.skip_preview):
        raise CommandError("--yes or --skip-preview must be passed in to proceed in non-interactive mode", 2)
    for preview in previews:
        with nullcontext() if preview else stack.lock():
            _run_once(stack, options, preview=preview)
    if options.command == "destroy" and options.remove:
        stack.remove()


def _run_once(stack: Stack, options: Namespace, *, preview: bool) -> None:
    project, display = stack.project, Display(options.command, preview=preview)
    program = options.command in ("up", "preview") or options.run_program
    with ThreadPoolExecutor(PROVIDER_THREADS) as executor, ExitStack() as providers:
        deployment = Deployment(
            stack.name,
            project.name,
            stack.load(),
            lambda config: providers.enter_context(running_provider(project, config)),
            config=stack.config if program else None,
            options=_asked(options, preview=preview),
            save=stack.save,
            observe=display.step,
            executor=executor,
        )
        display.start(stack.name)
        _refuse_what_is_not_recorded(deployment)
        if options.refresh or (options.command == "refresh" and not program):
            deployment.refresh()
        if not deployment.failed.is_set() and options.command != "refresh":
            deployment.steps.clear()
        if program and not deployment.failed.is_set():
            run_program(deployment, stack)
        if program or options.command == "destroy":
            deployment.finish()
    display.end(deployment)
    if deployment.errors:
        raise SystemExit(1)  # the diagnostics have been shown
    if options.expect_no_changes and any(step.op != "same" for step in deployment.steps):
        raise CommandError(f"no changes were expected for {options.command} but changes were proposed", 7)


def _asked(options: Namespace, *, preview: bool) -> Options:
    targets = options.target + options.target_replace
    if targets and options.exclude:
        raise CommandError("--target and --exclude do not go together")
    replace = options.replace + options.target_replace
    if any("*" in urn for urn in (*targets, *replace, *options.exclude)):
        raise CommandError("the stand-in engine does not support wildcards for URNs: use the Pulumi CLI", 2)
    return Options(preview, replace, targets or None, options.exclude, options.run_program)


def _refuse_what_is_not_recorded(deployment: Deployment) -> None:
    options, recorded = deployment.options, {each.urn for each in deployment.records.base}
    for urn in {*options.replace} - recorded:
        hint = "" if "$" in urn else " Did you forget to escape $ in your shell?"
        deployment.fail(f"Target '{urn}' could not be found in the stack.{hint}")
    for urn in {*(options.targets or ()), *options.excludes} - {*options.replace, *recorded}:
        raise CommandError(
            f"the stand-in engine takes for a target only what is recorded, not {urn}: use the Pulumi CLI"
        )
