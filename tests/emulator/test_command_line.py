import argparse
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from emulator.samples import API, MESSAGE, identifier, token
from retention_messaging_emulator import AppStoreError, Credentials
from retention_messaging_emulator.__main__ import WHAT_NEXT
from retention_messaging_emulator.options import parser
from retention_messaging_emulator.switch_values import switch

COMMANDS = 6


@contextmanager
def running(directory: Path, *arguments: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The URL of an emulator in a process of its own, and the stack configuration it printed."""
    command = [sys.executable, "-m", "retention_messaging_emulator", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            first, *commands = [process.stdout.readline() for _ in range(1 + COMMANDS)]
            settings = dict(shlex.split(line)[-2:] for line in commands)
            url = first.removeprefix("Listening on ").strip()
            *what_next, console = [process.stdout.readline() for _ in range(len(WHAT_NEXT.splitlines()) + 1)]
            assert "".join(what_next) == f"{WHAT_NEXT}\n"
            assert console == f"Its console is {url}/_emulator/\n"
            yield url, settings
        finally:
            process.send_signal(signal.SIGINT)
            left = process.communicate(timeout=10)
    assert (process.returncode, left) == (0, ("", ""))


def test_it_serves_what_it_prints_how_to_configure(tmp_path: Path) -> None:
    """A stack that is configured as the command line prints is served."""
    with running(tmp_path, "--credentials-directory", "keys") as (url, settings):
        key_path = Path(settings["retention-messaging:privateKeyPath"])
        credentials = Credentials(
            settings["retention-messaging:keyId"],
            settings["retention-messaging:issuerId"],
            settings["retention-messaging:bundleId"],
            key_path.read_text(),
        )
        answer = httpx.get(
            settings["retention-messaging:baseUrl"] + API + "/message/list",
            headers={"Authorization": f"Bearer {token(credentials)}"},
        )

    assert (answer.status_code, settings["retention-messaging:environment"]) == (200, "sandbox")
    assert settings["retention-messaging:baseUrl"] == url + "/sandbox"
    assert key_path == tmp_path / "keys" / f"SubscriptionKey_{credentials.key_id}.p8"
    assert stat.S_IMODE(key_path.stat().st_mode) == 0o600


def test_a_second_start_knows_the_first_ones_key_and_messages(tmp_path: Path) -> None:
    """A second start with the same files has the key and the messages of the first."""
    keep = ("--credentials-directory", ".", "--database", "emulator.sqlite", "--bundle-id", "com.example.kept")

    with running(tmp_path, *keep) as (url, first):
        httpx.put(f"{url}/_emulator/sandbox/com.example.kept/messages/{identifier()}", json=MESSAGE)
    with running(tmp_path, *keep) as (url, second):
        inventory = httpx.get(f"{url}/_emulator/sandbox/com.example.kept").json()

    changed = {"retention-messaging:baseUrl"}
    assert {name: second[name] for name in second.keys() - changed} == {
        name: first[name] for name in first.keys() - changed
    }
    assert [each["messageIdentifier"] for each in inventory["messages"]] == [identifier()]


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    """A port that is taken is one line, and exit status 1."""
    with running(tmp_path) as (url, _):
        command = [sys.executable, "-m", "retention_messaging_emulator", "--port", url.rpartition(":")[2]]
        second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (second.returncode, second.stdout, second.stderr.count("\n")) == (1, "", 1)
    assert second.stderr.startswith("cannot listen on 127.0.0.1 port ")


def test_the_console_script_is_installed() -> None:
    """The console script is installed and prints its help."""
    script = Path(sys.executable).with_name("retention-messaging-emulator")

    shown = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)

    assert "--credentials-directory" in shown.stdout


def test_switches_are_set_by_their_names(tmp_path: Path) -> None:
    """A switch is set on the command line as name=value."""
    switches = ("--switch", "local_url_without_tls=true", "--switch", "response_time_threshold=5000")

    with running(tmp_path, *switches) as (url, settings):
        own = f"{url}/_emulator/sandbox/{settings['retention-messaging:bundleId']}"
        configured = httpx.put(f"{own}/realtime-url", json={"realtimeURL": f"{url}/sandbox/nothing"})
        report = httpx.post(f"{own}/realtime-request").json()

    assert configured.status_code == 200
    assert (report["sendAttemptResult"], report["status"]) == ("UNSUCCESSFUL_HTTP_RESPONSE_CODE", 404)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max_images=3", ("max_images", 3)),
        ("wrong_content_type=4000161", ("wrong_content_type", AppStoreError.INVALID_IMAGE)),
        ("wrong_content_type=415", ("wrong_content_type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)),
        ("iat_required=true", ("iat_required", True)),
        ("list_order=upload", ("list_order", "upload")),
        ("success_body={}", ("success_body", b"{}")),
        ("realtime_content_type=text/json", ("realtime_content_type", "text/json")),
        ("unknown_image_size=4000000", ("unknown_image_size", AppStoreError.GENERAL_BAD_REQUEST)),
        ("unknown_image=none", ("unknown_image", None)),
        ("result_lifetime=1000", ("result_lifetime", 1000)),
    ],
)
def test_a_switch_is_read_as_what_it_is(text: str, expected: tuple[str, object]) -> None:
    """The value of a switch is read in the type of the switch."""
    assert switch(text) == expected


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("max_pictures=3", "there is no switch max_pictures; use one of malformed_request, "),
        ("max_images=many", "max_images must be a whole number, not 'many'"),
        ("iat_required=yes", "iat_required must be true or false, not 'yes'"),
        ("list_order=age", "list_order must be one of identifier, upload, not 'age'"),
        ("unknown_image=4000101", "unknown_image must be one of Apple's error codes or none, not '4000101'"),
    ],
)
def test_a_wrong_switch_is_refused_with_what_it_must_be(text: str, advice: str) -> None:
    """A wrong switch is refused with the names or values that there are."""
    with pytest.raises(argparse.ArgumentTypeError) as refused:
        switch(text)

    assert str(refused.value).startswith(advice)


def test_apps_and_products_are_those_that_are_named(tmp_path: Path) -> None:
    """Only the apps and products named on the command line exist."""
    named = ("--app", "com.example.app", "--product", "com.example.monthly")

    with running(tmp_path, "--credentials-directory", "keys", *named) as (url, settings):
        base = f"{url}/sandbox{API}"
        key_id, issuer_id = settings["retention-messaging:keyId"], settings["retention-messaging:issuerId"]
        key = Path(settings["retention-messaging:privateKeyPath"]).read_text()
        answers = [
            httpx.get(
                f"{base}/default/{product}/en-US",
                headers={"Authorization": f"Bearer {token(Credentials(key_id, issuer_id, app, key))}"},
            )
            for app, product in (
                ("com.example.app", "com.example.monthly"),
                ("com.example.app", "com.example.unknown"),
                ("com.example.other", "com.example.monthly"),
            )
        ]

    assert [each.status_code for each in answers] == [404, 400, 401]
    assert answers[1].json()["errorCode"] == AppStoreError.INVALID_PRODUCT_ID.code


def test_a_wrong_network_is_refused_with_one_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    """What is no network is refused before anything is served, with one that is."""
    with pytest.raises(SystemExit):
        parser().parse_args(["--control-from", "neighbour"])

    assert "give one such as 172.17.0.0/16, or an address" in capsys.readouterr().err
