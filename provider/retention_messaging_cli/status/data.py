"""The result of `status` for a program, as its schema has it."""

from collections.abc import Sequence
from typing import Any

from retention_messaging_cli.status.app import ALLOWED, App
from retention_messaging_cli.status.findings import Health, Pair, Upload, Url
from retention_messaging_cli.status.sentence import Summary
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE
from retention_messaging_provider.resources.realtime_url import shown

SECRET = "[secret]"  # noqa: S105 - what is shown in place of one


def data_of(summary: Summary, apps: Sequence[App], requests: int) -> dict[str, Any]:
    """Everything."""
    return {
        "health": summary.health.value,
        "sentence": summary.sentence,
        "toDo": list(summary.to_do),
        "requests": requests,
        "apps": [_app(each) for each in apps],
    }


def _app(app: App) -> dict[str, Any]:
    return {
        "bundleId": app.known.location.bundle_id,
        "environment": app.known.location.environment,
        "defaults": [_pair(app, each) for each in app.pairs],
        "messages": [_message(app, each) for each in app.messages],
        "images": [_image(app, each) for each in app.images],
        "listed": {kind: _listed(app, kind) for kind in (MESSAGE, IMAGE)},
        "realtimeUrl": {"url": url_text(app.url), "isAsRecorded": app.url.health is Health.SHOWN},
        "performanceTests": [_test(name, outputs) for name, outputs in app.tests()],
    }


def _pair(app: App, pair: Pair) -> dict[str, Any]:
    product, locale = pair.pair.rsplit("/", 1)
    replacement = pair.message if pair.is_replaced else None
    return {
        "productId": product,
        "locale": locale,
        "health": pair.health.value,
        "messageIdentifier": pair.shown or None,
        "name": app.name(pair.shown) if pair.shown else None,
        "replacedBy": replacement.record.identifier if replacement else None,
    }


def _message(app: App, message: Upload) -> dict[str, Any]:
    return {
        **_upload(app, message, MESSAGE),
        "phase": message.phase.value if message.phase else None,
        "header": message.text("header") or None,
        "body": message.text("body") or None,
        "shownBy": app.shown_by.get(message.record.identifier, []),
    }


def _image(app: App, image: Upload) -> dict[str, Any]:
    return {**_upload(app, image, IMAGE), "path": image.text("path") or None}


def _upload(app: App, upload: Upload, kind: str) -> dict[str, Any]:
    since = app.since(upload)
    return {
        f"{kind}Identifier": upload.record.identifier,
        f"{kind}State": upload.state,
        "name": upload.resource.name if upload.resource else None,
        "urn": upload.resource.urn if upload.resource else None,
        "health": upload.health.value,
        "waitsSince": since.isoformat() if since else None,
    }


def _listed(app: App, kind: str) -> dict[str, Any]:
    states = app.listed(kind)
    return {"states": states, "count": sum(states.values()), "allowed": ALLOWED, "ofOthers": app.others(kind)}


def url_text(url: Url) -> str | None:
    """A URL as it may be shown: without what may be a secret in it."""
    return url.url and (SECRET if url.is_secret else shown(url.url))


def _test(name: str, outputs: dict[str, Any]) -> dict[str, Any]:
    keys = ("requestId", "result", "successRate", "responseTimes", "failures", "config")
    return {"name": name, **{key: outputs.get(key) for key in keys}}
