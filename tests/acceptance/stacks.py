"""A program, a stack of it, and the App Store emulator that it talks to."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import textwrap
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acceptance.agreement import disagreements
from emulator.samples import WIDE
from engine.found import MISSING, STAND_IN, Engine, Result, Workspace, pulumi_cli
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from retention_messaging_emulator import AppStoreConnect, Emulator
    from retention_messaging_emulator.app_store import Environment

PROGRAM = Path(__file__).with_name("program")
IMPORTS = "import pulumi\n\nimport pulumi_retention_messaging as retention\n\n"

CLI = pulumi_cli()
NO_CLI = pytest.mark.skipif(CLI is None, reason=MISSING)
EVERY_ENGINE = [pytest.param(STAND_IN, id="stand-in"), pytest.param(CLI, id="pulumi", marks=NO_CLI)]
CLI_TAKES_LONG = [EVERY_ENGINE[0], pytest.param(CLI, id="pulumi", marks=[NO_CLI, pytest.mark.long])]
CLI_ONLY = [EVERY_ENGINE[1]]


def rows(table: Iterable[str], quick: set[str]) -> list[Any]:
    """The names of a table's rows; those that are not quick take long."""
    return [pytest.param(name, marks=() if name in quick else pytest.mark.long) for name in table]


class ProgramStack(Workspace):
    """
    A stack named after its environment, with its settings in environment variables.

    `program` is a folder; `url` is that of the emulator's server.
    """

    def __init__(
        self,
        engine: Engine,
        emulator: Emulator,
        url: str,
        program: Path = PROGRAM,
        environment: Environment = "sandbox",
    ) -> None:
        super().__init__(engine, program, stack=environment)
        self.emulator = emulator
        self.app_store: AppStoreConnect = emulator.app_store(environment)
        credentials = emulator.credentials
        self.set(
            environment=environment,
            bundleId=credentials.bundle_id,
            issuerId=credentials.issuer_id,
            keyId=credentials.key_id,
            privateKeyPath=str(self.write("key.p8", credentials.private_key)),
            baseUrl=f"{url}/{environment}",
        )
        self.write("hero.png", WIDE)

    def set(self, **settings: str) -> None:
        """Settings by their config keys; "" is as if absent."""
        self.environment |= {environment_variable(key): value for key, value in settings.items()}

    def write(self, name: str, content: str | bytes) -> Path:
        """A file in the program's folder."""
        path = self.program / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def program_is(self, text: str) -> None:
        """Another program, below `import pulumi` and `import pulumi_retention_messaging as retention`."""
        self.write("__main__.py", IMPORTS + textwrap.dedent(text))

    def edit(self, old: str, new: str) -> None:
        """Change the program's text."""
        text = (self.program / "__main__.py").read_text()
        assert old in text
        self.write("__main__.py", text.replace(old, new))

    def refresh(self, *arguments: str, check: bool = True) -> Result:
        return self.run("refresh", "--yes", "--skip-preview", *arguments, check=check)

    def destroy(self, *arguments: str, check: bool = True) -> Result:
        return self.run("destroy", "--yes", "--skip-preview", *arguments, check=check)

    def __exit__(self, *_: object) -> None:
        """End the CLI's plugins, which outlive a CLI that was killed."""
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if os.fsencode(self.folder) in environment.read_bytes():
                    os.kill(int(environment.parent.name), signal.SIGKILL)
        super().__exit__()

    @contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A command that runs while the block does, and whose end is waited for."""
        with subprocess.Popen(
            [*self.engine.command, *arguments, "--non-interactive", "--color", "never"],
            cwd=self.program,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            yield process

    def refuses(self, *sentences: str, command: tuple[str, ...] = ("up", "--yes", "--skip-preview")) -> Result:
        """The command fails with these errors, one line each, and without a traceback of ours."""
        result = self.run(*command, check=False)
        assert result.exit
        assert errors(result) >= set(sentences), result.output
        assert "retention_messaging" not in tracebacks(result), result.output
        return result

    def agrees(self) -> None:
        """What is recorded is what the App Store has, and a preview finds nothing to do."""
        inventories = [each for each in self.emulator.inventory() if each["environment"] == self.app_store.environment]
        assert disagreements(self.export(), inventories) == []
        self.preview("--expect-no-changes")

    def resource(self, name: str) -> dict[str, Any]:
        """The record of a resource."""
        found: list[dict[str, Any]] = [r for r in self.export()["resources"] if r["urn"].endswith(f"::{name}")]
        assert len(found) == 1, found
        return found[0]

    def outputs(self, name: str) -> dict[str, Any]:
        """What is recorded of a resource."""
        outputs: dict[str, Any] = self.resource(name)["outputs"]
        return outputs

    def texts(self) -> dict[str, str]:
        """Header → state of every message at the App Store."""
        return {message["header"]: message["messageState"] for message in self.app_store.inventory()["messages"]}

    def states(self, text: str) -> list[str]:
        """The state of every message at the App Store in which a text stands."""
        messages = self.app_store.inventory()["messages"]
        return [each["messageState"] for each in messages if text in json.dumps(each, ensure_ascii=False)]

    def is_empty_at_the_app_store(self) -> bool:
        stored = self.app_store.inventory()
        return not (stored["images"] or stored["messages"] or stored["defaults"] or stored["realtimeURL"])


Stack = ProgramStack


def errors(result: Result) -> set[str]:
    """The sentences behind `error: `, which say what was raised since Pulumi's SDK 3.260, and before it that it was."""
    lines = map(str.strip, result.output.splitlines())
    found = (line.removeprefix("error: ") for line in lines if line.startswith("error: "))
    return {each.replace("Exception calling application: ", "RetentionMessagingError: ") for each in found}


def tracebacks(result: Result) -> str:
    """Every line of a traceback's stack."""
    return "\n".join(line for line in result.output.splitlines() if line.lstrip().startswith('File "'))


def plan(result: Result) -> dict[str, int]:
    """What a command did, or would do, by its counts: `{"+-": 1}` is one replacement."""
    _, _, counts = result.output.rpartition("Resources:")
    return {sign: int(number) for sign, number in re.findall(r"^ +([-+~]+) ?(\d+) ", counts, re.MULTILINE)}
