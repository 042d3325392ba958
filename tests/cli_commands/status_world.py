"""An app at the emulator, and states that tell of it, for `status` and `prune`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cli_commands.command_line import data_of, run, settings_of
from emulator.samples import MESSAGE, WIDE, identifier
from retention_messaging_cli.state import MARK, SECRET_MARK, TYPE
from retention_messaging_emulator import Credentials, Emulator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from click.testing import Result

CREDENTIALS = Credentials.make()
MONTHLY, YEARLY = "com.example.monthly", "com.example.yearly"
CIPHERTEXT = {MARK: SECRET_MARK, "ciphertext": "v1:bm90aGluZw"}
OLD, NEW, OTHER, PICTURE, FOREIGN = (identifier(number) for number in range(1, 6))


class World:
    """An app in one environment, and commands that are pointed there."""

    def __init__(self, folder: Path, emulator: Emulator, url: str, environment: str = "production") -> None:
        self.folder = folder
        self.emulator = emulator
        self.environment = environment
        self.app_store = emulator.app_store("production" if environment == "production" else "sandbox")
        self.env = settings_of(CREDENTIALS, url, environment)

    def put(self, *identifiers: str, state: Any = "APPROVED") -> None:
        """Messages at Apple, without images."""
        for each in identifiers:
            self.app_store.put_message(each, MESSAGE, state)

    def put_image(self, number: str, state: Any = "APPROVED") -> None:
        """An image at Apple."""
        self.app_store.put_image(number, WIDE, "FULL_SIZE", state)

    def put_default(self, message: str, product: str = MONTHLY, locale: str = "en-US") -> None:
        """What customers of a product in a locale are shown."""
        self.app_store.configure_default_message(product, locale, {"messageIdentifier": message})

    def state(
        self, *resources: Mapping[str, Any], name: str = "state.json", more: Mapping[str, Any] | None = None
    ) -> str:
        """A file with the state of these resources, and of what else a deployment has."""
        path = self.folder / name
        path.write_text(json.dumps({"version": 3, "deployment": {"resources": list(resources), **(more or {})}}))
        return str(path)

    def run(self, command: str, *arguments: str) -> tuple[int, Any]:
        """The exit code, and the result, which the command's schema allows."""
        result = self.printed(command, *arguments, "--json")
        assert result.exit_code < 3, result.stderr
        return result.exit_code, data_of(command, result)

    def printed(self, command: str, *arguments: str) -> Result:
        """What it prints, which is nothing of the key."""
        result = run(command, *arguments, env=dict(self.env))
        assert CREDENTIALS.private_key.splitlines()[1] not in result.output
        return result

    def requests(self) -> list[tuple[str, str]]:
        """What Apple was asked, as method and the end of the path."""
        return [(each["method"], each["path"].partition("/messaging/")[2]) for each in self.emulator.requests()]

    def resource(self, kind: str, name: str, outputs: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
        """A resource of a state, of the app unless the outputs name another."""
        urn = f"urn:pulumi:{self.environment}::retention::{TYPE}{kind}::{name}"
        place = {"bundleId": CREDENTIALS.bundle_id, "environment": self.environment, "owner": urn}
        return {"type": f"{TYPE}{kind}", "urn": urn, "id": name, "outputs": {**place, **outputs}, **fields}

    def message(self, name: str = "stay", now: str = NEW, shown: str = "", **outputs: Any) -> dict[str, Any]:
        """A message of a state; `shown` is what may be shown of it, as recorded."""
        fields = {key: outputs.pop(key) for key in ("created", "delete") if key in outputs}
        recorded = {"messageIdentifier": now, "approvedIdentifier": shown, "messageState": "PENDING"}
        superseded = [shown] if shown not in ("", now) else []
        texts = {"header": "Keep your streak", "body": "Tomorrow is day 13."}
        return self.resource("Message", name, {**recorded, **texts, "superseded": superseded, **outputs}, **fields)

    def default(self, shown: str, product: str = MONTHLY, locale: str = "en-US", **outputs: Any) -> dict[str, Any]:
        """A default of a state, which was recorded to show a message."""
        recorded = {"messageIdentifier": shown, "configuredIdentifier": shown, "productId": product, "locale": locale}
        return self.resource("DefaultMessage", f"{product}-{locale}", {**recorded, **outputs})

    def image(self, name: str = "hero", now: str = PICTURE, **fields: Any) -> dict[str, Any]:
        """An image of a state."""
        outputs = {"imageIdentifier": now, "imageState": "APPROVED", "path": f"images/{name}.png"}
        return self.resource("Image", name, outputs, **fields)


def by(key: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Rows by one of their keys."""
    return {str(each[key]): each for each in rows}
