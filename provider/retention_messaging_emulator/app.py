"""Apple's endpoints over HTTP. https://developer.apple.com/documentation/retentionmessaging"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from flask import Flask, Request, Response, request

from .answers import JSON, Answer, json_answer, refusal
from .errors import AppStoreError, RefusedError, refuse
from .limits import HOUR
from .state import AppStore, Environment
from .tokens import UnauthenticatedError

if TYPE_CHECKING:
    from .emulator import Emulator

BASE_PATH = "/inApps/v1/messaging"


@dataclass(frozen=True)
class Endpoint:
    """`act` takes the store, the request and what the path names, and returns what goes into a JSON answer, if any."""

    name: str
    method: str
    path: str
    act: Callable[..., dict[str, Any] | None]
    per_second: int = 1
    """In production; https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits"""


def upload_image(store: AppStore, sent: Request, identifier: str) -> None:
    store.content.identifier(identifier)
    if sent.mimetype != "image/png":
        refuse(store.switches.wrong_content_type)
    store.upload_image(identifier, sent.get_data(), sent.args.get("imageSize", "FULL_SIZE"))


def body_of(store: AppStore, sent: Request) -> object:
    """The JSON of a request, whatever its content type says."""
    try:
        body: object = json.loads(sent.get_data())
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is valid JSON and no text
    except (ValueError, RecursionError):
        raise RefusedError(store.switches.malformed_request) from None
    return body


def list_of(store: AppStore, name: str, items: list[dict[str, str]]) -> dict[str, Any]:
    return {} if not items and store.switches.empty_list == "absent" else {name: items}


ENDPOINTS = (
    Endpoint("Upload Image", "PUT", "/image/<identifier>", upload_image),
    Endpoint(
        "Delete Image",
        "DELETE",
        "/image/<identifier>",
        lambda store, _, identifier: store.delete_image(identifier),
    ),
    Endpoint(
        "Get Image List",
        "GET",
        "/image/list",
        lambda store, _: list_of(store, "imageIdentifiers", store.images()),
    ),
    Endpoint(
        "Upload Message",
        "PUT",
        "/message/<identifier>",
        lambda store, sent, identifier: store.upload_message(identifier, body_of(store, sent)),
    ),
    Endpoint(
        "Delete Message",
        "DELETE",
        "/message/<identifier>",
        lambda store, _, identifier: store.delete_message(identifier),
    ),
    Endpoint(
        "Get Message List",
        "GET",
        "/message/list",
        lambda store, _: list_of(store, "messageIdentifiers", store.messages()),
    ),
    Endpoint(
        "Configure Default Message",
        "PUT",
        "/default/<product_id>/<locale>",
        lambda store, sent, **pair: store.configure_default_message(**pair, body=body_of(store, sent)),
        per_second=10,
    ),
    Endpoint(
        "Get Default Message",
        "GET",
        "/default/<product_id>/<locale>",
        lambda store, _, **pair: {"messageIdentifier": store.default_message(**pair)},
    ),
    Endpoint(
        "Delete Default Message",
        "DELETE",
        "/default/<product_id>/<locale>",
        lambda store, _, **pair: store.delete_default_message(**pair),
    ),
    Endpoint(
        "Configure Realtime URL",
        "PUT",
        "/realtime/url",
        lambda store, sent: store.configure_realtime_url(body_of(store, sent)),
    ),
    Endpoint(
        "Get Realtime URL", "GET", "/realtime/url", lambda store, _: {"realtimeURL": store.realtime_url()}
    ),
    Endpoint("Delete Realtime URL", "DELETE", "/realtime/url", lambda store, _: store.delete_realtime_url()),
)


def apples_limits(environment: str, endpoint: str) -> int:
    """Requests an hour, as documented: the sandbox has a tenth of production's."""
    per_second = next(each.per_second for each in ENDPOINTS if each.name == endpoint)
    return per_second * HOUR // 1000 // (10 if environment == "sandbox" else 1)


def create_app(emulator: "Emulator") -> Flask:
    """The WSGI application: `/sandbox` and `/production` stand for Apple's two hosts."""
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = (
        True  # a bug keeps its traceback, and a lost answer reaches the server
    )
    for endpoint in ENDPOINTS:
        app.add_url_rule(
            f"/<any(sandbox, production):environment>{BASE_PATH}{endpoint.path}",
            endpoint.name,
            _view(emulator, endpoint),
            methods=[endpoint.method],
            provide_automatic_options=False,
        )
    return app


def _view(emulator: "Emulator", endpoint: Endpoint) -> Callable[..., Response]:
    def view(environment: Environment, **named: str) -> Response:
        return _exchange(emulator, endpoint, environment, named).response()

    return view


def _exchange(
    emulator: "Emulator", endpoint: Endpoint, environment: Environment, named: Mapping[str, str]
) -> Answer:
    """One request, from fault to log."""
    path = request.path.removeprefix(f"/{environment}")
    fault = emulator.faults.take(endpoint.name, request.method, path.removeprefix(BASE_PATH))
    kind = fault.kind if fault else None
    entry: dict[str, Any] = {
        "time": emulator.clock.now(),
        "endpoint": endpoint.name,
        "method": request.method,
        "path": path,
        "environment": environment,
        "bundleId": None,
        "status": None,
        "errorCode": None,
        "fault": kind,
    }
    emulator.log.append(entry)
    request.get_data()  # a connection that is closed with a body unread is reset, not closed
    emulator.sleep(emulator.latency / 1000)
    if kind == "drop":
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
    if fault and kind not in ("lose-answer", "time-out"):
        answer = fault.answer
    else:
        answer = _serve(emulator, endpoint, environment, named, entry)
    entry |= {"status": answer.status, "errorCode": answer.error_code}
    if kind == "lose-answer":
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
    if fault and kind == "time-out":
        emulator.sleep(fault.seconds)
    return answer


def _serve(
    emulator: "Emulator",
    endpoint: Endpoint,
    environment: Environment,
    named: Mapping[str, str],
    entry: dict[str, Any],
) -> Answer:
    """Token, rate limit, and then what the request is about, in this order."""
    try:
        bundle_id = emulator.tokens.bundle_id(request.headers.get("Authorization"))
    except UnauthenticatedError as reason:
        return _unauthenticated(emulator, reason)
    entry["bundleId"] = bundle_id
    again = emulator.limits.admit(environment, bundle_id, endpoint.name)
    if again is not None:
        headers = {"Retry-After": str(again)} if emulator.switches.retry_after_is_sent else {}
        return refusal(AppStoreError.RATE_LIMIT_EXCEEDED, headers)
    try:
        result = endpoint.act(emulator.app_store(environment, bundle_id), request, **named)
    except RefusedError as refused:
        return refusal(refused.error)
    return _success(emulator) if result is None else json_answer(result)


def _success(emulator: "Emulator") -> Answer:
    body = emulator.switches.success_body
    return Answer(200, body, JSON if body else None)


def _unauthenticated(emulator: "Emulator", reason: UnauthenticatedError) -> Answer:
    if emulator.switches.unauthenticated_body == "json":
        return json_answer({"errorCode": "NOT_AUTHORIZED"}, 401)
    return Answer(401, f"Unauthenticated\n\n{reason}".encode(), "text/plain")
