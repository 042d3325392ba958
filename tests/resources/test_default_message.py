"""The handler of a default message; what it shares with every resource is in `test_handlers.py`."""

from dataclasses import replace

import pytest

from resources.samples import EXPLICIT, default, message
from resources.stack import CheckFailed, Stack, Want
from retention_messaging_provider.resources.handler import UNKNOWN, Failure
from retention_messaging_provider.resources.ledger import MESSAGE

MONTHLY = ("com.example.monthly", "en-US")


@pytest.fixture
def approved(production: Stack) -> str:
    """The identifier of a message `First` that the default of MONTHLY shows."""
    program = (message("First", pairs=["com.example.monthly/en-US"]), default())
    production.up(*program)
    production.apple.approve()
    production.up(*program)
    identifier: str = production["stay"]["approvedIdentifier"]
    return identifier


def edited(text: str = "Second") -> tuple[Want, ...]:
    return (message(text, pairs=["com.example.monthly/en-US"]), default())


def test_in_sandbox_a_default_follows_an_edit_in_one_run(sandbox: Stack) -> None:
    """In sandbox a default follows an edit in the same run, and the earlier message is deleted."""
    sandbox.up(message("First", pairs=["com.example.monthly/en-US"]), default())

    done = sandbox.up(*edited())

    assert done.steps == {"stay": "replace", "monthly-en": "update"}
    assert sandbox.store.default_message(*MONTHLY) == sandbox["stay"]["messageIdentifier"]
    assert [sandbox["stay"]["messageIdentifier"]] == list(sandbox.messages)


def test_a_default_waits_while_nothing_may_be_shown(production: Stack) -> None:
    """While its message has nothing approved, a default configures nothing, and a line reports that."""
    done = production.up(message("First"), default())

    assert production.store.inventory()["defaults"] == []
    assert (
        "default of com.example.monthly/en-US: its message has nothing approved yet; until then nothing is shown"
        in done.said
    )


def test_an_edit_in_production_changes_no_default(production: Stack, approved: str) -> None:
    """An edit in production changes no default before Apple has approved it."""
    done = production.up(*edited())

    assert done.steps == {"stay": "replace", "monthly-en": "same"}
    assert approved == production.store.default_message(*MONTHLY)


def test_a_default_follows_before_the_earlier_message_goes(production: Stack, approved: str) -> None:
    """After the approval the default follows, one run later the earlier message goes, and then nothing changes."""
    production.up(*edited())
    production.apple.approve()

    follows = production.up(*edited())
    kept = dict(production.messages)
    retires = production.up(*edited())
    rests = production.up(*edited())

    assert follows.steps == {"stay": "update", "monthly-en": "update"}
    assert approved in kept
    assert retires.steps == {"stay": "update", "monthly-en": "same"}
    assert [production["stay"]["messageIdentifier"]] == list(production.messages)
    assert rests.steps == {"stay": "same", "monthly-en": "same"}
    assert rests.requests == []


def test_the_plan_of_a_retirement_changes_no_default(production: Stack, approved: str) -> None:
    """The plan of the run that deletes the earlier message does not change the default."""
    production.up(*edited())
    production.apple.approve()
    approving = production.preview(*edited())
    production.up(*edited())

    retiring = production.preview(*edited())

    assert approving.steps == {"stay": "update", "monthly-en": "update"}
    assert retiring.steps == {"stay": "update", "monthly-en": "same"}


def test_a_message_that_a_default_still_shows_is_not_retired(production: Stack, approved: str) -> None:
    """An earlier message is not deleted while a default still shows it."""
    production.up(*edited())
    production.apple.approve()
    production.up(*edited())
    production.store.configure_default_message(*MONTHLY, {"messageIdentifier": approved})

    production.up(*edited())

    assert approved in production.messages


def test_a_default_moved_to_a_waiting_message_changes_nothing(production: Stack, approved: str) -> None:
    """A default that moves to a message in review goes on showing what it showed."""
    moved = (
        message("First", pairs=[]),
        message("Other", name="other", pairs=["com.example.monthly/en-US"]),
        default(message="other"),
    )

    done = production.up(*moved)

    assert done.steps["monthly-en"] == "same"
    assert approved == production.store.default_message(*MONTHLY)


@pytest.mark.parametrize("runs", ["in one run", "in two runs"])
def test_a_moved_default_keeps_its_message_through_an_edit(production: Stack, approved: str, runs: str) -> None:
    """A default that moved to a message in review shows the earlier one until the approval, though that is edited."""
    moved = (
        message("Other", name="other", pairs=["com.example.monthly/en-US"]),
        default(message="other"),
    )
    if runs == "in two runs":
        noted = production.up(message("First", pairs=[]), *moved)
        assert noted.steps == {"stay": "update", "other": "create", "monthly-en": "same"}
    final = (message("Second", pairs=[]), *moved)
    production.up(*final)
    production.apple.approve(production["stay"]["messageIdentifier"])
    production.up(*final)
    production.up(*final)
    shown_while_the_other_waits = production.store.default_message(*MONTHLY)
    there = production.messages
    production.apple.approve()
    production.up(*final)
    production.up(*final)

    assert shown_while_the_other_waits == approved
    assert there[approved] == "APPROVED"
    assert production.store.default_message(*MONTHLY) == production["other"]["messageIdentifier"]
    assert set(production.messages) == {production[name]["messageIdentifier"] for name in ("stay", "other")}


def test_a_renamed_default_that_waits_stays_and_is_named(production: Stack, approved: str) -> None:
    """A default under another name, whose message waits, changes nothing, and a line names what stays."""
    other = message("Other", name="other", pairs=["com.example.monthly/en-US"])
    production.up(other, default(message="other"))

    done = production.up(other, default("renamed", message="other"))
    shown = production.store.default_message(*MONTHLY)
    destroyed = production.destroy()

    line = f"default of com.example.monthly/en-US: its message has nothing approved yet; until then {approved} stays"
    assert shown == approved
    assert line in done.said
    assert (
        f"default of com.example.monthly/en-US: {approved} was not configured by this resource, and was not deleted"
    ) in destroyed.said


def test_a_waiting_default_does_not_delete_a_foreign_one(production: Stack) -> None:
    """A default whose message waits does not delete what was set outside this stack."""
    production.store.put_message(EXPLICIT, {"header": "Not ours", "body": "Not ours"}, "APPROVED")
    production.store.configure_default_message(*MONTHLY, {"messageIdentifier": EXPLICIT})
    production.up(*edited())

    production.destroy()

    assert production.store.default_message(*MONTHLY) == EXPLICIT


def test_a_default_of_a_missing_message_is_an_error(sandbox: Stack) -> None:
    """A default of a message that is missing at Apple is an error that names the way to upload it again."""
    sandbox.up(message("First"))
    identifier = sandbox["stay"]["messageIdentifier"]
    sandbox.store.delete_message(identifier)

    with pytest.raises(Failure) as refused:
        sandbox.up(message("First"), default())
    sandbox.refresh()
    sandbox.up(message("First"), default())

    assert str(refused.value) == (
        "Apple refused to configure default message com.example.monthly/en-US: "
        "Message not found (4040015 MessageNotFoundError); upload it first, or, if pulumi did, run pulumi refresh, "
        "and pulumi up uploads it again"
    )
    assert sandbox.store.default_message(*MONTHLY) == sandbox["stay"]["messageIdentifier"]


def test_a_message_that_leaves_stays_while_it_is_shown(production: Stack, approved: str) -> None:
    """A message that leaves the program while a default shows it is not deleted, and a line names it."""
    moved = (message("Other", name="other", pairs=["com.example.monthly/en-US"]), default(message="other"))

    done = production.up(*moved)

    assert approved in production.messages
    assert (
        f"message stay: {approved} was not deleted while com.example.monthly/en-US showed it; delete it by hand when "
        f"nothing shows it; a rename or a move keeps it where the new resource has aliases=['{message().urn}']"
    ) in done.said


def test_two_defaults_of_one_pair_are_refused_in_the_plan(production: Stack) -> None:
    """Two defaults of one product and locale are refused in the plan."""
    with pytest.raises(CheckFailed) as refused:
        production.preview(message("First"), default(), default("again"))

    assert str(refused.value) == "locale is en-US, for which monthly-en sets the default of this product, too; keep one"


def test_two_defaults_may_exchange_their_locales(sandbox: Stack) -> None:
    """Two defaults that exchange their locales are not refused as two of one pair."""
    sandbox.up(message("First"), default("one"), default("two", locale="de-DE"))

    sandbox.up(message("First"), default("one", locale="de-DE"), default("two"))

    assert [sandbox[name]["locale"] for name in ("one", "two")] == ["de-DE", "en-US"]
    assert len(sandbox.store.inventory()["defaults"]) == 2


def test_a_message_that_leaves_knows_pairs_added_later(production: Stack, approved: str) -> None:
    """A message that leaves the program is not deleted while a default that was added to it later shows it."""
    yearly = default("yearly-en", productId="com.example.yearly")
    production.up(message("First", pairs=["com.example.monthly/en-US", "com.example.yearly/en-US"]), default(), yearly)
    other = message("Other", name="other", pairs=["com.example.yearly/en-US"])

    production.up(other, default("yearly-en", productId="com.example.yearly", message="other"))

    assert production.store.default_message("com.example.yearly", "en-US") == approved
    assert production.messages[approved] == "APPROVED"


def test_a_foreign_default_is_found_by_refresh_and_set_back(production: Stack, approved: str) -> None:
    """A refresh records a default that was set outside this stack, and the next up sets it back."""
    production.store.put_message(EXPLICIT, {"header": "Not ours", "body": "Not ours"}, "APPROVED")
    production.store.configure_default_message(*MONTHLY, {"messageIdentifier": EXPLICIT})

    refreshed = production.refresh()
    found = production["monthly-en"]["messageIdentifier"]
    reset = production.up(*edited("First"))

    assert refreshed.steps["monthly-en"] == "update"
    assert found == EXPLICIT
    assert reset.steps["monthly-en"] == "update"
    assert approved == production.store.default_message(*MONTHLY)


def test_no_default_at_apple_is_drift_and_the_next_up_sets_it(production: Stack, approved: str) -> None:
    """A default that is missing at Apple is drift: the next up sets it."""
    production.store.delete_default_message(*MONTHLY)

    production.refresh()
    production.up(*edited("First"))

    assert approved == production.store.default_message(*MONTHLY)


def test_destroy_does_not_delete_a_foreign_default(production: Stack, approved: str) -> None:
    """Destroy deletes neither a default that was set outside this stack nor the message that it shows."""
    production.store.put_message(EXPLICIT, {"header": "Not ours", "body": "Not ours"}, "APPROVED")
    production.store.configure_default_message(*MONTHLY, {"messageIdentifier": EXPLICIT})
    production.refresh()

    production.destroy()

    assert production.store.default_message(*MONTHLY) == EXPLICIT
    assert list(production.messages) == [EXPLICIT]


def test_destroy_asks_nothing_twice_and_leaves_nothing(production: Stack, approved: str) -> None:
    """Destroy asks about a default once, and deletes everything."""
    done = production.destroy()

    assert production.messages == {}
    assert production.store.inventory()["defaults"] == []
    assert done.requests.count("Get Default Message") == 1


def test_another_product_is_another_default(sandbox: Stack) -> None:
    """Another product is a replacement of the default."""
    sandbox.up(message("First"), default())

    done = sandbox.up(message("First"), default(productId="com.example.yearly"))

    assert done.steps["monthly-en"] == "replace"
    assert [each["productId"] for each in sandbox.store.inventory()["defaults"]] == ["com.example.yearly"]


def test_two_defaults_may_exchange_their_products(sandbox: Stack) -> None:
    """Two defaults may exchange their products in one run."""
    pairs = ["com.example.monthly/en-US", "com.example.yearly/en-US"]
    both = message("First", pairs=pairs)
    sandbox.up(both, default(), default("yearly-en", productId="com.example.yearly"))

    sandbox.up(both, default(productId="com.example.yearly"), default("yearly-en"))

    assert pairs == sorted(f"{each['productId']}/{each['locale']}" for each in sandbox.store.inventory()["defaults"])


@pytest.mark.parametrize(
    ("locale", "advice"),
    [
        ("en_US", "did you mean en-US?"),
        ("EN-us", "did you mean en-US?"),
        ("zh-hans", "did you mean zh-Hans?"),
        ("pt_br", "did you mean pt-BR?"),
        ("", "such as en-US"),
    ],
)
def test_a_locale_of_another_form_is_refused_with_advice(sandbox: Stack, locale: str, advice: str) -> None:
    """A locale of another form is refused with the one that is meant."""
    with pytest.raises(CheckFailed, match=advice.replace("?", r"\?")):
        sandbox.up(message("First"), default(locale=locale))


def test_an_unknown_locale_is_a_warning(sandbox: Stack) -> None:
    """A locale that is not on the list is a warning that names similar ones; Apple decides."""
    run, _ = sandbox.begin()
    want = default(locale="en", messageIdentifier=EXPLICIT)

    checked = want.handler(run).check({}, sandbox.props(want))

    assert checked.failures == []
    assert "en is not among the App Store locales that are known here" in checked.warnings[0]
    assert "did you mean en-AU or en-CA or en-GB or en-US?" in checked.warnings[0]


def test_keep_replaced_keeps_the_earlier_message_that_long(sandbox: Stack) -> None:
    """`keepReplaced` keeps the earlier message for that time, and after it the message goes."""
    sandbox.up(message("First", keepReplaced="7d"))
    first = sandbox["stay"]["messageIdentifier"]
    second = message("Second", keepReplaced="7d")

    sandbox.up(second)
    waits = sandbox.up(second)
    sandbox.pass_time(7 * 86_400)
    retired = sandbox.up(second)

    assert first not in sandbox.messages
    assert [waits.steps["stay"], retired.steps["stay"]] == ["same", "update"]


def test_wait_for_review_waits_visibly_until_apple_approves(production: Stack) -> None:
    """`waitForReview` waits, with a line, until Apple approves, and the default follows in the same run."""
    production.on_sleep = production.apple.approve

    done = production.up(message("First", waitForReview="30m", pairs=["com.example.monthly/en-US"]), default())

    assert production["stay"]["messageIdentifier"] == production.store.default_message(*MONTHLY)
    assert "message stay: waiting up to 30m for Apple's review" in done.said


def test_wait_for_review_ends_at_its_time(production: Stack) -> None:
    """`waitForReview` ends at its time, and the message stays pending."""
    done = production.up(message("First", waitForReview="2m"))

    assert production["stay"]["messageState"] == "PENDING"
    assert done.requests.count("Get Message List") == 1 + 4


@pytest.mark.parametrize(
    ("product_id", "requests"),
    [
        ("com.example.monthly", ["Get Default Message"]),
        (
            "com.example.yearly",
            ["Get Default Message", "Configure Default Message", "Get Default Message", "Delete Default Message"],
        ),
    ],
)
def test_one_that_is_deleted_first_stays_until_its_replacement(
    sandbox: Stack, product_id: str, requests: list[str]
) -> None:
    """A dependency with `delete_before_replace` draws it in: its pair is never without a message meanwhile."""
    sandbox.up(message("First"), default())
    record = next(each for each in sandbox.state if each.name == "monthly-en")
    run, _ = sandbox.begin()
    handler = record.handler(run)
    run.ledger.declare(MESSAGE, "urn of a message that was checked before")
    sandbox.apple.clear_requests()

    handler.diff(record.id, record.outputs, {**record.inputs, "productId": UNKNOWN})
    handler.delete(record.id, record.outputs)
    shown_between = sandbox.store.default_message(*MONTHLY)
    created = handler.create(handler.check({}, {**record.inputs, "productId": product_id}).inputs)

    assert shown_between == record.outputs["messageIdentifier"]
    assert created.outputs["configuredIdentifier"] == shown_between
    assert [each["endpoint"] for each in sandbox.apple.requests()] == requests


def test_a_default_of_another_app_than_its_message_is_refused(sandbox: Stack) -> None:
    """A default whose message is one of another app is refused in the plan."""
    with pytest.raises(CheckFailed, match=r"messageIdentifier is a message of com.example.app .sandbox., and this"):
        sandbox.preview(message("First"), default(bundleId="com.example.another"))


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("productId", "com.example.yearly"),
        ("productId", "com.example.Monthly"),
        ("locale", "de-DE"),
        ("messageIdentifier", EXPLICIT),
    ],
)
def test_what_a_transformation_changes_is_refused(sandbox: Stack, key: str, given: str) -> None:
    """A pair or a message that is not the program's own is refused: no message would know of it."""
    program = {"productId": MONTHLY[0], "locale": MONTHLY[1], "messageIdentifier": EXPLICIT.replace("1", "2")}
    with pytest.raises(CheckFailed, match=rf"{key} is not what the program gives: a transformation or ignore_changes"):
        sandbox.preview(message("First"), default(**program, program={**program, key: given}))


def test_a_message_kept_by_ignore_changes_is_no_refusal(sandbox: Stack) -> None:
    """Where ignore_changes keeps the recorded message, the program may give another one."""
    sandbox.up(message("First"), default())
    kept = sandbox["monthly-en"]["messageIdentifier"]
    program = {"productId": MONTHLY[0], "locale": MONTHLY[1], "messageIdentifier": EXPLICIT}

    done = sandbox.up(message("First"), default(messageIdentifier=kept, program=program))

    assert done.steps["monthly-en"] == "same"


@pytest.mark.parametrize("adopt", [False, True])
def test_a_default_that_is_there_is_taken_over_with_a_line(sandbox: Stack, adopt: bool) -> None:
    """A default that Apple has already as it is wanted writes nothing, and a line warns of who else may have it."""
    sandbox.up(message("First"))
    shown = sandbox["stay"]["messageIdentifier"]
    sandbox.store.configure_default_message(*MONTHLY, {"messageIdentifier": shown})

    done = sandbox.up(message("First"), default(adopt=adopt))

    assert "Configure Default Message" not in done.requests
    assert any("Apple had it already as it is wanted" in line for line in done.said) is not adopt


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_what_moved_without_an_alias_is_taken_over_with_adopt(environment: str, request: pytest.FixtureRequest) -> None:
    """Where message and default move into a component without an alias, adopt=True ends the refusal."""
    stack: Stack = request.getfixturevalue(environment)
    for _ in range(2):
        stack.up(message("First"), default())
        stack.apple.approve()
    moved = [replace(message("First"), inside="group"), replace(default(), inside="group")]
    adopting = [moved[0], replace(default(adopt=True), inside="group")]

    if environment == "production":  # its message is to be reviewed first
        stack.up(*moved)
        stack.apple.approve()
    with pytest.raises(Failure, match="or set adopt=True to take it over, also after a rename or a move"):
        stack.up(*moved)
    for _ in range(3):
        stack.up(*adopting)

    assert stack.store.default_message(*MONTHLY) == stack["stay"]["messageIdentifier"]
    assert set(stack.preview(*adopting).steps.values()) == {"same"}


@pytest.mark.parametrize("environment", ["sandbox", "production"])
@pytest.mark.parametrize("what", ["both", "message"])
def test_a_rename_without_an_alias_is_told_in_the_plan(
    environment: str, what: str, request: pytest.FixtureRequest
) -> None:
    """A plan tells that no message of the program has what a default shows; with the aliases it tells nothing."""
    stack: Stack = request.getfixturevalue(environment)
    for _ in range(2):
        stack.up(message("First"), default())
        stack.apple.approve()
    shown = stack["stay"]["messageIdentifier"]
    name = "renamed" if what == "both" else "monthly-en"
    told = (
        f"default of com.example.monthly/en-US: no message of the program has {shown}, which is shown; after a rename"
    )

    without = stack.preview(message("First", name="again"), default(name, message="again")).said
    with_alias = stack.preview(message("First", name="again", alias="stay"), default(name, message="again")).said

    is_told_without = environment == "production" or what == "both"  # else the default moves in this run
    assert any(line.startswith(told) for line in without) is is_told_without
    assert not any(line.startswith(told) for line in with_alias)


def test_what_a_default_is_to_show_again_is_not_deleted(production: Stack, approved: str) -> None:
    """A default that is rolled back to an earlier message by its identifier shows it, whatever comes first."""
    for _ in range(2):
        production.up(message("Second"), default())
        production.apple.approve()
    assert production["stay"]["superseded"] == [approved]

    for _ in range(2):
        production.up(message("Second"), default(messageIdentifier=approved))

    assert production.store.default_message(*MONTHLY) == approved
    assert approved in production.messages


def test_what_another_message_is_to_adopt_is_not_deleted(production: Stack, approved: str) -> None:
    """An earlier message that another resource of the program adopts goes over to that one, whichever comes first."""
    for _ in range(2):
        production.up(message("Second"), default())
        production.apple.approve()

    program = [message("Second"), default(), message("First", name="again", messageIdentifier=approved, adopt=True)]
    for _ in range(2):
        production.up(*program)

    assert production["again"]["messageIdentifier"] == approved
    assert approved in production.messages
    assert set(production.preview(*program).steps.values()) == {"same"}


def test_a_default_stays_where_the_run_leaves_its_successor_out(production: Stack, approved: str) -> None:
    """A default that leaves the program stays, and is named, where the program has another that the run leaves out."""
    kept = message("First", pairs=["com.example.monthly/en-US"])
    successor = default("monthly-en-again")
    left_out = replace(kept, props={**kept.props, "program": production.props(kept, (kept, successor))["program"]})

    done = production.up(left_out)

    assert production.store.default_message(*MONTHLY) == approved
    assert any(f"{approved} was not deleted, because the program has another default" in line for line in done.said)


def test_the_successor_then_follows(production: Stack, approved: str) -> None:
    """The next run without the exclusion makes the successor, which shows what the earlier one did."""
    kept = message("First", pairs=["com.example.monthly/en-US"])
    successor = default("monthly-en-again")
    production.up(replace(kept, props={**kept.props, "program": production.props(kept, (kept, successor))["program"]}))

    production.up(kept, successor)
    production.destroy()

    assert production.store.inventory()["defaults"] == []


def test_a_default_by_identifier_knows_messages_that_come_later(sandbox: Stack) -> None:
    """A default under a new name, given another message by its identifier, is made before the messages, and is ours."""
    first, second = message("First", name="one"), message("Second", name="two")
    sandbox.up(first, second, default("before", message="one"))
    identifier = sandbox["two"]["messageIdentifier"]

    after = default("after", messageIdentifier=identifier)
    run, _ = sandbox.begin()
    records = {each.name: each for each in sandbox.state}

    def register_the_messages() -> None:
        for each in (first, second):
            record = records[each.name]
            record.handler(run).check(record.inputs, sandbox.props(each, [first, second, after]))

    sandbox.on_sleep = register_the_messages
    after.handler(run).create(sandbox.props(after))

    assert sandbox.store.default_message("com.example.monthly", "en-US") == identifier
