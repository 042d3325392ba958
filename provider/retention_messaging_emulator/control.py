"""
Control routes under `/_emulator/`: JSON, without a token, from this machine only.

They do what Apple's reviewers, other people in App Store Connect, and bad luck do. `PUT` and `DELETE` below
`/_emulator/<environment>/<bundle id>/` are those other people: they need no token, no performance test and no rate, and
a `PUT` replaces.
"""

import ipaddress
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Flask, Request, Response, request

from .answers import Answer, json_answer, refusal
from .connect import AppStoreConnect, ReviewState, review_state
from .errors import RefusedError
from .faults import Fault

if TYPE_CHECKING:
    from .emulator import Emulator


def review(emulator: "Emulator", sent: Request, state: ReviewState) -> object:
    given = _fields(sent, environment=str, bundleId=str, identifier=str)
    identifiers = emulator.review(
        state,
        environment=given.get("environment"),
        bundle_id=given.get("bundleId"),
        identifier=given.get("identifier"),
    )
    return {"identifiers": identifiers}


def performance_test(emulator: "Emulator", sent: Request) -> None:
    given = _fields(sent, passed=bool, bundleId=str)
    emulator.performance_test(passed=given["passed"], bundle_id=given.get("bundleId"))


def fail_next(emulator: "Emulator", sent: Request) -> None:
    faults = _json(sent)
    if not isinstance(faults, list):
        raise ValueError("send a list of faults")
    emulator.fail_next(*(Fault.of(each) for each in faults))


def rate_limits(emulator: "Emulator", sent: Request) -> None:
    limits = _json(sent)
    if limits != "apple" and not (
        isinstance(limits, dict) and all(type(most) is int for most in limits.values())
    ):
        raise ValueError('send "apple", or an object of endpoint names (or "*") and requests an hour')
    emulator.set_rate_limits(cast("Any", limits))


def clock(emulator: "Emulator", sent: Request) -> object:
    given = _fields(sent, now=int, advance=int)
    if "now" in given:
        emulator.clock.set(given["now"])
    emulator.clock.advance(given.get("advance", 0))
    return {"now": emulator.clock.now()}


VERBS: tuple[tuple[str, str, Callable[["Emulator", Request], object]], ...] = (
    ("GET", "/inventory", lambda emulator, _: {"apps": emulator.inventory()}),
    ("GET", "/requests", lambda emulator, _: {"requests": emulator.requests()}),
    ("DELETE", "/requests", lambda emulator, _: emulator.clear_requests()),
    ("POST", "/approve", lambda emulator, sent: review(emulator, sent, "APPROVED")),
    ("POST", "/reject", lambda emulator, sent: review(emulator, sent, "REJECTED")),
    ("POST", "/performance-test", performance_test),
    ("POST", "/fail-next", fail_next),
    (
        "POST",
        "/latency",
        lambda emulator, sent: emulator.set_latency(_fields(sent, milliseconds=int)["milliseconds"]),
    ),
    ("POST", "/rate-limits", rate_limits),
    ("POST", "/clock", clock),
    ("POST", "/reset", lambda emulator, _: emulator.reset()),
)


def put_image(store: AppStoreConnect, sent: Request, identifier: str) -> None:
    state = review_state(sent.args.get("imageState", "APPROVED"))
    store.put_image(identifier, sent.get_data(), sent.args.get("imageSize", "FULL_SIZE"), state)


def put_message(store: AppStoreConnect, sent: Request, identifier: str) -> None:
    store.put_message(identifier, _json(sent), review_state(sent.args.get("messageState", "APPROVED")))


APP_VERBS: tuple[tuple[str, str, Callable[..., object]], ...] = (
    ("GET", "", lambda store, _: store.inventory()),
    ("GET", "/images/<identifier>", lambda store, _, identifier: store.image_file(identifier)),
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
)


def create_control(emulator: "Emulator") -> Blueprint:
    control = Blueprint("control", __name__, url_prefix="/_emulator")
    control.before_request(_only_from_this_machine)
    for method, path, verb in VERBS:
        control.add_url_rule(path, f"{method} {path}", _view(emulator, verb), methods=[method])
    for method, path, app_verb in APP_VERBS:
        rule = f"/<any(sandbox, production):environment>/<bundle_id>{path}"
        control.add_url_rule(rule, f"{method} app{path}", _app_view(emulator, app_verb), methods=[method])
    return control


def _view(emulator: "Emulator", verb: Callable[["Emulator", Request], object]) -> Callable[[], Response]:
    return lambda: _answer(lambda: verb(emulator, request)).response()


def _app_view(emulator: "Emulator", verb: Callable[..., object]) -> Callable[..., Response]:
    def view(environment: Any, bundle_id: str, **named: str) -> Response:
        return _answer(lambda: verb(emulator.app_store(environment, bundle_id), request, **named)).response()

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
    return Answer(200, result, "image/png") if isinstance(result, bytes) else json_answer(result)


def _only_from_this_machine() -> Response | None:
    if ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104  an unknown peer is refused
        return None
    return json_answer(
        {"error": "control routes answer only on the machine the emulator runs on"}, 403
    ).response()


def _json(sent: Request) -> object:
    value: object = json.loads(sent.get_data() or "{}")
    return value


def _fields(sent: Request, **types: type) -> dict[str, Any]:
    """The fields of a JSON object, each absent or of its type."""
    given = _json(sent)
    if not isinstance(given, dict) or any(
        type(value) is not types.get(name) for name, value in given.items()
    ):
        raise ValueError(
            f"send a JSON object with {', '.join(f'{name}: {of.__name__}' for name, of in types.items())}"
        )
    return given
