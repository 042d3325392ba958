"""What Pulumi offers for every resource, and what these make of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest

from acceptance.stacks import CLI_ONLY, errors, plan
from retention_messaging_emulator import Emulator, Fault, Switches

if TYPE_CHECKING:
    from acceptance.stacks import ProgramStack


def message(name: str, header: str, opts: str = "") -> str:
    """A line of a program."""
    return (
        f'retention.Message("{name}", header="{header}", body="It is day 12.", opts=pulumi.ResourceOptions({opts}))\n'
    )


PLAN = """
    class Plan(pulumi.ComponentResource):
        def __init__(self, name, opts=None):
            super().__init__("example:retention:Plan", name, None, opts)


"""


def test_a_message_moves_into_a_component_under_an_alias(sandbox: ProgramStack, emulator: Emulator) -> None:
    """Messages in components are owned by their URN, and one moves into a component without a request."""
    sandbox.program_is(f"""{PLAN}
    year = Plan("year")
    month = Plan("month", pulumi.ResourceOptions(parent=year))
    stay = {message("stay", "At the root")}
    {message("offer", "In a component", "parent=year, depends_on=[stay]")}
    {message("deep", "In a component's component", "parent=month")}
    """)
    sandbox.up()
    records = {name: sandbox.resource(name) for name in ("stay", "offer", "deep")}
    assert [each["outputs"]["owner"] for each in records.values()] == [each["urn"] for each in records.values()]
    assert records["stay"]["urn"] in records["offer"]["dependencies"]
    assert "Plan$example:retention:Plan$" in records["deep"]["urn"]

    emulator.clear_requests()
    sandbox.edit(
        message("stay", "At the root"),
        message("stay", "At the root", "parent=month, aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)]"),
    )
    assert plan(sandbox.up()) == {"~": 1}  # the new owner is recorded
    assert emulator.requests() == []
    assert sandbox.resource("stay")["urn"] != records["stay"]["urn"]
    assert sandbox.outputs("stay")["messageIdentifier"] == records["stay"]["id"]

    sandbox.edit(", aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)]", "")
    sandbox.agrees()


def test_a_rename_without_an_alias_is_another_message(sandbox: ProgramStack, emulator: Emulator) -> None:
    """A rename with an alias asks Apple nothing; without one it is another message."""
    sandbox.program_is(message("stay", "Keep your streak"))
    sandbox.up()
    emulator.clear_requests()

    sandbox.program_is(message("remain", "Keep your streak", 'aliases=[pulumi.Alias(name="stay")]'))
    assert plan(sandbox.up()) == {"~": 1}  # the new owner is recorded
    assert emulator.requests() == []

    sandbox.edit("Keep your streak", "Do not go yet")
    assert plan(sandbox.up()) == {"+-": 1}
    assert sandbox.texts() == {"Do not go yet": "APPROVED"}

    sandbox.program_is(message("linger", "Do not go yet"))
    assert plan(sandbox.up()) == {"+": 1, "-": 1}
    assert sandbox.texts() == {"Do not go yet": "APPROVED"}
    sandbox.agrees()


def test_an_aliased_rename_with_an_edit_is_one_replacement(sandbox: ProgramStack) -> None:
    """A rename with an alias and an edit in the same `up` is one replacement."""
    sandbox.program_is(message("stay", "Keep your streak"))
    sandbox.up()

    sandbox.program_is(message("remain", "Do not go yet", 'aliases=[pulumi.Alias(name="stay")]'))

    assert plan(sandbox.up()) == {"+-": 1}
    assert sandbox.texts() == {"Do not go yet": "APPROVED"}
    sandbox.agrees()


def test_a_protected_message_is_not_replaced(sandbox: ProgramStack) -> None:
    """An edit of a protected message is refused until the protection is lifted."""
    sandbox.program_is(message("stay", "Keep your streak", "protect=True"))
    sandbox.up()
    urn = sandbox.resource("stay")["urn"]

    sandbox.edit("Keep your streak", "Do not go yet")
    sandbox.refuses(f'unable to replace resource "{urn}"')
    assert sandbox.texts() == {"Keep your streak": "APPROVED"}

    sandbox.edit("protect=True", "protect=False")
    sandbox.up()
    assert sandbox.texts() == {"Do not go yet": "APPROVED"}
    sandbox.agrees()


def test_ignore_changes_and_retain_on_delete_are_respected(sandbox: ProgramStack) -> None:
    """A property in ignore_changes stays as it is, and a message with retain_on_delete stays at the App Store."""
    frozen = message("frozen", "Frozen on day 12", 'ignore_changes=["header"]')
    sandbox.program_is(frozen + message("kept", "Kept on day 12", "retain_on_delete=True"))
    sandbox.up()

    sandbox.edit("on day 12", "on day 13")
    assert plan(sandbox.up()) == {"+-": 1}
    assert sandbox.texts().keys() == {"Frozen on day 12", "Kept on day 12", "Kept on day 13"}

    sandbox.program_is("")
    assert plan(sandbox.up()) == {"-": 2}
    assert sandbox.texts().keys() == {"Kept on day 12", "Kept on day 13"}


def test_a_secret_text_is_encrypted_in_the_state(sandbox: ProgramStack) -> None:
    """A secret text reaches Apple in clear, and is in no file and no output of Pulumi's."""
    sandbox.config_set("text", "A surprise for you", secret=True)
    sandbox.program_is("""
        retention.Message("stay", header=pulumi.Config().require_secret("text"), body="Tomorrow is day 13.")
    """)

    result = sandbox.up()

    assert sandbox.texts() == {"A surprise for you": "APPROVED"}
    assert "ciphertext" in sandbox.outputs("stay")["header"]
    files = [path.read_bytes() for path in sandbox.backend.rglob("*") if path.is_file()]
    assert not [file for file in [*files, result.output.encode()] if b"A surprise for you" in file]
    sandbox.agrees()

    sandbox.config_set("text", "Another surprise", secret=True)
    assert plan(sandbox.up()) == {"+-": 1}
    assert sandbox.texts() == {"Another surprise": "APPROVED"}
    sandbox.agrees()


def test_a_forced_replacement_leaves_the_same_identifiers(sandbox: ProgramStack) -> None:
    """After a forced replacement the App Store has what it had."""
    sandbox.up()
    urns = [sandbox.resource(name)["urn"] for name in ("hero", "stay", "endpoint")]
    made = sandbox.app_store.inventory()

    sandbox.up(*(f"--target-replace={urn}" for urn in urns))
    assert sandbox.app_store.inventory() == made

    sandbox.up(*(f"--replace={urn}" for urn in urns))
    assert sandbox.app_store.inventory() == made
    sandbox.agrees()


@pytest.mark.parametrize("switches", [Switches(identifiers_are_reusable=False)], ids=["used once"])
def test_an_edit_taken_back_may_need_another_identifier(sandbox: ProgramStack) -> None:
    """An edit that is taken back is uploaded under another identifier if the first cannot be used again."""
    sandbox.program_is(message("stay", "Keep your streak"))
    sandbox.up()
    first = sandbox.outputs("stay")["messageIdentifier"]
    sandbox.edit("Keep your streak", "Do not go yet")
    sandbox.up()

    sandbox.edit("Do not go yet", "Keep your streak")
    sandbox.up()

    assert sandbox.texts() == {"Keep your streak": "APPROVED"}
    assert sandbox.outputs("stay")["messageIdentifier"] != first
    sandbox.agrees()


@pytest.mark.long
@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_a_renamed_stack_keeps_its_messages(sandbox: ProgramStack, emulator: Emulator) -> None:
    """After `stack rename` an `up` asks Apple nothing and records the new owners, and an edit is one replacement."""
    sandbox.up()
    sandbox.run("stack", "rename", "trial")
    sandbox.stack = "trial"
    emulator.clear_requests()

    assert plan(sandbox.up()) == {"~": 2}  # message and image: the new owner is recorded
    assert emulator.requests() == []
    sandbox.preview("--expect-no-changes")

    sandbox.edit("Keep your streak", "Do not go yet")
    assert plan(sandbox.up()) == {"+-": 1}
    assert sandbox.texts() == {"Do not go yet": "APPROVED"}
    sandbox.agrees()


def test_one_program_serves_two_apps(sandbox: ProgramStack, emulator: Emulator) -> None:
    """One program makes and destroys the resources of two apps."""
    sandbox.program_is("""
        for app in ("com.example.app", "com.example.other"):
            retention.Message(app, header="In " + app, body="It is day 12.", bundle_id=app)
            retention.RealtimeUrl(app, url="https://" + app, bundle_id=app)
    """)

    sandbox.up()

    other = emulator.app_store("sandbox", "com.example.other").inventory()
    assert sandbox.texts() == {"In com.example.app": "APPROVED"}
    assert [message["header"] for message in other["messages"]] == ["In com.example.other"]
    assert other["realtimeURL"] == "https://com.example.other"
    sandbox.agrees()

    sandbox.destroy()
    assert [app["messages"] for app in emulator.inventory()] == [[], []]


def test_import_is_refused(sandbox: ProgramStack) -> None:
    """The option import_ is refused with what to use instead."""
    sandbox.program_is(message("stay", "Keep your streak", 'import_="0b54ab32-1cf3-8d2e-9a6c-2f6f3c1d7e55"'))

    sandbox.refuses(
        "'stay' was given import_=, which dynamic resources do not have; to take over what is at Apple already, "
        "give its identifier (message_identifier=, image_identifier=) or URL and adopt=True",
        command=("preview",),
    )


@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_a_provider_of_its_own_is_refused(sandbox: ProgramStack) -> None:
    """The option provider is refused with what to use instead."""
    provider = 'provider=pulumi.ProviderResource("pulumi-python", "other")'
    sandbox.program_is(message("stay", "Keep your streak", provider))

    sandbox.refuses(
        "'stay' was given a provider of its own, which dynamic resources do not have; "
        "set retention-messaging:… in the stack's config, or bundle_id= for another app",
        command=("preview",),
    )


def test_what_others_did_is_seen_by_a_refresh_and_put_right(sandbox: ProgramStack) -> None:
    """What was changed outside the stack is found by a refresh and put back by `up`."""
    sandbox.up()
    made = sandbox.app_store.inventory()
    sandbox.app_store.delete_message(sandbox.outputs("stay")["messageIdentifier"])
    sandbox.app_store.put_realtime_url({"realtimeURL": "https://somebody.example.com"})

    assert plan(sandbox.refresh()) == {"-": 1, "~": 1}
    assert plan(sandbox.preview()) == plan(sandbox.up()) == {"+": 1, "~": 1}
    assert sandbox.app_store.inventory() == made

    sandbox.app_store.delete_message(sandbox.outputs("stay")["messageIdentifier"])
    sandbox.up("--refresh")
    assert sandbox.app_store.inventory() == made
    sandbox.agrees()


def test_a_foreign_realtime_url_is_not_deleted(sandbox: ProgramStack) -> None:
    """A realtime URL that was set outside the stack is not deleted, and is named in a line."""
    sandbox.program_is('retention.RealtimeUrl("endpoint", url="https://retention.example.com")')
    sandbox.up()
    sandbox.app_store.put_realtime_url({"realtimeURL": "https://somebody.example.com"})

    result = sandbox.destroy()

    assert sandbox.app_store.inventory()["realtimeURL"] == "https://somebody.example.com"
    assert "https://somebody.example.com" in result.stdout


def test_a_refresh_finds_what_apple_has_decided(production: ProgramStack, emulator: Emulator) -> None:
    """A refresh finds an approval, and `up` reports a rejection while the old text stays."""
    emulator.performance_test(passed=True)
    production.up()
    assert production.outputs("stay")["approvedIdentifier"] == ""

    emulator.approve()
    production.refresh()
    shown = production.outputs("stay")["approvedIdentifier"]
    assert shown == production.outputs("stay")["messageIdentifier"]
    production.agrees()

    production.edit("Keep your streak", "Do not go yet")
    production.up()
    emulator.reject(production.outputs("stay")["messageIdentifier"])
    result = production.up()
    assert f"Apple rejected it; {shown} stays meanwhile" in result.stdout
    assert production.texts() == {"Keep your streak": "APPROVED", "Do not go yet": "REJECTED"}
    production.agrees()

    production.destroy()
    assert production.is_empty_at_the_app_store()


@pytest.mark.long
@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_replacing_all_and_the_provider_takes_nothing_away(sandbox: ProgramStack) -> None:
    """`--replace '**'` replaces the provider, too, in a process of its own; Apple keeps what there is."""
    sandbox.up()
    before = sandbox.app_store.inventory()

    result = sandbox.up("--replace", "**")

    assert sandbox.app_store.inventory() == before
    assert "was not deleted" not in result.output
    sandbox.agrees()

    sandbox.edit("Keep your streak", "Do not go yet")
    earlier = sandbox.outputs("stay")["messageIdentifier"]
    result = sandbox.up("--replace", "**")
    left = sandbox.texts()
    assert "Do not go yet" in left
    assert "Keep your streak" not in left or f"{earlier} was not deleted" in result.output
    sandbox.destroy()


ADOPTED = """
    stay = retention.Message(
        "stay", header="Stay", body="It is day 12.", message_identifier="{identifier}", adopt=True
    )
    retention.DefaultMessage("monthly", product_id="monthly", locale="en-US", message=stay, adopt=True)
"""


@pytest.mark.long
@pytest.mark.parametrize("engine", CLI_ONLY, indirect=True)
def test_a_saved_plan_adopts_what_customers_see(production: ProgramStack) -> None:
    """A preview of an adoption knows that Apple has approved the message, so that `up --plan` does what it says."""
    identifier = "6f2c0b1e-9f36-4c0c-8a53-5b4f0e9b7c11"
    production.app_store.put_message(identifier, {"header": "Stay", "body": "It is day 12."})
    production.app_store.configure_default_message("monthly", "en-US", {"messageIdentifier": identifier})
    production.program_is(ADOPTED.format(identifier=identifier))

    previewed = production.run("preview", "--save-plan", "plan.json")
    production.run("up", "--yes", "--plan", "plan.json")

    assert "waits" not in previewed.output
    assert production.outputs("stay")["approvedIdentifier"] == identifier
    production.agrees()


WAITING = 'stay = retention.Message("stay", header="{}", body="Tomorrow is day 13.", wait_for_review="2s")\n'
SHOWN = 'retention.DefaultMessage("monthly", product_id="com.example.monthly", locale="en-US", message=stay)'


def test_a_review_is_waited_for_as_long_as_it_says(production: ProgramStack, emulator: Emulator) -> None:
    """A creation and an edit with wait_for_review wait, and go on without a review; the next `up` finds it."""
    for text in ("Keep your streak", "Do not go yet"):
        production.program_is(WAITING.format(text) + SHOWN)
        production.preview()
        result = production.up()
        assert "message stay: waiting up to 2s for Apple's review" in result.stdout
        emulator.approve()
        production.up()
        assert production.outputs("monthly")["messageIdentifier"] == production.outputs("stay")["messageIdentifier"]
        production.up()
        production.agrees()

    assert production.texts() == {"Do not go yet": "APPROVED"}
    production.destroy()
    assert production.is_empty_at_the_app_store()


@pytest.mark.parametrize(("fault", "reason"), [("unauthenticated", "refused .* 401"), ("bad-gateway", ".* 502")])
def test_an_edit_without_apple_says_what_apple_said(
    production: ProgramStack, emulator: Emulator, fault: Literal["unauthenticated", "bad-gateway"], reason: str
) -> None:
    """An edit in production that Apple refuses or does not answer ends in that sentence, and the next one succeeds."""
    production.program_is('stay = retention.Message("stay", header="Keep your streak", body="Day 13.")')
    production.up()
    emulator.approve()
    production.up()
    production.edit("Keep your streak", "Do not go yet")

    emulator.fail_next(Fault(kind=fault, times=50))
    failed = production.run("up", "--yes", "--skip-preview", check=False)
    emulator.traffic.faults.clear()

    assert any(re.match(f"RetentionMessagingError: Apple {reason}", each) for each in errors(failed)), failed.output
    production.up()
    production.agrees()
