"""One account of App Store Connect: its apps in both environments, and Apple's reviewers. It knows no HTTP."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

import httpx

from retention_messaging_emulator.app_store import Environment
from retention_messaging_emulator.app_store_connect import AppStoreConnect, ReviewState, must_exist
from retention_messaging_emulator.clock import Clock
from retention_messaging_emulator.credentials import Credentials
from retention_messaging_emulator.realtime.requests import Realtime
from retention_messaging_emulator.runner import Runner
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.tables.database import Database
from retention_messaging_emulator.tables.transactions import DEFAULT_IDENTIFIER, DEFAULT_LOCALE, DEFAULT_PRODUCT_ID

# https://developer.apple.com/documentation/retentionmessaging/appappleid; a number like any other
DEFAULT_APP_APPLE_ID = 531412


class Account:
    """
    What Apple keeps, and what happens to it beside the API.

    - `database`: where it is kept, a file or `:memory:`.
    - `credentials`: the key of the account; one is made if None.
    - `products`: the subscriptions of its apps; None stands for any.
    - `switches`: how to answer where Apple's documentation is silent.
    - `clock`: what time it is.
    - `transport`: how to reach the developer's server at the realtime URL; over the network if None.
    - `trusted_certificates`: a PEM file of certificates to trust there, beside the machine's.
    - `app_apple_id`: the App Store's number of the app, which real-time requests carry.

    Everything may be called from any thread.
    """

    def __init__(  # noqa: PLR0913  each part has a default
        self,
        database: str | Path = ":memory:",
        credentials: Credentials | None = None,
        products: Collection[str] | None = None,
        switches: Switches | None = None,
        clock: Clock | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        trusted_certificates: str | Path | None = None,
        app_apple_id: int = DEFAULT_APP_APPLE_ID,
    ) -> None:
        self.credentials = credentials or Credentials.make()
        self.switches = switches or Switches()
        self.clock = clock or Clock()
        self._database = Database(database)
        self._products = products
        self._realtime = Realtime(
            self.credentials.private_key,
            self.clock,
            self.switches,
            app_apple_id=app_apple_id,
            transport=transport,
            trusted_certificates=trusted_certificates,
        )
        self._runner = Runner(self._database, self.clock, self.switches, self._realtime)

    def close(self) -> None:
        """End running performance tests, and let go of the database."""
        self._runner.stop()
        self._realtime.close()
        self._database.close()

    @property
    def root_certificate(self) -> bytes:
        """DER: what a developer's server has to trust, in place of Apple's root, to believe real-time requests."""
        return self._realtime.root_certificate

    def app_store(self, environment: Environment, bundle_id: str | None = None) -> AppStoreConnect:
        """One app in one environment; without a bundle id, the app of the credentials."""
        app = bundle_id or self.credentials.bundle_id
        return AppStoreConnect(
            self._database,
            self.clock,
            self.switches,
            self._products,
            environment,
            app,
            self._realtime,
            self._runner,
        )

    @property
    def sandbox(self) -> AppStoreConnect:
        return self.app_store("sandbox")

    @property
    def production(self) -> AppStoreConnect:
        return self.app_store("production")

    def inventory(self) -> list[dict[str, Any]]:
        """Everything in every app and environment that was ever asked about."""
        return [store.inventory() for store in self._stores(None, None)]

    def approve(
        self, identifier: str | None = None, environment: Environment | None = None, bundle_id: str | None = None
    ) -> list[str]:
        """
        Approve one image or message, whatever its state, or all that are pending.

        Where no environment or app is given, all are meant. Returns the identifiers of what was approved;
        RefusedError if there is none of the given identifier.
        """
        return self._review("APPROVED", identifier, environment, bundle_id)

    def reject(
        self, identifier: str | None = None, environment: Environment | None = None, bundle_id: str | None = None
    ) -> list[str]:
        """Reject, as `approve` approves."""
        return self._review("REJECTED", identifier, environment, bundle_id)

    def performance_test(self, *, passed: bool, bundle_id: str | None = None) -> None:
        """Decide the performance test of one app, or of every app."""
        self._database.pass_performance_test(passed=passed, bundle_id=bundle_id, now=self.clock.now())

    def ask(
        self,
        product_id: str = DEFAULT_PRODUCT_ID,
        user_locale: str = DEFAULT_LOCALE,
        original_transaction_id: str = DEFAULT_IDENTIFIER,
        environment: Environment = "sandbox",
        bundle_id: str | None = None,
    ) -> dict[str, Any]:
        """Ask the realtime URL of an app, as `AppStoreConnect.ask` does."""
        return self.app_store(environment, bundle_id).ask(product_id, user_locale, original_transaction_id)

    def reset(self) -> None:
        """As new: nothing stored or running; the machine's time. The keys stay."""
        self._runner.stop()
        self._database.clear()
        self.clock.reset()

    def _review(
        self, state: ReviewState, identifier: str | None, environment: Environment | None, bundle_id: str | None
    ) -> list[str]:
        stores = self._stores(environment, bundle_id)
        return must_exist(identifier, [each for store in stores for each in store.review(state, identifier)])

    def _stores(self, environment: Environment | None, bundle_id: str | None) -> list[AppStoreConnect]:
        return [
            self.app_store(cast("Environment", each), app)
            for each, app in self._database.apps()
            if environment in (None, each) and bundle_id in (None, app)
        ]
