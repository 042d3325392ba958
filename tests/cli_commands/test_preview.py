"""`retention-messaging preview`: from a stack, a plan or a file to a page and to pictures."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from acceptance.stacks import CLI_ONLY, ProgramStack
from cli_commands.command_line import PROGRAM, data_of, on_terminal, run
from cli_commands.pages.drawing import pulumi_that_prints
from cli_commands.pages.samples import default, edited, identifier, message, plan, state
from engine.found import CHECKOUT
from retention_messaging_cli.cancel_page.screenshot import NAMES, chromium
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_emulator import Emulator
from retention_messaging_provider.resources.handler import Failure

if TYPE_CHECKING:
    from engine.found import Engine

PAIR = "com.example.monthly/en-US"
STAY = message("stay", "Keep your streak", "Tomorrow is day 13.", [PAIR])
SHOWS = default(PAIR, identifier(STAY))
QUICKSTART = CHECKOUT / "examples" / "quickstart"

TRACEBACK = (
    "error: Program failed with an unhandled exception:\nTraceback (most recent call last):\n"
    '  File "/program/__main__.py", line 3, in <module>\n    raise ValueError("my own fault")\n'
    "ValueError: my own fault\n\n"
)
LENGTH = "error: resource 'stay' has a problem: header has 90 characters; at most 66 are allowed\n"
ENDED = "error: an unhandled error occurred: program exited with non-zero exit code: 1\n"
NOISE = {"message": "KeyboardInterrupt\n\n", "severity": "info#err"}
FAILED, REFUSED = (
    json.dumps({"steps": [], "diagnostics": [NOISE, *({"message": each, "severity": "error"} for each in messages)]})
    for messages in ((TRACEBACK, LENGTH), (LENGTH, ENDED))
)
"""What the Pulumi CLI prints of a program that raises, and of a resource that is refused."""

CHROMIUM = None
with suppress(Failure):
    CHROMIUM = chromium()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program's folder, in which the command is run, with a state beside it."""
    (tmp_path / "state.json").write_text(state(STAY, SHOWS))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("engine", CLI_ONLY)
def test_an_edit_is_drawn_in_the_plan_and_after_it(engine: Engine, tmp_path: Path) -> None:
    """On the Pulumi CLI an edit is drawn before and after it is uploaded, and nothing is written at Apple for it."""
    emulator = Emulator()
    with (
        emulator.serve() as server,
        ProgramStack(engine, emulator, server.url, QUICKSTART, "production") as stack,
    ):
        emulator.performance_test(passed=True)
        stack.up()
        emulator.approve(environment="production")
        stack.up()
        before = stack.write("before.json", stack.run("stack", "export").stdout)
        stack.edit("Stay, and tomorrow is day 13.", "Tomorrow is day 13.")
        emulator.clear_requests()
        planned = drawn(stack, "--html", str(tmp_path / "plan.html"))
        written = [each for each in emulator.requests() if each["method"] != "GET"]
        stack.up()
        waiting = drawn(stack, "--recorded", "--earlier", str(before), "--html", str(tmp_path / "state.html"))
        selected = drawn(stack, "--recorded", "--html", str(tmp_path / "state.html"), is_named=False)

    assert written == []
    assert [steps(each) for each in planned["entries"]] == [
        ("pause-en", "shown", [("now", "Your plan, your notes and your streak will wait for you.")]),
        (
            "stay-en",
            "planned",
            [
                ("now", "You are 12 days in. Stay, and tomorrow is day 13."),
                ("review", "You are 12 days in. Tomorrow is day 13."),
            ],
        ),
    ]
    assert steps(waiting["entries"][1]) == ("stay-en", "waiting", steps(planned["entries"][1])[2])
    assert "Stay, and tomorrow</del>" in (tmp_path / "plan.html").read_text()
    assert (tmp_path / "plan.html").read_text().count("url(data:image/webp") == 2
    assert selected["entries"][1]["stages"][0]["texts"] is None


def drawn(stack: ProgramStack, *arguments: str, is_named: bool = True) -> Any:
    named = ["--stack", stack.stack] if is_named else []
    environment = {**stack.environment, "PATH": stack._path}
    result = run("preview", "--cwd", str(stack.program), *named, *arguments, env=environment)
    assert result.exit_code == 0, result.output
    return data_of("preview", result)


def steps(entry: dict[str, Any]) -> tuple[str, str, list[tuple[str, str]]]:
    """A message's name, its state, and its body at each moment."""
    return entry["name"], entry["state"], [(each["moment"], each["texts"][1]["text"]) for each in entry["stages"]]


def test_who_sees_what_is_a_table_for_a_comment(folder: Path) -> None:
    """As Markdown, what is shown is a table of locales by products, and the rest a sentence."""
    before, after = edited(folder)
    (folder / "before.json").write_text(before)
    (folder / "state.json").write_text(after)

    result = run("preview", "--state", "state.json", "--earlier", "before.json", "--output", "markdown")

    assert result.stdout.splitlines()[2:] == [
        "| locale | com.example.monthly | com.example.yearly |",
        "| --- | --- | --- |",
        "| de-DE | rejected: rejected | no message |",
        "| en-US | waits: waiting | first: waiting |",
        "| fr-FR | approved: approved | no message |",
        "",
        "Shown by no default: for-a-server (approved).",
        "",
    ]
    assert "retention-messages.html: open it in a browser" in result.stderr


def test_a_terminal_of_80_columns_has_the_table(folder: Path) -> None:
    """On a terminal of 80 columns the table fits, and the page's file is named."""
    code, shown = on_terminal("preview", "--state", "state.json", cwd=folder)

    assert code == 0
    assert "stay: shown" in shown
    assert "retention-messages.html" in shown
    assert (folder / "retention-messages.html").exists()


def test_the_stack_and_the_folder_are_handed_to_pulumi(folder: Path) -> None:
    """The plan that is drawn is of the stack that is named, and every resource is asked for."""
    environment = pulumi_that_prints(folder, plan([], [STAY, SHOWS]))
    (folder / "pulumi").write_text(
        (folder / "pulumi").read_text() + "open('asked', 'w').write(' '.join(arguments))\n", encoding="utf-8"
    )

    result = run("preview", "--stack", "production", env=environment)

    assert result.exit_code == 0, result.output
    asked = (folder / "asked").read_text()
    assert asked.startswith("preview --json --show-sames --stack production ")


def lines(stderr: str) -> list[str]:
    """What was said, without that something takes its time."""
    return [each for each in stderr.splitlines() if not each.endswith(" …")]


def test_what_a_plan_could_not_look_at_is_said(folder: Path) -> None:
    """What the provider and the program report while the plan is made is on stderr, each on a line."""
    reported = "The messages in com.example.app (production) are as they were recorded, not looked at"
    said = [{"severity": "info", "message": f"{reported}\n\n"}, {"severity": "debug", "message": "starting"}]
    printed = plan([STAY, SHOWS], [STAY, SHOWS])[:-1] + f', "diagnostics": {json.dumps(said)}}}'

    result = run("preview", env=pulumi_that_prints(folder, printed))

    assert lines(result.stderr) == [reported, "retention-messages.html: open it in a browser"]


FAILURES = {
    "no plan": (["--stack", "production"], "print('no plan')", "What pulumi preview --json printed could not be read"),
    "a program that fails": (
        ["--stack", "prod"],
        f"print({FAILED!r}); sys.exit(1)",
        "ValueError: my own fault (and 1 more); correct the program; all that is said of it: pulumi preview --stack",
    ),
    "a refused resource": (
        ["--stack", "prod"],
        f"print({REFUSED!r}); sys.exit(1)",
        "pulumi preview --json: resource 'stay' has a problem: header has 90 characters; at most 66 are allowed; ",
    ),
    "a stack that cannot be read": (
        ["--stack", "prod"],
        "print('error: passphrase must be set', file=sys.stderr); sys.exit(1)",
        "pulumi preview --json: passphrase must be set; set PULUMI_CONFIG_PASSPHRASE to the passphrase",
    ),
    "no message": (["--stack", "prod"], "print('{\"steps\": []}')", "stack prod has no message; name a stack"),
    "no state": (["--state", "nothing.json"], "", "nothing.json cannot be read (No such file or directory); name"),
    "no earlier state": (["--earlier", "pulumi"], "", "pulumi is no state of a stack; make one with: pulumi"),
    "no such folder": (["--state", "state.json", "--html", "state.json/a.html"], "", "name another file with --html"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
def test_what_cannot_be_drawn_is_said_in_one_line(name: str, folder: Path) -> None:
    """What cannot be drawn is one line on stderr that says what to do, and the exit code is 3."""
    arguments, script, sentence = FAILURES[name]
    environment = pulumi_that_prints(folder, "")
    (folder / "pulumi").write_text(f"#!{sys.executable}\nimport sys\n{script}\n")

    result = run("preview", *arguments, env=environment)

    assert result.exit_code == 3, result.output
    assert sentence in result.stderr
    assert len(lines(result.stderr)) == 1
    assert result.stdout == ""


def test_a_state_is_drawn_without_a_stack(folder: Path) -> None:
    """A file and a stack exclude each other, and the exit code says that the command line is wrong."""
    assert run("preview", "--state", "state.json", "--recorded").exit_code == 4
    assert run("preview", "--state", "state.json", "--stack", "production").exit_code == 4


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium, or set CHROMIUM")
def test_a_picture_is_made_of_each_message(folder: Path) -> None:
    """With --png there is a picture of each message, without the empty page around it, and JSON names it."""
    (folder / "sandbox.json").write_text(state(STAY, SHOWS).replace('"production"', '"sandbox"'))

    data = data_of("preview", run("preview", "--state", "state.json", "--state", "sandbox.json", "--png", "pictures"))

    files = [Path(each["picture"]) for each in data["entries"]]
    assert sorted(Path("pictures").iterdir()) == sorted(files)
    assert [each.name for each in files] == ["stay-en-US.png", "stay-en-US-2.png"]
    for each in files:
        with Image.open(each) as picture:
            assert 1800 < picture.width < 2400
            assert 1400 < picture.height < 2400
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 100


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PATH": ""}, "no Chromium was found on PATH; install Chromium or Chrome, or set CHROMIUM to the program"),
        ({"CHROMIUM": "/nowhere/chrome"}, "CHROMIUM names /nowhere/chrome, which is no program; install"),
        ({"CHROMIUM": sys.executable}, "made no picture; try another with CHROMIUM=<program>, or leave --png out"),
    ],
    ids=["none", "not there", "another program"],
)
def test_without_chromium_one_sentence_says_so(folder: Path, environment: dict[str, str], sentence: str) -> None:
    """Where there is no Chromium, or it makes no picture, one line says so and what to do."""
    result = run("preview", "--state", "state.json", "--png", "pictures", env={"CHROMIUM": None, **environment})

    assert result.exit_code == 3
    assert sentence in result.stderr


BUSY = """
import os, pathlib, sys, time
profile = pathlib.Path(next(each for each in sys.argv if each.startswith("--user-data-dir=")).split("=", 1)[1])
if os.fork():
    pathlib.Path("started").touch()
    time.sleep(60)
os.setsid()
os.close(1), os.close(2)
end = time.monotonic() + 3
while time.monotonic() < end:
    profile.mkdir(parents=True, exist_ok=True)
    (profile / str(time.monotonic_ns())).touch()
"""
"""A browser of which a process goes on writing after Ctrl-C."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_ctrl_c_ends_it_while_chromium_still_writes(folder: Path) -> None:
    """Ctrl-C while a picture is made ends with 130 and nothing but the page said, whatever Chromium still does."""
    browser = folder / "chromium"
    browser.write_text(f"#!{sys.executable}{BUSY}")
    browser.chmod(0o755)
    (folder / "temporary").mkdir()
    command = [*PROGRAM, "preview", "--state", "state.json", "--png", "pictures"]
    env = {**os.environ, "CHROMIUM": str(browser), "TMPDIR": str(folder / "temporary")}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not (folder / "started").exists():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=60)

    assert (process.returncode, printed) == (Exit.INTERRUPTED, "")
    assert "cannot be written" not in errors


@pytest.mark.parametrize("name", NAMES)
def test_chromium_is_found_by_each_of_its_names(name: str, tmp_path: Path) -> None:
    """Chromium and Chrome are found on PATH under every name that they are installed under."""
    program = tmp_path / name
    program.touch(mode=0o755)

    assert chromium({"PATH": str(tmp_path)}) == str(program)
