"""The App Store of a history: it is looked at after every request, and a mishap may befall one."""

from __future__ import annotations

import io
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from histories.watch import THEIRS, defaults_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from retention_messaging_emulator import AppStoreConnect, Emulator
    from retention_messaging_emulator.app_store import Environment

API = "/inApps/v1/messaging"
OTHER_APP = "com.example.another"
APPS = (None, OTHER_APP)
"""None is the stack's own."""

Pair = tuple[str | None, str]
"""An app, and `<productId>/<locale>`."""

LONGEST_WAY = 0.02
"""Seconds that an answer takes, more or less: what another thread asks meanwhile comes before it is read."""

KILLS = ("kill", "kill late", "kill the provider", "kill the provider late", "kill the command line", "interrupt")
FAILURES = ("drop", "lose answer", "bad gateway", "unauthenticated")
MISHAPS = (*KILLS, *FAILURES, "decide")


@dataclass(frozen=True)
class Mishap:
    """What befalls a command at its request of this number, from 0, and at the `times` - 1 after it."""

    kind: str
    request: int
    times: int = 1


@dataclass(frozen=True)
class Seen:
    """What the App Store has: upload → state, message → its images and its header, pair → message."""

    uploads: dict[str, str] = field(default_factory=dict)
    images: dict[str, frozenset[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    defaults: dict[Pair, str] = field(default_factory=dict)

    def is_approved(self, message: str) -> bool:
        """Whether a message may be shown: it and all its images are approved."""
        return all(self.uploads.get(each) == "APPROVED" for each in (message, *self.images.get(message, ())))

    def shown(self) -> dict[Pair, str]:
        """The pairs that show an approved message."""
        return {pair: message for pair, message in self.defaults.items() if self.is_approved(message)}

    def used_by(self, messages: Collection[str]) -> set[str]:
        """The images of messages."""
        return {image for message in messages for image in self.images.get(message, ())}


class AppStore:
    """
    Has a customer lost a message, and is what others made still there?

    A pair is watched from when it first shows an approved message until it leaves every program, or Apple or somebody
    else takes that message away. `wrongs` tells what went wrong; `calls` what the latest command asked.
    """

    def __init__(self, emulator: Emulator, environment: Environment) -> None:
        self.stores: dict[str | None, AppStoreConnect] = {app: emulator.app_store(environment, app) for app in APPS}
        self.wrongs: list[str] = []
        self.calls: list[str] = []
        self.uploaded: set[str] = set()
        self.configured: set[str] = set()
        """The pairs whose default the latest command set; of any app."""
        self.approved: set[str] = set()
        """The messages that were approved at any moment of the latest command."""
        self.kill: Callable[[str], None] = lambda _: None
        self._mishap: Mishap | None = None
        self._declared: set[Pair] = set()
        self._watched: set[Pair] = set()
        self._theirs: dict[Pair, str] = {}
        self._lock = threading.RLock()
        self._answer: Any = emulator.app.wsgi_app
        emulator.app.wsgi_app = self._answer_and_look  # type: ignore[method-assign]

    def begins(self, declared: Collection[Pair], mishap: Mishap | None) -> None:
        """A command begins, of a program that declares these pairs with all the others."""
        with self._lock:
            self.calls, self.uploaded, self.configured, self._mishap = [], set(), set(), mishap
            self.approved = approved_messages(self.see())
            self._declared = set(declared)
            self._watched &= self._declared
            self._theirs = {pair: each for pair, each in self._theirs.items() if pair not in self._declared}

    def excuse(self) -> None:
        """Apple or somebody else was here."""
        with self._lock:
            seen = self.see()
            self._watched &= seen.shown().keys()
            theirs = {pair for pair, message in seen.defaults.items() if message == THEIRS}
            self._theirs = dict.fromkeys(theirs - self._declared, THEIRS)

    def see(self) -> Seen:
        """As it is now."""
        seen = Seen()
        for app, store in self.stores.items():
            inventory = store.inventory()
            for each in inventory["images"]:
                seen.uploads[each["imageIdentifier"]] = each["imageState"]
            for each in inventory["messages"]:
                seen.uploads[each["messageIdentifier"]] = each["messageState"]
                seen.images[each["messageIdentifier"]] = frozenset(_images_of(each))
                seen.headers[each["messageIdentifier"]] = each["header"]
            seen.defaults.update({(app, pair): message for pair, message in defaults_of(inventory).items()})
        return seen

    def look(self, at: str) -> None:
        """Note what went wrong since the last look."""
        with self._lock:
            seen = self.see()
            shown = seen.shown()
            self.approved |= approved_messages(seen)
            for pair in sorted(self._watched - shown.keys(), key=str):
                now = seen.defaults.get(pair, "nothing")
                self.wrongs.append(f"lost: {pair[1]} shows no approved message any more, but {now}, after {at}")
            for pair, message in self._theirs.items():
                if seen.defaults.get(pair) != message:
                    self.wrongs.append(f"others': the default of {pair[1]} is gone after {at}")
            self._watched = shown.keys() & self._declared
            self._theirs = {pair: each for pair, each in self._theirs.items() if seen.defaults.get(pair) == each}

    def _answer_and_look(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """One request after the other, so that every look is after one; the answers overtake each other."""
        if API not in environ["PATH_INFO"]:
            return list(self._answer(environ, start_response))
        answered = self._answer_one(environ, start_response)
        time.sleep(random.uniform(0, LONGEST_WAY))
        return answered

    def _answer_one(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].split(API)[1]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        with self._lock:
            number = len(self.calls)
            told = f"{method} {path}"
            if method == "PUT" and path.startswith("/default/"):
                told += f" = {json.loads(body).get('messageIdentifier')}"
            self.calls.append(told)
            mishap = self._mishap if self._mishap and befalls(self._mishap, number) else None
            if mishap:
                self.calls[-1] += f" ({mishap.kind})"
                answer = self._befall(mishap.kind, start_response)
                if answer is not None:
                    return answer
            statuses: list[str] = []

            def start(status: str, headers: Any, info: Any = None) -> Any:
                statuses.append(status.split(maxsplit=1)[0])
                return start_response(status, headers, info)

            answered = list(self._answer(environ, start))
            self.calls[-1] += f" {statuses[0]}"
            if method == "PUT" and statuses[0] == "200":
                what, _, name = path.removeprefix("/").partition("/")
                (self.configured if what == "default" else self.uploaded).add(name)
            self.look(told)
            if mishap and mishap.kind in ("kill late", "kill the provider late", "lose answer"):
                if mishap.kind != "lose answer":
                    self.kill(mishap.kind)
                raise httpx.RemoteProtocolError("The answer got lost")
            return answered

    def _befall(self, kind: str, start_response: Any) -> list[bytes] | None:
        """What comes before the request; an answer, where it is not carried out."""
        if kind == "decide":
            for store in self.stores.values():
                store.review("APPROVED")
            self.look("Apple's approval")
        elif kind in ("bad gateway", "unauthenticated"):
            start_response("502 Bad Gateway" if kind == "bad gateway" else "401 Unauthorized", [])
            return [b"<html>"]
        elif kind in KILLS and not kind.endswith("late"):
            self.kill(kind)
            if kind != "interrupt":
                raise httpx.RemoteProtocolError("Killed")
        elif kind == "drop":
            raise httpx.RemoteProtocolError("Dropped")
        return None


def approved_messages(seen: Seen) -> set[str]:
    """The messages that may be shown."""
    return {each for each in seen.images if seen.is_approved(each)}


def befalls(mishap: Mishap, number: int) -> bool:
    """Whether it befalls the request of this number."""
    return mishap.request <= number < mishap.request + mishap.times


def _images_of(message: dict[str, Any]) -> set[str]:
    """The picture and the icons."""
    image = message.get("image")
    icons = {each["imageIdentifier"] for each in message.get("bulletPoints") or ()}
    return {image["imageIdentifier"], *icons} if image else icons
