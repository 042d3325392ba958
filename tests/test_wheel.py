"""What users install: the wheel, looked into, and alone in an environment of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

CHECKOUT = Path(__file__).parents[1]
PACKAGES = (
    "retention_messaging_cli",
    "retention_messaging_emulator",
    "retention_messaging_provider",
    "pulumi_retention_messaging",
)

QUICKSTART = """
import runpy
import pulumi

class Mocks(pulumi.runtime.Mocks):
    made = []

    def new_resource(self, args):
        self.made.append(args.name)
        return args.name, {**args.inputs, "imageIdentifier": "6f9619ff-8b86-8d01-b42d-00cf4fc964ff"}

    def call(self, args):
        raise NotImplementedError(args.token)

pulumi.runtime.set_all_config({
    "retention-messaging:environment": "sandbox",
    "retention-messaging:bundleId": "com.example.app",
    "project:realtimeUrl": "https://retention.example.com",
})
pulumi.runtime.set_mocks(Mocks())
pulumi.runtime.test(lambda: runpy.run_path("__main__.py") and None)()
print(*Mocks.made)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def install(what: str, folder: Path) -> Path:
    """Install into an environment of its own, and return its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", what], check=True, capture_output=True)
    return python


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel and what it depends on."""
    return install(str(wheel), tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def with_emulator(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the extra."""
    return install(f"{wheel}[emulator]", tmp_path_factory.mktemp("with_emulator"))


def test_the_wheel_contains_exactly_the_packages(wheel: Path) -> None:
    """The wheel contains every file of the packages, the manual page and nothing else."""
    ours = {
        file.relative_to(root).as_posix()
        for root in (CHECKOUT / "provider", CHECKOUT / "sdk")
        for file in root.rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }

    names = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert {name for name in names if ".data/" not in name} == ours
    assert [name.partition(".data/")[2] for name in names - ours] == ["data/share/man/man1/retention-messaging.1"]
    assert {f"{package}/py.typed" for package in PACKAGES} <= names


def test_the_wheel_declares_that_there_is_no_plugin(wheel: Path) -> None:
    """The wheel declares to Pulumi that there is no plugin to fetch."""
    plugin = ZipFile(wheel).read("pulumi_retention_messaging/pulumi-plugin.json")

    assert json.loads(plugin) == {"resource": False}


@pytest.mark.long
def test_everything_is_imported_without_a_warning(alone: Path) -> None:
    """The SDK and the provider are imported without a warning."""
    modules = "pulumi_retention_messaging", "retention_messaging_provider.dynamic"

    ended = subprocess.run(
        [alone, "-W", "error", "-c", f"import {', '.join(modules)}"], capture_output=True, text=True, check=False
    )

    assert ended.stderr == ""
    assert ended.returncode == 0


@pytest.mark.long
def test_the_quickstart_runs(alone: Path) -> None:
    """The quickstart runs with the wheel alone."""
    folder = CHECKOUT / "examples" / "quickstart"

    ended = subprocess.run([alone, "-c", QUICKSTART], cwd=folder, capture_output=True, text=True, check=True)

    assert {"hero", "stay-en", "endpoint"} <= set(ended.stdout.split())


@pytest.mark.long
def test_the_command_line_runs(alone: Path) -> None:
    """The command line runs with the wheel alone."""
    script = alone.with_name("retention-messaging")

    ended = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)

    assert "doctor" in ended.stdout


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("man"), reason="no man on PATH")
def test_the_manual_page_is_found_beside_the_command(alone: Path) -> None:
    """`man retention-messaging` shows the page of the environment whose commands are on PATH."""
    environment = {**os.environ, "PATH": f"{alone.parent}{os.pathsep}{os.environ['PATH']}"}

    ended = subprocess.run(
        ["man", "--where", "retention-messaging"], capture_output=True, text=True, check=True, env=environment
    )

    assert Path(ended.stdout.strip()) == alone.parents[1] / "share" / "man" / "man1" / "retention-messaging.1"


@pytest.mark.long
def test_the_emulator_without_its_extra_names_the_command(alone: Path) -> None:
    """Without its extra the emulator ends with the command that installs it."""
    ended = subprocess.run([alone, "-m", "retention_messaging_emulator"], capture_output=True, text=True, check=False)

    assert "pip install 'pulumi-retention-messaging[emulator]'" in ended.stderr.splitlines()[-1]
    assert ended.returncode == 1


@pytest.mark.long
def test_the_emulator_with_its_extra_starts(with_emulator: Path) -> None:
    """With its extra the emulator starts."""
    script = with_emulator.with_name("retention-messaging-emulator")

    ended = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)

    assert ended.stdout.startswith("usage: retention-messaging-emulator")
