"""A request to one of Apple's endpoints, over HTTP: token, rate limit, what it asks for, and the fault in between."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
from flask import Flask, Response, abort, request

from .answers import JSON, Answer, json_answer, refusal
from .endpoints import BASE_PATH, ENDPOINTS, Endpoint
from .errors import AppStoreError, RefusedError, refuse
from .state import Environment
from .switches import Switches
from .tokens import UnauthenticatedError

if TYPE_CHECKING:
    from .emulator import Emulator


def create_app(emulator: "Emulator") -> Flask:
    """The WSGI application: `/sandbox` and `/production` stand for Apple's two hosts."""
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a bug keeps its traceback, and a lost answer reaches the server
    for endpoint in ENDPOINTS:
        app.add_url_rule(
            f"/<any(sandbox, production):environment>{BASE_PATH}{endpoint.path}",
            endpoint.name,
            _view(emulator, endpoint),
            methods=[endpoint.method],
            provide_automatic_options=False,
        )
    app.register_error_handler(404, _no_such_endpoint)
    app.register_error_handler(405, partial(_no_such_method, emulator))
    return app


def _view(emulator: "Emulator", endpoint: Endpoint) -> Callable[..., Response]:
    def view(environment: Environment, **named: str) -> Response:
        if request.method == "HEAD" and not emulator.switches.head_is_a_get:
            abort(405, valid_methods=[endpoint.method])
        return _exchange(emulator, endpoint, environment, named).response()

    return view


def _exchange(emulator: "Emulator", endpoint: Endpoint, environment: Environment, named: Mapping[str, str]) -> Answer:
    """One request, with the fault that waits for it, if any."""
    path = request.path.removeprefix(f"/{environment}")
    fault = emulator.faults.take(emulator.switches, request.method, endpoint.name, path, path.removeprefix(BASE_PATH))
    request.get_data()  # a connection that is closed with a body unread is reset, not closed
    emulator.sleep(emulator.latency / 1000)
    if fault and not fault.carries_out:
        bundle_id, answer = None, fault.answer(emulator.switches)
    else:
        bundle_id, answer = _serve(emulator, endpoint, environment, named)
    emulator.log.append(
        {
            "time": emulator.clock.now(),
            "endpoint": endpoint.name,
            "method": request.method,
            "path": path,
            "environment": environment,
            "bundleId": bundle_id,
            "status": answer.status,
            "errorCode": answer.error_code,
            "fault": fault.kind if fault else None,
        }
    )
    if fault and fault.breaks_connection:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
    if fault and fault.kind == "time-out":
        emulator.sleep(fault.seconds)
    return answer


def _serve(
    emulator: "Emulator", endpoint: Endpoint, environment: Environment, named: Mapping[str, str]
) -> tuple[str | None, Answer]:
    """The app that asks, and its answer: token, host, rate limit, and then what the request is about, in this order."""
    authorization = request.headers.get("Authorization")
    try:
        bundle_id = emulator.tokens.bundle_id(authorization)
    except UnauthenticatedError as reason:
        claimed = emulator.tokens.claimed_bundle_id(authorization)
        emulator.limits.unauthenticated(environment, claimed, endpoint.name)
        return None, _unauthenticated(emulator.switches, reason)
    if endpoint.sandbox_only and environment == "production" and emulator.switches.performance_tests_are_for != "both":
        return bundle_id, Answer(404, b"Performance tests run in the sandbox.", "text/plain")
    again = emulator.limits.admit(environment, bundle_id, endpoint.name)
    if again is not None:
        # https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits: milliseconds since 1970
        headers = {"Retry-After": str(again)} if emulator.switches.retry_after_is_sent else {}
        return bundle_id, refusal(AppStoreError.RATE_LIMIT_EXCEEDED, headers)
    try:
        if request.accept_mimetypes and not request.accept_mimetypes.accept_json:
            refuse(emulator.switches.not_acceptable)
        result = endpoint.act(emulator.app_store(environment, bundle_id), request, **named)
    except RefusedError as refused:
        emulator.limits.refused(environment, bundle_id, endpoint.name)
        return bundle_id, refusal(refused.error)
    return bundle_id, _success(emulator.switches) if result is None else json_answer(result)


def _success(switches: Switches) -> Answer:
    return Answer(200, switches.success_body, JSON if switches.success_body else None)


def _unauthenticated(switches: Switches, reason: UnauthenticatedError) -> Answer:
    if switches.unauthenticated_body == "json":
        return json_answer({"errorCode": "NOT_AUTHORIZED"}, 401)
    return Answer(401, f"Unauthenticated\n\n{reason}".encode(), "text/plain")


def _no_such_method(emulator: "Emulator", error: Any) -> Response:
    headers = {"Allow": ", ".join(sorted(error.valid_methods or ()))}  # RFC 9110, 15.5.6
    return Answer(emulator.switches.wrong_method.value, headers=headers).response()


def _no_such_endpoint(_: Exception) -> Response:
    text = "No such endpoint: a base URL ends in /sandbox or /production, control routes begin with /_emulator/."
    return Answer(404, text.encode(), "text/plain").response()
