"""
What Apple has, asked once a command and kept true by our own writes; the only place that sends a write.

Uploads are indexed by identifier and by owner prefix: no question costs more where there are more of them.
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from retention_messaging_provider.api import (
    AlreadyExists,
    ApiError,
    InvalidRequest,
    NotFound,
    RequestFailed,
    RetentionMessagingClient,
)
from retention_messaging_provider.resources.identity import owner_prefix_of
from retention_messaging_provider.resources.known import APPROVED, PENDING
from retention_messaging_provider.resources.ledger import DEFAULT, IMAGE, MESSAGE, Ref
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.settings import SettingsError

# What an upload's state is right after it; Apple documents it, so nobody asks.
# https://developer.apple.com/documentation/retentionmessaging/messagestate
STATE_AFTER_UPLOAD = {"sandbox": APPROVED, "production": PENDING}

LISTS: Mapping[str, Callable[[RetentionMessagingClient], dict[str, str]]] = {
    MESSAGE: lambda client: {m.message_identifier: m.message_state for m in client.get_message_list()},
    IMAGE: lambda client: {i.image_identifier: i.image_state for i in client.get_image_list()},
}
DELETIONS: Mapping[str, Callable[[RetentionMessagingClient, str, Callable[[], bool] | None], None]] = {
    MESSAGE: RetentionMessagingClient.delete_message,
    IMAGE: lambda client, identifier, _: client.delete_image(identifier),
}

# The codes of a product that the app does not have (any more), and of a locale that the App Store does not know.
# https://developer.apple.com/documentation/retentionmessaging/get-default-message
UNKNOWN_PAIR = (4000023, 4000164)


class Uploads:
    """The list of one kind at one location: identifier → state, asked once."""

    def __init__(self, fetch: Callable[[], dict[str, str]]) -> None:
        self._fetch = fetch
        self._states: dict[str, str] | None = None
        self._by_prefix: dict[str, set[str]] = {}
        self._failed: RequestFailed | None = None
        self._deleted: set[str] = set()
        self._lock = threading.RLock()

    def state(self, identifier: str) -> str | None:
        """The state of an upload, or None where there is none."""
        with self._lock:
            return self._known().get(identifier)

    def siblings(self, prefix: str) -> dict[str, str]:
        """The uploads whose identifier has this owner prefix."""
        with self._lock:
            states = self._known()
            return {each: states[each] for each in sorted(self._by_prefix.get(prefix, ())) if each in states}

    def forget(self) -> None:
        """Ask anew from here."""
        with self._lock:
            self._states, self._failed = None, None

    def note(self, identifier: str, state: str | None) -> None:
        """Note what a write of ours did; None for a deletion."""
        with self._lock:
            (self._deleted.add if state is None else self._deleted.discard)(identifier)
            if self._states is None:
                return
            if state is None:
                self._states.pop(identifier, None)
            else:
                self._index(identifier)
                self._states[identifier] = state

    def is_deleted(self, identifier: str) -> bool:
        """Whether this command has deleted it."""
        with self._lock:
            return identifier in self._deleted

    def _known(self) -> dict[str, str]:
        """The list. A RequestFailed is raised again for whoever asks next: the client has tried for long enough."""
        if self._failed is not None:
            raise self._failed
        if self._states is None:
            try:
                listed = self._fetch()
            except RequestFailed as error:
                self._failed = error
                raise
            self._states, self._by_prefix = listed, {}
            for identifier in listed:
                self._index(identifier)
        return self._states

    def _index(self, identifier: str) -> None:
        self._by_prefix.setdefault(owner_prefix_of(identifier), set()).add(identifier)


EVIDENCE_LASTS = 300.0
"""Seconds: what a pair shows is asked anew after that, as in a command that waited for a review or a rate limit."""


class Apple:
    """
    Apple's side of one command.

    open_client: makes the client of a location, when it is asked first; clock: UNIX seconds
    """

    def __init__(
        self, open_client: Callable[[Location], RetentionMessagingClient], clock: Callable[[], float] = time.time
    ) -> None:
        self._open_client = open_client
        self._clock = clock
        self._clients: dict[Location, RetentionMessagingClient] = {}
        self._uploads: dict[tuple[Location, str], Uploads] = {}
        self._shown: dict[Ref, str] = {}
        self._asked_at: dict[Ref, float] = {}
        self._asking: dict[Ref, threading.Lock] = {}
        self._silent: set[Location] = set()
        self._lock = threading.RLock()

    def client(self, location: Location) -> RetentionMessagingClient:
        """The client that all resources of a location share; raises what opening it raises."""
        with self._lock:
            if location not in self._clients:
                self._clients[location] = self._open_client(location)
            return self._clients[location]

    def close(self) -> None:
        """Close the connections that are kept open."""
        with self._lock:
            for client in self._clients.values():
                client.close()

    def uploads(self, location: Location, kind: str) -> Uploads:
        """The list of a kind at a location; nothing is asked before a question is."""
        with self._lock:
            if (location, kind) not in self._uploads:
                self._uploads[location, kind] = Uploads(lambda: LISTS[kind](self.client(location)))
            return self._uploads[location, kind]

    def fetch_state(self, ref: Ref) -> str | None:
        """The state of an upload, or None where Apple has none."""
        return self.uploads(ref.location, ref.kind).state(ref.identifier)

    def fetch_states(self, location: Location, kind: str, identifiers: Collection[str]) -> dict[str, str | None]:
        """Identifier → its state, or None where Apple has none; without identifiers nothing is asked."""
        uploads = self.uploads(location, kind)
        return {each: uploads.state(each) for each in identifiers}

    def upload(self, ref: Ref, send: Callable[[RetentionMessagingClient], None]) -> str | None:
        """
        Upload; answers the state that Apple documents for a new upload.

        None where the identifier is taken: the list is asked anew and may have it.
        """
        uploads = self.uploads(ref.location, ref.kind)
        try:
            send(self.client(ref.location))
        except AlreadyExists:
            uploads.forget()
            return None
        state = STATE_AFTER_UPLOAD[ref.location.environment]
        uploads.note(ref.identifier, state)
        return state

    def delete(self, ref: Ref, is_due: Callable[[], bool] | None = None) -> None:
        """
        Delete an upload; a missing one is success. Raises InUse for an image that a message uses.

        A message whose deletion had to wait is deleted only if `is_due` says so then; else Withheld is raised.
        """
        if self.uploads(ref.location, ref.kind).is_deleted(ref.identifier):
            return
        with suppress(NotFound):
            DELETIONS[ref.kind](self.client(ref.location), ref.identifier, is_due)
        self.uploads(ref.location, ref.kind).note(ref.identifier, None)

    def fetch_default(self, location: Location, pair: str, nothing: Collection[int] = UNKNOWN_PAIR) -> str:
        """
        The message that customers of a pair are shown, "" for none: as this command set it, or asked it lately.

        A pair that Apple does not know shows nothing: that is an answer, where `nothing` has the code of its refusal.
        """
        ref = Ref(location, DEFAULT, pair)
        with self._lock:
            asking = self._asking.setdefault(ref, threading.Lock())
        with asking:  # one lock for each pair: asking may take long, when Apple says to wait
            shown = self._known_default(ref)
            if shown is None:
                answer = self._ask_default(location, pair, nothing)
                with self._lock:  # what was set meanwhile is the newer
                    shown = self._shown.setdefault(ref, answer)
                    self._asked_at[ref] = self._clock()
            return shown

    def _known_default(self, ref: Ref) -> str | None:
        """What this command knows of a default; None where it is to ask, for the first time or once more."""
        with self._lock:
            now = self._clock()
            if now - self._asked_at.get(ref, now) > EVIDENCE_LASTS:
                self._shown.pop(ref, None)
            return self._shown.get(ref)

    def forget_defaults(self) -> None:
        """Ask anew what pairs show, but for those that this command set itself."""
        with self._lock:
            for ref in self._asked_at:
                self._shown.pop(ref, None)

    def look_at_default(self, location: Location, pair: str) -> str | None:
        """The same for a plan, which goes on without: None where it could not be had, and then for every pair there."""
        if location in self._silent:
            return None
        try:
            return self.fetch_default(location, pair)
        except (ApiError, SettingsError):
            self._silent.add(location)
            return None

    def fetch_defaults(self, location: Location, pairs: Collection[str]) -> dict[str, str]:
        """Pair → the message that its customers are shown, "" for none."""
        return {pair: self.fetch_default(location, pair) for pair in pairs}

    def _ask_default(self, location: Location, pair: str, nothing: Collection[int]) -> str:
        try:
            return self.client(location).get_default_message(*pair.rsplit("/", 1))
        except NotFound:
            return ""
        except InvalidRequest as error:
            if error.error_code not in nothing:
                raise
            return ""

    def configure_default(self, location: Location, pair: str, identifier: str) -> None:
        """Set what customers of a pair are shown."""
        product_id, locale = pair.rsplit("/", 1)
        self.client(location).configure_default_message(product_id, locale, identifier)
        with self._lock:
            self._note_default(Ref(location, DEFAULT, pair), identifier)

    def delete_default(self, location: Location, pair: str) -> None:
        """Remove what customers of a pair are shown."""
        self.client(location).delete_default_message(*pair.rsplit("/", 1))
        with self._lock:
            self._note_default(Ref(location, DEFAULT, pair), "")

    def _note_default(self, ref: Ref, shown: str) -> None:
        self._shown[ref] = shown
        self._asked_at.pop(ref, None)

    def fetch_url(self, location: Location) -> str | None:
        """The realtime URL, or None."""
        try:
            return self.client(location).get_realtime_url()
        except NotFound:
            return None

    def configure_url(self, location: Location, url: str) -> None:
        """Set the realtime URL."""
        self.client(location).configure_realtime_url(url)

    def delete_url(self, location: Location) -> None:
        """Remove the realtime URL."""
        self.client(location).delete_realtime_url()
