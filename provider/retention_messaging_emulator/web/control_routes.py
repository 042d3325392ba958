"""
The control routes as two tables: those of the whole emulator, and those of one app in one environment.

They do what Apple's reviewers, other people in App Store Connect, customers and bad luck do. `PUT` and `DELETE` of an
app are those other people: they need no token and no performance test, meet no rate limit, and their `PUT` replaces.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from retention_messaging_emulator.account import Account
from retention_messaging_emulator.app_store_connect import AppStoreConnect, ReviewState
from retention_messaging_emulator.web.answers import Answer
from retention_messaging_emulator.web.control_bodies import (
    LAST_MOMENT,
    Customer,
    Faults,
    Latency,
    Moment,
    PerformanceTest,
    RateLimits,
    Review,
    Transaction,
)
from retention_messaging_emulator.web.traffic import Traffic

APPLES_JSON, FILE = object(), object()
"""Bodies that are Apple's to judge: JSON of an endpoint, and a PNG."""


@dataclass(frozen=True)
class Controlled:
    """What the routes of the whole emulator act on; `reset` makes it as new."""

    account: Account
    traffic: Traffic
    reset: Callable[[], None]


@dataclass(frozen=True)
class Route:
    """
    `act` takes what it acts on, the body if the route takes one, and what the path and the query name.

    takes: the type of the JSON, `APPLES_JSON` or `FILE`; None for no body
    query: parameter → its type
    """

    method: str
    path: str
    act: Callable[..., object]
    does: str
    takes: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)


def approve(controlled: Controlled, review: Review) -> object:
    return {"identifiers": controlled.account.approve(review.identifier, review.environment, review.bundle_id)}


def reject(controlled: Controlled, review: Review) -> object:
    return {"identifiers": controlled.account.reject(review.identifier, review.environment, review.bundle_id)}


def performance_test(controlled: Controlled, test: PerformanceTest) -> None:
    controlled.account.performance_test(passed=test.passed, bundle_id=test.bundle_id)


def clock(controlled: Controlled, moment: Moment) -> object:
    clock = controlled.account.clock
    put_at = moment.advance + (clock.now() if moment.now is None else moment.now)
    if not 0 <= put_at <= LAST_MOMENT:
        raise ValueError(f"the clock cannot be put at {put_at}: it runs from 0 to {LAST_MOMENT} milliseconds")
    if moment.now is not None:
        clock.set(moment.now)
    clock.advance(moment.advance)
    return time_now(controlled)


def time_now(controlled: Controlled) -> dict[str, int]:
    return {"now": controlled.account.clock.now(), "offset": controlled.account.clock.offset}


def waiting_faults(controlled: Controlled) -> dict[str, Any]:
    return {"faults": msgspec.to_builtins(controlled.traffic.faults.waiting())}


def root_certificate(controlled: Controlled) -> Answer:
    return Answer(200, controlled.account.root_certificate, "application/pkix-cert")


ROUTES = (
    Route("GET", "/inventory", lambda it: {"apps": it.account.inventory()}, "All there is, with every text."),
    Route("POST", "/approve", approve, "Apple approves one, or all that is pending; answers the identifiers.", Review),
    Route("POST", "/reject", reject, "Apple rejects one, or all that is pending; answers the identifiers.", Review),
    Route("POST", "/performance-test", performance_test, "Decides the test that production asks for.", PerformanceTest),
    Route("GET", "/requests", lambda it: {"requests": it.traffic.requests()}, "The latest requests, oldest first."),
    Route("DELETE", "/requests", lambda it: it.traffic.log.clear(), "Empties the log of requests."),
    Route("GET", "/fail-next", waiting_faults, "The faults that still wait for their requests."),
    Route(
        "POST", "/fail-next", lambda it, faults: it.traffic.fail_next(*faults), "How the next requests fail.", Faults
    ),
    Route("DELETE", "/fail-next", lambda it: it.traffic.faults.clear(), "The next requests do not fail."),
    Route("GET", "/latency", lambda it: {"milliseconds": it.traffic.latency}, "How much later every answer comes."),
    Route(
        "POST",
        "/latency",
        lambda it, latency: it.traffic.set_latency(latency.milliseconds),
        "Sets how much later every answer comes.",
        Latency,
    ),
    Route("GET", "/rate-limits", lambda it: it.traffic.rate_limits(), "The limits that are set, and what is used."),
    Route(
        "POST",
        "/rate-limits",
        lambda it, limits: it.traffic.set_rate_limits(limits),
        "How many requests are let through, counted anew; none are stopped if the object is empty.",
        RateLimits,
    ),
    Route("GET", "/clock", time_now, "The time, and how far it is from the machine's."),
    Route("POST", "/clock", clock, "Sets and moves the clock, which runs on from there; answers the time.", Moment),
    Route("GET", "/root-certificate", root_certificate, "What real-time requests are signed under, in DER."),
    Route("POST", "/reset", lambda it: it.reset(), "As new; the keys stay."),
)


def put_image(
    store: AppStoreConnect,
    file: bytes,
    identifier: str,
    image_size: str = "FULL_SIZE",
    image_state: ReviewState = "APPROVED",
) -> None:
    store.put_image(identifier, file, image_size, image_state)


def put_message(store: AppStoreConnect, body: object, identifier: str, message_state: ReviewState = "APPROVED") -> None:
    store.put_message(identifier, body, message_state)


def put_transaction(store: AppStoreConnect, transaction: Transaction, identifier: str) -> None:
    store.put_transaction(identifier, transaction.kind, transaction.product_id, transaction.user_locale)


def ask(store: AppStoreConnect, customer: Customer) -> object:
    return store.ask(customer.product_id, customer.user_locale, customer.original_transaction_id)


APP_ROUTES = (
    Route("GET", "", lambda store: store.inventory(), "All there is of the app, with every text."),
    Route(
        "GET",
        "/images/<identifier>",
        lambda store, identifier: Answer(200, store.image_file(identifier), "image/png"),
        "The PNG as it was uploaded.",
    ),
    Route(
        "PUT",
        "/images/<identifier>",
        put_image,
        "Somebody else uploads an image, or replaces it.",
        FILE,
        {"imageSize": str, "imageState": ReviewState},
    ),
    Route(
        "DELETE",
        "/images/<identifier>",
        lambda store, identifier: store.delete_image(identifier),
        "Somebody else deletes an image.",
    ),
    Route(
        "PUT",
        "/messages/<identifier>",
        put_message,
        "Somebody else uploads a message, or replaces it.",
        APPLES_JSON,
        {"messageState": ReviewState},
    ),
    Route(
        "DELETE",
        "/messages/<identifier>",
        lambda store, identifier: store.delete_message(identifier),
        "Somebody else deletes a message.",
    ),
    Route(
        "PUT",
        "/defaults/<product_id>/<locale>",
        lambda store, body, **pair: store.configure_default_message(**pair, body=body),
        "Somebody else sets a default.",
        APPLES_JSON,
    ),
    Route(
        "DELETE",
        "/defaults/<product_id>/<locale>",
        lambda store, **pair: store.delete_default_message(**pair),
        "Somebody else removes a default.",
    ),
    Route(
        "PUT",
        "/realtime-url",
        lambda store, body: store.put_realtime_url(body),
        "Somebody else sets the realtime URL.",
        APPLES_JSON,
    ),
    Route(
        "DELETE",
        "/realtime-url",
        lambda store: store.delete_realtime_url(),
        "Somebody else removes the realtime URL.",
    ),
    Route(
        "POST",
        "/realtime-request",
        ask,
        "A customer taps Cancel Subscription; answers what was asked, if there is a URL, what is shown, and why.",
        Customer,
    ),
    Route("PUT", "/transactions/<identifier>", put_transaction, "What a transaction id stands for.", Transaction),
)
"""Below `/_emulator/<environment>/<bundle id>`."""
