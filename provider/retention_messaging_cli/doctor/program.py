"""Whether the interpreters of a stack's program and of its provider have the package."""

import json
import os
import shlex
import shutil
from pathlib import Path

from retention_messaging_cli.doctor.finding import Finding, Status, ok, skip
from retention_messaging_cli.doctor.interpreters import (
    Project,
    find_project,
    of_program,
    of_provider,
    output,
    uv_folder,
)
from retention_messaging_cli.doctor.machine import PACKAGE, sdk_finding
from retention_messaging_cli.doctor.stack import Stack
from retention_messaging_provider.resources.handler import Failure

TOOLS = {
    "uv": "https://docs.astral.sh/uv/getting-started/installation/",
    "poetry": "https://python-poetry.org/docs/#installation",
}
"""The programs that Pulumi calls for an environment → where they come from."""

PROBE = f"""
import json, platform
from importlib.metadata import PackageNotFoundError, version

def found(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None

print(json.dumps([platform.python_version(), found("{PACKAGE}"), found("pulumi")]))
"""


def program(stack: Stack) -> Finding:
    """Whether both interpreters have the package."""
    file = find_project(stack.cwd)
    if file is None:
        if not stack.name:
            return skip("no Pulumi program in this folder; name its folder with --cwd")
        raise Failure(f"there is no Pulumi.yaml in {stack.cwd.resolve()}; name the program's folder with --cwd")
    project = Project.read(file)
    if project.language != "python":
        raise Failure(f"the program in {project.folder} is one in {project.language}; the package is for Python only")
    if project.tool in TOOLS and shutil.which(project.tool) is None:
        raise Failure(
            f"Pulumi asks {project.tool} for the program's environment, and it is not on PATH; "
            f"install it: {TOOLS[project.tool]}"
        )
    program_s, provider_s = of_program(project), of_provider(project)
    if program_s == provider_s:
        return _finding(project, program_s, "program and provider")
    found = _finding(project, program_s, "program")
    return found if found.status is Status.FAIL else _finding(project, provider_s, "provider", program_s)


def _finding(project: Project, python: Path, whose: str, program_s: Path | None = None) -> Finding:
    """
    What is in an interpreter.

    program_s: that of the program, which has the package, where this one is another
    """
    answer = output([str(python), "-c", PROBE], project.main)
    elsewhere: tuple[str, ...] = (_name_it(program_s, project),) if program_s else ()
    if answer is None:
        to_do = elsewhere or (project.install,)
        return Finding(Status.FAIL, f"{whose}: there is no interpreter {python}", to_do)
    number, package, pulumi = json.loads(answer)
    if package is None:
        to_do = elsewhere or _install(project, python)
        return Finding(Status.FAIL, f"{whose}: {python} (Python {number}) does not have {PACKAGE}", to_do)
    sdk = sdk_finding(pulumi, f" beside {python}", str(python))
    return ok(f"{whose}: {python} (Python {number}, {PACKAGE} {package})") if sdk.status is Status.OK else sdk


def _install(project: Project, python: Path) -> tuple[str, ...]:
    """What installs the package where the program looks for it; an environment of uv's has no pip."""
    if project.tool == "uv":
        folder = uv_folder(project.main)
        begin = () if (folder / "pyproject.toml").exists() else (shlex.join(["uv", "init", "--bare", str(folder)]),)
        return (*begin, shlex.join(["uv", "add", "--no-sync", "--directory", str(folder), PACKAGE]), project.install)
    if project.tool == "poetry":
        return (shlex.join(["poetry", "add", "--directory", str(project.main), PACKAGE]),)
    pip = shlex.join([str(python), "-m", "pip", "install", PACKAGE])
    return (pip if project.virtualenv else f"activate the virtual environment that has the package, or: {pip}",)


def _name_it(program_s: Path, project: Project) -> str:
    """What makes the provider look where the program does."""
    environment = program_s.parent.parent
    is_near = environment.parent in (project.main, *project.main.parents)
    # the program takes it from the project's folder, and the provider from its own
    is_relative = is_near and project.main == project.folder
    written = os.path.relpath(environment, project.main) if is_relative else environment
    return f"write virtualenv: {written} below options: in {project.folder / 'Pulumi.yaml'}"
