"""What options of several commands have in common."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from retention_messaging_provider import rules
from retention_messaging_provider.rules import CheckFailure


def cwd_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add --cwd, as the parameter `cwd`, a Path; `what` is its help."""
    return click.option(
        "--cwd",
        "-C",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        show_default="this folder",
        help=what,
    )


def stack_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add --stack, as the parameter `stack`, a name or None; a shell completes it. `what` is its help."""
    return click.option("--stack", "-s", metavar="NAME", shell_complete=_stacks, help=what)


def _stacks(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """The stacks that have settings beside the program; Pulumi would know all, and take seconds to say."""
    files = Path(context.params.get("cwd") or "").glob("Pulumi.*.yaml")
    names = (file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files)
    return sorted(name for name in names if name.startswith(incomplete))


def pair_options(of_product: str, of_locale: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add --product and --locale, each repeatable, as the parameters `products` and `locales`, with these helps."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option, metavar, rule, what in (
            ("locale", "CODE", rules.locale, of_locale),
            ("product", "ID", rules.product_id, of_product),
        ):
            command = click.option(
                f"--{option}", f"{option}s", multiple=True, metavar=metavar, callback=judged(rule), help=what
            )(command)
        return command

    return add


def judged(rule: Callable[[object], Iterable[CheckFailure]]) -> Callable[[Any, Any, tuple[str, ...]], tuple[str, ...]]:
    """The callback of an option that may be repeated: it refuses what one of the provider's rules refuses."""

    def callback(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            for each in rule(value):
                raise click.BadParameter(f"{value!r} {each.reason}")
        return values

    return callback
