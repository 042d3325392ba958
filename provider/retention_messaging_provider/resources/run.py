"""
What this run has seen: clients, lists, and which identifiers are live, held or on their way out.

One provider process serves one `pulumi` command from first to last, for all resource types and on several threads.
Everything here is shared by all of them and locked.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from retention_messaging_provider.api import BASE_URLS, NotFound, RequestFailed, RetentionMessagingClient
from retention_messaging_provider.resources.defaults import Defaults
from retention_messaging_provider.resources.identity import mark_of
from retention_messaging_provider.settings import Settings

# What an upload's state is right after it, by environment; Apple documents it, so nobody asks.
# https://developer.apple.com/documentation/retentionmessaging/messagestate
STATE_AFTER_UPLOAD = {"sandbox": "APPROVED", "production": "PENDING"}

LISTS: Mapping[str, Callable[[RetentionMessagingClient], dict[str, str]]] = {
    "message": lambda client: {m.message_identifier: m.message_state for m in client.get_message_list()},
    "image": lambda client: {i.image_identifier: i.image_state for i in client.get_image_list()},
}


@dataclass(frozen=True)
class Target:
    """Where a resource lives at Apple, as it was recorded."""

    environment: str
    bundle_id: str
    base_url: str | None


class Run:
    """
    What one `pulumi` command shares.

    `say` prints a line to the user; `transport` replaces the network, `sleep` (seconds) the waiting, and `clock`
    (UNIX seconds) the time.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        say: Callable[[str], None] = print,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self.images: dict[str, str] = {}
        """The owner's mark of each image that a resource of this run has → its identifier; not of retained ones."""
        self.image_sizes: dict[str, str] = {}
        """The identifier of each image of this run's program → its imageSize."""
        self.in_use: set[tuple[Target, str]] = set()
        """Where and which image Apple would not delete, because a message uses it."""
        self.pairs: dict[str, set[str]] = {}
        """Owner of each message of this run's program → the pairs whose default refers to it."""
        self.left_pairs: dict[str, set[str]] = {}
        """Owner of each message of this run's program → the pairs whose default referred to it until this run."""
        self.defaults: Defaults[Target] = Defaults(self._default_message)
        self._live: set[str] = set()
        self._held: set[str] = set()
        self._gone: set[str] = set()
        self._before: dict[str, dict[str, Any]] = {}
        self._say = say
        self._transport = transport
        self.sleep = sleep
        self.clock = clock
        self._clients: dict[Target, RetentionMessagingClient] = {}
        self._lists: dict[tuple[Target, str], dict[str, str]] = {}
        self._unlisted: dict[tuple[Target, str], RequestFailed] = {}
        self._said: set[str] = set()
        self._lock = threading.RLock()
        # Apart from the other lock: asking may take long, when Apple says to wait.
        self._asking: dict[str, threading.Lock] = {kind: threading.Lock() for kind in LISTS}

    def client(self, target: Target) -> RetentionMessagingClient:
        """The client of this place. Raises SettingsError or KeyRefused when there is nothing to sign with."""
        with self._lock:
            if target not in self._clients:
                self._clients[target] = RetentionMessagingClient(
                    target.base_url or BASE_URLS[target.environment],
                    self.settings.credentials(),
                    target.bundle_id,
                    max_rate_limit_wait=self.settings.max_rate_limit_seconds(),
                    transport=self._transport,
                    sleep=self.sleep,
                    clock=self.clock,
                    say=self.say,
                )
            return self._clients[target]

    def _default_message(self, target: Target, pair: str) -> str:
        """What Apple has for a pair; "" for none."""
        try:
            return self.client(target).get_default_message(*pair.rsplit("/", 1))
        except NotFound:
            return ""

    def close(self) -> None:
        """Close the connections that are kept open."""
        with self._lock:
            for client in self._clients.values():
                client.close()

    def states(self, target: Target, kind: str, *, again: bool = False) -> dict[str, str]:
        """
        Identifier → state of every upload of a kind (`message`, `image`): asked once per run, then kept up.

        A RequestFailed is raised again for whoever asks next: the client has tried for long enough.
        """
        with self._asking[kind]:
            if (target, kind) in self._unlisted:
                raise self._unlisted[target, kind]
            if again or (target, kind) not in self._lists:
                try:
                    self._lists[target, kind] = LISTS[kind](self.client(target))
                except RequestFailed as error:
                    self._unlisted[target, kind] = error
                    raise
            return dict(self._lists[target, kind])

    def forget_lists(self, target: Target) -> None:
        """Ask anew from here: Apple's review may have gone on."""
        for kind in LISTS:
            with self._asking[kind]:
                self._lists.pop((target, kind), None)
                self._unlisted.pop((target, kind), None)

    def uploaded(self, target: Target, kind: str, identifier: str) -> str:
        """Note a new upload; answers the state that Apple documents for it."""
        state = STATE_AFTER_UPLOAD[target.environment]
        with self._lock:
            self._gone.discard(identifier)
        with self._asking[kind]:
            if (target, kind) in self._lists:
                self._lists[target, kind][identifier] = state
        return state

    def deleted(self, target: Target, kind: str, identifier: str) -> None:
        """Note that an upload is gone."""
        with self._lock:
            self._gone.add(identifier)
        with self._asking[kind]:
            self._lists.get((target, kind), {}).pop(identifier, None)

    def live(self, identifier: str) -> None:
        """Note that a resource of this run has this identifier."""
        with self._lock:
            self._live.add(identifier)

    def hold(self, identifiers: Iterable[str]) -> None:
        """Note what a successor stands in for, and the images that it uses: they stay."""
        with self._lock:
            self._held.update(identifiers)

    def release(self, identifiers: Iterable[str]) -> None:
        """Note that nobody stands in for these any more."""
        with self._lock:
            self._held.difference_update(identifiers)

    def is_live(self, identifier: str) -> bool:
        """Whether a resource of this run has it."""
        with self._lock:
            return identifier in self._live

    def is_held(self, identifier: str) -> bool:
        """Whether a successor stands in for it, or for what uses it."""
        with self._lock:
            return identifier in self._held

    def is_gone(self, identifier: str) -> bool:
        """Whether this run has deleted it."""
        with self._lock:
            return identifier in self._gone

    def has_live(self, mark: str) -> bool:
        """Whether a resource of this run has an identifier with this owner's mark."""
        with self._lock:
            return any(mark_of(identifier) == mark for identifier in self._live)

    def remember(self, owner: str, outputs: Mapping[str, Any]) -> None:
        """Keep the outputs that a resource had before this run replaces it."""
        with self._lock:
            self._before[owner] = dict(outputs)

    def before(self, owner: str) -> dict[str, Any]:
        """The outputs from before this run; {} for what is new."""
        with self._lock:
            return self._before.get(owner, {})

    def say(self, line: str) -> None:
        """Tell the user one line, once a run."""
        with self._lock:
            if line in self._said:
                return
            self._said.add(line)
        self._say(line)


class _Process:
    """The run of this process."""

    run: ClassVar[Run | None] = None
    lock = threading.Lock()


def begin(settings: Settings) -> None:
    """Set the process's run up, once for all resource types; other settings end it and begin another."""
    with _Process.lock:
        if _Process.run is not None and _Process.run.settings != settings:
            _Process.run.close()
            _Process.run = None
        _Process.run = _Process.run or Run(settings)


def current() -> Run:
    """The process's run; `begin` comes first."""
    if _Process.run is None:
        raise RuntimeError("a provider was asked before it was configured")
    return _Process.run
