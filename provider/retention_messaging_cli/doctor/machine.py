"""What is installed: Python, this package, Pulumi's SDK and its CLI."""

import platform
import re
import shlex
import shutil
import sys
from importlib.metadata import distribution, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from retention_messaging_cli import pulumi_cli
from retention_messaging_cli.doctor.finding import Finding, Status, ok
from retention_messaging_cli.doctor.stack import Stack

PACKAGE = "pulumi-retention-messaging"

IMPORTS_WITH_INPUTS = Version("3.254")
"""The first release of the CLI whose `pulumi import` takes what `retention-messaging adopt` writes."""


def python(_: object) -> Finding:
    """Whether this release of Python is one that the package is tested with."""
    classifiers = distribution(PACKAGE).metadata.get_all("Classifier") or []
    tested = re.findall(r"Python :: (3\.\d+)", "\n".join(classifiers))
    found = f"{platform.python_version()} ({sys.executable})"
    if ".".join(platform.python_version_tuple()[:2]) in tested:
        return ok(found)
    return Finding(
        Status.WARN, f"{found}, which the package is not tested with", (f"use Python {' or '.join(tested)}",)
    )


def package(_: object) -> Finding:
    """Which release of this package runs, and where it lies."""
    folder = Path(str(distribution(PACKAGE).locate_file("")))
    return ok(f"{version(PACKAGE)} ({folder})")


def sdk(_: object) -> Finding:
    """Whether Pulumi's SDK beside this command is one that the package works with."""
    return sdk_finding(version("pulumi"), "", sys.executable)


def sdk_finding(found: str | None, where: str, executable: str) -> Finding:
    """Judge a release of Pulumi's SDK; None for none. `where` says of which interpreter it is, if not of this one."""
    if found is not None and sdk_needed().contains(found):
        return ok(f"{found}{where}")
    return Finding(
        Status.FAIL,
        f"{f'pulumi {found}' if found else 'no pulumi'}{where}, and the package needs {sdk_needed()}",
        (shlex.join([executable, "-m", "pip", "install", f"pulumi{sdk_needed()}"]),),
    )


def sdk_needed() -> SpecifierSet:
    """The releases of Pulumi's SDK that the package names."""
    needed = map(Requirement, distribution(PACKAGE).requires or [])
    return next(each.specifier for each in needed if each.name == "pulumi")


def cli(stack: Stack) -> Finding:
    """Whether there is a Pulumi CLI; a blocker only where a stack is asked about."""
    path = shutil.which("pulumi")
    if path is None:
        status = Status.FAIL if stack.name else Status.WARN
        return Finding(status, "the Pulumi CLI was not found", (pulumi_cli.INSTALL,))
    number = pulumi_cli.ask("version", cwd=stack.cwd).strip().removeprefix("v")
    return cli_finding(number, path)


def cli_finding(number: str, path: str) -> Finding:
    """Judge a release of the CLI."""
    found = f"{number} ({path})"
    if Version(number) >= IMPORTS_WITH_INPUTS:
        return ok(found)
    return Finding(
        Status.WARN, f"{found}; pulumi import of what adopt writes needs {IMPORTS_WITH_INPUTS}", (pulumi_cli.UPDATE,)
    )
