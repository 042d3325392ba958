"""The whole emulator, in process."""

import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, cast

from flask import Flask

from . import server
from .app import ENDPOINTS, apples_limits, create_app
from .clock import Clock
from .connect import AppStoreConnect, ReviewState
from .control import create_control
from .credentials import Credentials
from .database import Database
from .errors import AppStoreError, RefusedError
from .faults import Fault, Faults
from .limits import RateLimits, chosen
from .state import Environment
from .switches import Switches
from .tokens import TokenCheck

LOG_LENGTH = 10_000


class Emulator:
    """
    Apple's Retention Messaging API, for one account.

    `database`: where the state is kept, a file or `:memory:`. `credentials`: the key that tokens are signed with; one is
    made if None. `bundle_ids`: the account's apps, `products`: their subscriptions; None stands for any.
    `switches`: how to answer where Apple's documentation is silent. `sleep`: how to wait, given seconds.
    """

    def __init__(
        self,
        database: str | Path = ":memory:",
        credentials: Credentials | None = None,
        bundle_ids: Collection[str] | None = None,
        switches: Switches | None = None,
        *,
        products: Collection[str] | None = None,
        clock: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
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
        self.app: Flask = create_app(self)
        self.app.register_blueprint(create_control(self))

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[server.Server]:
        """Serve on a socket: `with emulator.serve() as server: server.url`."""
        return server.serve(self.app, host, port)

    def close(self) -> None:
        self._database.close()

    def app_store(self, environment: Environment, bundle_id: str | None = None) -> AppStoreConnect:
        """One app in one environment; without a bundle id, the app of the credentials."""
        app = bundle_id or self.credentials.bundle_id
        return AppStoreConnect(self._database, self.clock, self.switches, self._products, environment, app)

    @property
    def sandbox(self) -> AppStoreConnect:
        return self.app_store("sandbox")

    @property
    def production(self) -> AppStoreConnect:
        return self.app_store("production")

    def inventory(self) -> list[dict[str, Any]]:
        """Everything in every app and environment that was ever asked about."""
        return [store.inventory() for store in self._stores(None, None)]

    def review(
        self,
        state: ReviewState,
        environment: Environment | None = None,
        bundle_id: str | None = None,
        identifier: str | None = None,
    ) -> list[str]:
        """
        Decide about one image or message, whatever its state, or about all that are pending.

        The environments and apps that are not given are all meant. Returns the identifiers decided about; RefusedError
        if there is none of the given identifier.
        """
        decided = [
            each for store in self._stores(environment, bundle_id) for each in store.review(state, identifier)
        ]
        if identifier is not None and not decided:
            raise RefusedError(AppStoreError.MESSAGE_NOT_FOUND)
        return decided

    def performance_test(self, *, passed: bool, bundle_id: str | None = None) -> None:
        """Decide the performance test of one app, or of every app."""
        self._database.pass_performance_test(passed=passed, bundle_id=bundle_id)

    def requests(self) -> list[dict[str, Any]]:
        """The latest requests to Apple's endpoints, oldest first; never a token."""
        return [dict(entry) for entry in self.log.copy()]

    def clear_requests(self) -> None:
        self.log.clear()

    def fail_next(self, *faults: Fault) -> None:
        self.faults.add(*faults)

    def set_latency(self, milliseconds: float) -> None:
        self.latency = milliseconds

    def set_rate_limits(self, limits: Mapping[str, int] | Literal["apple"]) -> None:
        """
        Requests an hour, counted anew from here: by the endpoint's name or `*` for the others; none if empty.

        `apple` stands for the documented limits.
        """
        if limits == "apple":
            self.limits.set(apples_limits)
            return
        unknown = limits.keys() - {"*", *(endpoint.name for endpoint in ENDPOINTS)}
        if unknown:
            raise ValueError(f"there is no endpoint {', '.join(sorted(unknown))}")
        self.limits.set(chosen(limits))

    def reset(self) -> None:
        """As new: nothing stored, logged, failing, slow, limited; the machine's time. The key stays."""
        self._database.clear()
        self.log.clear()
        self.faults.clear()
        self.set_latency(0)
        self.set_rate_limits({})
        self.clock.reset()

    def _stores(self, environment: Environment | None, bundle_id: str | None) -> list[AppStoreConnect]:
        return [
            self.app_store(cast("Environment", each), app)
            for each, app in self._database.apps()
            if environment in (None, each) and bundle_id in (None, app)
        ]
