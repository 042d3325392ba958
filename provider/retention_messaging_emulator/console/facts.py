"""What the console shows: answers of the control routes, put in the order of a page."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from retention_messaging_emulator.app_store import Environment
from retention_messaging_emulator.app_store_connect import AppStoreConnect
from retention_messaging_emulator.errors import AppStoreError
from retention_messaging_emulator.switch_values import sentences, written
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.tables.transactions import DEFAULT_LOCALE, DEFAULT_PRODUCT_ID
from retention_messaging_emulator.web.control_routes import Controlled, time_now, waiting_faults
from retention_messaging_emulator.web.endpoints import BASE_PATH, ENDPOINTS
from retention_messaging_emulator.web.faults import KINDS, Fault

ENVIRONMENTS: tuple[Environment, ...] = get_args(Environment)
SHOWN = 60  # messages, and images, of an app at once: each has a picture to load
SHOWN_REQUESTS = 100

NOTHING: Mapping[str, Any] = {
    "images": [],
    "messages": [],
    "defaults": [],
    "realtimeURL": None,
    "passedPerformanceTest": False,
}
"""The inventory of an app that was never asked about: to look at it does not make it."""


@dataclass(frozen=True)
class App:
    """
    One app in one environment.

    inventory: the answer of its control route
    store: what it is of; None where it was never asked about
    """

    environment: Environment
    bundle_id: str
    inventory: Mapping[str, Any]
    store: AppStoreConnect | None = None

    @cached_property
    def images(self) -> Mapping[str, Mapping[str, Any]]:
        return {each["imageIdentifier"]: each for each in self.inventory["images"]}

    @cached_property
    def messages(self) -> Mapping[str, Mapping[str, Any]]:
        return {each["messageIdentifier"]: each for each in self.inventory["messages"]}

    @cached_property
    def defaults(self) -> Mapping[tuple[str, str], str]:
        """Product and locale → message."""
        return {(each["productId"], each["locale"]): each["messageIdentifier"] for each in self.inventory["defaults"]}

    @property
    def products(self) -> list[str]:
        return sorted({product for product, _ in self.defaults})

    @property
    def locales(self) -> list[str]:
        return sorted({locale for _, locale in self.defaults})

    @cached_property
    def pairs(self) -> Mapping[str, list[str]]:
        """Message → the products and locales that it is the default of."""
        pairs: dict[str, list[str]] = {}
        for (product, locale), message in self.defaults.items():
            pairs.setdefault(message, []).append(f"{product} {locale}")
        return pairs

    @cached_property
    def users(self) -> Mapping[str, list[str]]:
        """Image → the headers of the messages that show it."""
        users: dict[str, list[str]] = {}
        for message in self.messages.values():
            shown = [message["image"]] if "image" in message else []
            for image in {each["imageIdentifier"] for each in [*shown, *message.get("bulletPoints", ())]}:
                users.setdefault(image, []).append(message["header"])
        return users

    @cached_property
    def obstacles(self) -> Mapping[str, str]:
        """Message that is a default → why it is shown to nobody, if so."""
        found = {each: self.store.obstacle(each) for each in self.pairs} if self.store else {}
        return {message: obstacle for message, obstacle in found.items() if obstacle}

    @property
    def waiting_messages(self) -> list[Mapping[str, Any]]:
        return [each for each in self.messages.values() if each["messageState"] == "PENDING"]

    @property
    def waiting_images(self) -> list[Mapping[str, Any]]:
        return [each for each in self.images.values() if each["imageState"] == "PENDING"]

    @property
    def waiting(self) -> int:
        return len(self.waiting_messages) + len(self.waiting_images)


def facts(controlled: Controlled) -> dict[str, Any]:
    """All that the templates draw."""
    apps = list(_apps(controlled))
    logged = controlled.traffic.requests()
    return {
        "apps": apps,
        "waiting": sum(app.waiting for app in apps),
        "uploads": sum(len(app.messages) + len(app.images) for app in apps),
        "requests": [_request(each) for each in reversed(logged[-SHOWN_REQUESTS:])],
        "request_count": len(logged),
        "faults": waiting_faults(controlled)["faults"],
        "rate_limits": controlled.traffic.rate_limits(),
        "latency": controlled.traffic.latency,
        "clock": time_now(controlled),
        "products": sorted({DEFAULT_PRODUCT_ID, *(product for app in apps for product in app.products)}),
        "locales": sorted({DEFAULT_LOCALE, *(locale for app in apps for locale in app.locales)}),
        "default_product": next((product for app in apps for product in app.products), DEFAULT_PRODUCT_ID),
        "default_locale": next((locale for app in apps for locale in app.locales), DEFAULT_LOCALE),
        "bundle_id": controlled.account.credentials.bundle_id,
        "bundle_ids": sorted({app.bundle_id for app in apps}),
    }


CHOICES: Mapping[str, Any] = {
    "environments": ENVIRONMENTS,
    "fault_kinds": KINDS,
    "endpoints": [each.name for each in ENDPOINTS],
    "errors": list(AppStoreError),
    "shown": SHOWN,
}
"""What never changes."""


def _apps(controlled: Controlled) -> Iterator[App]:
    """Each app in both environments."""
    account = controlled.account
    known = {(each["environment"], each["bundleId"]): each for each in account.inventory()}
    for bundle_id in sorted({account.credentials.bundle_id, *(bundle_id for _, bundle_id in known)}):
        for environment in ENVIRONMENTS:
            inventory = known.get((environment, bundle_id))
            store = account.app_store(environment, bundle_id) if inventory else None
            yield App(environment, bundle_id, inventory or NOTHING, store)


def _request(logged: Mapping[str, Any]) -> dict[str, Any]:
    code, fault = logged["errorCode"], logged["fault"]
    is_cut = fault is not None and Fault(kind=fault).breaks_connection
    return {
        **logged,
        "is_cut": is_cut,
        "path": logged["path"].removeprefix(BASE_PATH),
        "error": AppStoreError.of(code).apple_object if code else None,
        "kind": "broken"
        if is_cut or logged["status"] >= 500
        else "refused"
        if code or logged["status"] >= 400
        else "fine",
    }


def changed_switches(switches: Switches) -> list[tuple[str, str, str]]:
    """Name, value and sentence of every switch that is not as documented."""
    says = sentences()
    return [
        (name, written(getattr(switches, name)), says[name])
        for name in says
        if getattr(switches, name) != getattr(Switches(), name)
    ]


def moment(milliseconds: float) -> dt.datetime:
    """In UTC; of a time that no date can be of, the last there is."""
    try:
        return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
    except (OverflowError, ValueError, OSError):
        return dt.datetime.max.replace(tzinfo=dt.UTC)


def span(milliseconds: int) -> str:
    """A length of time, in words: days, hours and minutes, as far as there are some."""
    minutes = round(abs(milliseconds) / 60_000)
    parts: Sequence[tuple[int, str]] = (
        (minutes // 1440, "day"),
        (minutes // 60 % 24, "hour"),
        (minutes % 60, "minute"),
    )
    return ", ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number)
