"""Sessions at Apple, typed as they stand there: Apple is an emulator that takes the key which the pages name."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from acceptance.stacks import EVERY_ENGINE
from documentation.terminals import key_file, typed, with_the_package
from documentation.test_samples import answering
from engine.found import CHECKOUT, STAND_IN
from retention_messaging_emulator import Emulator, Switches
from retention_messaging_emulator.credentials import Credentials
from retention_messaging_provider.settings import environment_variable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.found import Engine

PAGES = CHECKOUT / "docs"
_, SETTINGS = typed(PAGES / "installation-configuration.md")
KEY = {line.split(":")[-1].split()[0]: shlex.split(line)[-1] for line in SETTINGS}
FOREIGN = "0b54ab32-1cf3-4d2e-9a6c-2f6f3c1d7e55"
PRODUCTION, SANDBOX = "pulumi stack init production", "pulumi stack init sandbox"
CLI_ONLY = re.compile("retention-messaging |pulumi stack output ")
"""Commands of Pulumi's that the stand-in has not, and ours, which need some of them."""
UP, READ = "pulumi up --yes", "cat retention/__main__.py"


@dataclass(frozen=True)
class Session:
    """Blocks of a page, what is typed before and after them, and some words of what the last command prints."""

    page: str
    blocks: slice
    shown: str
    example: str = "defaults"
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def commands(self) -> Iterator[str]:
        """What is typed; the package is installed, the address is that of the emulator, and Apple reviews meanwhile."""
        of_the_page = (line for block in typed(CHECKOUT / self.page)[self.blocks] for line in block)
        for line in (*self.before, *of_the_page, *self.after):
            if " --wait " in line:
                yield "curl --fail --request POST $EMULATOR/_emulator/approve"
            if not line.startswith("pip install "):
                yield line
            if line.startswith("pulumi stack init "):
                yield f"pulumi config set retention-messaging:baseUrl $EMULATOR/{line.split()[-1]}"


SESSIONS = {
    "the settings in the README": Session("README.md", slice(1, 2), "5 created", "two-apps"),
    "the settings for Pulumi's registry": Session(
        "docs/installation-configuration.md", slice(1, 2), "5 created", "two-apps", (SANDBOX,), (UP,)
    ),
    "get started at Apple": Session("docs/get-started.md", slice(-2, None), "ok"),
    "a host that has moved": Session(
        "README.md",
        slice(2, 3),
        "unchanged",
        "two-apps",
        (PRODUCTION, "pulumi config set retention-messaging:baseUrl https://old.example.com", UP),
        ("pulumi preview --expect-no-changes",),
    ),
    "moving from scripts": Session("docs/recipes/moving.md", slice(1), FOREIGN, after=(READ,)),
    "moving a lost state": Session(
        "docs/recipes/moving.md",
        slice(1, 2),
        "Keep your streak",
        "two-apps",
        (PRODUCTION, UP, "pulumi stack export --file state.json"),
        (READ,),
    ),
    "sandbox, then production": Session(
        "docs/recipes/production.md", slice(2), "approved_identifier is", "production-ready"
    ),
    "nothing on the phone": Session("docs/recipes/phone.md", slice(1), "ok", "two-apps", (SANDBOX, *SETTINGS, UP)),
    "the way in, by variables": Session("docs/adopt.md", slice(1), FOREIGN, after=(READ,)),
    "the way in, of a lost stack": Session(
        "docs/adopt.md",
        slice(2, 3),
        "Keep your streak",
        "two-apps",
        (PRODUCTION, UP, "pulumi stack export --file state.json", "mkdir the-old-program"),
        (READ,),
    ),
    "a likeness of what customers see": Session(
        "docs/preview.md", slice(2), "retention-messages.html", "two-apps", (PRODUCTION, UP)
    ),
    "what a server answers": Session(
        "docs/recipes/server.md", slice(1), "com.example.monthly", "server", (SANDBOX, *SETTINGS, UP)
    ),
    "two apps": Session(
        "docs/recipes/two-apps.md",
        slice(0),
        "com.example.other",
        "two-apps",
        (SANDBOX, *SETTINGS, UP, "retention-messaging status --stack sandbox"),
    ),
}
ON_ENGINES = [
    pytest.param(*engine.values, session, marks=engine.marks, id=f"{name}, {engine.id}")
    for name, session in SESSIONS.items()
    for engine in EVERY_ENGINE
    if engine.values[0] is not STAND_IN or not any(CLI_ONLY.match(each) for each in session.commands())
]


@pytest.mark.long
@pytest.mark.parametrize(("engine", "session"), ON_ENGINES)
def test_a_session_is_typed_as_it_stands_there(engine: Engine, session: Session, tmp_path: Path) -> None:
    """What a page types ends without an error, and shows what the page says."""
    credentials = replace(Credentials.make(), key_id=KEY["keyId"], issuer_id=KEY["issuerId"])
    apple = Emulator(
        credentials=credentials, transport=answering(), switches=Switches(total_requests=4, total_duration=0)
    )
    apple.production.upload_message(FOREIGN, {"header": "Keep your streak", "body": "Tomorrow is day 13."})
    commands = list(session.commands())
    terminal = with_the_package(tmp_path, engine)
    key_file(tmp_path, credentials)
    terminal.type(f"cp -r {CHECKOUT / 'examples' / session.example} program && cd program")

    with apple.serve() as server:
        terminal.environment["EMULATOR"] = server.url
        if not set(SETTINGS) <= set(commands):
            settings = {**KEY, "environment": "production", "baseUrl": f"{server.url}/production"}
            terminal.environment |= {environment_variable(key): value for key, value in settings.items()}
        hosts = {"https://old.example.com": f"{server.url}/production"}
        hosts["https://new.example.com"] = hosts["https://old.example.com"].replace("127.0.0.1", "localhost")
        for command in commands:
            shown = terminal.type(re.sub("|".join(hosts), lambda found: hosts[found[0]], command))

    assert session.shown in shown
