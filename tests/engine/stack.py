"""Where a stack lives: the project's Pulumi.yaml, the stack file beside it, the checkpoint in a file backend."""

from __future__ import annotations

import json
import os
import sys
import uuid
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml  # type: ignore[import-untyped]

from engine.passphrase import Passphrase
from engine.properties import Properties, secret
from engine.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator


class CommandError(Exception):
    """What was refused and what to do, with the CLI's exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class Project:
    """A program's folder, and the backend that PULUMI_BACKEND_URL names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        file = self.folder / "Pulumi.yaml"
        if not file.exists():
            raise CommandError(
                f"no Pulumi.yaml project file found in {folder}: go to the program's folder, or use --cwd"
            )
        self.settings: dict[str, Any] = yaml.safe_load(file.read_text())
        self.name: str = self.settings["name"]
        self._url = os.environ.get("PULUMI_BACKEND_URL", "")
        if not self._url.startswith("file://"):
            raise CommandError("the stand-in engine keeps state in files: set PULUMI_BACKEND_URL to file://FOLDER")
        self.backend = Path(self._url.removeprefix("file://")).expanduser() / ".pulumi"
        home = Path(os.environ.get("PULUMI_HOME", "~/.pulumi")).expanduser()
        # https://github.com/pulumi/pulumi/blob/master/pkg/workspace/workspace.go
        self._selection = home / "workspaces" / f"{self.name}-{sha1(str(file).encode()).hexdigest()}-workspace.json"

    @property
    def python(self) -> str:
        """The interpreter of the virtual environment that Pulumi.yaml names, or else this one."""
        runtime = self.settings["runtime"]
        options = runtime.get("options", {}) if isinstance(runtime, dict) else {}
        return (
            str(self.folder / options["virtualenv"] / "bin" / "python") if "virtualenv" in options else sys.executable
        )

    @property
    def selected(self) -> str:
        if not self._selection.exists():
            return ""
        return Path(json.loads(self._selection.read_text())["stacks"].get(self._url, "")).name

    def select(self, name: str) -> None:
        self._selection.parent.mkdir(parents=True, exist_ok=True)
        self._selection.write_text(json.dumps({"stacks": {self._url: f"organization/{self.name}/{name}"}}, indent=4))

    @property
    def stacks(self) -> list[str]:
        return sorted(file.stem for file in (self.backend / "stacks" / self.name).glob("*.json"))

    def stack(self, name: str) -> Stack:
        """The stack of this name, of PULUMI_STACK, or the selected one; it must exist."""
        name = name or os.environ.get("PULUMI_STACK", "") or self.selected
        if not name:
            raise CommandError("no stack selected: name one with --stack, or run `stack select`", 6)
        if name not in self.stacks:
            raise CommandError(f"no stack named '{name}' found: run `stack init {name}`", 6)
        return Stack(self, name)


class Stack:
    """One stack: config in its file, as the CLI writes it, and the recorded deployment."""

    def __init__(self, project: Project, name: str) -> None:
        self.project, self.name = project, name
        self.file = project.folder / f"Pulumi.{name}.yaml"
        self.checkpoint = project.backend / "stacks" / project.name / f"{name}.json"
        self._locks = project.backend / "locks" / "organization" / project.name / name
        self.settings: dict[str, Any] = (yaml.safe_load(self.file.read_text()) or {}) if self.file.exists() else {}
        if "environment" in self.settings:
            raise CommandError(
                f"`environment` in {self.file.name} is not supported by the stand-in: use the Pulumi CLI"
            )

    def write_settings(self) -> None:
        self.file.write_text(yaml.safe_dump(self.settings, sort_keys=False, allow_unicode=True, width=1 << 20))

    @cached_property
    def passphrase(self) -> Passphrase:
        phrase = os.environ.get("PULUMI_CONFIG_PASSPHRASE")
        if phrase is None:
            raise CommandError("passphrase must be set with PULUMI_CONFIG_PASSPHRASE", 255)
        passphrase = Passphrase(phrase, self.settings.get("encryptionsalt", ""))
        if "encryptionsalt" not in self.settings:
            self.settings = {"encryptionsalt": passphrase.salt, **self.settings}
            self.write_settings()
        return passphrase

    def key(self, key: str) -> str:
        """A config key with its namespace, the project's if it names none."""
        return key if ":" in key else f"{self.project.name}:{key}"

    @cached_property
    def config(self) -> tuple[dict[str, str], list[str]]:
        """Every value in clear, as a program gets it, and the keys of the secrets."""
        given = {self.key(key): value for key, value in (self.project.settings.get("config") or {}).items()}
        given = {
            key: each["value"] if isinstance(each, dict) and "value" in each else each for key, each in given.items()
        }
        values: dict[str, str] = {}
        secrets: list[str] = []
        for key, value in (given | (self.settings.get("config") or {})).items():
            if isinstance(value, dict) and "secure" in value:
                values[key] = self.passphrase.decrypt(value["secure"])
                secrets.append(key)
            elif "'secure':" in str(value):
                raise CommandError(
                    f"{key}: secrets inside objects are not supported by the stand-in: use the Pulumi CLI"
                )
            else:
                values[key] = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        return values, secrets

    @property
    def provider_config(self) -> Properties:
        values, secrets = self.config
        return {key: secret(value) if key in secrets else value for key, value in values.items()}

    def load(self) -> Snapshot:
        latest = json.loads(self.checkpoint.read_text())["checkpoint"].get("latest") or {}
        return self.read(latest)

    def read(self, deployment: Properties) -> Snapshot:
        try:
            return Snapshot.read(deployment, self.passphrase.decrypt)
        except ValueError as error:
            raise CommandError(f"the stand-in engine cannot read this state: {error}: use the Pulumi CLI") from None

    def deployment(self, snapshot: Snapshot, *, show_secrets: bool = False) -> Properties:
        state = {"salt": self.settings.get("encryptionsalt") or self.passphrase.salt}
        written = snapshot.write(None if show_secrets else self.passphrase.encrypt)
        return {"secrets_providers": {"type": "passphrase", "state": state}, **written}

    def save(self, snapshot: Snapshot | None = None) -> None:
        """Write the checkpoint at once, so that a kill leaves the old one or the new one."""
        latest = {"latest": self.deployment(snapshot)} if snapshot else {}
        checkpoint = {"stack": f"organization/{self.project.name}/{self.name}", **latest}
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        (self.project.backend / "meta.yaml").write_text("version: 1\n")
        fresh = self.checkpoint.with_suffix(".new")
        fresh.write_text(json.dumps({"version": 3, "checkpoint": checkpoint}))
        fresh.replace(self.checkpoint)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One command at a time; a killed one's lock stays until `cancel`."""
        if self._locks.exists() and any(self._locks.iterdir()):
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
        self.checkpoint.unlink()
        self.file.unlink(missing_ok=True)
