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
        (["up", "--target-dependents"], "--target-dependents"),
        (["up", "--policy-pack", "folder"], "--policy-pack"),
        (["preview", "--json"], "--json"),
        (["destroy", "--exclude-dependents"], "--exclude-dependents"),
        (["destroy", "--run-program"], "--run-program"),
        (["up", "--run-program"], "--run-program"),
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
    """A command or option that the stand-in engine does not know exits with 2; a line names it and the Pulumi CLI."""
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
    """A preview of a program that asks for what the stand-in engine lacks fails, and names that and the Pulumi CLI."""
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "__main__.py").write_text(f"{PRELUDE}\n{line}\n")

    with Workspace(STAND_IN, tmp_path) as workspace:
        result = workspace.preview(check=False)

    assert result.exit == 1
    assert f"the stand-in engine does not support {named}" in result.output
    assert "use the Pulumi CLI" in result.output


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (["--target", "urn:new"], "takes for a target only what is recorded, not urn:new"),
        (["--exclude", "urn:new"], "takes for a target only what is recorded, not urn:new"),
        (["--replace", "**Thing::*"], "does not support wildcards"),
        (["--target", "urn:a", "--exclude", "urn:b"], "--target and --exclude do not go together"),
    ],
)
def test_urns_beyond_its_knowledge_are_refused(options: list[str], refusal: str, tmp_path: Path) -> None:
    """Targets and excludes that are not recorded, wildcards, and targets together with excludes are refused."""
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "__main__.py").write_text(PRELUDE)

    with Workspace(STAND_IN, tmp_path) as workspace:
        result = workspace.preview(*options, check=False)

    assert result.exit
    assert refusal in result.output


def test_every_run_says_that_it_is_a_stand_in(capsys: pytest.CaptureFixture[str]) -> None:
    """The first line on standard error says that this is not the Pulumi CLI, even where the command is refused."""
    main(["version"])

    assert "not the Pulumi CLI" in capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize("language", ["nodejs", "go", "yaml"])
def test_a_program_in_another_language_is_refused(language: str, tmp_path: Path) -> None:
    """`stack init` refuses a program in another language than Python, and names its runtime."""
    (tmp_path / "Pulumi.yaml").write_text(f"name: refusals\nruntime: {language}\n")

    with pytest.raises(AssertionError, match=f"does not support runtime {language}"):
        Workspace(STAND_IN, tmp_path)
