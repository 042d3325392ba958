"""examples/emulator/Containerfile: in an engine where one is found; and what it types, in a virtual environment."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from documentation.pages import blocks, commands
from documentation.terminals import first_lines
from documentation.test_samples import PROJECT
from engine.found import CHECKOUT
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = CHECKOUT / "examples" / "emulator" / "Containerfile"
PAGE = CHECKOUT / "docs" / "emulator.md"
LINES = [
    tuple(line.split(maxsplit=1))
    for line in re.sub(r"\\\n\s*", "", FILE.read_text()).splitlines()
    if line and not line.startswith("#")
]
HEALTHCHECK = re.compile(r"(--\S+ )*CMD ")
PORT = "8080"
TYPED = [line for _, text in blocks("console", [PAGE]) for line in commands(text)]


def lines(instruction: str) -> list[str]:
    """What stands behind an instruction of the file, in its order."""
    return [rest for name, rest in LINES if name == instruction]


def engine() -> tuple[str, str]:
    """A container engine that builds and runs here, or "" and why there is none."""
    reasons = {name: inability(name) for name in ("docker", "podman") if shutil.which(name)}
    able = next((name for name, reason in reasons.items() if not reason), "")
    return able, "; ".join(reasons.values()) or "neither docker nor podman is on PATH"


def inability(name: str) -> str:
    """What an engine that is found cannot do here, and why; "" if it can do all that is needed."""
    (base,) = lines("FROM")
    has_base = refusal(name, "image", "inspect", base) is None
    for what, arguments, text in (
        ("does not run", ["info"], ""),
        (f"has no {base} and cannot pull it", ["image", "inspect", base] if has_base else ["pull", base], ""),
        ("cannot build an image here", ["build", "--quiet", "-"], f"FROM {base}\nRUN true\n"),
        ("cannot run a container here", ["run", "--rm", "--network", "host", base, "true"], ""),
    ):
        refused = refusal(name, *arguments, text=text)
        if refused is not None:
            return f"{name} {what}: {refused}"
    return ""


def refusal(*command: str, text: str = "") -> str | None:
    """The last line of what a command says that fails; None if it does not fail."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return (done.stderr.strip().splitlines() or ["without a word"])[-1] if done.returncode else None


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    return folder


@contextmanager
def started(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[list[str]]:
    """What a command prints until the last line before it serves; at the end it is asked to go, and goes with 0."""
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield first_lines(process).splitlines()
        finally:
            process.terminate()
    assert process.returncode == 0


def address(printed: list[str]) -> str:
    return printed[0].removeprefix("Listening on ")


def test_the_file_says_one_port_and_a_python_that_is_taken() -> None:
    """The image's port is one on every line and on the page, and its Python one that the package takes."""
    (base,) = lines("FROM")
    python = base.removeprefix("python:").removesuffix("-slim")
    found = {*lines("EXPOSE"), *re.findall(r"\b80\d\d\b", f"{lines('HEALTHCHECK')}{lines('ENTRYPOINT')}")}

    assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]
    assert found == {PORT}
    assert f"--publish 127.0.0.1:{PORT}:{PORT}" in PAGE.read_text()


@pytest.mark.long
def test_what_the_file_types_installs_and_starts_it(wheels: Path, tmp_path: Path) -> None:
    """Its install command, start command and health check do their work in a virtual environment."""
    (copied,) = lines("COPY")
    (install,) = (each for each in lines("RUN") if each.startswith("pip "))
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    environment = {**os.environ, "PATH": f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    source, target = copied.split()
    place = tmp_path / target.strip("/")
    place.mkdir()
    for wheel in wheels.glob(source):
        shutil.copy(wheel, place)
    subprocess.run(["sh", "-c", install.replace(target, f"{place}/")], env=environment, check=True)
    start = [*json.loads(lines("ENTRYPOINT")[0]), *json.loads(lines("CMD")[0])]

    with started([each.replace(PORT, "0") for each in start], tmp_path, environment) as printed:
        port = address(printed).rpartition(":")[2]
        check = json.loads(HEALTHCHECK.sub("", lines("HEALTHCHECK")[0]).replace(PORT, port))
        well = subprocess.run(check, env=environment, check=False)
        manual = httpx.get(f"{address(printed)}/_emulator/manual")
    ill = subprocess.run(check, env=environment, capture_output=True, check=False)

    assert (well.returncode, ill.returncode) == (0, 1)
    assert manual.status_code == 200


def test_another_machine_is_kept_from_control_routes() -> None:
    """What comes from a published port, thus from another address, is refused by control routes, as the page says."""
    app = Emulator().app.test_client()

    asked = {
        address: app.get("/_emulator/inventory", environ_base={"REMOTE_ADDR": address}).status_code
        for address in ("127.0.0.1", "172.17.0.1")
    }

    assert asked == {"127.0.0.1": 200, "172.17.0.1": 403}


def for_podman(command: str) -> str:
    """What the page says of Podman."""
    rootless = "--rm --userns keep-id" if os.geteuid() else "--rm"
    return (
        command.replace("docker", "podman", 1)
        .replace("build", "build --format docker", 1)
        .replace("--rm", rootless, 1)
        .replace("172.16.0.0/12", "10.88.0.0/16")
    )


@pytest.mark.long
@pytest.mark.parametrize("network", ["--network host", "--publish"])
def test_a_container_serves_as_the_page_says(wheels: Path, tmp_path: Path, network: str) -> None:
    """The page's commands build the image and run it; it gets healthy, is controlled, and its key is where it says."""
    name, reason = engine()
    if not name:
        pytest.skip(reason)
    (build,) = (each for each in TYPED if each.startswith("docker build "))
    (run,) = (each for each in TYPED if each.startswith("docker run ") and network in each)
    if name == "podman":
        build, run = for_podman(build), for_podman(run)
    built = build.removesuffix("dist") + shlex.quote(str(wheels))
    subprocess.run(["sh", "-c", built], cwd=CHECKOUT, check=True)
    inspect = [name, "inspect", "--format", "{{.State.Health.Status}}", "emulator"]

    with started(["sh", "-c", f"exec {run}"], tmp_path, dict(os.environ)) as printed:
        (key,) = (shlex.split(line)[-1] for line in printed if ":privateKeyPath " in line)
        answer = httpx.get(f"{address(printed)}/_emulator/inventory")
        until = time.monotonic() + 120
        status = ""
        while status != "healthy" and time.monotonic() < until:
            if name == "podman":  # whose timer is systemd's, where there is one
                subprocess.run([name, "healthcheck", "run", "emulator"], capture_output=True, check=False)
            status = subprocess.run(inspect, capture_output=True, text=True, check=True).stdout.strip()
            time.sleep(1)

    assert (answer.status_code, status) == (200, "healthy")
    assert "PRIVATE KEY" in Path(key).read_text()
