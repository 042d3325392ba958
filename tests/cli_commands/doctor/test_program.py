"""Which interpreters Pulumi runs, and whether the package is in them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from retention_messaging_cli.doctor.finding import Check, Finding, Status, run_checks
from retention_messaging_cli.doctor.interpreters import (
    Project,
    find_project,
    interpreter,
    of_program,
    of_provider,
    on_path,
)
from retention_messaging_cli.doctor.program import program
from retention_messaging_cli.doctor.stack import Stack
from retention_messaging_provider.resources.handler import Failure

SetPath = Callable[[Path], None]
ENVIRONMENT = Path(sys.prefix)
"""That of these tests, which has the package."""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment without the package."""
    folder = tmp_path_factory.mktemp("bare") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


@pytest.fixture
def path_is(monkeypatch: pytest.MonkeyPatch) -> SetPath:
    """Set PATH, and none of what else would be looked at."""
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)
    return lambda folder: monkeypatch.setenv("PATH", str(folder))


@pytest.fixture
def tools_only(bare: Path, path_is: SetPath) -> None:
    """On PATH are a Python without the package, and toolchains that fail."""
    for name in ("uv", "poetry"):
        (bare / "bin" / name).write_text("#!/bin/sh\nexit 1\n")
        (bare / "bin" / name).chmod(0o755)
    path_is(bare / "bin")


def project(folder: Path, yaml: str) -> Project:
    file = folder / "Pulumi.yaml"
    file.write_text(f"name: quickstart\n{yaml}\n")
    return Project.read(file)


def with_options(**options: str) -> str:
    lines = "".join(f"\n    {key}: {value}" for key, value in options.items())
    return f"runtime:\n  name: python\n  options:{lines}"


def look(folder: Path) -> Finding:
    return program(Stack("sandbox", folder))


NAMED, UV, POETRY = with_options(virtualenv="env"), with_options(toolchain="uv"), with_options(toolchain="poetry")
NAMED_UV = with_options(toolchain="uv", virtualenv="env")
NAMED_POETRY = with_options(toolchain="poetry", virtualenv="env")
IN_APP = "main: app\n"
OF_POETRY = "poetry's"
LOCK, POETRY_LOCK, PYTHON_PROJECT = "program/uv.lock", "program/poetry.lock", "program/pyproject.toml"


@pytest.mark.parametrize(
    ("yaml", "files", "expected"),
    [
        (NAMED, [], ("program/env", "program/env")),
        (IN_APP + NAMED, [], ("program/env", "program/app/env")),
        (UV, [LOCK, PYTHON_PROJECT], ("program/.venv", "program/.venv")),
        (UV, [], ("program/.venv", "program/.venv")),
        (UV, ["uv.lock", "pyproject.toml"], (".venv", "program/.venv")),
        (UV, ["pyproject.toml"], (".venv", "program/.venv")),
        (UV, ["uv.lock", PYTHON_PROJECT], (".venv", "program/.venv")),
        (IN_APP + UV, [LOCK, PYTHON_PROJECT], ("program/.venv", "program/app/.venv")),
        (IN_APP + UV, ["program/app/uv.lock"], ("program/app/.venv", "program/app/.venv")),
        (NAMED_UV, [LOCK], ("program/env", "program/env")),
        (POETRY, [POETRY_LOCK], (OF_POETRY, OF_POETRY)),
        (NAMED_POETRY, [POETRY_LOCK], (OF_POETRY, "program/env")),
        ("runtime: python", [LOCK], ("program/.venv", None)),
        ("runtime: python", ["uv.lock"], (".venv", None)),
        (f"{IN_APP}runtime: python", [LOCK], ("program/.venv", None)),
        (f"{IN_APP}runtime: python", ["program/app/uv.lock"], ("program/app/.venv", None)),
        ("runtime: python", [POETRY_LOCK], (OF_POETRY, None)),
        ("runtime: python", [], (None, None)),
    ],
)
def test_the_two_interpreters_are_found_as_pulumi_finds_them(
    yaml: str, files: list[str], expected: tuple[str | None, str | None], tmp_path: Path, path_is: SetPath
) -> None:
    """The interpreters of program and provider are those that the Pulumi CLI runs; None is PATH's."""
    folder = tmp_path / "program"
    (folder / "app").mkdir(parents=True)
    for each in files:
        (tmp_path / each).write_text("")
    tool = tmp_path / "poetry"
    tool.write_text(f"#!{sys.executable}\nprint({str(tmp_path / OF_POETRY)!r})\n")
    tool.chmod(0o755)
    (tmp_path / "python3").symlink_to(sys.executable)
    path_is(tmp_path)
    for_program, for_provider = (interpreter(tmp_path / each) if each else tmp_path / "python3" for each in expected)

    found = project(folder, yaml)

    assert (of_program(found), of_provider(found)) == (for_program, for_provider)


@pytest.mark.parametrize(
    ("system", "in_environment", "without"),
    [("posix", "env/bin/python", "python3"), ("nt", "env/Scripts/python.exe", "python")],
)
def test_an_interpreter_is_named_as_its_system_does(
    system: str, in_environment: str, without: str, tmp_path: Path, path_is: SetPath
) -> None:
    """Windows names an interpreter otherwise than all other systems, in an environment and without one."""
    path_is(tmp_path)

    assert (interpreter(Path("env"), system).as_posix(), on_path(system)) == (in_environment, Path(without))


def test_a_command_of_ones_own_is_the_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PULUMI_PYTHON_CMD names the interpreter of both where there is no virtual environment."""
    monkeypatch.setenv("PULUMI_PYTHON_CMD", sys.executable)

    found = project(tmp_path, "runtime: python")

    assert of_program(found) == of_provider(found) == Path(sys.executable)


def test_a_virtual_environment_with_the_package_is_right(tmp_path: Path) -> None:
    """An environment that Pulumi.yaml names and that has the package is right, and named."""
    project(tmp_path, with_options(virtualenv=str(ENVIRONMENT)))

    found = look(tmp_path)

    assert found.status is Status.OK
    assert found.found.startswith(f"program and provider: {interpreter(ENVIRONMENT)} (Python 3.")
    assert "pulumi-retention-messaging 0." in found.found


def test_an_environment_without_the_package_is_the_blocker(tmp_path: Path, bare: Path) -> None:
    """An environment without the package is the blocker, with the command that installs it there."""
    project(tmp_path, with_options(virtualenv=str(bare)))

    found = look(tmp_path)

    assert found.status is Status.FAIL
    assert found.to_do == (f"{interpreter(bare)} -m pip install pulumi-retention-messaging",)


def test_without_an_environment_it_is_told_to_activate_one(tmp_path: Path, bare: Path, path_is: SetPath) -> None:
    """Where Pulumi takes what is on PATH, and that lacks the package, activating an environment comes first."""
    path_is(bare / "bin")
    project(tmp_path, "runtime: python")

    assert look(tmp_path).to_do[0].startswith("activate the virtual environment that has the package, or: ")


@pytest.mark.usefixtures("tools_only")
def test_a_provider_that_runs_elsewhere_is_told_apart(tmp_path: Path, bare: Path) -> None:
    """A program that has the package by its lock file, and a provider that does not, are told apart."""
    (tmp_path / ".venv").symlink_to(ENVIRONMENT)
    (tmp_path / "uv.lock").write_text("")
    project(tmp_path, "runtime: python")

    found = look(tmp_path)

    assert found.status is Status.FAIL
    assert found.found.startswith(f"provider: {bare / 'bin' / 'python3'}")
    assert found.to_do == (f"write virtualenv: .venv below options: in {tmp_path}/Pulumi.yaml",)


@pytest.mark.usefixtures("tools_only")
@pytest.mark.parametrize(
    ("yaml", "file", "expected"),
    [
        (
            UV,
            "uv.lock",
            "provider: there is no interpreter {0}/.venv/bin/python; write virtualenv: ../.venv",
        ),
        (
            IN_APP + UV,
            "program/uv.lock",
            "provider: there is no interpreter {0}/app/.venv/bin/python; write virtualenv: {0}/.venv",
        ),
        (POETRY, POETRY_LOCK, "poetry has no environment for {0}; make it: pulumi install --cwd {0}"),
    ],
)
def test_an_environment_elsewhere_is_named_to_the_provider(yaml: str, file: str, expected: str, tmp_path: Path) -> None:
    """Where the provider has no environment, what to write is that of the program, as both find it."""
    folder = tmp_path / "program"
    (folder / "app").mkdir(parents=True)
    (tmp_path / file).write_text("")
    (tmp_path / file).with_name(".venv").symlink_to(ENVIRONMENT)
    project(folder, yaml)

    (checked,) = run_checks([Check("program", program)], Stack("sandbox", folder))

    told = "; ".join((checked.finding.found, *checked.finding.to_do))
    assert told.removesuffix(f" below options: in {folder}/Pulumi.yaml") == expected.format(folder)


@pytest.mark.usefixtures("tools_only")
@pytest.mark.parametrize("yaml", [UV, NAMED_UV])
def test_the_package_is_installed_by_the_programs_toolchain(yaml: str, tmp_path: Path, bare: Path) -> None:
    """An environment of uv's has no pip: what to type is uv's own, and Pulumi's that installs it."""
    for name in (".venv", "env"):
        (tmp_path / name).symlink_to(bare)
    project(tmp_path, yaml)

    assert look(tmp_path).to_do == (
        f"uv init --bare {tmp_path}",
        f"uv add --no-sync --directory {tmp_path} pulumi-retention-messaging",
        f"pulumi install --cwd {tmp_path}",
    )


@pytest.mark.parametrize("tool", ["uv", "poetry"])
def test_a_toolchain_that_is_not_there_is_the_blocker(tool: str, tmp_path: Path, path_is: SetPath) -> None:
    """A toolchain that Pulumi will ask, and that is not on PATH, is the blocker, with where it comes from."""
    path_is(tmp_path)
    project(tmp_path, with_options(toolchain=tool))

    with pytest.raises(Failure, match=f"Pulumi asks {tool} .* and it is not on PATH; install it: https://"):
        look(tmp_path)


def test_an_environment_that_is_missing_is_not_made(tmp_path: Path) -> None:
    """An environment that is missing is the blocker, and is still missing afterwards."""
    project(tmp_path, with_options(virtualenv="nothing"))

    found = look(tmp_path)

    assert found.to_do == (f"pulumi install --cwd {tmp_path}",)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        ("runtime: nodejs", "is one in nodejs; the package is for Python only"),
        ("runtime: [", "has no runtime that can be read; write: runtime: python"),
        ("description: nothing", "has no runtime that can be read; write: runtime: python"),
    ],
)
def test_another_program_is_one_line(yaml: str, sentence: str, tmp_path: Path) -> None:
    """A program in another language, or a project file that is none, is refused in one line."""
    (tmp_path / "Pulumi.yaml").write_text(f"name: quickstart\n{yaml}\n")

    with pytest.raises(Failure, match=sentence):
        look(tmp_path)


def test_the_project_is_looked_for_above(tmp_path: Path) -> None:
    """A project file is found from a folder below it; without one a stack cannot be."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)

    with pytest.raises(Failure, match=r"there is no Pulumi\.yaml in .*; name the program's folder with --cwd"):
        look(below)
    (tmp_path / "Pulumi.yaml").write_text("runtime: python")

    assert find_project(below) == tmp_path / "Pulumi.yaml"
