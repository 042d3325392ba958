"""
Control routes under `/_emulator/`: JSON, without a token, from this machine and from no other site's page.

`control_routes` has them as tables; `GET /_emulator/` answers with the whole manual.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from flask import Blueprint, Request, Response, request

from retention_messaging_emulator.errors import RefusedError
from retention_messaging_emulator.switch_values import words
from retention_messaging_emulator.web.answers import Answer, json_answer, refusal
from retention_messaging_emulator.web.control_routes import (
    APP_ROUTES,
    APPLES_JSON,
    FILE,
    ROUTES,
    Controlled,
    Route,
)
from retention_messaging_emulator.web.endpoints import body_of
from retention_messaging_emulator.web.manual import manual, taken

ADVICE = "GET /_emulator/ is the manual"


def create_control(controlled: Controlled) -> Blueprint:
    """The control routes."""
    control = Blueprint("control", __name__, url_prefix="/_emulator")
    control.before_request(_guard)
    control.add_url_rule(
        "/", "manual", lambda: Answer(200, manual().encode(), "text/markdown; charset=utf-8").response()
    )
    for route in ROUTES:
        control.add_url_rule(
            route.path, f"{route.method} {route.path}", _view(controlled, route), methods=[route.method]
        )
    for route in APP_ROUTES:
        rule = f"/<any(sandbox, production):environment>/<bundle_id>{route.path}"
        control.add_url_rule(
            rule, f"{route.method} app{route.path}", _app_view(controlled, route), methods=[route.method]
        )
    return control


def _view(controlled: Controlled, route: Route) -> Callable[[], Response]:
    return lambda: _answer(lambda: _act(route, controlled, controlled, {})).response()


def _app_view(controlled: Controlled, route: Route) -> Callable[..., Response]:
    def view(environment: Any, bundle_id: str, **named: str) -> Response:
        store = controlled.account.app_store(environment, bundle_id)
        return _answer(lambda: _act(route, controlled, store, named)).response()

    return view


def _act(route: Route, controlled: Controlled, target: object, named: dict[str, str]) -> object:
    body = [] if route.takes is None else [_body(route, request, controlled)]
    return route.act(target, *body, **named, **_query(route, request))


def _body(route: Route, sent: Request, controlled: Controlled) -> object:
    if route.takes is FILE:
        return sent.get_data()
    if route.takes is APPLES_JSON:
        return body_of(sent, controlled.account.switches.malformed_request)
    try:
        return msgspec.json.decode(sent.get_data() or b"{}", type=route.takes)
    except msgspec.DecodeError as error:
        raise ValueError(f"{error}; this route takes {taken(route.takes)}") from None


def _query(route: Route, sent: Request) -> dict[str, object]:
    if unknown := sent.args.keys() - route.query.keys():
        known = f"one of {', '.join(route.query)}" if route.query else "none"
        raise ValueError(f"there is no parameter {', '.join(sorted(unknown))}, but {known}")
    return {_snake_case(name): _parameter(name, value, route.query[name]) for name, value in sent.args.items()}


def _parameter(name: str, value: str, kind: Any) -> object:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        raise ValueError(f"{name} must be {words(kind)}, not {value!r}") from None


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _answer(act: Callable[[], object]) -> Answer:
    try:
        result = act()
    except RefusedError as refused:
        return refusal(refused.error)
    except (ValueError, RecursionError) as error:
        return json_answer({"error": f"{error}; {ADVICE}"}, 400)
    if result is None:
        return Answer()
    return result if isinstance(result, Answer) else json_answer(result)


def _guard() -> Response | None:
    """
    An answer for whoever may not control: another machine, and a page of another site in a browser on this one.

    A page can send requests here, but for the header that says whose it is; and a name that it owns may lead here.
    """
    if not _is_loopback(request.remote_addr or ""):
        return _forbidden("control routes answer only on the machine the emulator runs on")
    if not _is_here(request.host):
        return _forbidden(f"control routes answer as localhost or by an address, not as {request.host!r}")
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "none")
    is_foreign = urlsplit(origin).netloc != request.host if origin else site not in ("same-origin", "none")
    if is_foreign and (origin or request.method not in ("GET", "HEAD")):
        return _forbidden("control routes answer no page of another site")
    return None


def _is_loopback(address: str) -> bool:
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:  # an unknown peer
        return False
    return (getattr(peer, "ipv4_mapped", None) or peer).is_loopback


def _is_here(host: str) -> bool:
    """Whether a Host header is one that nobody else can own: an address, or a name of this machine (RFC 6761, 6.3)."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if re.fullmatch(r"(.+\.)?localhost\.?", name):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _forbidden(reason: str) -> Response:
    return json_answer({"error": f"{reason}; {ADVICE}"}, 403).response()
