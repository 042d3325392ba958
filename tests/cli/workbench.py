"""Where a history is lived: stacks in a file backend of their own, the real CLI, and an App Store in this process."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.app_store import AppStore, Mishap
from cli.forked import processes
from cli.program import FILES, ICON, PROJECT, Program
from retention_messaging_emulator import Emulator
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from collections.abc import Collection

    from cli.app_store import Pair
    from engine.found import Engine
    from retention_messaging_emulator.app_store import Environment

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent / "resources" / "pictures"
LONGEST = 90  # seconds that a command may take
TYPE = "retention-messaging:"
NO_CHANGE = ("same", "refresh", "read", "read-replacement")
HANGS = "the command hangs"


@dataclass(frozen=True)
class Outcome:
    """How a command ended; `lines` are what the provider printed, `steps` URN → what was done, `promised` → inputs."""

    command: str
    exit: int
    output: str = ""
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    steps: dict[str, set[str]] = field(default_factory=dict)
    promised: dict[str, dict[str, Any]] = field(default_factory=dict)


class Workbench:
    """Its folder goes at the end. `interpreter` is what the CLI runs programs with."""

    def __init__(self, engine: Engine, environment: Environment, interpreter: str) -> None:
        self.engine = engine
        self.folder = Path(tempfile.mkdtemp(prefix="history-"))
        self.program, self.backend = self.folder / "program", self.folder / "backend"
        shutil.copytree(HERE / "declared", self.program, ignore=shutil.ignore_patterns("__pycache__"))
        for file in FILES:
            shutil.copy(PICTURES / file, self.program)
        shutil.copy(PICTURES / "bullet.png", self.program / ICON)
        for name in ("backend", "forked"):
            (self.folder / name).mkdir()
        self.emulator = Emulator()
        self.app_store = AppStore(self.emulator, environment)
        self.app_store.kill = self._kill
        self._serving = self.emulator.serve()
        url = self._serving.__enter__().url
        self.environment = {**os.environ, **self._environment(interpreter), **self._settings(environment, url)}
        self._started: subprocess.Popen[str] | None = None

    def _environment(self, interpreter: str) -> dict[str, str]:
        path = f"{self.engine.folder}{os.pathsep}{os.environ['PATH']}" if self.engine.folder else os.environ["PATH"]
        return {
            "HISTORY_FOLDER": str(self.folder),
            "PATH": path,
            "PULUMI_BACKEND_URL": self.backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse battery staple",
            "PULUMI_DEBUG_COMMANDS": "true",  # for --event-log
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_PYTHON_CMD": interpreter,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def _settings(self, environment: str, url: str) -> dict[str, str]:
        credentials = self.emulator.credentials
        key = self.folder / "key.p8"
        key.write_text(credentials.private_key)
        settings = {
            "environment": environment,
            "bundleId": credentials.bundle_id,
            "issuerId": credentials.issuer_id,
            "keyId": credentials.key_id,
            "privateKeyPath": str(key),
            "baseUrl": f"{url}/{environment}",
        }
        return {environment_variable(name): value for name, value in settings.items()}

    def close(self) -> None:
        """End what is left, and take the folder away."""
        self._end(processes(self.folder))
        self._wait_for_plugins()
        self._serving.__exit__(None, None, None)
        self.emulator.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, stack: str, program: Program) -> None:
        """What the program of a stack declares."""
        (self.program / f"{stack}.json").write_text(json.dumps(program.spec()))

    def run(
        self, *arguments: str, declared: Collection[Pair] = (), mishap: Mishap | None = None, events: bool = False
    ) -> Outcome:
        """A command of the CLI, to its end and that of its plugins."""
        log = self.folder / "events"
        log.unlink(missing_ok=True)
        options = ["--event-log", str(log)] if events else []
        self.app_store.begins(declared, mishap)
        self._started = subprocess.Popen(
            [*self.engine.command, *arguments, *options, "--non-interactive", "--color", "never"],
            cwd=self.program,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = self._started.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            self._end(processes(self.folder))
            output = HANGS
        if mishap:
            self._wait_for_plugins()
        return _outcome(" ".join(arguments), self._started.returncode, output, log)

    def records(self, stack: str) -> list[dict[str, Any]]:
        """What the state of a stack records of ours."""
        with suppress(OSError):
            checkpoint = json.loads(self._state(stack).read_text())["checkpoint"]
            resources = (checkpoint.get("latest") or {}).get("resources") or []
            return [each for each in resources if TYPE in each["type"]]
        return []

    def _state(self, stack: str) -> Path:
        return self.backend / ".pulumi" / "stacks" / PROJECT / f"{stack}.json"

    def mend(self) -> None:
        """A file backend whose CLI was killed in a write: an empty `.attrs` beside a state makes every command fail."""
        for file in self.backend.rglob("*.attrs"):
            if not file.stat().st_size:
                file.unlink()

    def _wait_for_plugins(self) -> None:
        """Those of a CLI that was killed live on for a while."""
        deadline = time.monotonic() + 15
        while (left := processes(self.folder)) and time.monotonic() < deadline:
            time.sleep(0.05)
        self._end(left)

    def _kill(self, kind: str) -> None:
        """End the whole command, or a part of it."""
        if self._started is None:
            return
        if kind == "interrupt":
            self._started.send_signal(signal.SIGINT)
        elif kind == "kill the command line":
            self._started.kill()
        elif "provider" in kind:
            self._end([each for each, told in processes(self.folder).items() if "pulumi.dynamic" in told])
        else:
            self._end([self._started.pid, *processes(self.folder)])

    @staticmethod
    def _end(found: Collection[int]) -> None:
        for process in found:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)


def _outcome(command: str, code: int, output: str, log: Path) -> Outcome:
    """A command's outcome, from its log of events."""
    outcome = Outcome(command, code, output)
    for event in _events(log):
        told = event.get("diagnosticEvent")
        if told and told["severity"] != "debug" and not told.get("ephemeral"):
            message = re.sub(r"<\{%.*?%\}>", "", told["message"]).strip()
            kept = outcome.errors if told["severity"] == "error" else outcome.lines
            kept += [line for line in message.splitlines() if line.strip()]
        step = (event.get("resourcePreEvent") or {}).get("metadata")
        if step and TYPE in step["urn"] and step["op"] not in NO_CHANGE:
            outcome.steps.setdefault(step["urn"], set()).add(step["op"])
            if step["op"] in ("create", "update", "create-replacement"):
                outcome.promised[step["urn"]] = (step.get("new") or {}).get("inputs") or {}
    return outcome


def _events(log: Path) -> list[dict[str, Any]]:
    """As far as they were written."""
    events = []
    for line in log.read_text().splitlines() if log.exists() else ():
        with suppress(ValueError):
            events.append(json.loads(line))
    return events
