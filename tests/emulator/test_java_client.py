"""Apple's client for Java as the judge: a program of its own calls all of its methods, and reports step by step."""

import base64
import json
import os
import re
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from emulator.samples import BULLET, WIDE
from retention_messaging_emulator import AppStoreError, Emulator, Switches

JAVA = Path(__file__).with_name("java")
MISSING = [tool for tool in ("java", "javac", "mvn") if shutil.which(tool) is None]
CANNOT_FETCH = re.compile("(?:Could not transfer|Cannot access) .*")

# The machine's resolver need not know the names below localhost, and Java asks nobody else.
HOSTS = "127.0.0.1 sandbox.localhost production.localhost\n"

APP_APPLE_ID = 1234567890
# A JVM is slow to answer at first; what a test of the developer's server needs is time.
SWITCHES = Switches(
    max_images=2,
    max_messages=1,
    total_requests=2,
    total_duration=1600,
    response_time_threshold=5000,
    local_url_without_tls=True,
)

STEPS = (
    "images",
    "image-without-a-size",
    "message",
    "message-with-all-its-parts",
    "message-beyond-ascii",
    "longest-texts-of-apples-classes",
    "review",
    "default-message",
    "realtime-url",
    "passed-performance-test",
    "failed-performance-test",
    "whole-life-in-production",
    "client-by-path",
    "verified-in-the-sandbox",
    "verified-in-production",
    "verified-at-any-time",
    "verified-by-no-other-root",
    "verified-for-no-other-environment",
    "verified-for-no-other-app",
    "answer-message",
    "answer-alternate-product",
    "answer-alternate-product-BILLED_UPFRONT",
    "answer-alternate-product-MONTHLY",
    "answer-promotional-offer-v1",
    "answer-promotional-offer-v2",
    "answer-advanced-commerce",
    "wrong-key",
    "unauthenticated",
    "no-access",
    "bad-gateway",
    "performance-test-in-production",
)
"""Beside these, each of the emulator's errors is a step of its name."""

Report = dict[str, Any]

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(MISSING), reason=f"not on PATH: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """What became of every step, by its name."""
    folder = tmp_path_factory.mktemp("java")
    class_path = build(folder)
    (folder / "hosts").write_text(HOSTS)
    with (
        closing(Emulator(switches=SWITCHES, products=["com.example.monthly"], app_apple_id=APP_APPLE_ID)) as emulator,
        closing(Emulator()) as stranger,
        emulator.serve() as server,
    ):
        ended = subprocess.run(
            ["java", f"-Djdk.net.hosts.file={folder / 'hosts'}", "-cp", class_path, "Steps"],
            input=json.dumps(given(emulator, stranger, server.url)),
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
    assert ended.returncode == 0, ended.stderr
    return {report["step"]: report for report in map(json.loads, ended.stdout.splitlines())}


def build(folder: Path) -> str:
    """The class path of the program, built into the folder; a skip where Maven cannot fetch what it takes."""
    ended = subprocess.run(
        [
            "mvn",
            *("--batch-mode", "--quiet", "--no-transfer-progress"),
            *("--file", JAVA / "pom.xml", f"-Doutput={folder}", "compile"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        refused = CANNOT_FETCH.search(ended.stdout)
        if refused:
            pytest.skip(f"Maven cannot fetch Apple's library: {refused.group()}")
        pytest.fail(ended.stdout, pytrace=False)
    return f"{folder / 'classes'}{os.pathsep}{(folder / 'classpath').read_text()}"


def given(emulator: Emulator, stranger: Emulator, url: str) -> dict[str, object]:
    """What the program reads from its standard input."""
    return {
        "url": url,
        "sandboxUrl": url.replace("127.0.0.1", "sandbox.localhost"),
        "productionUrl": url.replace("127.0.0.1", "production.localhost"),
        "keyId": emulator.credentials.key_id,
        "issuerId": emulator.credentials.issuer_id,
        "bundleId": emulator.credentials.bundle_id,
        "privateKey": emulator.credentials.private_key,
        "appAppleId": APP_APPLE_ID,
        "fullSizeImage": base64.b64encode(WIDE).decode(),
        "bulletPointImage": base64.b64encode(BULLET).decode(),
        "strangersRootCertificate": base64.b64encode(stranger.root_certificate).decode(),
        "performanceTest": {
            "maxConcurrentRequests": SWITCHES.max_concurrent_requests,
            "totalRequests": SWITCHES.total_requests,
            "totalDuration": SWITCHES.total_duration,
            "responseTimeThreshold": SWITCHES.response_time_threshold,
            "successRateThreshold": SWITCHES.success_rate_threshold,
        },
    }


@pytest.mark.parametrize("step", STEPS)
def test_apples_java_client_takes_the_step(reports: dict[str, Report], step: str) -> None:
    """Apple's library for Java has each step end as its own classes have it."""
    assert reports.get(step) == {"step": step, "ok": True, "detail": ""}


@pytest.mark.parametrize("error", AppStoreError)
def test_apples_java_client_knows_the_refusal(reports: dict[str, Report], error: AppStoreError) -> None:
    """Apple's client for Java reads every refusal as the error it is, with its status and its text."""
    assert reports.get(error.name) == {"step": error.name, "ok": True, "detail": error.message}


def test_every_step_of_the_java_program_is_named(reports: dict[str, Report]) -> None:
    """The program takes the steps that are named here and no others."""
    assert reports.keys() == {*STEPS, *(error.name for error in AppStoreError)}
