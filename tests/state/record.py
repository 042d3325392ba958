"""
Record what users' state is in this release, with the Pulumi CLI and the App Store emulator.

    cd tests && python -m state.record 0.1.0

`recorded/<release>/quickstart/` gets the example as it is now, and beside it one exported deployment for each scene:
its state when the scene is over. What differs from one recording to the next is omitted.
"""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.found import Workspace, pulumi_cli
from retention_messaging_emulator import AppStoreConnect, Emulator

if TYPE_CHECKING:
    from retention_messaging_emulator.app_store import Environment

RECORDED = Path(__file__).with_name("recorded")
QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
APP_STORE = "http://127.0.0.1:8080"
"""The address of the App Store in the recordings; a replay replaces it by its own."""

HEADER, EARLIER_HEADER = "Keep your streak", "Stay with us"
PASSING = ("time", "created", "modified", "sourcePosition", "stackTrace", "secrets_providers")
"""Times, paths of this machine, and the passphrase's salt, which a state without secrets does not need."""

Scene = Callable[[Workspace, AppStoreConnect], object]


def made(stack: Workspace, app_store: AppStoreConnect) -> None:
    """The first `up`."""
    app_store.performance_test(passed=True)
    stack.up()


def edited(stack: Workspace, app_store: AppStoreConnect) -> None:
    """An edit of a message that Apple has approved."""
    program = stack.program / "__main__.py"
    text = program.read_text()
    program.write_text(text.replace(HEADER, EARLIER_HEADER))
    made(stack, app_store)
    app_store.approve()
    stack.up()
    program.write_text(text)
    stack.up()


def edit_approved(stack: Workspace, app_store: AppStoreConnect) -> None:
    """The edit is approved, and what it superseded waits for the next `up` to be retired."""
    edited(stack, app_store)
    app_store.approve()
    stack.up()


SCENES: dict[str, Scene] = {
    "sandbox": made,
    "production-first-review": made,
    "production-edit-in-review": edited,
    "production-retiring": edit_approved,
}
"""What a scene's name begins with is the environment, and the stack's name."""


def record(folder: Path, program: Path) -> None:
    """Every scene of a program, into a folder."""
    engine = pulumi_cli()
    if engine is None:
        sys.exit("the Pulumi CLI is needed: https://www.pulumi.com/docs/install/")
    for name, scene in SCENES.items():
        environment: Environment = "sandbox" if name.startswith("sandbox") else "production"
        emulator = Emulator()
        with emulator.serve() as server, Workspace(engine, program, stack=environment) as stack:
            stack.environment |= {
                "RETENTION_MESSAGING_ISSUER_ID": emulator.credentials.issuer_id,
                "RETENTION_MESSAGING_KEY_ID": emulator.credentials.key_id,
                "RETENTION_MESSAGING_PRIVATE_KEY": emulator.credentials.private_key,
                "RETENTION_MESSAGING_BASE_URL": f"{server.url}/{environment}",
            }
            scene(stack, emulator.app_store(environment))
            exported = stack.run("stack", "export").stdout.replace(server.url, APP_STORE)
        emulator.close()
        lasting = without_passing(json.loads(exported))
        (folder / f"{name}.json").write_text(json.dumps(lasting, indent=2, sort_keys=True) + "\n")


def without_passing(value: Any) -> Any:
    """The same without what is different in every recording, at any depth."""
    if isinstance(value, dict):
        return {key: without_passing(item) for key, item in value.items() if key not in PASSING}
    return [without_passing(item) for item in value] if isinstance(value, list) else value


def main(release: str) -> None:
    """Record this release, instead of an earlier recording of it."""
    folder = RECORDED / release
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(QUICKSTART, folder / "quickstart", ignore=shutil.ignore_patterns("__pycache__"))
    record(folder, folder / "quickstart")


if __name__ == "__main__":
    main(*sys.argv[1:])
