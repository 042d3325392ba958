"""The requests to Apple's endpoints: who may ask and how often, what goes wrong on the way, and what was asked."""

import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal

from retention_messaging_emulator.account import Account
from retention_messaging_emulator.web.endpoints import ENDPOINTS, apples_limits
from retention_messaging_emulator.web.faults import Fault, Faults
from retention_messaging_emulator.web.limits import RateLimits, limits_by_name
from retention_messaging_emulator.web.tokens import TokenCheck

LOG_LENGTH = 10_000


class Traffic:
    """
    What stands between a client and an account.

    - `bundle_ids`: the account's apps; None stands for any.
    - `sleep`: how to wait, given seconds.
    """

    def __init__(
        self,
        account: Account,
        bundle_ids: Collection[str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.sleep = sleep
        self.tokens = TokenCheck(account.credentials, bundle_ids, account.switches, account.clock)
        self.limits = RateLimits(account.clock, account.switches)
        self.faults = Faults()
        self.latency: float = 0
        self._rate_limits: Mapping[str, int] | Literal["apple"] = {}
        self.log: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)

    def requests(self) -> list[dict[str, Any]]:
        """The latest requests, oldest first; never a token."""
        return [dict(entry) for entry in self.log.copy()]

    def fail_next(self, *faults: Fault) -> None:
        """The next requests that match fail so, in this order."""
        self.faults.add(*faults)

    def set_latency(self, milliseconds: float) -> None:
        """How much later every answer comes."""
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
        else:
            unknown = limits.keys() - {"*", *(endpoint.name for endpoint in ENDPOINTS)}
            if unknown:
                raise ValueError(f"there is no endpoint {', '.join(sorted(unknown))}")
            self.limits.set(limits_by_name(limits))
        self._rate_limits = limits

    def rate_limits(self) -> dict[str, Any]:
        """The `limits` as they were set, and what of them is `used` at this time."""
        return {"limits": self._rate_limits, "used": self.limits.used()}

    def reset(self) -> None:
        """As new: nothing logged, failing, slow or limited."""
        self.log.clear()
        self.faults.clear()
        self.set_latency(0)
        self.set_rate_limits({})
