"""Accounts to adopt: filled through Apple's own client, as by a team that never heard of this project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from appstoreserverlibrary.models.BulletPoint import BulletPoint
from appstoreserverlibrary.models.DefaultConfigurationRequest import DefaultConfigurationRequest
from appstoreserverlibrary.models.Environment import Environment
from appstoreserverlibrary.models.HeaderPosition import HeaderPosition
from appstoreserverlibrary.models.ImageSize import ImageSize
from appstoreserverlibrary.models.RealtimeUrlRequest import RealtimeUrlRequest
from appstoreserverlibrary.models.UploadMessageImage import UploadMessageImage
from appstoreserverlibrary.models.UploadMessageRequestBody import UploadMessageRequestBody

from emulator.samples import BULLET, REALTIME_URL, WIDE
from emulator.test_apple_client import apples_client

if TYPE_CHECKING:
    from appstoreserverlibrary.api_client import AppStoreServerAPIClient

    from retention_messaging_emulator import Emulator

MONTHLY, YEARLY = "com.example.app.monthly", "com.example.app.yearly"
HERO, ICON = "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55", "7a0b3a3c-1d7e-4f53-9b61-3f2d0c9e4a11"
ENGLISH, GERMAN, UNSHOWN = (f"6f9619ff-8b86-4d01-b42d-00cf4fc964f{n}" for n in range(3))
TEXTS: dict[str, dict[str, Any]] = {
    ENGLISH: {
        "header": "Keep your streak",
        "body": "Tomorrow is day 13.",
        "image": UploadMessageImage(imageIdentifier=UUID(HERO), altText="A mountain"),
        "headerPosition": HeaderPosition.ABOVE_IMAGE,
        "bulletPoints": [BulletPoint(text="Offline, too", imageIdentifier=UUID(ICON), altText="A plane")],
    },
    GERMAN: {"header": "Bleib dran", "body": "Morgen ist Tag 13."},
    UNSHOWN: {"header": "Before you go", "body": "A server answers with this one."},
}
DEFAULTS = {(MONTHLY, "en-US"): ENGLISH, (YEARLY, "en-US"): ENGLISH, (MONTHLY, "de-DE"): GERMAN}
ASKED = ("--product", MONTHLY, "--product", YEARLY, "--locale", "en-US", "--locale", "de-DE")


@dataclass(frozen=True)
class Apple:
    """Apple's client for one environment of an emulator that is served at a URL."""

    emulator: Emulator
    url: str
    environment: str = "sandbox"

    @property
    def client(self) -> AppStoreServerAPIClient:
        environment = Environment.SANDBOX if self.environment == "sandbox" else Environment.PRODUCTION
        return apples_client(self.emulator, environment, f"{self.url}/{self.environment}")

    def fill(self) -> None:
        """Two images, three messages, of which one is shown to nobody, three defaults and the URL."""
        client = self.client
        client.upload_image(UUID(HERO), WIDE)
        client.upload_image(UUID(ICON), BULLET, ImageSize.BULLET_POINT)
        for identifier, text in TEXTS.items():
            client.upload_message(UUID(identifier), UploadMessageRequestBody(**text))
        self.emulator.approve()
        for pair, identifier in DEFAULTS.items():
            client.configure_default_message(*pair, DefaultConfigurationRequest(messageIdentifier=UUID(identifier)))
        self.emulator.performance_test(passed=True)
        client.configure_realtime_url(RealtimeUrlRequest(realtimeURL=REALTIME_URL))
