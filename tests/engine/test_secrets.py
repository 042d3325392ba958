"""Secrets are encrypted as the Pulumi CLI does it, so that either can read what the other wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.found import MISSING, STAND_IN, Engine, Workspace, pulumi_cli
from engine.passphrase import Passphrase

PROGRAM = Path(__file__).parent / "traces" / "program"

# Recorded with Pulumi CLI 3.260.0: `stack init`, `config set --secret`, and the state after `up`.
PASSPHRASE = "x"
SALT = "v1:deFjOA0vMEo=:v1:yD60dLrN8tLJq0Vn:RkJpu8wi19ThtIeJ4zC42aD4M2nVhg=="
VECTORS = [
    ("t0ken", "v1:JRPGseh9Z3r/Latt:Fxx1MY8AjSIVPbl9EePCrXeWlBH3"),
    ('"t0ken"', "v1:GzvDyqjvaNf0PImT:lqXX9hCqcsyJYf4EJ9Vda6VaJDLFDRc="),
    ('{"x":[1,true,null]}', "v1:KAlX1chJGdHI75bD:XgomRg9tLKf3YXbEuX9/NEHJPGyw3R9yehSAdGBQV/HMLow="),
]


@pytest.fixture(scope="module")
def recorded() -> Passphrase:
    return Passphrase(PASSPHRASE, SALT)


@pytest.mark.parametrize(("plaintext", "ciphertext"), VECTORS)
def test_what_the_pulumi_cli_encrypted_is_decrypted(recorded: Passphrase, plaintext: str, ciphertext: str) -> None:
    """What the Pulumi CLI encrypted is decrypted with the stack's passphrase and salt."""
    assert recorded.decrypt(ciphertext) == plaintext


def test_ciphertexts_of_one_secret_differ_and_are_decrypted(recorded: Passphrase) -> None:
    """A secret that is encrypted twice has two different ciphertexts, and both are decrypted to it."""
    once, again = recorded.encrypt("hush"), recorded.encrypt("hush")

    assert recorded.decrypt(once) == recorded.decrypt(again) == "hush"
    assert once != again


def test_a_salt_outlives_its_process() -> None:
    """What one `Passphrase` encrypted is decrypted by another of the same passphrase and the first one's salt."""
    first = Passphrase("secret words")

    assert Passphrase("secret words", first.salt).decrypt(first.encrypt("hush")) == "hush"


def test_a_wrong_passphrase_is_noticed() -> None:
    """Decrypting with a wrong passphrase raises ValueError, which says so."""
    with pytest.raises(ValueError, match="incorrect passphrase"):
        Passphrase("y", SALT).decrypt(VECTORS[0][1])


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return written_by(STAND_IN, tmp_path)


def written_by(engine: Engine, folder: Path) -> Workspace:
    """A stack with a secret in its config, in a resource's inputs and in the stack's outputs."""
    spec = {"name": "n", "props": {"u_text": "x"}, "secrets": {"u_secret": "hush"}, "export": "u_secret"}
    (folder / "spec.json").write_text(json.dumps([spec]))
    workspace = Workspace(engine, PROGRAM, environment={"TRACE_DIR": str(folder)})
    workspace.config_set("other-ns:token", "t0ken", secret=True)
    workspace.up()
    return workspace


def test_no_secret_is_written_in_clear(workspace: Workspace) -> None:
    """No JSON or YAML file of a stack has a secret in clear, and `stack output` shows it only with `--show-secrets`."""
    files = [file.read_text() for file in workspace.folder.rglob("*") if file.suffix in (".json", ".yaml")]

    assert not [text for text in files if "hush" in text or "t0ken" in text]
    assert json.loads(workspace.run("stack", "output", "--json").stdout) == {"n": "[secret]"}
    assert json.loads(workspace.run("stack", "output", "--json", "--show-secrets").stdout) == {"n": "hush"}


@pytest.mark.long
@pytest.mark.parametrize("stand_in_first", [True, False], ids=["stand-in, then CLI", "CLI, then stand-in"])
def test_what_one_engine_wrote_is_no_change_to_the_other(tmp_path: Path, stand_in_first: bool) -> None:
    """The other engine previews no changes of a stack that one wrote, decrypts its secrets and destroys it."""
    cli = pulumi_cli() or pytest.skip(MISSING)
    first, second = (STAND_IN, cli) if stand_in_first else (cli, STAND_IN)
    workspace = written_by(first, tmp_path)

    workspace.engine = second

    workspace.preview("--expect-no-changes")
    assert workspace.run("config", "get", "other-ns:token").stdout.strip() == "t0ken"
    assert json.loads(workspace.run("stack", "output", "--json", "--show-secrets").stdout) == {"n": "hush"}
    workspace.run("destroy", "--yes")
    assert not workspace.export().get("resources")
