"""What the stand-in engine does not know it refuses by name, and says what to use instead."""

from pathlib import Path

import pytest

from engine.cli import main
from engine.found import STAND_IN, Workspace

PROJECT = "name: refusals\nruntime: python\n"
PRELUDE = """
import pulumi
from pulumi.dynamic import Resource, ResourceProvider

class Thing(Resource, module="refusals", name="Thing"):
    def __init__(self, name, opts=None):
        super().__init__(ResourceProvider(), name, {}, opts)
"""


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["up", "--target", "urn:pulumi:s::p::t::n"], "--target"),
        (["up", "--policy-pack", "folder"], "--policy-pack"),
        (["preview", "--json"], "--json"),
        (["destroy", "--exclude", "urn:pulumi:s::p::t::n"], "--exclude"),
        (["import", "type", "name", "id"], "import type"),
        (["stack", "history"], "history"),
        (["state", "delete"], "state delete"),
        (["up", "--client", "127.0.0.1:1"], "--client"),
        (["up", "--yes=no"], "--yes"),
    ],
)
def test_a_command_or_option_is_refused_by_name(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments)

    refusal = capsys.readouterr().err.splitlines()[-1]
    assert code == 2
    assert named in refusal
    assert "use the Pulumi CLI, https://www.pulumi.com/docs/install/" in refusal


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('Thing("n", pulumi.ResourceOptions(import_="id"))', "import_"),
        ('pulumi.StackReference("other")', "StackReference"),
        ('pulumi.ProviderResource("aws", "explicit", {})', "pulumi:providers:aws"),
    ],
)
def test_what_a_program_asks_for_is_refused_by_name(line: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "__main__.py").write_text(f"{PRELUDE}\n{line}\n")

    with Workspace(STAND_IN, tmp_path) as workspace:
        result = workspace.preview(check=False)

    assert result.exit == 1
    assert f"the stand-in engine does not support {named}" in result.output
    assert "use the Pulumi CLI" in result.output


def test_every_run_says_that_it_is_a_stand_in(capsys: pytest.CaptureFixture[str]) -> None:
    main(["version"])

    assert "not the Pulumi CLI" in capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize("language", ["nodejs", "go", "yaml"])
def test_a_program_in_another_language_is_refused(language: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(f"name: refusals\nruntime: {language}\n")

    with pytest.raises(AssertionError, match=f"does not support runtime {language}"):
        Workspace(STAND_IN, tmp_path)
