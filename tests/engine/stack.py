"""Where a stack lives: the project's Pulumi.yaml, the stack file beside it, the checkpoint in a file backend."""

import json
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha1
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from engine.passphrase import Passphrase
from engine.properties import Properties, secret
from engine.snapshot import Snapshot


class CommandError(Exception):
    """What was refused and what to do, with the CLI's exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(f"error: {message}")
        self.code = code


class Project:
    """A program's folder, and the backend that PULUMI_BACKEND_URL names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        file = self.folder / "Pulumi.yaml"
        if not file.exists():
            raise CommandError(f"no Pulumi.yaml found in {folder}: go to the program's folder, or name it with --cwd")
        settings = yaml.safe_load(file.read_text())
        self.name: str = settings["name"]
        self.config: dict[str, Any] = settings.get("config") or {}
        if settings["runtime"] not in ("python", {"name": "python"}) or "main" in settings:
            what = f"main: {settings['main']}" if "main" in settings else f"runtime {settings['runtime']}"
            raise CommandError(f"the stand-in engine does not support {what}: use the Pulumi CLI")
        self._url = os.environ.get("PULUMI_BACKEND_URL", "")
        if not self._url.startswith("file://"):
            raise CommandError("the stand-in engine keeps state in files: set PULUMI_BACKEND_URL to file://FOLDER")
        self.backend = Path(self._url.removeprefix("file://")).expanduser() / ".pulumi"
        home = Path(os.environ.get("PULUMI_HOME", "~/.pulumi")).expanduser()
        # https://github.com/pulumi/pulumi/blob/master/pkg/workspace/workspace.go
        self._selection = home / "workspaces" / f"{self.name}-{sha1(str(file).encode()).hexdigest()}-workspace.json"

    @property
    def selected(self) -> str:
        chosen = json.loads(self._selection.read_text())["stacks"] if self._selection.exists() else {}
        return Path(chosen.get(self._url, "")).name

    def select(self, name: str) -> None:
        self._selection.parent.mkdir(parents=True, exist_ok=True)
        self._selection.write_text(json.dumps({"stacks": {self._url: f"organization/{self.name}/{name}"}}))

    @property
    def stacks(self) -> list[str]:
        return sorted(file.stem for file in (self.backend / "stacks" / self.name).glob("*.json"))

    def stack(self, name: str) -> "Stack":
        """The stack of this name, of PULUMI_STACK, or the selected one; it must exist."""
        name = name or os.environ.get("PULUMI_STACK", "") or self.selected
        if name not in self.stacks:
            raise CommandError(f"no stack named '{name}' found: run `stack init`, or name another with --stack", 6)
        return Stack(self, name)


class Stack:
    """One stack: config in its file, as the CLI writes it, and the recorded deployment."""

    def __init__(self, project: Project, name: str) -> None:
        self.project, self.name = project, name
        self._file = project.folder / f"Pulumi.{name}.yaml"
        self._checkpoint = project.backend / "stacks" / project.name / f"{name}.json"
        self._locks = project.backend / "locks" / "organization" / project.name / name
        self._settings: dict[str, Any] = (yaml.safe_load(self._file.read_text()) or {}) if self._file.exists() else {}
        if "environment" in self._settings:
            raise CommandError(f"the stand-in engine does not support `environment` in {self._file.name}: use the CLI")

    def key(self, key: str) -> str:
        """A config key with its namespace, the project's if it names none."""
        return key if ":" in key else f"{self.project.name}:{key}"

    def set(self, key: str, value: Any) -> None:
        """A config value in the stack file; None takes it out."""
        config = {**(self._settings.get("config") or {}), self.key(key): value}
        self._write({**self._settings, "config": {key: each for key, each in config.items() if each is not None}})

    def _write(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._file.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True, width=sys.maxsize))

    @cached_property
    def passphrase(self) -> Passphrase:
        phrase = os.environ.get("PULUMI_CONFIG_PASSPHRASE")
        if phrase is None:
            raise CommandError("passphrase must be set with PULUMI_CONFIG_PASSPHRASE")
        passphrase = Passphrase(phrase, self._settings.get("encryptionsalt", ""))
        if "encryptionsalt" not in self._settings:
            self._write({"encryptionsalt": passphrase.salt, **self._settings})
        return passphrase

    @cached_property
    def config(self) -> Properties:
        """Every value as text, as a program gets it; the secret ones are tagged."""
        given = {self.key(key): value for key, value in self.project.config.items()}
        config: Properties = {}
        for key, value in (given | (self._settings.get("config") or {})).items():
            if isinstance(value, dict) and value.keys() == {"secure"}:
                config[key] = secret(self.passphrase.decrypt(value["secure"]))
            elif "'secure':" in str(value):
                raise CommandError(f"the stand-in engine does not support secrets inside objects ({key}): use the CLI")
            else:
                plain = value["value"] if isinstance(value, dict) and key in given and "value" in value else value
                config[key] = plain if isinstance(plain, str) else json.dumps(plain, separators=(",", ":"))
        return config

    def load(self) -> Snapshot:
        return self.read(json.loads(self._checkpoint.read_text())["checkpoint"].get("latest") or {})

    def read(self, deployment: Properties) -> Snapshot:
        try:
            return Snapshot.read(deployment, self.passphrase.decrypt)
        except ValueError as error:
            raise CommandError(f"the stand-in engine cannot read this state: {error}: use the Pulumi CLI") from None

    def deployment(self, snapshot: Snapshot) -> Properties:
        secrets_provider = {"type": "passphrase", "state": {"salt": self.passphrase.salt}}
        return {"secrets_providers": secrets_provider, **snapshot.write(self.passphrase.encrypt)}

    def save(self, snapshot: Snapshot | None = None) -> None:
        """Write the checkpoint in one go: a kill leaves the old one or the new one."""
        latest = self.deployment(snapshot or Snapshot())
        checkpoint = {"stack": f"organization/{self.project.name}/{self.name}", "latest": latest}
        self._checkpoint.parent.mkdir(parents=True, exist_ok=True)
        (self.project.backend / "meta.yaml").write_text("version: 1\n")
        fresh = self._checkpoint.with_suffix(".new")
        fresh.write_text(json.dumps({"version": 3, "checkpoint": checkpoint}))
        fresh.replace(self._checkpoint)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One command at a time; the lock of a killed one stays until `cancel`."""
        if any(self._locks.glob("*.json")):
            raise CommandError("the stack is currently locked by another command: wait for it, or run `cancel`")
        self._locks.mkdir(parents=True, exist_ok=True)
        lock = self._locks / f"{uuid.uuid4()}.json"
        lock.write_text(json.dumps({"pid": os.getpid()}))
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)

    def cancel(self) -> None:
        for lock in self._locks.glob("*.json"):
            lock.unlink()

    def remove(self) -> None:
        self._checkpoint.unlink()
        self._file.unlink(missing_ok=True)
