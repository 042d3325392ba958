"""A request to one of Apple's endpoints, over HTTP: token, rate limit, what it asks for, and the fault in between."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from flask import Flask, Response, abort, request

from retention_messaging_emulator.account import Account
from retention_messaging_emulator.app_store import Environment
from retention_messaging_emulator.errors import AppStoreError, RefusedError, refuse
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.web.answers import JSON, Answer, json_answer, refusal
from retention_messaging_emulator.web.endpoints import BASE_PATH, ENDPOINTS, Endpoint
from retention_messaging_emulator.web.tokens import UnauthenticatedError
from retention_messaging_emulator.web.traffic import Traffic

# Apple's hosts, and names of this machine that stand for them: for a client that drops the path of its base URL.
HOSTS: Mapping[str, Environment] = {
    "api.storekit-sandbox.apple.com": "sandbox",
    "api.storekit-sandbox.itunes.apple.com": "sandbox",
    "sandbox.localhost": "sandbox",
    "api.storekit.apple.com": "production",
    "api.storekit.itunes.apple.com": "production",
    "production.localhost": "production",
}


def create_app(account: Account, traffic: Traffic) -> Flask:
    """
    The WSGI application.

    `/sandbox` and `/production` stand for Apple's two hosts; without a path, the name in the Host header does.
    """
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a bug keeps its traceback, and a lost answer reaches the server
    api = _Api(account, traffic)
    for endpoint in ENDPOINTS:
        app.add_url_rule(
            f"/<any(sandbox, production):environment>{BASE_PATH}{endpoint.path}",
            endpoint.name,
            partial(api.view, endpoint),
            methods=[endpoint.method],
            provide_automatic_options=False,
        )
    app.register_error_handler(404, _no_such_endpoint)
    app.register_error_handler(405, partial(_no_such_method, account.switches))
    app.wsgi_app = _by_host(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way to wrap an application
    return app


def _by_host(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environment = HOSTS.get(environ.get("HTTP_HOST", "").partition(":")[0].lower())
        if environment and environ["PATH_INFO"].startswith(BASE_PATH):
            environ = {**environ, "PATH_INFO": f"/{environment}{environ['PATH_INFO']}"}
        return app(environ, start_response)

    return wsgi_app


@dataclass(frozen=True)
class _Api:
    account: Account
    traffic: Traffic

    def view(self, endpoint: Endpoint, environment: Environment, **named: str) -> Response:
        """Answer one request."""
        switches = self.account.switches
        if request.method == "HEAD" and not switches.head_is_a_get:
            abort(405, valid_methods=[endpoint.method])
        if named.get("identifier") == "list" and not switches.list_is_an_identifier:
            abort(405, valid_methods=["GET"])
        return self._exchange(endpoint, environment, named).response()

    def _exchange(self, endpoint: Endpoint, environment: Environment, named: Mapping[str, str]) -> Answer:
        """One request, with the fault that waits for it, if any."""
        traffic, switches = self.traffic, self.account.switches
        path = request.path.removeprefix(f"/{environment}")
        fault = traffic.faults.take(switches, request.method, endpoint.name, path, path.removeprefix(BASE_PATH))
        traffic.sleep(traffic.latency / 1000)
        if fault and not fault.carries_out:
            bundle_id, answer = None, fault.answer(switches)
        else:
            bundle_id, answer = self._serve(endpoint, environment, named)
        traffic.log.append(
            {
                "time": self.account.clock.now(),
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
            traffic.sleep(fault.seconds)
        return answer

    def _serve(
        self, endpoint: Endpoint, environment: Environment, named: Mapping[str, str]
    ) -> tuple[str | None, Answer]:
        """The app that asks, and its answer: token, host, rate limit, and then what the request is about."""
        limits, switches = self.traffic.limits, self.account.switches
        authorization = request.headers.get("Authorization")
        try:
            bundle_id = self.traffic.tokens.bundle_id(authorization)
        except UnauthenticatedError as reason:
            claimed = self.traffic.tokens.claimed_bundle_id(authorization)
            limits.unauthenticated(environment, claimed, endpoint.name)
            return None, _unauthenticated(switches, reason)
        if endpoint.sandbox_only and environment == "production" and switches.performance_tests_are_for != "both":
            return bundle_id, Answer(404, b"Performance tests run in the sandbox.", "text/plain")
        again = limits.admit(environment, bundle_id, endpoint.name)
        if again is not None:
            # milliseconds since 1970:
            # https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
            headers = {"Retry-After": str(again)} if switches.retry_after_is_sent else {}
            return bundle_id, refusal(AppStoreError.RATE_LIMIT_EXCEEDED, headers)
        try:
            if request.accept_mimetypes and not request.accept_mimetypes.accept_json:
                refuse(switches.not_acceptable)
            result = endpoint.act(self.account.app_store(environment, bundle_id), request, **named)
        except RefusedError as refused:
            limits.refused(environment, bundle_id, endpoint.name)
            return bundle_id, refusal(refused.error)
        return bundle_id, _success(switches) if result is None else json_answer(result)


def _success(switches: Switches) -> Answer:
    return Answer(200, switches.success_body, JSON if switches.success_body else None)


def _unauthenticated(switches: Switches, reason: UnauthenticatedError) -> Answer:
    if switches.unauthenticated_body == "json":
        return json_answer({"errorCode": "NOT_AUTHORIZED"}, 401)
    return Answer(401, f"Unauthenticated\n\n{reason}".encode(), "text/plain")


def _no_such_method(switches: Switches, error: Any) -> Response:
    headers = {"Allow": ", ".join(sorted(error.valid_methods or ()))}  # RFC 9110, 15.5.6
    return Answer(switches.wrong_method.value, headers=headers).response()


def _no_such_endpoint(_: Exception) -> Response:
    text = "No such endpoint: a base URL ends in /sandbox or /production; the console for a browser is /_emulator/."
    return Answer(404, text.encode(), "text/plain").response()
