"""The command line as a whole: help, errors, exit codes."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli_commands.command_line import COLUMNS, PROGRAM, completed, on_terminal, run
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_cli.group import SHELLS, Group, completion
from retention_messaging_provider.resources.handler import Failure

NO_ROOM = "Error: the output cannot be written (No space left on device); make room, then run again"
SLOW = {"PIL", "cryptography", "flask", "httpcore", "httpx", "jwt", "pulumi", "regex", "rich", "tenacity"}


def test_the_help_fits_a_terminal_and_is_on_stdout() -> None:
    """Without a command there is the help, which fits 80 columns but for lines that are to be copied."""
    code, shown = on_terminal()

    assert code == Exit.OK
    assert "Exit codes:" in shown
    assert [line for line in shown.splitlines() if len(line) > COLUMNS and "retention-messaging" not in line] == []


def test_the_help_imports_nothing_that_is_slow() -> None:
    """The help is there without what takes its time to import."""
    script = "import sys; from retention_messaging_cli.__main__ import cli; cli(['--help'], standalone_mode=False); "

    ended = subprocess.run(
        [sys.executable, "-c", f"{script}print(*sys.modules)"], capture_output=True, text=True, check=True
    )

    assert SLOW.isdisjoint(ended.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["nothing"], ["--nothing"]])
def test_a_wrong_command_line_is_one_line_and_4(arguments: list[str]) -> None:
    """A wrong command line is one line that names the help, and exit code 4."""
    result = run(*arguments)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (Exit.USAGE, "", 1)
    assert result.stderr.endswith("; see: retention-messaging --help\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "--stack", ""],
        ["status", "--stack="],
        ["status", "--state", ""],
        ["adopt", ""],
        ["preview", "--html="],
        ["prune", ""],
        ["doctor", "--cwd", ""],
        ["emulator", "--database", ""],
    ],
    ids=" ".join,
)
def test_an_empty_argument_is_refused(arguments: list[str]) -> None:
    """An argument that is empty, as of a variable that is not set, is neither this folder nor no stack."""
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")
    assert result.stderr == (
        "Error: an argument is empty, as that of a variable which is not set; "
        f"see: retention-messaging {arguments[0]} --help\n"
    )


def a_group_that(raises: BaseException | int | None) -> Group:
    """The group, with the command `it` in place of its own."""

    def it() -> int | None:
        if isinstance(raises, BaseException):
            raise raises
        return raises

    group = Group("group")
    command = click.Command("it", callback=it)
    group.get_command = lambda *_: command  # type: ignore[assignment,method-assign]
    return group


@pytest.mark.parametrize(
    ("raises", "code", "line"),
    [
        (None, Exit.OK, ""),
        (Exit.WAITING, Exit.WAITING, ""),
        (Failure("it is shut; open it"), Exit.FAILED, "Error: it is shut; open it\n"),
        (
            PermissionError(errno.EACCES, "Permission denied", "messages"),
            Exit.FAILED,
            "Error: messages cannot be used (Permission denied); correct that, or name another, then run again\n",
        ),
        (click.ClickException("it is shut; open it"), Exit.FAILED, "Error: it is shut; open it\n"),
        (KeyboardInterrupt(), Exit.INTERRUPTED, "\n"),
    ],
)
def test_what_ends_a_command_is_a_code_and_a_line(raises: BaseException | int | None, code: Exit, line: str) -> None:
    """What a command returns or raises is its exit code, and at most one line on stderr."""
    result = CliRunner().invoke(a_group_that(raises), ["it"])

    assert (result.exit_code, result.stdout, result.stderr) == (code, "", line)


def test_a_fault_of_ours_is_one_line_without_what_it_quotes() -> None:
    """What nobody expected is one line without a traceback and without its text, which may quote a secret."""
    result = CliRunner().invoke(a_group_that(KeyError("private")), ["it"])

    assert (result.exit_code, result.stderr.count("\n")) == (Exit.FAILED, 1)
    assert "KeyError in test_group.py, line " in result.stderr
    assert "private" not in result.stderr


SLEEPER = """
import signal, time, click
signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent in the background ignores it
from retention_messaging_cli.__main__ import cli
cli.get_command = lambda *_: click.Command("it", callback=lambda: (print("ready", flush=True), time.sleep(60)))
cli(["it"])
"""


def test_ctrl_c_ends_it_with_130() -> None:
    """Ctrl-C ends a command with 130 and no traceback."""
    command = [sys.executable, "-c", SLEEPER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)

    assert (process.returncode, errors) == (Exit.INTERRUPTED, "\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_gets_its_completion(shell: str) -> None:
    """The line of the help has click print a script for the shell."""
    assert f"_RETENTION_MESSAGING_COMPLETE={shell}_source" in completion(shell)

    ended = subprocess.run(
        PROGRAM,
        env={**os.environ, "_RETENTION_MESSAGING_COMPLETE": f"{shell}_source"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert "retention" in ended.stdout


@pytest.mark.parametrize(
    ("redirection", "code", "line"),
    [
        (">&-", Exit.OK, ""),
        ("2>&-", Exit.OK, ""),
        (">/dev/full", Exit.FAILED, NO_ROOM),
    ],
)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full, which only some systems have")
def test_an_output_that_takes_nothing_is_no_traceback(redirection: str, code: Exit, line: str) -> None:
    """A stdout or stderr that is closed is nobody's, and a full disk is one line."""
    done = subprocess.run(
        f"{shlex.join(PROGRAM)} --help {redirection}", shell=True, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr.strip()) == (code, line)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full, which only some systems have")
def test_an_error_that_nobody_reads_keeps_its_code() -> None:
    """Where the line of an error cannot be written, its exit code is the same."""
    done = subprocess.run(f"{shlex.join(PROGRAM)} nothing 2>/dev/full", shell=True, check=False)

    assert done.returncode == Exit.USAGE


@pytest.mark.parametrize("options", [["--json"], ["--output", "table"], ["--output", "markdown"]])
def test_a_reader_that_has_enough_is_no_finding(options: list[str]) -> None:
    """Where nobody reads the result, in whatever format, the code is none of a finding, and stderr is empty."""
    ours, theirs = os.pipe()
    os.close(ours)

    done = subprocess.run([*PROGRAM, "doctor", *options], stdout=theirs, stderr=subprocess.PIPE, check=False)
    os.close(theirs)

    assert (done.returncode, done.stderr) == (Exit.FAILED, b"")


@pytest.mark.parametrize(
    ("shell", "begin", "then", "shown"),
    [
        ("bash", "", "complete -p retention-messaging", "_retention_messaging_completion"),
        ("zsh", "autoload -Uz compinit && compinit -uD", "print $_comps[retention-messaging]", "_retention_messaging"),
        ("fish", "", "complete -C 'retention-messaging st'", "status"),
    ],
)
def test_a_shell_takes_the_line_of_the_help(shell: str, begin: str, then: str, shown: str) -> None:
    """A shell that has read the line of the help completes the command, as far as it says without a terminal."""
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    done = subprocess.run(
        [shell, "-c", f"{begin}\n{completion(shell)}\n{then}"], env=env, capture_output=True, text=True, check=True
    )

    assert (shown in done.stdout, done.stderr) == (True, "")


def test_a_shell_completes_the_stacks_of_the_program(tmp_path: Path) -> None:
    """A shell completes --stack with what has settings beside the program, in the folder that was typed."""
    for name in ("Pulumi.yaml", "Pulumi.production.yaml", "Pulumi.sandbox.yaml"):
        (tmp_path / name).write_text("")

    assert completed("preview", "--cwd", str(tmp_path), "--stack", "") == ["plain,production", "plain,sandbox"]
