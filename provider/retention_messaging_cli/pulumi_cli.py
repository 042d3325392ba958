"""The Pulumi CLI, asked for what only it can read: a stack's config and its state."""

import json
import os
import subprocess
from pathlib import Path

from retention_messaging_cli.progress import progress
from retention_messaging_provider.resources.handler import Failure

INSTALL = "install it from https://www.pulumi.com/docs/iac/download-install/ or add its folder to PATH"
UPDATE = "update the Pulumi CLI: https://www.pulumi.com/docs/iac/download-install/"
ENDED = "an unhandled error occurred: program exited"
"""What Pulumi says of every program that ends with an error, beside that error."""

REMEDIES = {
    "no Pulumi.yaml project file": "name the folder with Pulumi.yaml with --cwd",
    "YAML": "correct that file, of the project or the stack",
    "could not validate": "correct that file",
    "no stack selected": "name a stack with --stack",
    "no stack named": "name one of these with --stack: pulumi stack ls",
    "passphrase": "set PULUMI_CONFIG_PASSPHRASE to the passphrase of this stack",
    "state directory": "set PULUMI_BACKEND_URL to a folder that is there, or type: pulumi login",
    "": "check --stack and --cwd (the folder with Pulumi.yaml), and: pulumi whoami",
}
"""A part of what the Pulumi CLI 3.260.0 says → what to do; the last one for all the rest."""

TRACEBACK = "Traceback (most recent call last):"
QUIET = {"PULUMI_SKIP_UPDATE_CHECK": "true"}


class ProgramFailed(Failure):
    """The program, or the provider, is what Pulumi stopped at; the text says why, and not yet what to do."""


def ask(*arguments: str, cwd: Path) -> str:
    """
    Run a command of the Pulumi CLI in a folder and return what it prints; it never asks back.

    Raises Failure where there is no CLI, or where it refuses; of that ProgramFailed for what the program gets wrong.
    """
    command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
    try:
        with progress(f"pulumi {' '.join(arguments[:2])}"):
            done = subprocess.run(  # noqa: S603 - a list of arguments, without a shell
                command,
                cwd=cwd,
                env={**os.environ, **QUIET},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
    except FileNotFoundError:
        if not cwd.is_dir():
            raise Failure(f"there is no folder {cwd}; name the folder of the program with --cwd") from None
        raise Failure(f"the Pulumi CLI was not found; {INSTALL}") from None
    if done.returncode:
        if reason := _diagnosis(done.stdout):
            raise ProgramFailed(f"pulumi {' '.join(arguments[:2])}: {reason}")
        reason = _reason(done.stderr)
        raise Failure(f"pulumi {' '.join(arguments[:2])}: {reason}; {_remedy(reason)}")
    return done.stdout


def _reason(errors: str) -> str:
    """What the CLI says went wrong: its last line that says so."""
    lines = [line.removeprefix("error: ") for line in errors.splitlines() if line.startswith("error: ")]
    return lines[-1] if lines else "failed without a reason"


def _remedy(reason: str) -> str:
    """What to do about it."""
    return next(remedy for part, remedy in REMEDIES.items() if part in reason)


def _diagnosis(printed: str) -> str:
    """
    What the diagnostics of a command with --json say went wrong, "" where there are none.

    The first error in one line: of a traceback, which comes with its message, the last line.
    """
    try:
        errors = [each["message"] for each in json.loads(printed)["diagnostics"] if each["severity"] == "error"]
    except (KeyError, TypeError, ValueError):
        return ""
    texts = [each.strip().removeprefix("error: ") for each in errors]
    texts = [each for each in texts if not each.startswith(ENDED)] or texts
    first, *more = dict.fromkeys(each.splitlines()[-1] if TRACEBACK in each else each for each in texts if each) or [""]
    return f"{first}{f' (and {len(more)} more)' if more else ''}"
