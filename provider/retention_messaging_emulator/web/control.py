"""
Control routes under `/_emulator/`: JSON, without a token, from this machine only.

They do what Apple's reviewers, other people in App Store Connect, and bad luck do. `PUT` and `DELETE` below
`/_emulator/<environment>/<bundle id>/` are those other people: they need no token and no performance test, meet
no rate limit, and their `PUT` replaces.
"""

import ipaddress
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast, get_args

from flask import Blueprint, Request, Response, request

from retention_messaging_emulator.account import Account
from retention_messaging_emulator.app_store import Environment
from retention_messaging_emulator.app_store_connect import AppStoreConnect, ReviewState, review_state
from retention_messaging_emulator.errors import RefusedError
from retention_messaging_emulator.web.answers import Answer, json_answer, refusal
from retention_messaging_emulator.web.faults import Fault
from retention_messaging_emulator.web.traffic import Traffic


def review(account: Account, sent: Request, state: ReviewState) -> object:
    given = _fields(sent, environment=str, bundleId=str, identifier=str)
    environment = given.get("environment")
    if environment not in (None, *get_args(Environment)):
        raise ValueError(f"environment must be one of {', '.join(get_args(Environment))}, not {environment!r}")
    decide = account.approve if state == "APPROVED" else account.reject
    return {"identifiers": decide(given.get("identifier"), environment, given.get("bundleId"))}


def performance_test(account: Account, sent: Request) -> None:
    given = _fields(sent, "passed", passed=bool, bundleId=str)
    account.performance_test(passed=given["passed"], bundle_id=given.get("bundleId"))


def fail_next(traffic: Traffic, sent: Request) -> None:
    faults = _json(sent)
    if not isinstance(faults, list):
        raise ValueError("send a list of faults")  # noqa: TRY004  a wrong request, not a wrong call
    traffic.fail_next(*(Fault.of(each) for each in faults))


def rate_limits(traffic: Traffic, sent: Request) -> None:
    limits = _json(sent)
    if limits != "apple" and not (isinstance(limits, dict) and all(type(most) is int for most in limits.values())):
        raise ValueError('send "apple", or an object of endpoint names (or "*") and requests per hour')
    traffic.set_rate_limits(cast("Any", limits))


def clock(account: Account, sent: Request) -> object:
    given = _fields(sent, now=int, advance=int)
    if "now" in given:
        account.clock.set(given["now"])
    account.clock.advance(given.get("advance", 0))
    return {"now": account.clock.now()}


ACCOUNT_VERBS: tuple[tuple[str, str, Callable[[Account, Request], object]], ...] = (
    ("GET", "/inventory", lambda account, _: {"apps": account.inventory()}),
    ("POST", "/approve", lambda account, sent: review(account, sent, "APPROVED")),
    ("POST", "/reject", lambda account, sent: review(account, sent, "REJECTED")),
    ("POST", "/performance-test", performance_test),
    ("POST", "/clock", clock),
    (
        "GET",
        "/root-certificate",
        lambda account, _: Answer(200, account.root_certificate, "application/pkix-cert"),
    ),
)

TRAFFIC_VERBS: tuple[tuple[str, str, Callable[[Traffic, Request], object]], ...] = (
    ("GET", "/requests", lambda traffic, _: {"requests": traffic.requests()}),
    ("DELETE", "/requests", lambda traffic, _: traffic.log.clear()),
    ("POST", "/fail-next", fail_next),
    (
        "POST",
        "/latency",
        lambda traffic, sent: traffic.set_latency(_fields(sent, "milliseconds", milliseconds=int)["milliseconds"]),
    ),
    ("POST", "/rate-limits", rate_limits),
)


def put_image(store: AppStoreConnect, sent: Request, identifier: str) -> None:
    state = review_state(sent.args.get("imageState", "APPROVED"))
    store.put_image(identifier, sent.get_data(), sent.args.get("imageSize", "FULL_SIZE"), state)


def put_message(store: AppStoreConnect, sent: Request, identifier: str) -> None:
    store.put_message(identifier, _json(sent), review_state(sent.args.get("messageState", "APPROVED")))


# JSON keys, and what they are called in process.
ASKED = {
    "kind": "kind",
    "productId": "product_id",
    "userLocale": "user_locale",
    "originalTransactionId": "original_transaction_id",
}


def ask(store: AppStoreConnect, sent: Request) -> object:
    given = _fields(sent, productId=str, userLocale=str, originalTransactionId=str)
    return store.ask(**{ASKED[name]: value for name, value in given.items()})


def put_transaction(store: AppStoreConnect, sent: Request, identifier: str) -> None:
    given = _fields(sent, kind=str, productId=str, userLocale=str)
    store.put_transaction(identifier, **{ASKED[name]: value for name, value in given.items()})


APP_VERBS: tuple[tuple[str, str, Callable[..., object]], ...] = (
    ("GET", "", lambda store, _: store.inventory()),
    (
        "GET",
        "/images/<identifier>",
        lambda store, _, identifier: Answer(200, store.image_file(identifier), "image/png"),
    ),
    ("PUT", "/images/<identifier>", put_image),
    ("DELETE", "/images/<identifier>", lambda store, _, identifier: store.delete_image(identifier)),
    ("PUT", "/messages/<identifier>", put_message),
    ("DELETE", "/messages/<identifier>", lambda store, _, identifier: store.delete_message(identifier)),
    (
        "PUT",
        "/defaults/<product_id>/<locale>",
        lambda store, sent, **pair: store.configure_default_message(**pair, body=_json(sent)),
    ),
    (
        "DELETE",
        "/defaults/<product_id>/<locale>",
        lambda store, _, **pair: store.delete_default_message(**pair),
    ),
    ("PUT", "/realtime-url", lambda store, sent: store.put_realtime_url(_json(sent))),
    ("DELETE", "/realtime-url", lambda store, _: store.delete_realtime_url()),
    ("POST", "/realtime-request", ask),
    ("PUT", "/transactions/<identifier>", put_transaction),
)


def create_control(account: Account, traffic: Traffic, reset: Callable[[], None]) -> Blueprint:
    """The control routes of an account and of what asks it; `reset` makes both as new."""
    control = Blueprint("control", __name__, url_prefix="/_emulator")
    control.before_request(_only_from_this_machine)
    control.add_url_rule("/reset", "reset", _view(lambda _: reset()), methods=["POST"])
    for method, path, account_verb in ACCOUNT_VERBS:
        control.add_url_rule(path, f"{method} {path}", _view(partial(account_verb, account)), methods=[method])
    for method, path, traffic_verb in TRAFFIC_VERBS:
        control.add_url_rule(path, f"{method} {path}", _view(partial(traffic_verb, traffic)), methods=[method])
    for method, path, app_verb in APP_VERBS:
        rule = f"/<any(sandbox, production):environment>/<bundle_id>{path}"
        control.add_url_rule(rule, f"{method} app{path}", _app_view(account, app_verb), methods=[method])
    return control


def _view(verb: Callable[[Request], object]) -> Callable[[], Response]:
    return lambda: _answer(lambda: verb(request)).response()


def _app_view(account: Account, verb: Callable[..., object]) -> Callable[..., Response]:
    def view(environment: Any, bundle_id: str, **named: str) -> Response:
        return _answer(lambda: verb(account.app_store(environment, bundle_id), request, **named)).response()

    return view


def _answer(act: Callable[[], object]) -> Answer:
    try:
        result = act()
    except RefusedError as refused:
        return refusal(refused.error)
    except ValueError as error:
        return json_answer({"error": str(error)}, 400)
    if result is None:
        return Answer()
    return result if isinstance(result, Answer) else json_answer(result)


def _only_from_this_machine() -> Response | None:
    if ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104  an unknown peer is refused
        return None
    return json_answer({"error": "control routes answer only on the machine the emulator runs on"}, 403).response()


def _json(sent: Request) -> object:
    value: object = json.loads(sent.get_data() or "{}")
    return value


def _fields(sent: Request, *required: str, **types: type) -> dict[str, Any]:
    """The fields of a JSON object, each of its type, or absent if it is not required."""
    given = _json(sent)
    if not isinstance(given, dict) or not set(required) <= given.keys() or not _are(given, types):
        fields = ", ".join(f"{name}: {of.__name__}" for name, of in types.items())
        raise ValueError(f"send a JSON object with {fields}")
    return given


def _are(given: dict[str, Any], types: Mapping[str, type]) -> bool:
    return all(type(value) is types.get(name) for name, value in given.items())
