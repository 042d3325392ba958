"""What a user sees of a command, on every engine that is here."""

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from engine.found import MISSING, STAND_IN, Workspace, pulumi_cli

PROGRAM = """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class ThingProvider(ResourceProvider):
    def create(self, props):
        print("the provider speaks")
        if props["text"] == "refused":
            raise ValueError("text is refused")
        return CreateResult("id-of-thing", props)

class Thing(Resource, module="commands", name="Thing"):
    def __init__(self, name, text):
        super().__init__(ThingProvider(), name, {"text": text})

print("the program speaks")
config = pulumi.Config()
if config.get("raise"):
    raise KeyError("a bug of the program")
thing = Thing("thing", config.get("text") or "hello")
thing.id.apply(lambda id: print("the id is", id))
pulumi.export("id", thing.id)
pulumi.export("keys", {"b": [1, 2.5, True], "a": config.get_object("keys")})
"""


@pytest.fixture(params=["stand-in", pytest.param("pulumi", marks=pytest.mark.long)])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "Pulumi.yaml").write_text("name: commands\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    engine = STAND_IN if request.param == "stand-in" else pulumi_cli() or pytest.skip(MISSING)
    with Workspace(engine, tmp_path) as workspace:
        yield workspace


def test_what_program_and_provider_print_reaches_the_user(workspace: Workspace) -> None:
    """`up` shows what the program, a function given to `apply` and the provider print."""
    shown = workspace.up().output

    assert "the program speaks" in shown
    assert "the provider speaks" in shown
    assert "the id is id-of-thing" in shown


def test_an_id_is_unknown_in_the_preview_of_a_creation(workspace: Workspace) -> None:
    """In the preview of a creation the id is unknown, so that a function given to its `apply` is not called."""
    assert "the id is" not in workspace.preview().output


def test_outputs_are_shown_as_json(workspace: Workspace) -> None:
    """`stack output --json` prints the stack's outputs as they were exported, lists and objects included."""
    workspace.config_set("keys", '{"x": 1}')
    workspace.up()

    outputs = json.loads(workspace.run("stack", "output", "--json").stdout)

    assert outputs == {"id": "id-of-thing", "keys": {"a": {"x": 1}, "b": [1, 2.5, True]}}


def test_changes_where_none_are_expected_are_exit_code_7(workspace: Workspace) -> None:
    """`preview --expect-no-changes` exits with 7 and says why if there are changes, and with 0 if there are none."""
    before = workspace.preview("--expect-no-changes", check=False)
    workspace.up()
    after = workspace.preview("--expect-no-changes", check=False)

    assert (before.exit, after.exit) == (7, 0)
    assert "no changes were expected" in before.output


def test_a_bug_of_the_program_is_shown_with_its_place(workspace: Workspace) -> None:
    """An exception of the program ends `up` with exit code 1 and is shown with the file that raised it."""
    workspace.config_set("raise", "true")

    result = workspace.up(check=False)

    assert result.exit == 1
    assert "KeyError: 'a bug of the program'" in result.output
    assert "__main__.py" in result.output


def test_a_bug_of_the_provider_is_shown_with_its_place(workspace: Workspace) -> None:
    """An exception of the provider ends `up` with exit code 1 and is shown with its traceback."""
    workspace.config_set("text", "refused")

    result = workspace.up(check=False)

    assert result.exit == 1
    assert "text is refused" in result.output
    assert ("Traceback" in result.output) is is_since("pulumi", 3, 260)  # before it Pulumi's SDK shows none


def test_a_stack_that_is_not_there_is_exit_code_6(workspace: Workspace) -> None:
    """`stack select` exits with 6 for a stack that is not there."""
    assert workspace.run("stack", "select", "nowhere", check=False).exit == 6


def test_without_yes_nothing_is_done(workspace: Workspace) -> None:
    """Non-interactive `up` without `--yes` exits with 2."""
    assert workspace.run("up", check=False).exit == 2


def test_a_config_value_is_what_was_set(workspace: Workspace) -> None:
    """A config value is got as it was set, several lines included, is no secret, and is gone once it is removed."""
    workspace.config_set("key", "-----BEGIN\nlines\n-----END")
    workspace.run("config", "set", "other:number", "3")
    workspace.run("config", "set", "other:gone", "x")
    workspace.run("config", "rm", "other:gone")

    assert workspace.run("config", "get", "key").stdout.rstrip("\n") == "-----BEGIN\nlines\n-----END"
    assert workspace.run("config", "get", "other:number").stdout.strip() == "3"
    assert workspace.run("config", "get", "other:gone", check=False).exit == 1
    assert json.loads(workspace.run("config", "--json").stdout)["commands:key"]["secret"] is False


def test_a_destroyed_stack_can_be_removed(workspace: Workspace) -> None:
    """`stack rm` is refused while the stack has resources, and `destroy --remove` removes the stack and its file."""
    workspace.up()
    refused = workspace.run("stack", "rm", "--yes", check=False)
    workspace.run("destroy", "--yes", "--remove")

    assert refused.exit == 1
    assert "dev" not in workspace.run("stack", "ls").stdout
    assert not (workspace.program / "Pulumi.dev.yaml").exists()


def test_a_second_run_beside_a_first_is_refused_until_cancel(workspace: Workspace) -> None:
    """While another run has locked the stack, `up` is refused and `preview` is not; `cancel` takes the lock away."""
    locks = workspace.backend / ".pulumi" / "locks" / "organization" / "commands" / "dev"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "another.json").write_text('{"pid": 1, "username": "u", "hostname": "h"}')

    refused = workspace.up(check=False)
    preview = workspace.preview(check=False)
    workspace.run("cancel", "--yes")
    allowed = workspace.up(check=False)

    assert (refused.exit, preview.exit, allowed.exit) == (1, 0, 0)
    assert "the stack is currently locked by" in refused.output


def test_an_exported_state_can_be_imported_again(workspace: Workspace, tmp_path: Path) -> None:
    """A state that was exported before a destroy can be imported after it, and a preview then shows no changes."""
    workspace.up()
    workspace.run("stack", "export", "--file", str(tmp_path / "state.json"))
    workspace.run("destroy", "--yes")

    workspace.run("stack", "import", "--file", str(tmp_path / "state.json"))

    workspace.preview("--expect-no-changes")


def is_since(package: str, *release: int) -> bool:
    """Whether the installed release of a package is this one or a later one."""
    return tuple(map(int, version(package).split(".")[: len(release)])) >= release
