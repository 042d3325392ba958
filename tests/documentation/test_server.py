"""The real-time servers of examples/server, asked as Apple asks."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from engine.found import CHECKOUT
from retention_messaging_emulator import Emulator

if TYPE_CHECKING:
    from pathlib import Path

SERVER = CHECKOUT / "examples" / "server"
PRODUCT, IDENTIFIER = "com.example.monthly", "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"
MESSAGES = json.dumps({PRODUCT: {"en-US": IDENTIFIER, "de-DE": ""}})


@pytest.fixture
def handler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The Lambda function, and the emulator that asks it."""
    emulator = Emulator(transport=httpx.MockTransport(lambda request: answer(function, request)))
    certificate = tmp_path / "root.der"
    certificate.write_bytes(emulator.root_certificate)
    settings = {
        "MESSAGES": MESSAGES,
        "ENVIRONMENT": "Sandbox",
        "APP_APPLE_ID": "1",
        "ROOT_CERTIFICATE": str(certificate),
    }
    for name, value in {**settings, "BUNDLE_ID": emulator.credentials.bundle_id}.items():
        monkeypatch.setenv(name, value)
    function = runpy.run_path(str(SERVER / "lambda_function.py"))["lambda_handler"]
    emulator.sandbox.configure_realtime_url({"realtimeURL": "https://retention.example.com/apple"})
    emulator.sandbox.upload_message(IDENTIFIER, {"header": "Keep your streak", "body": "Tomorrow is day 13."})
    return emulator


def answer(function: Any, request: httpx.Request) -> httpx.Response:
    """A function URL."""
    answered = function({"body": request.content.decode()}, None)
    return httpx.Response(answered["statusCode"], headers=answered.get("headers"), text=answered.get("body", ""))


@pytest.mark.parametrize(("locale", "shown"), [("en-US", IDENTIFIER), ("de-DE", None), ("fr-FR", None)])
def test_the_lambda_function_answers_apple(handler: Emulator, locale: str, shown: str | None) -> None:
    """The Lambda function answers a request that Apple signed with the message of its locale, if there is one."""
    asked = handler.sandbox.ask(product_id=PRODUCT, user_locale=locale)

    assert IDENTIFIER in str(asked) if shown else IDENTIFIER not in str(asked)


def test_the_lambda_function_refuses_what_apple_did_not_sign(handler: Emulator) -> None:
    """A request that Apple did not sign gets a 400."""
    function = runpy.run_path(str(SERVER / "lambda_function.py"))["lambda_handler"]

    assert function({"body": json.dumps({"signedPayload": "e30.e30.e30"})}, None) == {"statusCode": 400}


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_worker_answers_what_is_asked() -> None:
    """The Worker answers with the message of product and locale, with 404 without one, with 400 where nobody signed."""
    script = f"""
        import {{ worker }} from {json.dumps((SERVER / "worker.mjs").as_uri())};
        const verify = (payload) => JSON.parse(payload);
        const ask = async (signedPayload) => {{
          const body = JSON.stringify({{ signedPayload }});
          const request = new Request("https://retention.example.com", {{ method: "POST", body }});
          const answer = await worker(verify).fetch(request, {{ MESSAGES: {json.dumps(MESSAGES)} }});
          console.log(answer.status, await answer.text());
        }};
        await ask({json.dumps(json.dumps({"productId": PRODUCT, "userLocale": "en-US"}))});
        await ask({json.dumps(json.dumps({"productId": PRODUCT, "userLocale": "de-DE"}))});
        await ask("nobody's");
    """

    done = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)

    answered = json.dumps({"message": {"messageIdentifier": IDENTIFIER}}, separators=(",", ":"))
    assert done.stdout.splitlines() == [f"200 {answered}", "404 ", "400 "]
