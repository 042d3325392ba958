"""What measures is right itself; what it measured is no test."""

from contextlib import closing
from math import isclose

import httpx
import pytest

from benchmark import waiting
from benchmark.growth import exponent
from benchmark.measure import Row, at_least, at_most, in_turns
from benchmark.network import network
from benchmark.page import table
from retention_messaging_emulator import Emulator
from retention_messaging_emulator.app_store import Environment


def test_runs_take_turns() -> None:
    """Every run is once in every turn, and what it answered is kept in order."""
    order: list[str] = []

    def run(name: str) -> int:
        order.append(name)
        return len(order)

    assert in_turns(3, {"a": lambda: run("a"), "b": lambda: run("b")}) == {"a": [1, 3, 5], "b": [2, 4, 6]}
    assert "".join(order) == "ababab"


@pytest.mark.parametrize(
    ("power", "times"), [(1, {250: 1.0, 500: 2.0, 2000: 8.0}), (2, {250: 1.0, 500: 4.0, 1000: 16.0})]
)
def test_an_exponent_is_that_of_the_growth(power: int, times: dict[int, float]) -> None:
    """What doubles with the number has the exponent 1, and what grows with the square 2."""
    assert isclose(exponent(times), power)


def test_a_goal_is_met_or_not() -> None:
    """A row tells whether its goal is met, and a table shows that with a mark."""
    rows = [at_most("a", "b", 1.1, 1.1, "{:.1f} ×"), at_least("a", "b", 10, 9, "{:.0f}"), Row("a", "b", "", "c")]

    assert [row.holds for row in rows] == [True, False, None]
    assert [line[0] for line in table(rows).splitlines()] == [" ", "✓", "✗", " "]


def test_the_network_counts() -> None:
    """Connections, requests and tokens are counted on the way to a server, which is asked as without it."""
    with closing(Emulator()) as emulator, emulator.serve() as server, network(server.url) as way:
        for token in ("one", "other"):
            with httpx.Client(base_url=f"{way.url}/sandbox", headers={"Authorization": f"Bearer {token}"}) as client:
                answers = [client.put("/inApps/v1/messaging/message/1", json={"header": "h" * 999}) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {401}
    assert (way.connections, way.requests, len(way.tokens)) == (2, 6, 2)


@pytest.mark.parametrize(("environment", "seconds"), [("production", 40), ("sandbox", 5 * 3600 + 4)])
def test_the_best_that_the_limits_allow(environment: Environment, seconds: int) -> None:
    """2000 uploads are sent at once in production, and 360 of them an hour in sandbox."""
    assert isclose(waiting.at_best(environment), seconds)
