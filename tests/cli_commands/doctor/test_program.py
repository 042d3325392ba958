"""Which interpreters Pulumi runs, and whether the package is in them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from retention_messaging_cli.doctor.finding import Finding, Status
from retention_messaging_cli.doctor.program import PYTHON, Project, find_project, of_program, of_provider, program
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


def project(folder: Path, yaml: str) -> Project:
    file = folder / "Pulumi.yaml"
    file.write_text(f"name: quickstart\n{yaml}\n")
    return Project.read(file)


def with_options(**options: str) -> str:
    lines = "".join(f"\n    {key}: {value}" for key, value in options.items())
    return f"runtime:\n  name: python\n  options:{lines}"


def look(folder: Path) -> Finding:
    return program(Stack("sandbox", folder))


NAMED, IN_A_FOLDER = with_options(virtualenv="env"), f"main: app\n{with_options(virtualenv='env')}"


@pytest.mark.parametrize(
    ("yaml", "lock", "expected"),
    [
        (NAMED, "", ("env", "env")),
        (IN_A_FOLDER, "", ("env", "app/env")),
        (with_options(toolchain="uv"), "", (".venv", ".venv")),
        ("runtime: python", "uv.lock", (".venv", None)),
        ("runtime: python", "", (None, None)),
    ],
)
def test_the_two_interpreters_are_found_as_pulumi_finds_them(
    yaml: str, lock: str, expected: tuple[str | None, str | None], tmp_path: Path, path_is: SetPath
) -> None:
    """The program's and the provider's interpreters are those that the Pulumi CLI was seen to run; None is PATH's."""
    if lock:
        (tmp_path / lock).write_text("")
    path_is(ENVIRONMENT / "bin")
    for_program, for_provider = (
        tmp_path / each / PYTHON if each else ENVIRONMENT / "bin" / "python3" for each in expected
    )

    found = project(tmp_path, yaml)

    assert (of_program(found), of_provider(found)) == (for_program, for_provider)


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
    assert found.found.startswith(f"program and provider: {ENVIRONMENT / PYTHON} (Python 3.")
    assert "pulumi-retention-messaging 0." in found.found


def test_an_environment_without_the_package_is_the_blocker(tmp_path: Path, bare: Path) -> None:
    """An environment without the package is the blocker, with the command that installs it there."""
    project(tmp_path, with_options(virtualenv=str(bare)))

    found = look(tmp_path)

    assert found.status is Status.FAIL
    assert found.to_do == (f"{bare / PYTHON} -m pip install pulumi-retention-messaging",)


def test_without_an_environment_it_is_told_to_activate_one(tmp_path: Path, bare: Path, path_is: SetPath) -> None:
    """Where Pulumi takes what is on PATH, and that lacks the package, activating an environment comes first."""
    path_is(bare / "bin")
    project(tmp_path, "runtime: python")

    assert look(tmp_path).to_do[0].startswith("activate the virtual environment that has the package, or: ")


def test_a_provider_that_runs_elsewhere_is_told_apart(tmp_path: Path, bare: Path, path_is: SetPath) -> None:
    """A program that has the package by its lock file, and a provider that does not, are told apart."""
    (tmp_path / ".venv").symlink_to(ENVIRONMENT)
    (tmp_path / "uv.lock").write_text("")
    path_is(bare / "bin")
    project(tmp_path, "runtime: python")

    found = look(tmp_path)

    assert found.status is Status.FAIL
    assert found.found.startswith(f"provider: {bare / 'bin' / 'python3'}")
    assert found.to_do == (f"write virtualenv: .venv below options: in {tmp_path}/Pulumi.yaml",)


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
