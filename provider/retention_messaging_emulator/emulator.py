"""The whole emulator, in process."""

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import httpx

from retention_messaging_emulator.account import DEFAULT_APP_APPLE_ID, Account
from retention_messaging_emulator.clock import Clock
from retention_messaging_emulator.console.routes import create_console
from retention_messaging_emulator.credentials import Credentials
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.web import server
from retention_messaging_emulator.web.app import create_app
from retention_messaging_emulator.web.control import create_control
from retention_messaging_emulator.web.control_routes import Controlled
from retention_messaging_emulator.web.faults import Fault
from retention_messaging_emulator.web.guard import network
from retention_messaging_emulator.web.traffic import Traffic

if TYPE_CHECKING:
    from flask import Flask


class Emulator(Account):
    """
    Apple's Retention Messaging API, for one account. It takes the parameters of `Account`, and three more.

    - `bundle_ids`: the account's apps; None stands for any.
    - `sleep`: how to wait, given seconds.
    - `control_from`: networks, or addresses, that may use control routes and console as this machine may, such as
      `172.17.0.0/16`; ValueError if one is neither.
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
        control_from: Collection[str] = (),
    ) -> None:
        super().__init__(
            database,
            credentials,
            products,
            switches,
            clock,
            transport=transport,
            trusted_certificates=trusted_certificates,
            app_apple_id=app_apple_id,
        )
        self._networks = [network(each) for each in control_from]
        self.traffic = Traffic(self, bundle_ids, sleep)

    @cached_property
    def app(self) -> "Flask":
        """The WSGI application: Apple's endpoints, the control routes and the console."""
        app = create_app(self, self.traffic)
        controlled = Controlled(self, self.traffic, self.reset)
        control = create_control(controlled, self._networks)
        control.register_blueprint(create_console(controlled))
        app.register_blueprint(control)
        return app

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[server.Server]:
        """Serve on a socket: `with emulator.serve() as server: server.url`."""
        return server.serve(self.app, host, port)

    def requests(self) -> list[dict[str, Any]]:
        """The latest requests to Apple's endpoints, oldest first; never a token."""
        return self.traffic.requests()

    def clear_requests(self) -> None:
        """Empty the log of requests."""
        self.traffic.log.clear()

    def fail_next(self, *faults: Fault) -> None:
        """The next requests that match fail so, in this order."""
        self.traffic.fail_next(*faults)

    def set_latency(self, milliseconds: float) -> None:
        """How much later every answer comes."""
        self.traffic.set_latency(milliseconds)

    def set_rate_limits(self, limits: Mapping[str, int] | Literal["apple"]) -> None:
        """Requests an hour, by the endpoint's name or `*`; none if empty, the documented ones if `apple`."""
        self.traffic.set_rate_limits(limits)

    def reset(self) -> None:
        """As new: nothing stored, logged, failing, slow, limited, running; the machine's time. The keys stay."""
        super().reset()
        self.traffic.reset()
