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
    project, program = stack.project, options.command in ("up", "preview")
    targets = options.target_replace if program else []
    display = Display(options.command, preview=preview)
    with ThreadPoolExecutor(PROVIDER_THREADS) as executor, ExitStack() as providers:
        deployment = Deployment(
            stack.name,
            project.name,
            stack.load(),
            lambda config: providers.enter_context(running_provider(project, config)),
            config=stack.config if program else None,
            options=Options(preview, [*options.replace, *targets] if program else (), targets or None),
            save=stack.save,
            observe=display.step,
            executor=executor,
        )
        display.start(stack.name)
        if options.command == "refresh" or (program and options.refresh):
            deployment.refresh()
        if program and not deployment.failed.is_set():
            deployment.steps.clear()
            run_program(deployment, stack)
        if options.command != "refresh":
            deployment.finish()
    display.end(deployment)
    if deployment.errors:
        raise SystemExit(1)  # the diagnostics have been shown
    if options.expect_no_changes and any(step.op != "same" for step in deployment.steps):
        raise CommandError(f"no changes were expected for {options.command} but changes were proposed", 7)
