"""Recorded deployments, and the App Store as it was when they were recorded."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from retention_messaging_emulator import AppStoreConnect
from retention_messaging_emulator.app_store import Environment
from state.record import APP_STORE, RECORDED

OURS = "pulumi-python:dynamic/retention-messaging:"


@dataclass(frozen=True)
class Recording:
    """One scene of one release; `app_store_url` is the address of the App Store this time."""

    file: Path
    app_store_url: str = APP_STORE

    def __str__(self) -> str:
        return f"{self.file.parent.name}/{self.file.stem}"

    @property
    def environment(self) -> Environment:
        return "sandbox" if self.file.stem.startswith("sandbox") else "production"

    @property
    def program(self) -> Path:
        """The folder of the program that this state belongs to."""
        return self.file.with_name("quickstart")

    @cached_property
    def text(self) -> str:
        """What `pulumi stack import` takes."""
        return self.file.read_text().replace(APP_STORE, self.app_store_url)

    @cached_property
    def config(self) -> dict[str, str]:
        """The stack's config."""
        everything = json.loads(self.text)["deployment"]["resources"]
        config: dict[str, str] = next(each["inputs"] for each in everything if ":providers:" in each["type"])
        return config

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Our resources by name, what others depend on first."""
        everything = json.loads(self.text)["deployment"]["resources"]
        return {each["urn"].rsplit("::", 1)[-1]: each for each in everything if each["type"].startswith(OURS)}

    def replay(self, app_store: AppStoreConnect) -> None:
        """Bring to the App Store what these resources are a record of."""
        for resource in self.resources.values():
            REPLAY[resource["type"].removeprefix(OURS)](self, app_store, resource["outputs"])

    def _image(self, app_store: AppStoreConnect, outputs: dict[str, Any]) -> None:
        file = (self.program / outputs["path"]).read_bytes()
        app_store.put_image(outputs["imageIdentifier"], file, outputs["imageSize"], outputs["imageState"])

    def _message(self, app_store: AppStoreConnect, outputs: dict[str, Any]) -> None:
        content = {key: outputs[key] for key in ("header", "body", "image") if key in outputs}
        app_store.put_message(outputs["messageIdentifier"], content, outputs["messageState"])
        for identifier in outputs["superseded"]:
            app_store.put_message(identifier, content, "APPROVED")

    def _default_message(self, app_store: AppStoreConnect, outputs: dict[str, Any]) -> None:
        shown = {"messageIdentifier": outputs["messageIdentifier"]}
        if shown["messageIdentifier"]:
            app_store.configure_default_message(outputs["productId"], outputs["locale"], shown)

    def _realtime_url(self, app_store: AppStoreConnect, outputs: dict[str, Any]) -> None:
        app_store.put_realtime_url({"realtimeURL": outputs["url"]})


REPLAY = {
    "DefaultMessage": Recording._default_message,
    "Image": Recording._image,
    "Message": Recording._message,
    "RealtimeUrl": Recording._realtime_url,
}

RECORDINGS = [Recording(file) for file in sorted(RECORDED.glob("*/*.json"))]
