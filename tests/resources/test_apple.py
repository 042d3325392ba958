"""What Apple has, asked once a run and kept true by the run's own writes, also on several threads."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from resources.samples import EXPLICIT, OTHER_URL, PICTURES, URL
from resources.views import MONTHLY, YEARLY
from retention_messaging_emulator import Fault
from retention_messaging_provider.api import AppleUnavailable, InUse, InvalidRequest, Unauthorized
from retention_messaging_provider.resources.apple import EVIDENCE_LASTS, Apple
from retention_messaging_provider.resources.identity import derive, owner_prefix_of
from retention_messaging_provider.resources.ledger import IMAGE, MESSAGE, Ref
from retention_messaging_provider.resources.location import Location

if TYPE_CHECKING:
    from collections.abc import Callable

    from resources.stack import Stack

TEXT = {"header": "Keep your streak", "body": "Your friends are still here."}
THREADS = 8
HERE = Location("sandbox", "com.example.app", "http://localhost/sandbox")
PRODUCTION = Location("production", "com.example.app", "http://localhost/production")
LIST, GET_DEFAULT = "Get Message List", "Get Default Message"


class Way(httpx.BaseTransport):
    """The way to Apple; `meanwhile` happens while a GET request is on it, after Apple has answered."""

    def __init__(self, inner: httpx.BaseTransport, meanwhile: Callable[[httpx.Request], object]) -> None:
        self._inner, self._meanwhile = inner, meanwhile

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        if request.method == "GET":
            self._meanwhile(request)
        return answer


@pytest.fixture
def apples(sandbox: Stack) -> Apple:
    """Apple's side of one run."""
    return sandbox.begin()[0].apple


def message(header: str, owner: str = "stay", location: Location = HERE) -> Ref:
    """The reference to a message of this header."""
    content = {**TEXT, "header": header}
    return Ref(location, MESSAGE, derive(location.bundle_id, location.environment, owner, content))


def upload(apple: Apple, ref: Ref) -> str | None:
    """Upload a message."""
    return apple.upload(ref, lambda client: client.upload_message(ref.identifier, TEXT))


def asked(stack: Stack) -> Counter[str]:
    """How often each endpoint was asked."""
    return Counter(each["endpoint"] for each in stack.apple.requests())


def refusing(stack: Stack, status: int, error_code: int = 0) -> tuple[Apple, list[str]]:
    """Apple's side of a run whose every request is refused, and the paths that were asked."""
    requests: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.path)
        return httpx.Response(status, json={"errorCode": error_code, "errorMessage": "Refused."})

    stack.transport = httpx.MockTransport(refuse)
    return stack.begin()[0].apple, requests


def at_once(ask: Callable[[], Any]) -> list[Any]:
    """What all threads are answered that ask at the same moment."""
    barrier = threading.Barrier(THREADS)

    def wait_and_ask(_: int) -> Any:
        barrier.wait(5)
        return ask()

    with ThreadPoolExecutor(THREADS) as threads:
        return [*threads.map(wait_and_ask, range(THREADS))]


# The lists


def test_a_list_is_asked_for_once(sandbox: Stack, apples: Apple) -> None:
    """A list is asked for when the first question is, and once for all identifiers and prefixes."""
    sandbox.store.put_message(EXPLICIT, TEXT)
    uploads = apples.uploads(HERE, MESSAGE)
    before = asked(sandbox)

    states = [apples.fetch_state(each) for each in (Ref(HERE, MESSAGE, EXPLICIT), message("First"))]

    assert states == ["APPROVED", None]
    assert uploads.siblings(owner_prefix_of(EXPLICIT)) == {EXPLICIT: "APPROVED"}
    assert (before, asked(sandbox)) == ({}, {LIST: 1})


def test_a_list_is_asked_for_once_by_8_threads(sandbox: Stack) -> None:
    """8 threads that ask at the same moment wait for one list."""
    sandbox.store.put_message(EXPLICIT, TEXT)
    sandbox.transport = Way(sandbox.transport, lambda _: threading.Event().wait(0.05))
    apple = sandbox.begin()[0].apple

    states = at_once(lambda: apple.fetch_state(Ref(HERE, MESSAGE, EXPLICIT)))

    assert states == ["APPROVED"] * THREADS
    assert asked(sandbox) == {LIST: 1}


def test_a_list_is_of_one_kind_at_one_location(sandbox: Stack, apples: Apple) -> None:
    """Each kind at each location has a list of its own."""
    sandbox.store.put_message(EXPLICIT, TEXT)

    states = [apples.fetch_state(Ref(here, kind, EXPLICIT)) for here in (HERE, PRODUCTION) for kind in (MESSAGE, IMAGE)]

    assert states == ["APPROVED", None, None, None]
    assert asked(sandbox) == {LIST: 2, "Get Image List": 2}


def test_a_list_that_failed_is_raised_again_without_asking(sandbox: Stack, apples: Apple) -> None:
    """A list that failed is raised again for whoever asks next, until it is to be asked for anew."""
    sandbox.apple.fail_next(Fault(kind="bad-gateway", times=99))
    uploads = apples.uploads(HERE, MESSAGE)

    with pytest.raises(AppleUnavailable) as first:
        uploads.state(EXPLICIT)
    requests = asked(sandbox)
    with pytest.raises(AppleUnavailable) as second:
        uploads.siblings("")
    with pytest.raises(AppleUnavailable):
        uploads.state("another")
    again = asked(sandbox)
    sandbox.apple.traffic.faults.clear()
    uploads.forget()

    assert first.value is second.value
    assert again == requests
    assert uploads.state(EXPLICIT) is None


def test_a_list_that_failed_is_asked_for_once_by_8_threads(sandbox: Stack) -> None:
    """8 threads are raised the one failure of a list."""
    apple, requests = refusing(sandbox, 401)

    def failure() -> Exception:
        with pytest.raises(Unauthorized) as failed:
            apple.fetch_state(Ref(HERE, MESSAGE, EXPLICIT))
        return failed.value

    failures = at_once(failure)

    assert len({id(each) for each in failures}) == 1
    assert len(requests) == 1


# Writes


@pytest.mark.parametrize(("location", "state"), [(HERE, "APPROVED"), (PRODUCTION, "PENDING")])
@pytest.mark.parametrize("is_listed", [False, True])
def test_an_upload_has_the_state_that_apple_documents(
    sandbox: Stack, apples: Apple, location: Location, state: str, is_listed: bool
) -> None:
    """An upload is known with its documented state, whether the list came before it or not, and is not asked about."""
    first = message("First", location=location)
    if is_listed:
        assert apples.fetch_state(first) is None

    assert upload(apples, first) == state
    assert apples.fetch_state(first) == state
    assert asked(sandbox) == {LIST: 1, "Upload Message": 1}


def test_a_taken_identifier_is_looked_for_in_a_new_list(sandbox: Stack, apples: Apple) -> None:
    """Where an identifier is taken, there is no state, and the list is asked for anew by the next question."""
    first = message("First")
    assert apples.fetch_state(first) is None
    sandbox.store.put_message(first.identifier, TEXT)

    assert upload(apples, first) is None
    assert apples.fetch_state(first) == "APPROVED"
    assert asked(sandbox) == {LIST: 2, "Upload Message": 1}


@pytest.mark.parametrize("is_listed", [False, True])
def test_siblings_are_kept_true_by_uploads_and_deletions(sandbox: Stack, apples: Apple, is_listed: bool) -> None:
    """The siblings of an owner prefix are what Apple listed, with the run's uploads and without its deletions."""
    first, second, third, other = message("First"), message("Second"), message("Third"), message("First", "other")
    for each in (first, other):
        sandbox.store.put_message(each.identifier, TEXT)
    uploads, prefix = apples.uploads(HERE, MESSAGE), owner_prefix_of(first.identifier)
    if is_listed:
        uploads.siblings(prefix)

    for each in (second, third):
        upload(apples, each)
    apples.delete(first)
    apples.delete(third)

    assert uploads.siblings(prefix) == {second.identifier: "APPROVED"}
    assert uploads.siblings(owner_prefix_of(other.identifier)) == {other.identifier: "APPROVED"}
    assert uploads.siblings("none") == {}
    assert asked(sandbox)[LIST] == 1


def test_a_new_list_has_no_siblings_of_the_earlier_one(sandbox: Stack, apples: Apple) -> None:
    """A list that is asked for anew has no siblings of the earlier one."""
    first, second = message("First"), message("Second")
    uploads, prefix = apples.uploads(HERE, MESSAGE), owner_prefix_of(first.identifier)
    upload(apples, first)
    uploads.siblings(prefix)
    sandbox.store.delete_message(first.identifier)
    sandbox.store.put_message(second.identifier, TEXT)

    uploads.forget()

    assert uploads.siblings(prefix) == {second.identifier: "APPROVED"}


def test_a_deletion_is_sent_once_until_the_next_upload(sandbox: Stack, apples: Apple) -> None:
    """What a run deleted is not deleted again, unless it was uploaded again."""
    first = message("First")
    upload(apples, first)
    for _ in range(2):
        apples.delete(first)
    deleted = asked(sandbox)["Delete Message"], apples.uploads(HERE, MESSAGE).is_deleted(first.identifier)
    upload(apples, first)
    apples.delete(first)

    assert deleted == (1, True)
    assert asked(sandbox)["Delete Message"] == 2
    assert apples.fetch_state(first) is None


def test_deleting_a_missing_upload_is_success(sandbox: Stack, apples: Apple) -> None:
    """The deletion of what is missing at Apple is sent once, and is success."""
    for _ in range(2):
        apples.delete(message("First"))

    assert asked(sandbox) == {"Delete Message": 1}


def test_an_image_in_use_is_not_noted_as_deleted(sandbox: Stack, apples: Apple) -> None:
    """An image that a message uses is an error to delete, is still there, and is deleted once the message is."""
    hero = Ref(HERE, IMAGE, EXPLICIT)
    sandbox.store.put_image(EXPLICIT, (PICTURES / "hero.png").read_bytes())
    user = message("First")
    sandbox.store.put_message(user.identifier, {**TEXT, "image": {"imageIdentifier": EXPLICIT, "altText": "A flame"}})

    with pytest.raises(InUse):
        apples.delete(hero)
    state = apples.fetch_state(hero)
    apples.delete(user)
    apples.delete(hero)

    assert state == "APPROVED"
    assert sandbox.images == {}


# Defaults


@pytest.fixture
def shown(sandbox: Stack) -> str:
    """A message that both pairs show."""
    sandbox.store.put_message(EXPLICIT, TEXT)
    for pair in (MONTHLY, YEARLY):
        product_id, locale = pair.split("/")
        sandbox.store.configure_default_message(product_id, locale, {"messageIdentifier": EXPLICIT})
    return EXPLICIT


def test_a_default_is_asked_for_once(sandbox: Stack, apples: Apple, shown: str) -> None:
    """What a pair shows is asked for once, whoever asks, and "" where there is no default."""
    answers = [apples.fetch_default(HERE, pair) for pair in (MONTHLY, "com.example.none/en-US") * 2]

    assert answers == [shown, ""] * 2
    assert asked(sandbox) == {GET_DEFAULT: 2}


def test_a_plan_without_apple_asks_about_one_default(sandbox: Stack) -> None:
    """A plan gives up all defaults of a place where the first could not be had."""
    apple, requests = refusing(sandbox, 401)

    looked = [apple.look_at_default(HERE, pair) for pair in (MONTHLY, YEARLY)]

    assert (looked, len(requests)) == ([None, None], 1)


@pytest.mark.parametrize(("seconds", "times"), [(EVIDENCE_LASTS, 1), (EVIDENCE_LASTS + 1, 2)])
def test_what_a_pair_shows_is_asked_anew_in_time(
    sandbox: Stack, apples: Apple, shown: str, seconds: float, times: int
) -> None:
    """In a command that takes long, what a pair showed in its beginning is no evidence in its end."""
    apples.fetch_default(HERE, MONTHLY)
    sandbox.pass_time(seconds)

    assert apples.fetch_default(HERE, MONTHLY) == shown
    assert asked(sandbox)["Get Default Message"] == times


def test_what_is_forgotten_while_it_is_answered_is_answered(sandbox: Stack, shown: str) -> None:
    """Whoever asked about a pair is answered, though another thread has it forgotten at that moment."""
    meanwhile: list[Callable[[], None]] = []

    def clock() -> float:
        for happens in meanwhile:
            happens()
        return 0.0

    apple = Apple(sandbox.begin()[0].apple.client, clock)
    first = apple.fetch_default(HERE, MONTHLY)

    meanwhile.append(apple.forget_defaults)

    assert (first, apple.fetch_default(HERE, MONTHLY)) == (shown, shown)


def test_a_default_is_asked_for_once_by_8_threads(sandbox: Stack, shown: str) -> None:
    """8 threads that ask about a pair at the same moment wait for one answer."""
    sandbox.transport = Way(sandbox.transport, lambda _: threading.Event().wait(0.05))
    apple = sandbox.begin()[0].apple

    assert at_once(lambda: apple.fetch_default(HERE, MONTHLY)) == [shown] * THREADS
    assert asked(sandbox) == {GET_DEFAULT: 1}


def test_two_pairs_are_asked_about_side_by_side(sandbox: Stack, shown: str) -> None:
    """The question about one pair does not wait for the answer about another."""
    both = threading.Barrier(2)
    sandbox.transport = Way(sandbox.transport, lambda _: both.wait(5))
    apple = sandbox.begin()[0].apple

    with ThreadPoolExecutor(2) as threads:
        answers = [*threads.map(lambda pair: apple.fetch_default(HERE, pair), (MONTHLY, YEARLY))]

    assert answers == [shown, shown]


@pytest.mark.parametrize("change", ["configured", "deleted"])
def test_what_is_set_while_apple_is_asked_counts(sandbox: Stack, shown: str, change: str) -> None:
    """A default that this run sets, or deletes, while Apple is asked is newer than Apple's answer."""
    other = message("First").identifier
    sandbox.store.put_message(other, TEXT)
    answered, changed = threading.Event(), threading.Event()

    def wait_for_the_change(_: httpx.Request) -> None:
        answered.set()
        assert changed.wait(5)

    sandbox.transport = Way(sandbox.transport, wait_for_the_change)
    apple = sandbox.begin()[0].apple

    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(apple.fetch_default, HERE, MONTHLY)
        assert answered.wait(5)
        if change == "configured":
            apple.configure_default(HERE, MONTHLY, other)
        else:
            apple.delete_default(HERE, MONTHLY)
        changed.set()

    expected = other if change == "configured" else ""
    assert answer.result() == apple.fetch_default(HERE, MONTHLY) == expected
    assert shown != expected


def test_a_default_that_the_run_sets_is_not_asked_about(sandbox: Stack, apples: Apple, shown: str) -> None:
    """What this run configures or deletes is known without a question."""
    apples.configure_default(HERE, MONTHLY, shown)
    configured = apples.fetch_default(HERE, MONTHLY)
    apples.delete_default(HERE, MONTHLY)

    assert [configured, apples.fetch_default(HERE, MONTHLY)] == [shown, ""]
    assert GET_DEFAULT not in asked(sandbox)


@pytest.mark.parametrize("error_code", [4000023, 4000164], ids=["an unknown product", "an unknown locale"])
def test_a_pair_that_apple_does_not_know_shows_nothing(sandbox: Stack, error_code: int) -> None:
    """That Apple does not know the product or the locale is an answer, which is asked for once."""
    apple, requests = refusing(sandbox, 400, error_code)

    assert [apple.fetch_default(HERE, MONTHLY) for _ in range(2)] == ["", ""]
    assert len(requests) == 1


@pytest.mark.parametrize("error_code", [4000000, 4000002, 4000024])
def test_another_refusal_to_tell_a_default_is_an_error(sandbox: Stack, error_code: int) -> None:
    """Any other 400 is an error, and no answer: the next question is asked."""
    apple, requests = refusing(sandbox, 400, error_code)

    for _ in range(2):
        with pytest.raises(InvalidRequest):
            apple.fetch_default(HERE, MONTHLY)

    assert len(requests) == 2


def test_many_are_asked_about_in_one_list_and_by_pair(sandbox: Stack, apples: Apple, shown: str) -> None:
    """About many uploads one list is asked for, about many pairs each once, and about none nothing."""
    nothing = apples.fetch_states(HERE, MESSAGE, []), apples.fetch_defaults(HERE, [])
    before = asked(sandbox)

    states = apples.fetch_states(HERE, MESSAGE, [shown, "another"])
    defaults = apples.fetch_defaults(HERE, [MONTHLY, "com.example.none/en-US"])

    assert (nothing, before) == (({}, {}), {})
    assert states == {shown: "APPROVED", "another": None}
    assert defaults == {MONTHLY: shown, "com.example.none/en-US": ""}
    assert asked(sandbox) == {LIST: 1, GET_DEFAULT: 2}


# The realtime URL


def test_a_realtime_url_is_asked_for_each_time(sandbox: Stack, apples: Apple) -> None:
    """The realtime URL is what Apple has now, None for nothing."""
    answers = [apples.fetch_url(HERE)]
    apples.configure_url(HERE, URL)
    answers.append(apples.fetch_url(HERE))
    sandbox.store.put_realtime_url({"realtimeURL": OTHER_URL})
    answers.append(apples.fetch_url(HERE))
    apples.delete_url(HERE)
    answers.append(apples.fetch_url(HERE))

    assert answers == [None, URL, OTHER_URL, None]
