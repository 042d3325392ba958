"""The whole emulator, in process."""

import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import httpx

from . import server
from .app import create_app
from .clock import Clock
from .connect import AppStoreConnect, ReviewState, must_exist
from .control import create_control
from .credentials import Credentials
from .database import Database
from .endpoints import ENDPOINTS, apples_limits
from .faults import Fault, Faults
from .limits import RateLimits, limits_by_name
from .realtime import Realtime
from .runner import Runner
from .state import Environment
from .switches import Switches
from .tokens import TokenCheck
from .transactions import DEFAULT_IDENTIFIER, DEFAULT_LOCALE, DEFAULT_PRODUCT_ID

if TYPE_CHECKING:
    from flask import Flask

LOG_LENGTH = 10_000
# https://developer.apple.com/documentation/retentionmessaging/appappleid; a number like any other
DEFAULT_APP_APPLE_ID = 531412


class Emulator:
    """
    Apple's Retention Messaging API, for one account.

    - `database`: where the state is kept, a file or `:memory:`.
    - `credentials`: the key that tokens are signed with; one is made if None.
    - `bundle_ids`: the account's apps, and `products`: their subscriptions; None stands for any.
    - `switches`: how to answer where Apple's documentation is silent.
    - `clock`: what time it is. `sleep`: how to wait, given seconds.
    - `transport`: how to reach the developer's server at the realtime URL; over the network if None.
    - `trusted_certificates`: a PEM file of certificates to trust there, beside the machine's.
    - `app_apple_id`: the App Store's number of the app, which real-time requests carry.

    Everything may be called from any thread.
    """

    def __init__(  # noqa: PLR0913  an emulator is made in one line, and each part has a default
        self,
        database: str | Path = ":memory:",
        credentials: Credentials | None = None,
        bundle_ids: Collection[str] | None = None,
        switches: Switches | None = None,
        *,
        products: Collection[str] | None = None,
        clock: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
        trusted_certificates: str | Path | None = None,
        app_apple_id: int = DEFAULT_APP_APPLE_ID,
    ) -> None:
        self.credentials = credentials or Credentials.make()
        self.switches = switches or Switches()
        self.clock = clock or Clock()
        self.sleep = sleep
        self.latency: float = 0
        self.faults = Faults()
        self.limits = RateLimits(self.clock, self.switches)
        self.tokens = TokenCheck(self.credentials, bundle_ids, self.switches, self.clock)
        self.log: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)
        self._database = Database(database)
        self._products = products
        self._realtime = Realtime(self.clock, self.switches, app_apple_id, transport, trusted_certificates)
        self._runner = Runner(self._database, self.clock, self.switches, self._realtime)

    @cached_property
    def app(self) -> "Flask":
        """The WSGI application: Apple's endpoints and the control routes."""
        app = create_app(self)
        app.register_blueprint(create_control(self))
        return app

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[server.Server]:
        """Serve on a socket: `with emulator.serve() as server: server.url`."""
        return server.serve(self.app, host, port)

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

    def requests(self) -> list[dict[str, Any]]:
        """The latest requests to Apple's endpoints, oldest first; never a token."""
        return [dict(entry) for entry in self.log.copy()]

    def clear_requests(self) -> None:
        self.log.clear()

    def fail_next(self, *faults: Fault) -> None:
        self.faults.add(*faults)

    def set_latency(self, milliseconds: float) -> None:
        if milliseconds < 0:
            raise ValueError("latency must be at least 0 milliseconds")
        self.latency = milliseconds

    def set_rate_limits(self, limits: Mapping[str, int] | Literal["apple"]) -> None:
        """
        Requests an hour, counted anew from here.

        By the endpoint's name, or `*` for the others; no limits if empty. `apple` stands for the documented limits.
        """
        if limits == "apple":
            self.limits.set(apples_limits)
            return
        unknown = limits.keys() - {"*", *(endpoint.name for endpoint in ENDPOINTS)}
        if unknown:
            raise ValueError(f"there is no endpoint {', '.join(sorted(unknown))}")
        self.limits.set(limits_by_name(limits))

    def reset(self) -> None:
        """As new: nothing stored, logged, failing, slow, limited, running; the machine's time. The keys stay."""
        self._runner.stop()
        self._database.clear()
        self.log.clear()
        self.faults.clear()
        self.set_latency(0)
        self.set_rate_limits({})
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
