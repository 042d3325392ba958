"""The resources of ours in a state, from every form that a state comes in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from cli_commands.command_line import fake_pulumi
from retention_messaging_cli.state import SECRET, TYPE, Resource, State, read_states
from retention_messaging_provider.resources.handler import Failure
from retention_messaging_provider.resources.records import DefaultRecord, ImageRecord, MessageRecord, UrlRecord
from retention_messaging_provider.rules import is_known

RECORDED = Path(__file__).parents[1] / "state" / "recorded" / "0.1.0"
KINDS = {"Message": MessageRecord, "Image": ImageRecord, "DefaultMessage": DefaultRecord, "RealtimeUrl": UrlRecord}
CIPHERTEXT = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:bm90aGluZw"}


def exported(name: str = "production-retiring") -> dict[str, Any]:
    content: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return content


def read(path: Path, content: object) -> State:
    path.write_text(json.dumps(content))
    (state,) = read_states(None, Path(), [path])
    return state


def by_name(state: State) -> dict[tuple[str, str], Resource]:
    return {(each.type, each.name): each for each in state.resources if not each.pending}


@pytest.mark.parametrize("file", sorted(RECORDED.glob("*.json")), ids=lambda file: file.stem)
def test_a_recorded_state_is_read_as_the_providers_records(file: Path) -> None:
    """Every resource of a recorded state has the provider's own record of it."""
    (state,) = read_states(None, Path(), [file])

    assert {type(each.record) for each in state.resources} == set(KINDS.values())
    assert all(type(each.record) is KINDS[each.type] for each in state.resources)
    assert by_name(state)["Message", "stay-en"].outputs["header"]


def test_a_backup_is_read_as_an_export_is(tmp_path: Path) -> None:
    """A backup of a backend's, packed or not, has the same resources as an export."""
    export = exported()
    backup = {"version": 3, "checkpoint": {"stack": "production", "latest": export["deployment"]}}
    packed = tmp_path / "packed.json.gz"
    packed.write_bytes(gzip.compress(json.dumps(backup).encode()))

    expected = read(tmp_path / "export.json", export).resources

    assert expected == read(tmp_path / "backup.json", backup).resources
    assert expected == read_states(None, Path(), [packed])[0].resources


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_powershell_wrote_is_read(encoding: str, tmp_path: Path) -> None:
    """What > of Windows PowerShell writes, UTF-16 or UTF-8 with a mark in front, is read as any other export."""
    file = tmp_path / "export.json"
    file.write_text(json.dumps(exported()), encoding=encoding)

    assert read_states(None, Path(), [file]) == [read(file, exported())]


@pytest.mark.parametrize(
    "empty", [{"version": 3, "deployment": {"manifest": {}}}, {"version": 3, "checkpoint": {"stack": "sandbox"}}]
)
def test_a_stack_without_resources_has_none(empty: object, tmp_path: Path) -> None:
    """The state of a stack that was never brought up has no resources."""
    assert read(tmp_path / "empty.json", empty).resources == ()


def test_what_is_still_to_be_deleted_is_marked(tmp_path: Path) -> None:
    """What was replaced and is not deleted yet is marked, and so is what an interrupted run was creating."""
    export = exported()
    resources = export["deployment"]["resources"]
    message = next(each for each in resources if each["type"] == f"{TYPE}Message")
    interrupted = {**message, "outputs": {}, "id": ""}
    export["deployment"]["pending_operations"] = [{"resource": interrupted, "type": "creating"}]
    resources.append({**message, "delete": True})

    state = read(tmp_path / "state.json", export)

    pending = [each for each in state.resources if each.pending]
    assert [(each.type, each.pending) for each in pending] == [("Message", "deleting"), ("Message", "creating")]
    assert {each.record.ref.identifier for each in pending if each.record} == {message["inputs"]["messageIdentifier"]}


def test_a_secret_is_not_known(tmp_path: Path) -> None:
    """A text, an alternative text or a URL that is a secret is SECRET, and the rest is read."""
    export = exported()
    for each in export["deployment"]["resources"]:
        for side in ("inputs", "outputs"):
            properties = each.get(side, {})
            secret = {key: CIPHERTEXT for key in ("header", "url", "configuredUrl", "baseUrl") if key in properties}
            properties.update(secret)
            if "image" in properties:
                properties["image"]["altText"] = CIPHERTEXT

    state = read(tmp_path / "state.json", export)

    stay = by_name(state)["Message", "stay-en"]
    assert stay.outputs["header"] is SECRET
    assert not is_known(stay.outputs["image"])
    assert isinstance(stay.record, MessageRecord)
    assert stay.record.images
    assert str(SECRET) == "[secret]"
    assert "bm90aGluZw" not in repr(state) + str([each.outputs for each in state.resources])


def test_a_stack_is_asked_for_without_its_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state of a stack is exported by the Pulumi CLI, and its secrets stay encrypted."""
    script = (
        "assert arguments[:4] == ['stack', 'export', '--stack', 'production'] and '--show-secrets' not in arguments\n"
        f"print(open({str(RECORDED / 'production-retiring.json')!r}).read())"
    )
    monkeypatch.setenv("PATH", fake_pulumi(tmp_path, script)["PATH"])

    (state,) = read_states("production", tmp_path)

    assert (state.source, len(state.resources)) == ("stack production", 7)


NO_STATES = [
    b"",
    b"[]",
    b"{}",
    b'{"deployment": []}',
    b'{"deployment": {"resources": [1]}}',
    b'{"deployment": {"resources": [{"type": null}]}}',
    b'{"deployment": {"resources": {"urn": "urn:pulumi:sandbox::project::type::name"}}}',
    b'{"deployment": {"pending_operations": [1]}}',
    f'{{"deployment": {{"resources": [{{"type": "{TYPE}Message"}}]}}}}'.encode(),
    b"\x1f\x8b",
    b"\x1f\x8b" + b"\x00" * 30,
    gzip.compress(b'{"deployment": {}}', mtime=0) + b"and more",
    gzip.compress(b"{}", mtime=0)[:10] + b"\xff" * 30,
    b"\xff\xfe{",
    b"[" * 200_000,
]


@pytest.mark.parametrize("content", NO_STATES)
def test_what_is_no_state_is_one_line(content: bytes, tmp_path: Path) -> None:
    """What is no state is refused with the command that makes one."""
    file = tmp_path / "state.json"
    file.write_bytes(content)

    with pytest.raises(Failure, match=r"state\.json is no state of a stack; make one with: pulumi stack export "):
        read_states(None, Path(), [file])


def test_a_file_that_is_missing_is_one_line(tmp_path: Path) -> None:
    """A file that is missing is refused with what to do."""
    with pytest.raises(Failure, match=r"cannot be read \(No such file or directory\); name a file with --state"):
        read_states(None, Path(), [tmp_path / "nothing.json"])


FOREIGN: list[object] = [None, 7, {}]


@pytest.mark.parametrize("value", FOREIGN, ids=str)
@pytest.mark.parametrize("key", ["bundleId", "messageIdentifier", "owner"])
def test_a_record_of_another_form_is_one_line(key: str, value: object, tmp_path: Path) -> None:
    """A resource of ours in which something that every record has is no text is refused by its URN."""
    export = exported()
    for each in export["deployment"]["resources"]:
        outputs = each.get("outputs", {})
        if key in outputs:
            outputs[key] = value

    with pytest.raises(Failure, match=r"urn:pulumi:production::.* cannot be read; use the release of this package"):
        read(tmp_path / "state.json", export)


def test_a_record_without_a_part_is_one_line(tmp_path: Path) -> None:
    """A resource of ours without what every record has is refused by its URN."""
    export = exported()
    for each in export["deployment"]["resources"]:
        each.get("outputs", {}).pop("bundleId", None)

    with pytest.raises(Failure, match=r"urn:pulumi:production::.* cannot be read; use the release of this package"):
        read(tmp_path / "state.json", export)
