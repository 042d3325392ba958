"""The real-time servers of examples/server, asked as Apple asks."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from documentation.pages import blocks, commands
from documentation.terminals import running
from engine.found import CHECKOUT
from retention_messaging_emulator import Emulator, Switches

SERVER = CHECKOUT / "examples" / "server"
PRODUCT, IDENTIFIER = "com.example.monthly", "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"
PAGE = CHECKOUT / "docs" / "recipes" / "server.md"
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


def event(body: str, method: str = "POST") -> dict[str, Any]:
    """What a function URL gives to its function."""
    return {"requestContext": {"http": {"method": method}}, "body": body}


def answer(function: Any, request: httpx.Request) -> httpx.Response:
    """A function URL."""
    answered = function(event(request.content.decode()), None)
    return httpx.Response(answered["statusCode"], headers=answered.get("headers"), text=answered.get("body", ""))


@pytest.mark.parametrize(("locale", "shown"), [("en-US", IDENTIFIER), ("de-DE", None), ("fr-FR", None)])
def test_the_lambda_function_answers_apple(handler: Emulator, locale: str, shown: str | None) -> None:
    """The Lambda function answers a request that Apple signed with the message of its locale, if there is one."""
    asked = handler.sandbox.ask(product_id=PRODUCT, user_locale=locale)

    assert IDENTIFIER in str(asked) if shown else IDENTIFIER not in str(asked)


def test_the_lambda_function_refuses_what_apple_did_not_sign(handler: Emulator) -> None:
    """A request that Apple did not sign gets a 400."""
    function = runpy.run_path(str(SERVER / "lambda_function.py"))["lambda_handler"]

    assert function(event(json.dumps({"signedPayload": "e30.e30.e30"})), None) == {"statusCode": 400}


def test_the_lambda_function_takes_a_post_only(handler: Emulator) -> None:
    """A request that is no POST gets a 405."""
    function = runpy.run_path(str(SERVER / "lambda_function.py"))["lambda_handler"]

    assert function(event("", "GET"), None)["statusCode"] == 405


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_worker_answers_what_is_asked() -> None:
    """The Worker answers with the message; 404 where there is none, 400 where nobody signed, 405 to a GET."""
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
        console.log((await worker(verify).fetch(new Request("https://retention.example.com"), {{}})).status);
    """

    done = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)

    answered = json.dumps({"message": {"messageIdentifier": IDENTIFIER}}, separators=(",", ":"))
    assert done.stdout.splitlines() == [f"200 {answered}", "404 ", "400 ", "405"]


@pytest.mark.long
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_the_worker_is_run_as_its_reader_is_told(tmp_path: Path) -> None:
    """The page's commands pack the Worker, and run it in Cloudflare's runtime, where it believes the emulator."""
    _, install, deploy, _, fetch, dev, _ = (line for _, text in blocks("console", [PAGE]) for line in commands(text))
    folder = Path(shutil.copytree(SERVER, tmp_path / "server"))
    (folder / "pulumi").write_text(f"#!/bin/sh\necho '{MESSAGES}'\n")
    (folder / "pulumi").chmod(0o700)
    (folder / "AppleRootCA-G3.cer").touch()
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": str(tmp_path), "WRANGLER_SEND_METRICS": "false"}
    if subprocess.run(["bash", "-c", install], cwd=folder, env=environment, check=False).returncode:
        pytest.skip("npm reaches no registry")
    emulator = Emulator(switches=Switches(local_url_without_tls=True))
    emulator.sandbox.configure_realtime_url({"realtimeURL": "http://localhost:8787/apple"})
    emulator.sandbox.upload_message(IDENTIFIER, {"header": "Keep your streak", "body": "Tomorrow is day 13."})

    with emulator.serve() as server:
        for command in (f"{deploy} --dry-run", fetch.replace("http://localhost:8080", server.url)):
            subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=True)
    with closing(emulator), running(dev, folder, environment):
        until = time.monotonic() + 60
        asked: dict[str, Any] = {}
        while asked.get("variant") != "message" and time.monotonic() < until:
            time.sleep(1)
            asked = emulator.sandbox.ask(product_id=PRODUCT, user_locale="en-US")

    assert asked["messageIdentifier"] == IDENTIFIER
