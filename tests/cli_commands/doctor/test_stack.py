"""`doctor` on the settings of the environment or of a stack, and on Apple."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from acceptance.stacks import CLI_ONLY
from cli_commands.command_line import COLUMNS, data_of, fake_pulumi, on_terminal, run, settings_of
from emulator.samples import MESSAGE, identifier
from retention_messaging_cli.doctor.apple import SET_CLOCK, SET_CLOCK_ELSEWHERE, clock_finding, date_in
from retention_messaging_cli.doctor.checks import OF_ENDPOINT, OF_STACK
from retention_messaging_cli.doctor.finding import Finding, Status, ok, worst
from retention_messaging_cli.doctor.machine import cli_finding, sdk_finding
from retention_messaging_cli.exit_codes import Exit
from retention_messaging_emulator import Credentials, Emulator, Fault
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.found import Engine

CREDENTIALS = Credentials.make()
NOWHERE = "http://127.0.0.1:9"
MULTILINE_KEY = CREDENTIALS.private_key.splitlines()[1]


class World:
    """An emulator, and the environment of a command that points to it."""

    def __init__(self, folder: Path, emulator: Emulator, url: str) -> None:
        self.folder = folder
        self.emulator = emulator
        self.env: dict[str, str] = {
            **settings_of(CREDENTIALS, url),
            **fake_pulumi(folder, "print('v3.260.0')"),
        }

    def set(self, **settings: str) -> None:
        """Settings by their config keys; "" is as if absent."""
        self.env |= {environment_variable(key): value for key, value in settings.items()}

    def key_file(self, name: str, mode: int = 0o600) -> Path:
        """The key in a file of this name, in place of the variable."""
        file = self.folder / name
        file.write_text(CREDENTIALS.private_key)
        file.chmod(mode)
        self.set(privateKey="", privateKeyPath=str(file))
        return file

    def doctor(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """The exit code, and the result; nothing of it is of the key."""
        result = run("doctor", "--json", "--cwd", str(self.folder), *arguments, env=self.env)
        assert MULTILINE_KEY not in result.output
        return result.exit_code, data_of("doctor", result)

    def found(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """Each check's row."""
        return {each["check"]: each for each in self.doctor(*arguments)[1]["checks"]}

    def blocker(self, *arguments: str) -> dict[str, Any]:
        """The row of the one check that failed; what comes before it did not, and what comes after was left out."""
        code, data = self.doctor(*arguments)
        statuses = [each["status"] for each in data["checks"]]
        at = statuses.index("fail")
        assert (code, data["status"], set(statuses[at + 1 :]) - {"skip"}) == (Exit.NEEDS_YOU, "fail", set())
        row: dict[str, Any] = data["checks"][at]
        return row


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    emulator = Emulator(credentials=CREDENTIALS)
    with emulator.serve() as server:
        yield World(tmp_path, emulator, server.url)


def test_an_account_that_works_has_nothing_wrong(world: World) -> None:
    """Where everything is right every check is ok, or left out with a reason, and the exit code is 0."""
    world.emulator.sandbox.put_message(identifier(), MESSAGE)

    code, data = world.doctor()

    assert (code, data["status"]) == (Exit.OK, "ok")
    assert [each["check"] for each in data["checks"]] == [check.name for check in OF_STACK]
    assert world.found()["access"]["found"] == "sandbox: granted; 1 message there"
    assert world.found()["other-environment"]["found"] == "baseUrl is that of sandbox only"


def test_a_base_url_of_the_other_environment_is_doubtful(world: World) -> None:
    """A baseUrl that ends in the name of the other environment is a warning with the command to set it."""
    base_url = world.env[environment_variable("baseUrl")]
    world.set(baseUrl=base_url.replace("/sandbox", "/production"))

    row = world.found()["other-environment"]

    assert (row["status"], row["found"]) == (
        "warn",
        "baseUrl ends in /production, and environment is sandbox: both have to be of one",
    )
    assert "RETENTION_MESSAGING_BASE_URL" in row["toDo"][0]


def test_without_any_setting_it_says_how_to_name_a_stack(world: World) -> None:
    """Where nothing is set and no stack is named, what to do is to name one."""
    world.set(**dict.fromkeys(SETTINGS, ""))

    row = world.blocker()

    assert row["found"] == "environment is not set, bundleId is not set, issuerId is not set, keyId is not set"
    assert row["toDo"][0].startswith("add --stack <name> ")


def test_it_only_reads(world: World) -> None:
    """What is asked of Apple are lists."""
    world.doctor()

    assert {(each["method"], each["path"].rpartition("/")[2]) for each in world.emulator.requests()} == {
        ("GET", "list")
    }


def test_every_setting_says_where_it_is_from(world: World) -> None:
    """A setting that was found is shown with its origin, a secret without its value."""
    settings = {each["setting"]: each for each in world.doctor()[1]["settings"]}

    assert settings["keyId"]["value"] == CREDENTIALS.key_id
    assert settings["keyId"]["from"] == "the environment variable RETENTION_MESSAGING_KEY_ID"
    assert settings["privateKey"]["value"] == "[secret]"
    assert settings.keys() == {"environment", "bundleId", "issuerId", "keyId", "privateKey", "baseUrl"}


@pytest.mark.parametrize(
    ("settings", "check", "found", "to_do"),
    [
        ({"environment": ""}, "settings", "environment is not set", "set RETENTION_MESSAGING_ENVIRONMENT"),
        (
            {"environment": "test"},
            "settings",
            "is neither sandbox nor production",
            "set RETENTION_MESSAGING_ENVIRONMENT",
        ),
        ({"bundleId": "an app"}, "settings", "bundleId is not letters", "set RETENTION_MESSAGING_BUNDLE_ID"),
        ({"issuerId": ""}, "settings", "issuerId is not set", "set RETENTION_MESSAGING_ISSUER_ID"),
        ({"keyId": "Key_X.p8"}, "settings", "keyId is the key's file name", "set RETENTION_MESSAGING_KEY_ID anew"),
        (
            {"maxRateLimitWait": "soon"},
            "settings",
            "is no duration",
            "set RETENTION_MESSAGING_MAX_RATE_LIMIT_WAIT anew",
        ),
        ({"baseUrl": "http://example.com"}, "settings", "credentials are sent unencrypted", "use https://"),
        (
            {"privateKey": ""},
            "key",
            "no privateKey to sign requests to Apple with",
            "set RETENTION_MESSAGING_PRIVATE_KEY",
        ),
        ({"privateKey": "abc"}, "key", "is no In-App Purchase key", "set RETENTION_MESSAGING_PRIVATE_KEY anew"),
        (
            {"privateKey": "", "privateKeyPath": "no.p8"},
            "key",
            "no.p8, which cannot be read (No such file",
            "_PATH anew",
        ),
        ({"baseUrl": NOWHERE}, "network", f"No connection to {NOWHERE} (baseUrl)", "check that address"),
    ],
)
def test_a_setting_that_is_wrong_is_the_blocker(
    world: World, settings: dict[str, str], check: str, found: str, to_do: str
) -> None:
    """A setting that is missing or wrong is the blocker, with what to do about it."""
    world.set(**settings)

    row = world.blocker()

    assert row["check"] == check
    assert found in row["found"]
    assert to_do in " ".join(row["toDo"])


def test_a_key_of_the_other_kind_is_the_blocker(world: World) -> None:
    """A key whose file has the name of an App Store Connect key is refused by its name."""
    world.key_file(f"AuthKey_{CREDENTIALS.key_id}.p8")

    row = world.blocker()

    assert row["check"] == "key"
    assert row["found"].startswith("AuthKey_")
    assert "In-App Purchase key" in row["toDo"][0]


def test_a_file_of_another_key_is_doubtful(world: World) -> None:
    """A file whose name has another key id is a warning with the command for that id."""
    world.key_file("SubscriptionKey_2X9R4HXF34.p8")

    row = world.found()["key"]

    assert (row["status"], row["toDo"]) == ("warn", ["set RETENTION_MESSAGING_KEY_ID to 2X9R4HXF34"])


def test_a_key_that_others_can_read_is_doubtful(world: World) -> None:
    """A file that others can read is a warning with the command, and is left as it is."""
    file = world.key_file("key.p8", 0o644)

    row = world.found()["key"]

    assert (row["status"], row["toDo"]) == ("warn", [f"chmod 600 {file}"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_a_mode_that_cannot_be_set_is_a_warning(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where --fix may not set the mode, a warning says so, and everything else is looked at."""
    world.key_file("key.p8", 0o644)

    def refuse(file: Path, _: int) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(file))

    monkeypatch.setattr(Path, "chmod", refuse)

    found = world.found("--fix")

    assert found["key"]["status"] == "warn"
    assert "has mode 644, which cannot be changed (Operation not permitted)" in found["key"]["found"]
    assert found["access"]["status"] == "ok"


def test_fix_sets_the_mode_of_the_key_and_nothing_else(world: World) -> None:
    """--fix takes the file's mode from others, and says what it was."""
    file = world.key_file("key.p8", 0o664)

    row = world.found("--fix")["key"]

    assert (row["status"], stat.S_IMODE(file.stat().st_mode)) == ("ok", 0o600)
    assert "was mode 664 and is 600 now" in row["found"]
    assert file.read_text() == CREDENTIALS.private_key


@pytest.mark.parametrize(
    ("fault", "status", "found"),
    [
        (Fault(kind="no-access"), "fail", "sandbox: Apple refused to get message list: 404 NOT FOUND"),
        (Fault(kind="unauthenticated"), "fail", "sandbox: Apple refused to get message list: 401"),
        (Fault(error_code=4290000, headers={"Retry-After": "4102444800000"}), "warn", "sandbox: granted, but Apple"),
    ],
)
def test_access_is_what_apple_answers(world: World, fault: Fault, status: str, found: str) -> None:
    """What Apple answers to a list is the finding, with the client's own sentence on what to do."""
    world.emulator.fail_next(fault)

    row = world.found()["access"]

    assert (row["status"], row["found"][: len(found)]) == (status, found)
    assert row["toDo"]


def test_an_account_without_access_is_sent_to_apples_form(world: World) -> None:
    """An empty 404 is an account without access, whose remedy is Apple's form."""
    world.emulator.fail_next(Fault(kind="no-access"))

    assert "https://developer.apple.com/contact/request/retention-messaging-api/" in world.blocker()["toDo"][0]


@contextmanager
def a_server(headers: Mapping[str, str], body: bytes = b"") -> Iterator[str]:
    """The URL of a server that knows nothing, and says so with these headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(404)
            for each in headers.items():
                self.send_header(*each)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("ahead", "status", "found"),
    [
        (timedelta(minutes=-10), "fail", "10 min ahead of the server's: a token of now is refused"),
        (timedelta(hours=-3), "fail", "3 h 0 min ahead of the server's: a token of now is refused"),
        (timedelta(hours=5, minutes=30), "fail", "5 h 30 min behind the server's: a token of now is refused"),
        (timedelta(minutes=3), "warn", "3 min behind the server's"),
    ],
)
def test_the_clock_is_compared_with_the_servers_date(world: World, ahead: timedelta, status: str, found: str) -> None:
    """A clock that is off is a blocker where Apple would refuse a token of now, with the command that sets it."""
    with a_server({"Date": format_datetime(datetime.now(UTC) + ahead, usegmt=True)}) as url:
        world.set(baseUrl=url)
        row = world.found()["clock"]

    assert (row["status"], row["found"]) == (status, f"this machine's clock is {found}")
    assert row["toDo"] == [SET_CLOCK.get(sys.platform, SET_CLOCK_ELSEWHERE)]


@pytest.mark.parametrize("date", [None, "", "yesterday", "Fri, 99 Nov 2026 25:61:00 GMT"])
def test_a_server_that_tells_no_time_is_left_out(world: World, date: str | None) -> None:
    """A server without a Date, or with one that is none, is no finding, and ends nothing."""
    with a_server({} if date is None else {"Date": date}) as url:
        world.set(baseUrl=url)
        row = world.found()["clock"]

    assert (row["status"], row["found"].partition(" (")[0]) == ("skip", f"{url}")
    assert row["found"].endswith("does not say what time it has")


def test_an_answer_that_cannot_be_read_is_a_matter_of_access(world: World) -> None:
    """A server whose answer is not packed as it says does answer; what it says of the account cannot be read."""
    with a_server({"Content-Encoding": "gzip"}, b"no gzip") as url:
        world.set(baseUrl=url)
        row = world.blocker()

    assert row["check"] == "access"
    assert row["found"].endswith("but the body is not the gzip that it is said to be")
    assert "check the base URL" in row["toDo"][0]


NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Fri, 27 Nov 2026 12:00:00 GMT", NOON),
        ("Fri, 27 Nov 2026 12:00:00 -0000", NOON),
        ("Fri, 27 Nov 2026 12:00:00", NOON),
        ("Friday, 27-Nov-26 12:00:00 GMT", NOON),
        ("Fri Nov 27 12:00:00 2026", NOON),
        ("Fri, 27 Nov 2026 12:00:00 +9999999999", None),
        ("27", None),
    ],
)
def test_a_date_is_read_in_each_form_of_http(header: str, expected: datetime | None) -> None:
    """Each form that HTTP has had for a Date is read, also without a zone; what is none is none."""
    assert date_in(header) == expected


@pytest.mark.parametrize(
    ("system", "command"),
    [
        ("linux", "sudo timedatectl set-ntp true"),
        ("darwin", "sudo sntp -sS time.apple.com"),
        ("win32", "w32tm /resync"),
        ("freebsd14", "set this machine's clock by the network (NTP)"),
    ],
)
def test_a_clock_is_set_by_the_systems_own_command(system: str, command: str) -> None:
    """What to type is the command of the operating system."""
    assert clock_finding(90, system).to_do[0].partition("  #")[0] == command


@pytest.mark.parametrize(
    ("ahead", "status"),
    [(0, "ok"), (-1.5, "ok"), (8, "warn"), (13, "fail"), (-60, "warn"), (-288, "warn"), (-292, "fail")],
)
def test_a_clock_is_judged_by_what_a_token_bears(ahead: float, status: str) -> None:
    """A token is issued 10 s in the past and holds for 300 s: what is beyond is refused."""
    assert clock_finding(ahead).status == status


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (cli_finding("3.260.0", "pulumi"), "ok"),
        (cli_finding("3.216.0", "pulumi"), "warn"),
        (sdk_finding("3.272.0", "", "python"), "ok"),
        (sdk_finding("3.100.0", "", "python"), "fail"),
        (sdk_finding(None, "", "python"), "fail"),
    ],
)
def test_a_release_is_judged_by_what_the_package_needs(finding: Finding, status: str) -> None:
    """A release that is too old is found, with the command for another."""
    assert finding.status == status
    assert bool(finding.to_do) == (status != "ok")


def test_the_worst_finding_is_the_result() -> None:
    """A row of findings is as good as its worst, and what is left out does not count."""
    assert worst([]) is Status.OK
    assert ok("").status is Status.OK


def test_without_the_pulumi_cli_there_is_a_warning(world: World) -> None:
    """Without the CLI there is a warning, and a blocker only where a stack is asked about."""
    world.env["PATH"] = str(world.folder / "nothing")

    assert world.found()["cli"]["status"] == "warn"
    assert world.blocker("--stack", "sandbox")["check"] == "cli"


def test_on_a_terminal_there_is_a_table_and_the_command_to_type(world: World) -> None:
    """On a terminal of 80 columns there is a table in colour, and the command of the blocker stands at its end."""
    file = world.key_file("key.p8", 0o644)

    code, shown = on_terminal("doctor", "--cwd", str(world.folder), env={**os.environ, **world.env})

    assert code == Exit.OK
    assert "\x1b[" in shown
    assert shown.rstrip().endswith(f"chmod 600 {file}")
    assert "access" in shown


def test_under_no_color_a_terminal_gets_none(world: World) -> None:
    """Under NO_COLOR a terminal gets no colours, and no line of the table is wider than it."""
    env = {**os.environ, **world.env, "NO_COLOR": "1"}

    _, shown = on_terminal("doctor", "--cwd", str(world.folder), env=env)

    assert re.search(r"\x1b\[[0-9;]*3\d", shown) is None
    bare = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert [line for line in bare.splitlines() if len(line) > COLUMNS] == []


def test_the_checks_have_names_of_their_own() -> None:
    """No two checks of a table have one name."""
    for table in (OF_STACK, OF_ENDPOINT):
        names = [check.name for check in table]
        assert sorted(names) == sorted(set(names))


SETTINGS = ("environment", "bundleId", "issuerId", "keyId", "privateKey", "baseUrl")
CONFIG = {"environment": "sandbox", "bundleId": "com.example.app", "issuerId": CREDENTIALS.issuer_id}


@pytest.mark.parametrize("engine", CLI_ONLY)
def test_a_stack_is_looked_at_through_the_pulumi_cli(world: World, engine: Engine) -> None:
    """The settings of a real stack, its secret key among them, are those that its provider gets."""
    base_url = world.env[environment_variable("baseUrl")]
    world.set(**dict.fromkeys(SETTINGS, ""))
    world.env |= {
        "PULUMI_BACKEND_URL": f"file://{world.folder}",
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_HOME": str(world.folder / "home"),
        "PATH": f"{engine.folder}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    (world.folder / "Pulumi.yaml").write_text("name: quickstart\nruntime: python\n")

    def pulumi(*arguments: str, text: str = "") -> None:
        command = [*engine.command, *arguments, "--cwd", str(world.folder), "--non-interactive"]
        subprocess.run(command, env={**os.environ, **world.env}, input=text, text=True, check=True, capture_output=True)

    pulumi("stack", "init", "sandbox")
    for key, value in {**CONFIG, "keyId": CREDENTIALS.key_id, "baseUrl": base_url}.items():
        pulumi("config", "set", f"retention-messaging:{key}", value)
    pulumi("config", "set", "--secret", "retention-messaging:privateKey", text=CREDENTIALS.private_key)

    code, data = world.doctor("--stack", "sandbox")

    rows = {each["check"]: each["found"] for each in data["checks"]}
    assert (code, rows["settings"]) == (Exit.OK, "com.example.app (sandbox), from the config of stack sandbox"), rows
    assert {each["from"] for each in data["settings"]} == {"the config of stack sandbox"}
    assert rows["access"] == "sandbox: granted; 0 messages there"
    assert rows["cli"].startswith("3.")
    assert json.dumps(data).count("[secret]") == 1
