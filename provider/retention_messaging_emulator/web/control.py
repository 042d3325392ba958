"""
Control routes under `/_emulator/`: JSON, without a token.

This machine may use them, and the networks that are named; no other site's page may.

`control_routes` has them as tables; `GET /_emulator/manual` answers with the whole manual.
"""

import re
from collections.abc import Callable, Collection
from typing import Any

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
from retention_messaging_emulator.web.guard import ADVICE, Network, keep_guard
from retention_messaging_emulator.web.manual import manual, taken


def create_control(controlled: Controlled, networks: Collection[Network]) -> Blueprint:
    """The control routes, for this machine and `networks`; what is registered on them is guarded as they are."""
    control = Blueprint("control", __name__, url_prefix="/_emulator")
    keep_guard(control, networks)
    # Browsers save Markdown to a file, or show it, as they like; they agree on plain text.
    control.add_url_rule(
        "/manual", "manual", lambda: Answer(200, manual().encode(), "text/plain; charset=utf-8").response()
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
