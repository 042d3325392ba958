"""What the checks of an account are about: a stack, or the environment."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from retention_messaging_cli.account import Account
from retention_messaging_cli.progress import progress
from retention_messaging_provider.api import BASE_URLS, address, endpoints

PATIENCE = 15.0
"""Seconds to connect and to be answered."""


@dataclass(frozen=True)
class Greeting:
    """
    What came back from where requests go, without a token.

    who: as lines name it; at: UNIX seconds of this machine; took: seconds
    """

    who: str
    headers: Mapping[str, str]
    at: float
    took: float


@dataclass
class Stack:
    """
    A stack; the environment variables alone where `name` is None.

    fix: whether the mode of the key's file is set
    """

    name: str | None
    cwd: Path
    fix: bool = False

    @cached_property
    def account(self) -> Account:
        """Its settings, read once. Raises Failure where they cannot be read."""
        return Account.read(self.name, self.cwd)

    @property
    def base_url(self) -> str:
        """Where its requests go."""
        location = self.account.location()
        return location.base_url or BASE_URLS[location.environment]

    @cached_property
    def greeting(self) -> Greeting:
        """Whatever answers there. Raises an ApiError where nothing does."""
        return greet(self.base_url)


def greet(base_url: str) -> Greeting:
    """Ask a host for nothing, on the way that requests to Apple take. Raises an ApiError where nothing answers."""
    import httpx  # noqa: PLC0415 - slow, and other commands do without it

    from retention_messaging_provider.api import network  # noqa: PLC0415 - imports httpx
    from retention_messaging_provider.api.answers import no_answer  # noqa: PLC0415

    url = address.safe(base_url)
    proxy = network.find_proxy(url)
    who = network.name(url, proxy)
    transport = network.open_transport(url, proxy)
    with httpx.Client(transport=transport, timeout=PATIENCE, trust_env=False) as client, progress(f"Asking {who}"):
        began = time.time()
        try:
            with client.stream("GET", url) as answer:  # its body is for the check of access to judge
                headers = answer.headers
        except httpx.RequestError as error:
            raise no_answer(error, replace(endpoints.GET_MESSAGE_LIST.at(), to=who)) from None
        took = time.time() - began
    return Greeting(who, headers, began + took / 2, took)
