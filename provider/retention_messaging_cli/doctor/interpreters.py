"""
Which interpreter runs a stack's program, and which one its provider.

Pulumi finds the two by different rules. Those of the program: the language host's,
https://github.com/pulumi/pulumi/tree/master/sdk/python/toolchain; those of the provider: the script
https://github.com/pulumi/pulumi/blob/master/sdk/python/dist/pulumi-resource-pulumi-python, on Windows the one beside it
that ends with .cmd. Nothing asks Pulumi itself: `pulumi about` makes a virtual environment that is missing.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from retention_messaging_provider.resources.handler import Failure

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
LOCKS = {"uv": "uv.lock", "poetry": "poetry.lock"}
"""Toolchain → the file by which the program's rules find it, and the provider's do not."""


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
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
            runtime = content["runtime"]
            written = runtime if isinstance(runtime, dict) else {"name": runtime}
            options = {key: str(value or "") for key, value in (written.get("options") or {}).items()}
            main = file.parent / (content.get("main") or "")
        except (AttributeError, KeyError, OSError, TypeError, ValueError, yaml.YAMLError):
            raise Failure(f"{file} has no runtime that can be read; write: runtime: python") from None
        language = str(written.get("name"))
        return cls(file.parent, main, language, options.get("virtualenv", ""), options.get("toolchain", ""))

    @property
    def tool(self) -> str:
        """The toolchain of the program: the one that is named, or that of a lock file; "" for none."""
        return self.toolchain or next((name for name, lock in LOCKS.items() if _above(self.main, lock)), "")

    @property
    def install(self) -> str:
        """The command that makes its environment."""
        return shlex.join(["pulumi", "install", "--cwd", str(self.folder)])


def find_project(folder: Path) -> Path | None:
    """Find the project file as Pulumi does, in a folder or above it."""
    above = folder.resolve()
    files = (each / name for each in (above, *above.parents) for name in PROJECT_FILES)
    return next((file for file in files if file.is_file()), None)


def of_program(project: Project) -> Path:
    """Find the interpreter of the program. Raises Failure where poetry has none."""
    if project.tool == "poetry":
        return _of_poetry(project, project.main)
    if project.virtualenv:
        return interpreter(project.folder / project.virtualenv)
    return interpreter(uv_folder(project.main) / ".venv") if project.tool == "uv" else on_path()


def of_provider(project: Project) -> Path:
    """Find that of the provider, which knows no lock files, and looks in the program's folder only."""
    if project.virtualenv:
        return interpreter(project.main / project.virtualenv)
    if project.toolchain == "poetry":
        return _of_poetry(project, project.main)
    return interpreter(project.main / ".venv") if project.toolchain == "uv" else on_path()


def interpreter(environment: Path, system: str = os.name) -> Path:
    """Name the interpreter in a virtual environment."""
    return environment / ("Scripts/python.exe" if system == "nt" else "bin/python")


def on_path(system: str = os.name) -> Path:
    """Find the interpreter where no environment is named; its bare name where there is none."""
    command = os.environ.get("PULUMI_PYTHON_CMD") or ("python" if system == "nt" else "python3")
    return Path(shutil.which(command) or command)


def uv_folder(main: Path) -> Path:
    """Find the folder whose .venv is uv's: the nearest with a lock file, else the nearest with a pyproject.toml."""
    return _above(main, "uv.lock") or _above(main, "pyproject.toml") or main


def _above(main: Path, name: str) -> Path | None:
    """Find the nearest folder with a file of this name, from the program's upward."""
    return next((folder for folder in (main, *main.resolve().parents) if (folder / name).exists()), None)


def _of_poetry(project: Project, folder: Path) -> Path:
    if environment := output(["poetry", "env", "info", "--path"], folder):
        return interpreter(Path(environment))
    raise Failure(f"poetry has no environment for {folder}; make it: {project.install}")


def output(command: Sequence[str], folder: Path) -> str | None:
    """What a command prints, None where it fails or is not there."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
