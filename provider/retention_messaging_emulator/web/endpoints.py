"""
Apple's endpoints as a table.

https://developer.apple.com/documentation/retentionmessaging
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request

from retention_messaging_emulator.app_store import AppStore
from retention_messaging_emulator.errors import Refusal, RefusedError, refuse
from retention_messaging_emulator.web.limits import HOUR

BASE_PATH = "/inApps/v1/messaging"


@dataclass(frozen=True)
class Endpoint:
    """`act` takes the store, the request and what the path names; it returns the JSON to answer with, if any."""

    name: str
    method: str
    path: str
    act: Callable[..., dict[str, Any] | None]
    per_second: int = 1
    """In production. https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits"""
    sandbox_only: bool = False


def upload_image(store: AppStore, sent: Request, identifier: str) -> None:
    store.content.identifier(identifier)
    if sent.mimetype != "image/png":
        refuse(store.switches.wrong_content_type)
    store.upload_image(identifier, sent.get_data(), sent.args.get("imageSize", "FULL_SIZE"))


def body_of(sent: Request, malformed: Refusal) -> object:
    """The JSON of a request, whatever its content type; RefusedError if it is none."""
    try:
        body: object = json.loads(sent.get_data())
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is valid JSON and no text
    except (ValueError, RecursionError):
        raise RefusedError(malformed) from None
    return body


def list_of(store: AppStore, name: str, items: list[dict[str, str]]) -> dict[str, Any]:
    empty: Mapping[str, dict[str, Any]] = {"array": {name: []}, "absent": {}, "null": {name: None}}
    return {name: items} if items else empty[store.switches.empty_list]


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
        lambda store, sent, identifier: store.upload_message(
            identifier, body_of(sent, store.switches.malformed_request)
        ),
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
        lambda store, sent, **pair: store.configure_default_message(
            **pair, body=body_of(sent, store.switches.malformed_request)
        ),
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
        lambda store, sent: store.configure_realtime_url(body_of(sent, store.switches.malformed_request)),
    ),
    Endpoint("Get Realtime URL", "GET", "/realtime/url", lambda store, _: {"realtimeURL": store.realtime_url()}),
    Endpoint("Delete Realtime URL", "DELETE", "/realtime/url", lambda store, _: store.delete_realtime_url()),
    Endpoint(
        "Initiate Performance Test",
        "POST",
        "/performanceTest",
        lambda store, sent: store.initiate_performance_test(
            body_of(sent, store.switches.malformed_performance_test_request)
        ),
        sandbox_only=True,
    ),
    Endpoint(
        "Get Performance Test Results",
        "GET",
        "/performanceTest/result/<request_id>",
        lambda store, _, request_id: store.performance_test_results(request_id),
        sandbox_only=True,
    ),
)


def apples_limits(environment: str, endpoint: str) -> int:
    """Requests an hour, as documented: the sandbox has a tenth of production's."""
    per_second = next(each.per_second for each in ENDPOINTS if each.name == endpoint)
    return per_second * HOUR // 1000 // (10 if environment == "sandbox" else 1)
