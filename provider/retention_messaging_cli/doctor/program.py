"""
Which interpreter runs a stack's program, and which one its provider, and whether the package is in both.

Pulumi finds the two by different rules. Those of the program: the language host's; those of the provider: the script
https://github.com/pulumi/pulumi/blob/master/sdk/python/dist/pulumi-resource-pulumi-python. Nothing asks Pulumi itself:
`pulumi about` makes a virtual environment that is missing.
"""

import json
import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from retention_messaging_cli.doctor.finding import Finding, Status, ok, skip
from retention_messaging_cli.doctor.machine import PACKAGE, sdk_finding
from retention_messaging_cli.doctor.stack import Stack
from retention_messaging_provider.resources.handler import Failure

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
PYTHON = "Scripts/python.exe" if os.name == "nt" else "bin/python"
LOCKS = {"uv": "uv.lock", "poetry": "poetry.lock"}
"""Toolchain → the file by which the program's rules find it, and the provider's do not."""

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


@dataclass(frozen=True)
class Project:
    """
    A Pulumi program's project file, as far as interpreters go.

    folder: that of the file; main: that of the program
    """

    folder: Path
    main: Path
    language: str
    virtualenv: str
    toolchain: str

    @classmethod
    def read(cls, file: Path) -> "Project":
        """Read a project file. Raises Failure for what is none."""
        try:
            content = yaml.safe_load(file.read_text())
            runtime = content["runtime"]
        except (KeyError, OSError, TypeError, ValueError, yaml.YAMLError):
            raise Failure(f"{file} has no runtime that can be read; write: runtime: python") from None
        written = runtime if isinstance(runtime, dict) else {"name": runtime}
        options = written.get("options") or {}
        return cls(
            file.parent,
            file.parent / (content.get("main") or ""),
            str(written.get("name")),
            str(options.get("virtualenv") or ""),
            str(options.get("toolchain") or ""),
        )


def find_project(folder: Path) -> Path | None:
    """Find the project file as Pulumi does, in a folder or above it."""
    above = folder.resolve()
    files = (each / name for each in (above, *above.parents) for name in PROJECT_FILES)
    return next((file for file in files if file.is_file()), None)


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
    program_s, provider_s = of_program(project), of_provider(project)
    if program_s == provider_s:
        return _finding(project, program_s, "program and provider")
    found = _finding(project, program_s, "program")
    return found if found.status is Status.FAIL else _finding(project, provider_s, "provider", program_s)


def of_program(project: Project) -> Path:
    """Find the interpreter of the program."""
    if project.virtualenv:
        return project.folder / project.virtualenv / PYTHON
    locked = next((name for name, lock in LOCKS.items() if (project.folder / lock).exists()), "")
    return _of_toolchain(project.toolchain or locked, project.folder)


def of_provider(project: Project) -> Path:
    """Find the interpreter of the provider, which knows no lock files, and looks from the program's folder."""
    if project.virtualenv:
        return project.main / project.virtualenv / PYTHON
    return _of_toolchain(project.toolchain, project.main)


def _of_toolchain(toolchain: str, folder: Path) -> Path:
    if toolchain == "uv":
        return folder / ".venv" / PYTHON
    if toolchain == "poetry":
        asked = _output(["poetry", "env", "info", "--path"], folder)
        return Path(asked or "poetry-environment") / PYTHON
    command = os.environ.get("PULUMI_PYTHON_CMD") or "python3"
    return Path(shutil.which(command) or command)


def _finding(project: Project, python: Path, whose: str, program_s: Path | None = None) -> Finding:
    answer = _output([str(python), "-c", PROBE], project.main)
    if answer is None:
        return Finding(
            Status.FAIL,
            f"{whose}: there is no interpreter {python}",
            (shlex.join(["pulumi", "install", "--cwd", str(project.folder)]),),
        )
    number, package, pulumi = json.loads(answer)
    if package is None:
        remedy = shlex.join([str(python), "-m", "pip", "install", PACKAGE])
        if program_s is not None:  # the program has it, and the provider looks elsewhere
            remedy = f"write virtualenv: {_relative(program_s, project)} below options: in {project.folder}/Pulumi.yaml"
        elif not project.virtualenv and not project.toolchain:
            remedy = f"activate the virtual environment that has the package, or: {remedy}"
        return Finding(Status.FAIL, f"{whose}: {python} (Python {number}) does not have {PACKAGE}", (remedy,))
    sdk = sdk_finding(pulumi, f" beside {python}", str(python))
    return ok(f"{whose}: {python} (Python {number}, {PACKAGE} {package})") if sdk.status is Status.OK else sdk


def _relative(python: Path, project: Project) -> str:
    environment = python.parent.parent
    return str(environment.relative_to(project.main)) if environment.is_relative_to(project.main) else str(environment)


def _output(command: list[str], folder: Path) -> str | None:
    """What a command prints, None where it fails or is not there."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
