"""What is the default message's own; what it shares with every resource is in `test_laws.py`."""

import pytest

from resources.samples import CHOSEN, default, message
from resources.stack import CheckFailed, Stack, Want
from retention_messaging_provider.resources.handler import Failure

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


def test_in_sandbox_it_follows_an_edit_in_the_same_run_and_the_old_message_goes(sandbox: Stack) -> None:
    sandbox.up(message("First", pairs=["com.example.monthly/en-US"]), default())

    done = sandbox.up(*edited())

    assert done.steps == {"stay": "replace", "monthly-en": "update"}
    assert sandbox.store.default_message(*MONTHLY) == sandbox["stay"]["messageIdentifier"]
    assert [sandbox["stay"]["messageIdentifier"]] == list(sandbox.messages)


def test_while_nothing_may_be_shown_it_waits_and_says_so(production: Stack) -> None:
    done = production.up(message("First"), default())

    assert production.store.inventory()["defaults"] == []
    assert (
        "default of com.example.monthly/en-US: its message has nothing approved yet; until then nothing is shown"
        in done.said
    )


def test_an_edit_in_production_touches_no_default(production: Stack, approved: str) -> None:
    done = production.up(*edited())

    assert done.steps == {"stay": "replace", "monthly-en": "same"}
    assert approved == production.store.default_message(*MONTHLY)


def test_after_the_approval_it_follows_and_one_run_later_the_old_message_goes(production: Stack, approved: str) -> None:
    production.up(*edited())
    production.apple.approve()

    follows = production.up(*edited())
    held = dict(production.messages)
    retires = production.up(*edited())
    rests = production.up(*edited())

    assert follows.steps == {"stay": "update", "monthly-en": "update"}
    assert approved in held
    assert retires.steps == {"stay": "update", "monthly-en": "same"}
    assert [production["stay"]["messageIdentifier"]] == list(production.messages)
    assert rests.steps == {"stay": "same", "monthly-en": "same"}
    assert rests.requests == []


def test_the_plan_of_the_retiring_run_leaves_the_default_alone(production: Stack, approved: str) -> None:
    production.up(*edited())
    production.apple.approve()
    approving = production.preview(*edited())
    production.up(*edited())

    retiring = production.preview(*edited())

    assert approving.steps == {"stay": "update", "monthly-en": "update"}
    assert retiring.steps == {"stay": "update", "monthly-en": "same"}


def test_an_old_message_that_a_default_still_shows_is_not_retired(production: Stack, approved: str) -> None:
    production.up(*edited())
    production.apple.approve()
    production.up(*edited())
    production.store.configure_default_message(*MONTHLY, {"messageIdentifier": approved})

    production.up(*edited())

    assert approved in production.messages


def test_moved_to_a_message_that_waits_it_goes_on_showing_what_it_showed(production: Stack, approved: str) -> None:
    moved = (
        message("First", pairs=[]),
        message("Other", name="other", pairs=["com.example.monthly/en-US"]),
        default(message="other"),
    )

    done = production.up(*moved)

    assert done.steps["monthly-en"] == "same"
    assert approved == production.store.default_message(*MONTHLY)


@pytest.mark.parametrize("runs", ["in one run", "in two runs"])
def test_moved_to_a_message_that_waits_it_keeps_the_earlier_one_though_that_is_edited(
    production: Stack, approved: str, runs: str
) -> None:
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


def test_declared_under_another_name_while_its_message_waits_it_stays_and_is_named(
    production: Stack, approved: str
) -> None:
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


def test_declared_while_somebody_elses_message_is_shown_and_its_own_waits_it_leaves_that(production: Stack) -> None:
    production.store.put_message(CHOSEN, {"header": "Not ours", "body": "Not ours"}, "APPROVED")
    production.store.configure_default_message(*MONTHLY, {"messageIdentifier": CHOSEN})
    production.up(*edited())

    production.destroy()

    assert production.store.default_message(*MONTHLY) == CHOSEN


def test_of_a_message_that_a_run_cut_off_has_deleted_it_says_how_that_is_uploaded_again(sandbox: Stack) -> None:
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


def test_a_message_that_left_the_program_while_a_default_shows_it_is_left_at_apple(
    production: Stack, approved: str
) -> None:
    moved = (message("Other", name="other", pairs=["com.example.monthly/en-US"]), default(message="other"))

    done = production.up(*moved)

    assert approved in production.messages
    assert (
        f"message stay: {approved} was not deleted while com.example.monthly/en-US showed it; after a rename, give the "
        "new resource aliases=[pulumi.Alias(name='stay')]; else delete it by hand when nothing shows it"
    ) in done.said


def test_two_of_one_product_and_locale_are_complained_about_in_the_plan(production: Stack) -> None:
    with pytest.raises(CheckFailed) as refused:
        production.preview(message("First"), default(), default("again"))

    assert str(refused.value) == "locale is en-US, for which monthly-en sets the default of this product, too"


def test_two_that_exchange_their_locales_are_no_such_case(sandbox: Stack) -> None:
    sandbox.up(message("First"), default("one"), default("two", locale="de-DE"))

    sandbox.up(message("First"), default("one", locale="de-DE"), default("two"))

    assert [sandbox[name]["locale"] for name in ("one", "two")] == ["de-DE", "en-US"]
    assert len(sandbox.store.inventory()["defaults"]) == 2


def test_a_message_that_leaves_the_program_knows_the_defaults_that_were_added_to_it(
    production: Stack, approved: str
) -> None:
    yearly = default("yearly-en", productId="com.example.yearly")
    production.up(message("First", pairs=["com.example.monthly/en-US", "com.example.yearly/en-US"]), default(), yearly)
    other = message("Other", name="other", pairs=["com.example.yearly/en-US"])

    production.up(other, default("yearly-en", productId="com.example.yearly", message="other"))

    assert production.store.default_message("com.example.yearly", "en-US") == approved
    assert production.messages[approved] == "APPROVED"


def test_somebody_elses_message_shows_after_a_refresh_and_is_set_back(production: Stack, approved: str) -> None:
    production.store.put_message(CHOSEN, {"header": "Not ours", "body": "Not ours"}, "APPROVED")
    production.store.configure_default_message(*MONTHLY, {"messageIdentifier": CHOSEN})

    refreshed = production.refresh()
    found = production["monthly-en"]["messageIdentifier"]
    mended = production.up(*edited("First"))

    assert refreshed.steps["monthly-en"] == "update"
    assert found == CHOSEN
    assert mended.steps["monthly-en"] == "update"
    assert approved == production.store.default_message(*MONTHLY)


def test_no_default_at_apple_is_drift_and_the_next_up_sets_it(production: Stack, approved: str) -> None:
    production.store.delete_default_message(*MONTHLY)

    production.refresh()
    production.up(*edited("First"))

    assert approved == production.store.default_message(*MONTHLY)


def test_destroy_leaves_what_somebody_else_has_set(production: Stack, approved: str) -> None:
    production.store.put_message(CHOSEN, {"header": "Not ours", "body": "Not ours"}, "APPROVED")
    production.store.configure_default_message(*MONTHLY, {"messageIdentifier": CHOSEN})
    production.refresh()

    production.destroy()

    assert production.store.default_message(*MONTHLY) == CHOSEN
    assert list(production.messages) == [CHOSEN]


def test_destroy_asks_nothing_twice_and_leaves_nothing(production: Stack, approved: str) -> None:
    done = production.destroy()

    assert production.messages == {}
    assert production.store.inventory()["defaults"] == []
    assert done.requests.count("Get Default Message") == 1


def test_another_product_is_another_default(sandbox: Stack) -> None:
    sandbox.up(message("First"), default())

    done = sandbox.up(message("First"), default(productId="com.example.yearly"))

    assert done.steps["monthly-en"] == "replace"
    assert [each["productId"] for each in sandbox.store.inventory()["defaults"]] == ["com.example.yearly"]


def test_two_defaults_may_change_places(sandbox: Stack) -> None:
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
def test_a_locale_of_another_form_is_refused_with_the_one_that_is_meant(
    sandbox: Stack, locale: str, advice: str
) -> None:
    with pytest.raises(CheckFailed, match=advice.replace("?", r"\?")):
        sandbox.up(message("First"), default(locale=locale))


def test_a_locale_that_is_not_on_the_list_is_left_to_apple(sandbox: Stack) -> None:
    run, _ = sandbox.begin()
    want = default(locale="en")

    checked = want.handler(run).check({}, {**sandbox.props(want), "messageIdentifier": CHOSEN})

    assert checked.failures == []
    assert "en is not among the App Store locales that are known here" in checked.warnings[0]
    assert "did you mean en-AU or en-CA or en-GB or en-US?" in checked.warnings[0]


def test_keep_replaced_keeps_the_old_message_that_long(sandbox: Stack) -> None:
    sandbox.up(message("First", keepReplaced="7d"))
    first = sandbox["stay"]["messageIdentifier"]
    second = message("Second", keepReplaced="7d")

    sandbox.up(second)
    kept = sandbox.up(second)
    sandbox.pass_time(7 * 86_400)
    retired = sandbox.up(second)

    assert first not in sandbox.messages
    assert [kept.steps["stay"], retired.steps["stay"]] == ["same", "update"]


def test_wait_for_review_waits_visibly_until_apple_approves(production: Stack) -> None:
    production.on_sleep = production.apple.approve

    done = production.up(message("First", waitForReview="30m", pairs=["com.example.monthly/en-US"]), default())

    assert production["stay"]["messageIdentifier"] == production.store.default_message(*MONTHLY)
    assert "message stay: waiting up to 30m for Apple's review" in done.said


def test_wait_for_review_gives_up_at_its_time_and_the_message_stays_pending(production: Stack) -> None:
    done = production.up(message("First", waitForReview="2m"))

    assert production["stay"]["messageState"] == "PENDING"
    assert done.requests.count("Get Message List") == 1 + 4
