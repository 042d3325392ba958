"""What the provider processes of one command tell each other; each of the others here is a real process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from resources.samples import EXPLICIT
from retention_messaging_provider.resources import processes
from retention_messaging_provider.resources.ledger import MESSAGE, Ref
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.processes import Command, Processes
from retention_messaging_provider.resources.users_folder import first_writable
from retention_messaging_provider.settings import SettingsError

COMMAND = Command("127.0.0.1:50000")
SECRET = "https://secret.example.com"
HERE = Location("production", "com.example.app", SECRET)
OURS, ANOTHER = Ref(HERE, MESSAGE, EXPLICIT), Ref(HERE, MESSAGE, EXPLICIT.replace("1", "2"))
OTHER = """
import json, sys
from pathlib import Path
from retention_messaging_provider.resources.ledger import Ref
from retention_messaging_provider.resources.location import Location
from retention_messaging_provider.resources.processes import Command, Processes

folder, command, location, kind, identifier = json.loads(sys.argv[1])
ours = Processes(Path(folder), Command(*command))
if identifier:
    ours.tell(Ref(Location(*location), kind, identifier))
print("told", flush=True)
sys.stdin.read()
"""


@contextmanager
def another(folder: Path, command: Command = COMMAND, identifier: str = EXPLICIT) -> Iterator[subprocess.Popen[str]]:
    """Another process, which has told what it has."""
    given = json.dumps(
        [
            str(folder),
            [command.name, command.is_unique],
            [HERE.environment, HERE.bundle_id, HERE.base_url],
            MESSAGE,
            identifier,
        ]
    )
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, given], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "told\n"
        yield process
        process.kill()


def test_what_another_process_of_the_command_has_is_known(tmp_path: Path) -> None:
    """What another process of the command has told is claimed, and nothing else is."""
    with another(tmp_path):
        ours = Processes(tmp_path, COMMAND)

        assert ours.has_other()
        assert (ours.is_claimed(OURS), ours.is_claimed(ANOTHER)) == (True, False)


def test_another_command_does_not_count(tmp_path: Path) -> None:
    """A process of another command is nothing to this one."""
    with another(tmp_path, command=Command("127.0.0.1:50001")):
        assert not Processes(tmp_path, COMMAND).has_other()


def test_a_process_without_a_program_does_not_count(tmp_path: Path) -> None:
    """A process that has seen no program is as if it were not there."""
    with another(tmp_path, identifier=""):
        assert not Processes(tmp_path, COMMAND).has_other()


def test_ones_own_claims_are_no_others(tmp_path: Path) -> None:
    """What a process tells is not another's."""
    ours = Processes(tmp_path, COMMAND)
    ours.tell(OURS)

    assert not ours.has_other()
    assert not ours.is_claimed(OURS)


def test_what_a_process_told_before_it_was_killed_counts(tmp_path: Path) -> None:
    """What a process of this very command has told counts after its death: its resources are recorded."""
    this = Command("127.0.0.1:50000 of process 7", is_unique=True)
    with another(tmp_path, command=this) as process:
        process.kill()
        process.wait()

    assert Processes(tmp_path, this).has_other()
    assert Processes(tmp_path, this).is_claimed(OURS)


def test_what_may_be_of_an_earlier_command_does_not_count(tmp_path: Path) -> None:
    """What a dead process left under an address that others may have had does not count, and goes a day later."""
    with another(tmp_path) as process:
        process.kill()
        process.wait()
        assert not Processes(tmp_path, COMMAND).has_other()

    Processes(tmp_path, Command("127.0.0.1:50001")).tell(OURS)
    assert len(list(tmp_path.glob("*.claims"))) == 2
    for each in tmp_path.iterdir():
        os.utime(each, (0, 0))
    ours = Processes(tmp_path, Command("127.0.0.1:50002"))
    ours.tell(OURS)
    assert {each.stem.rpartition("-")[2] for each in tmp_path.iterdir()} == {str(os.getpid())}
    assert not ours.has_other()


def test_what_is_told_is_of_no_use_to_others(tmp_path: Path) -> None:
    """The folder is the user's own, and nothing can be read there: a base URL may be a secret."""
    folder = first_writable([tmp_path / "run"])
    Processes(folder, COMMAND).tell(OURS)

    assert folder.stat().st_mode & 0o077 == 0
    written = "".join(each.read_text() + each.name for each in folder.iterdir())
    assert EXPLICIT not in written
    assert SECRET not in written


def test_where_one_folder_cannot_be_made_they_meet_in_the_next(tmp_path: Path) -> None:
    """A home that cannot be written is passed over, by both."""
    (tmp_path / "home").write_text("a file")
    folder = first_writable([tmp_path / "home" / "run", tmp_path / "next"])

    with another(tmp_path / "next"):
        assert Processes(folder, COMMAND).is_claimed(OURS)


def test_where_none_can_be_made_nothing_is_done(tmp_path: Path) -> None:
    """Where the processes cannot meet, a run fails before it does anything, and says what to do."""
    (tmp_path / "home").write_text("a file")

    with pytest.raises(SettingsError, match=r"home/run cannot be written \(.*\), where .* or set PULUMI_HOME$"):
        Processes(tmp_path / "home" / "run", COMMAND).tell(OURS)


@pytest.mark.parametrize(
    ("program", "is_one"),
    [("site-packages/pulumi/dynamic/__main__.py", True), ("bin/pytest", False), ("dynamic/__main__.py", False)],
)
def test_only_a_provider_process_has_others(program: str, is_one: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what Pulumi starts as a dynamic provider has others beside it."""
    monkeypatch.setattr(sys, "argv", [program, COMMAND.name])

    assert (processes.of_this_command() is not None) is is_one
