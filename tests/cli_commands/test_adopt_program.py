"""The program and the import file that `adopt` makes of what is known, without an account."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli_commands.adopting.known import adopted, identifier, inventory, message, program, resource, told
from resources.samples import BOUNDED
from retention_messaging_cli.adopt.source import quoted
from retention_messaging_cli.state import SECRET
from retention_messaging_provider.resources.message import Message
from retention_messaging_provider.rules import NOT_TOLD

if TYPE_CHECKING:
    from pathlib import Path

    from retention_messaging_cli.adopt.adoption import Adoption

A, B, C, D = map(identifier, range(1, 5))
EN, DE = "com.example.app.monthly/en-US", "com.example.app.monthly/de-DE"
HOSTILE = (
    '"); import os; os.abort()  # ',
    '"""',
    "it's \\ a { brace } %s",
    "one\ntwo\r\u2028three\x85four\x00",
    "\u202egnihtemos \u200b\ud800",
    "日本語 🎉 שלום",
)
LOST = {"path": "images/hero.png", "sha256": "0" * 64, "width": 3840, "height": 160, "transparency": False}


def imported(adoption: Adoption) -> dict[tuple[str, str], dict[str, Any]]:
    """What the import file has, by type and name."""
    specs = json.loads(str(adoption.files["adopt.json"]))["resources"]
    return {(each["type"].rpartition(":")[2], each["name"]): each for each in specs}


def calls(adoption: Adoption) -> list[tuple[str, dict[str, Any]]]:
    """Every resource of the program: its class, and its name and keywords, as far as they are texts."""
    statements = (node.value for node in ast.parse(program(adoption)).body if isinstance(node, (ast.Expr, ast.Assign)))
    found = []
    for call in statements:
        if isinstance(call, ast.Call) and call.args and ast.unparse(call.func).startswith("retention."):
            texts = {str(each.arg): each.value.value for each in call.keywords if isinstance(each.value, ast.Constant)}
            found.append((ast.unparse(call.func), {"name": ast.literal_eval(call.args[0]), **texts}))
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_a_text_in_the_program(text: str) -> None:
    """Whatever a state has as a name, a text, a path or a URL, the program has it as a text, and nothing more."""
    known = told(
        message(A, name=text, header=text, body=text, image={"imageIdentifier": B, "altText": text}),
        resource("Image", text, {**LOST, "path": text, "imageIdentifier": B, "imageState": "APPROVED"}),
        resource("RealtimeUrl", text, {"url": text, "configuredUrl": text}),
    )

    adoption = adopted(inventory({A: "APPROVED"}, {B: "FULL_SIZE"}, {EN: A}, url=f"https://{text}"), known)

    assert [name for name, _ in calls(adoption)] == [
        "retention.Image",
        "retention.Message",
        "retention.DefaultMessage",
        "retention.RealtimeUrl",
    ]
    assert {each["name"] for _, each in calls(adoption)} == {text, "monthly-en-US"}
    assert [each["header"] for _, each in calls(adoption) if "header" in each] == [text]
    assert [each["url"] for _, each in calls(adoption) if "url" in each] == [f"https://{text}"]
    assert {
        ast.unparse(each.func) for each in ast.walk(ast.parse(program(adoption))) if isinstance(each, ast.Call)
    } == {
        *(name for name, _ in calls(adoption)),
        "retention.MessageImageArgs",
    }


@BOUNDED
@given(st.text())
def test_a_text_is_quoted_as_python_reads_it(text: str) -> None:
    """A quoted text is one line of what is printed, and Python reads the text in it."""
    assert ast.literal_eval(quoted(text)) == text
    assert quoted(text).isprintable()


@pytest.mark.parametrize("name", ["class", "1st", "config", "pulumi", "retention", "Ü", "", "match", "a" * 200])
def test_every_name_is_unique_and_every_variable_can_be_one(name: str) -> None:
    """Resources of one type have names of their own, and so have variables, whatever a state calls them."""
    image = {**LOST, "imageState": "APPROVED"}
    known = told(
        message(A, name=name),
        message(B, name=name),
        resource("Image", name, {**image, "imageIdentifier": C}),
        resource("Image", name, {**image, "imageIdentifier": D}),
    )

    adoption = adopted(inventory({A: "APPROVED", B: "APPROVED"}, {C: "FULL_SIZE", D: "FULL_SIZE"}), known)

    variables = [
        target.id
        for node in ast.parse(program(adoption)).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    names = Counter((each.type, each.name) for each in adoption.resources)
    assert len(set(variables) - {"config", "pulumi", "retention"}) == 4
    assert set(names.values()) == {1}
    assert {("Message", name), ("Message", f"{name}-2"), ("Image", name), ("Image", f"{name}-2")} == set(names)


def test_names_are_of_what_a_message_is_shown_for() -> None:
    """A message is named after the first pair that shows it, else after its identifier; so is an image."""
    adoption = adopted(inventory({A: "APPROVED", B: "PENDING"}, {C: "FULL_SIZE"}, {EN: A, DE: A, "other/fr-FR": D}))

    assert [(each.type, each.name) for each in adoption.resources] == [
        ("Image", "image-00000003-0003"),
        ("Message", "monthly-de-DE"),
        ("Message", "message-00000002-0002"),
        ("DefaultMessage", "monthly-de-DE"),
        ("DefaultMessage", "monthly-en-US"),
        ("DefaultMessage", "other-fr-FR"),
    ]


def test_what_apple_tells_is_recorded_and_the_rest_is_not_told() -> None:
    """A message, an image, a default and the URL are recorded as the provider records what it has."""
    adoption = adopted(inventory({A: "APPROVED"}, {B: "BULLET_POINT"}, {EN: A}, url="https://retention.example.com"))

    recorded = imported(adoption)
    stay = recorded["Message", "monthly-en-US"]
    assert stay["id"] == stay["outputs"]["messageIdentifier"] == stay["outputs"]["approvedIdentifier"] == A
    assert (stay["inputs"]["header"], stay["inputs"]["body"]) == (NOT_TOLD, NOT_TOLD)
    assert (stay["inputs"]["pairs"], stay["outputs"]["superseded"]) == ([EN], [])
    assert stay["outputs"].keys() - stay["inputs"].keys() == {*Message.COMPUTED}
    assert stay["inputs"]["owner"].startswith("urn:pulumi:sandbox::retention::")
    icon = recorded["Image", "image-00000002-0002"]["inputs"]
    assert (icon["path"], icon["imageSize"], "sha256" in icon) == (NOT_TOLD, "BULLET_POINT", False)
    assert recorded["DefaultMessage", "monthly-en-US"]["outputs"]["configuredIdentifier"] == A
    assert recorded["RealtimeUrl", "realtime-url"]["outputs"]["configuredUrl"] == "https://retention.example.com"


@pytest.mark.parametrize(
    ("state", "shown", "is_retained"),
    [("APPROVED", True, False), ("APPROVED", False, True), ("PENDING", False, False), ("REJECTED", False, False)],
)
def test_a_message_that_somebody_may_show_is_retained(state: str, shown: bool, is_retained: bool) -> None:
    """An approved message that no default shows stays at Apple when it leaves the program."""
    adoption = adopted(inventory({A: state}, defaults={EN: A} if shown else {}))

    (stay,) = (each for each in imported(adoption).values() if each["type"].endswith(":Message"))
    assert stay["inputs"].get("retainOnDelete", False) is is_retained
    assert ("retain_on_delete=True" in program(adoption)) is is_retained
    assert stay["outputs"]["approvedIdentifier"] == (A if state == "APPROVED" else "")


def test_a_default_of_what_apple_does_not_list_counts_for_all() -> None:
    """A default whose message is in no list names it by its identifier, and every message records its pair."""
    adoption = adopted(inventory({A: "APPROVED"}, defaults={EN: A, DE: B}))

    assert imported(adoption)["Message", "monthly-en-US"]["inputs"]["pairs"] == [DE, EN]
    assert f'message="{B}"' in program(adoption)


def test_a_state_tells_texts_names_and_histories() -> None:
    """What a state has of a message is in the program, and in its record with what it stands in for."""
    known = told(
        message(A, header="Second", superseded=[B], approvedIdentifier=B, messageState="PENDING", pairs=[EN, DE]),
        resource("DefaultMessage", "english", {"productId": EN[:-6], "locale": "en-US", "messageIdentifier": B}),
    )

    adoption = adopted(inventory({A: "PENDING", B: "APPROVED"}, defaults={EN: B}), known)

    assert [(each.type, each.name) for each in adoption.resources] == [
        ("Message", "stay"),
        ("DefaultMessage", "english"),
    ]
    assert 'header="Second"' in program(adoption)
    outputs = imported(adoption)["Message", "stay"]["outputs"]
    assert (outputs["superseded"], outputs["approvedIdentifier"], outputs["messageState"]) == ([B], B, "PENDING")
    assert (outputs["pairs"], outputs["formerPairs"]) == ([EN], [DE])


def test_what_has_no_outputs_is_told_by_its_inputs() -> None:
    """An image and a message that a state has without outputs keep their names, the path and the texts."""
    image, one = identifier(1), identifier(2)
    facts = {"imageIdentifier": image, "path": "images/hero.png", "sha256": "0a1b"}
    recorded = [resource("Image", "hero", facts), message(one)]

    text = program(
        adopted(
            inventory({one: "APPROVED"}, {image: "FULL_SIZE"}), told(*(replace(each, outputs={}) for each in recorded))
        )
    )

    assert '"hero",' in text
    assert "uploaded from images/hero.png, whose SHA-256 was 0a1b" in " ".join(text.split("\n# "))
    assert "Keep your streak" in text


@pytest.mark.parametrize("facts", [{"path": NOT_TOLD}, {"path": "images/hero.png"}, {"path": NOT_TOLD, "sha256": "0a"}])
def test_a_picture_that_was_never_told_is_still_to_be_told(facts: dict[str, str]) -> None:
    """An image that was adopted and never filled in is adopted from its state again, without a word of its file."""
    image = identifier(1)

    known = told(resource("Image", "hero", {"imageIdentifier": image, **facts}))
    text = program(adopted(inventory({}, {image: "FULL_SIZE"}), known))

    assert "path=retention.NOT_TOLD" in text
    assert "uploaded from" not in text


def test_a_default_that_waits_for_its_message_is_adopted() -> None:
    """A default of a state that shows nothing yet refers to the message whose record has its pair."""
    waiting = {"productId": EN[:-6], "locale": "en-US", "messageIdentifier": ""}
    known = told(
        message(A, messageState="PENDING", approvedIdentifier="", pairs=[EN]), resource("DefaultMessage", "en", waiting)
    )

    adoption = adopted(inventory({A: "PENDING"}), known)

    assert imported(adoption)["DefaultMessage", "en"]["outputs"]["messageIdentifier"] == ""
    assert "message=stay," in program(adoption)
    assert adoption.notes == ()


def test_what_apple_has_no_more_is_left_out_and_named() -> None:
    """What a state has and Apple has not is in neither file, and a line names it."""
    known = told(message(A), resource("RealtimeUrl", "endpoint", {"url": "https://x.example", "configuredUrl": ""}))

    adoption = adopted(inventory({B: "APPROVED"}), known)

    assert [each.id for each in adoption.resources] == [B]
    assert [line.partition(",")[0] for line in adoption.notes] == [
        "Message stay was left out",
        "RealtimeUrl endpoint was left out",
    ]


def test_what_is_of_another_app_is_left_out_and_named() -> None:
    """What a state has of another app or environment is left out, and a line counts it."""
    known = told(message(A), message(B, environment="production"))

    assert known.messages.keys() == {A}
    assert known.notes[0].startswith("What state.json has of com.example.app (production) was left out: 1; adopt it")


def test_a_secret_is_in_no_file_and_asked_of_the_config() -> None:
    """A secret text is in neither file: the program takes it from the config, and the record has it as not told."""
    known = told(
        message(
            A, header=SECRET, image={"imageIdentifier": C, "altText": SECRET}, bulletPoints=SECRET, keepReplaced=SECRET
        ),
        resource("RealtimeUrl", "endpoint", {"url": SECRET, "configuredUrl": SECRET}),
    )

    adoption = adopted(inventory({A: "APPROVED"}, {C: "FULL_SIZE"}, {EN: A}, url="https://secret.example.com"), known)

    assert adoption.secrets == ["stay_header", "stay_image_alt_text", "endpoint_url"]
    assert 'header=config.require_secret("stay_header"),' in program(adoption)
    assert "write its bullet_points here: a secret as a whole" in " ".join(program(adoption).split("\n# "))
    inputs = imported(adoption)["Message", "stay"]["inputs"]
    assert (inputs["header"], inputs["image"]["altText"], inputs["bulletPoints"]) == (NOT_TOLD, NOT_TOLD, [NOT_TOLD])
    assert ("RealtimeUrl", "endpoint") not in imported(adoption)
    assert "secret.example.com" not in "".join(map(str, adoption.files.values()))


def everything() -> Adoption:
    """A program of everything that a program can have."""
    parts: dict[str, Any] = {
        "image": {"imageIdentifier": C, "altText": "A mountain"},
        "bulletPoints": [{"text": "Offline, too", "imageIdentifier": D, "altText": SECRET}],
        "headerPosition": "ABOVE_IMAGE",
        "keepReplaced": "7d",
        "waitForReview": "30m",
        "retainOnDelete": True,
    }
    known = told(message(A, **parts), resource("RealtimeUrl", "endpoint", {"url": SECRET, "configuredUrl": SECRET}))
    images = {C: "FULL_SIZE", D: "BULLET_POINT"}
    return adopted(inventory({A: "APPROVED", B: "APPROVED"}, images, {EN: A, DE: B}, url="https://x.example"), known)


@pytest.mark.parametrize("width", [79, 120])
def test_the_program_is_as_ruff_formats_it(width: int) -> None:
    """Ruff finds nothing to format in a program, and nothing to complain of."""
    ruff = [sys.executable, "-m", "ruff"]
    text = program(everything())

    formatted = subprocess.run(
        [*ruff, "format", "--isolated", "--line-length", str(width), "-"],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    checked = subprocess.run(
        [*ruff, "check", "--isolated", "--select", "E4,E7,E9,F,I", "-"],
        input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert formatted.stdout == text
    assert checked.stdout == "All checks passed!\n"


@pytest.mark.long
def test_the_program_has_the_types_of_the_sdk(tmp_path: Path) -> None:
    """mypy has nothing to say of a program, in its strict mode."""
    (tmp_path / "__main__.py").write_text(program(everything()))

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path), "__main__.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (checked.returncode, checked.stdout) == (0, "Success: no issues found in 1 source file\n")
