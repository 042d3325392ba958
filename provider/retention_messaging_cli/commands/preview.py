"""`retention-messaging preview`: messages as customers will see them."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from retention_messaging_cli import pulumi_cli
from retention_messaging_cli.blocks import Block, Cell, Line, Style, some
from retention_messaging_cli.command import Command
from retention_messaging_cli.matrix import MOST, matrix
from retention_messaging_cli.options import cwd_option, stack_option
from retention_messaging_cli.output import Output, output_option
from retention_messaging_cli.progress import progress, tell
from retention_messaging_cli.state import Resource, read_states, state_option
from retention_messaging_provider.resources.handler import Failure

if TYPE_CHECKING:
    from retention_messaging_cli.cancel_page.entries import Entry
    from retention_messaging_cli.cancel_page.page import Page
    from retention_messaging_cli.cancel_page.plan import Plan

EXAMPLES = (
    ("What pulumi up would change, as customers would see it", "retention-messaging preview --stack production"),
    ("What the stack has now, without a plan", "retention-messaging preview --stack production --recorded"),
    (
        "With a picture of each message, and what customers see now from a state of before the edit",
        "retention-messaging preview --stack production --png pictures --earlier before.json",
    ),
    ("From a state alone", "retention-messaging preview --state state.json"),
    ("For a comment on a pull request", "retention-messaging preview --stack production --output markdown"),
)
STYLES = {"SHOWN": Style.GOOD, "REJECTED": Style.BAD, "WAITING": Style.DOUBTFUL, "EMPTY": Style.DOUBTFUL}

NAMED = 10
"""How many messages that no default shows are named."""


@click.command(cls=Command, examples=EXAMPLES)
@stack_option("The stack that is planned; without it, the one that is selected.")
@cwd_option("The folder of the Pulumi program, and of its pictures.")
@state_option
@click.option("--recorded", is_flag=True, help="Draw what the stack's state has, without `pulumi preview`.")
@click.option(
    "--earlier",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="A state of before an edit, for texts that are live and no longer recorded; may be repeated.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("retention-messages.html"),
    show_default=True,
    metavar="FILE",
    help="Where the page goes.",
)
@click.option(
    "--png",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Make a picture of each message there, by headless Chromium.",
)
@output_option
def command(  # noqa: PLR0913, PLR0917 - a parameter an option
    stack: str | None,
    cwd: Path,
    state: tuple[Path, ...],
    recorded: bool,
    earlier: tuple[Path, ...],
    html: Path,
    png: Path | None,
    output: Output,
) -> None:
    """
    Draw every message as customers will see it, in every locale that uses it.

    The page is one file that loads nothing: what is live beside what replaces it, with the words that changed, light
    and dark, as wide as a phone or a tablet, with lengths and Apple's review. It is a likeness of Apple's Confirm
    Cancellation page, not Apple's. Nothing is changed, in the stack or at Apple.

    What is live after an edit is no longer in the state: name a state of before the edit with --earlier.
    """
    from retention_messaging_cli.cancel_page import data, entries, page, pictures  # noqa: PLC0415 - templates load slowly

    if state and (recorded or stack):
        raise click.UsageError("--state is drawn without a stack; leave --stack and --recorded out")
    program = _chromium() if png else ""
    old = [each for one in read_states(None, cwd, earlier) for each in one.resources]
    plan, source = _plan(stack, cwd, state, recorded=recorded, earlier=old)
    for line in plan.lines:
        tell(line)
    found = entries.entries(plan)
    if not found:
        raise Failure(f"{source} has no message; name a stack that has one with --stack, or a file with --state")
    shown = page.Page(found, pictures.drawn(_pictures(found), cwd), source)
    _write(html, shown.html())
    tell(f"{html}: open it in a browser")
    files = _photograph(shown, png, program) if png else []
    output.give(data.data(source, html, found, files), *_blocks(shown, html))


def _plan(
    stack: str | None, cwd: Path, files: Sequence[Path], *, recorded: bool, earlier: Sequence[Resource]
) -> tuple["Plan", str]:
    """What is drawn, and where it comes from."""
    from retention_messaging_cli.cancel_page import plan  # noqa: PLC0415 - as the rest of it

    chosen = ["--stack", stack] if stack else []
    source = f"stack {stack}" if stack else "the selected stack"
    if files:
        states = read_states(None, cwd, files)
        return plan.recorded([r for each in states for r in each.resources], earlier), ", ".join(
            s.source for s in states
        )
    if recorded:
        (one,) = read_states(stack, cwd) or read_states(_selected(cwd), cwd)
        return plan.recorded(one.resources, earlier), one.source
    try:
        printed = pulumi_cli.ask("preview", "--json", "--show-sames", *chosen, cwd=cwd)
    except pulumi_cli.ProgramFailed as error:
        folder = [] if cwd == Path() else ["--cwd", str(cwd)]
        again = shlex.join(["pulumi", "preview", *chosen, *folder])
        raise Failure(f"{error}; correct the program; all that is said of it: {again}") from None
    return plan.planned(printed, earlier), source


def _selected(cwd: Path) -> str:
    return pulumi_cli.ask("stack", "--show-name", cwd=cwd).strip()


def _chromium() -> str:
    """The program that makes pictures; it is looked for before anything takes time."""
    from retention_messaging_cli.cancel_page import screenshot  # noqa: PLC0415 - as the rest of it

    return screenshot.chromium()


def _pictures(entries: Sequence["Entry"]) -> Iterator[Any]:
    for stage in (stage for entry in entries for stage in entry.stages):
        yield from stage.content.pictures.values() if stage.content else ()


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{file} cannot be written ({error.strerror}); name another file with --html") from None


def _photograph(page: "Page", folder: Path, program: str) -> list[str]:
    """A picture for each message, in the page's order: their files."""
    from retention_messaging_cli.cancel_page import screenshot  # noqa: PLC0415 - as the rest of it

    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with progress(f"Drawing pictures into {folder}", len(page.articles)) as advance:
            for name, html in page.pictures():
                file = folder / f"{name}.png"
                screenshot.photograph(html, file, program)
                files.append(str(file))
                advance()
    except OSError as error:
        raise Failure(f"{folder} cannot be written ({error.strerror}); name another folder with --png") from None
    return files


def _blocks(page: "Page", file: Path) -> Iterator[Block]:
    """Who sees what: a row for each locale, a column for each product; and what no default shows."""
    coverage = page.coverage()
    cells = {
        (product, locale): Cell(
            f"{each.name}: {each.standing.word.lower()}", STYLES.get(each.standing.name, Style.PLAIN)
        )
        for locale, row in coverage.rows
        for product, each in zip(coverage.columns, row, strict=True)
        if each
    }
    yield from matrix("Who sees what", cells, "no message", MOST, f"all of them are in {file}")
    unused = [f"{each.name} ({each.standing.word.lower()})" for each in page.articles if not each.locale]
    if unused:
        yield Line(f"Shown by no default: {some(unused, NAMED)}.", Style.ASIDE)
