"""What the defaults of one run show, told by many threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from retention_messaging_provider.resources.defaults import Defaults

MONTHLY, YEARLY = "com.example.monthly/en-US", "com.example.yearly/en-US"


def test_a_pair_is_asked_about_once_whoever_wants_to_know() -> None:
    asked: list[str] = []

    def ask(_: str, pair: str) -> str:
        asked.append(pair)
        return "first"

    defaults = Defaults(ask)
    with ThreadPoolExecutor(8) as threads:
        shown = list(threads.map(lambda _: defaults.shows("here", MONTHLY), range(8)))

    assert shown == ["first"] * 8
    assert asked == [MONTHLY]


def test_pairs_are_asked_about_side_by_side() -> None:
    both = Barrier(2, timeout=5)

    def ask(_: str, pair: str) -> str:
        both.wait()
        return pair

    defaults = Defaults(ask)
    with ThreadPoolExecutor(2) as threads:
        shown = list(threads.map(lambda pair: defaults.shows("here", pair), (MONTHLY, YEARLY)))

    assert shown == [MONTHLY, YEARLY]


def test_what_is_set_while_apple_is_asked_is_what_counts() -> None:
    def ask(place: str, pair: str) -> str:
        defaults.has_set(place, pair, "second")
        return "first"

    defaults: Defaults[str] = Defaults(ask)

    assert defaults.shows("here", MONTHLY) == "second"
    assert defaults.may_show("here", "second") == {MONTHLY}
    assert defaults.may_show("here", "first") == set()


def test_what_was_recorded_counts_until_more_is_known() -> None:
    defaults: Defaults[str] = Defaults(lambda *_: "second")
    defaults.recorded("here", MONTHLY, "first")
    defaults.recorded("elsewhere", YEARLY, "first")
    before = defaults.may_show("here", "first")
    defaults.shows("here", MONTHLY)

    assert before == {MONTHLY}
    assert defaults.may_show("here", "first") == set()


def test_a_place_is_no_other() -> None:
    defaults: Defaults[str] = Defaults(lambda place, _: place)

    assert defaults.shown_by("here", "there", [MONTHLY]) is None
    assert defaults.shown_by("there", "there", [YEARLY, MONTHLY]) == MONTHLY
