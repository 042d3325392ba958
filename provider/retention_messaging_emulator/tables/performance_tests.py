"""
Performance tests: how they begin, what is kept of them, and what is reported about them.

https://developer.apple.com/documentation/retentionmessaging/performancetestresultresponse
"""

import json
import math
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retention_messaging_emulator.errors import AppStoreError, RefusedError
from retention_messaging_emulator.realtime.requests import Attempt
from retention_messaging_emulator.switches import Switches
from retention_messaging_emulator.tables import passed_tests
from retention_messaging_emulator.tables.database import App
from retention_messaging_emulator.tables.display import Display
from retention_messaging_emulator.tables.transactions import Transaction

PERCENTILES = (50, 90, 95, 99)


@dataclass(frozen=True)
class PerformanceTestRun:
    """A performance test that was begun."""

    request_id: str
    environment: str
    bundle_id: str
    transaction: Transaction
    target: str
    config: dict[str, int]


def config(switches: Switches) -> dict[str, int]:
    """
    The five numbers of a test.

    https://developer.apple.com/documentation/retentionmessaging/performancetestconfig
    """
    return {
        "maxConcurrentRequests": switches.max_concurrent_requests,
        "totalRequests": switches.total_requests,
        "totalDuration": switches.total_duration,
        "responseTimeThreshold": switches.response_time_threshold,
        "successRateThreshold": switches.success_rate_threshold,
    }


def begin(app: App, transaction: Transaction, switches: Switches, now: int) -> PerformanceTestRun:
    """Keep a new run; RefusedError if there is no URL to test, or another run is under way."""
    target = app.execute("SELECT realtime_url FROM app WHERE id = :app")[0]["realtime_url"]
    if target is None:
        raise RefusedError(switches.test_without_realtime_url)
    running = app.execute(
        "SELECT 1 FROM performance_test_run WHERE app = :app AND result = 'PENDING'"
        " AND (:any_transaction OR transaction_id = :transaction)",
        any_transaction=switches.one_test_at_a_time == "per-app",
        transaction=transaction.identifier,
    )
    if running:
        raise RefusedError(AppStoreError.EXISTING_PERFORMANCE_TEST_RUN)
    run = PerformanceTestRun(str(uuid.uuid4()), app.environment, app.bundle_id, transaction, target, config(switches))
    app.execute(
        "INSERT INTO performance_test_run VALUES (:request_id, :app, :transaction, :target, :config, :now, 'PENDING')",
        request_id=run.request_id,
        transaction=transaction.identifier,
        target=target,
        config=json.dumps(run.config),
        now=now,
    )
    return run


def record(app: App, run: PerformanceTestRun, attempt: Attempt, switches: Switches) -> None:
    result = attempt.result
    if switches.message_of_a_test == "shown" and attempt.response is not None:
        result = "INVALID_RESPONSE" if Display(app, switches).objection(attempt.response) else result
    app.execute(
        "INSERT INTO attempt VALUES (:run, :result, :milliseconds)",
        run=run.request_id,
        result=result,
        milliseconds=attempt.response_time,
    )


def end(app: App, run: PerformanceTestRun, switches: Switches, now: int) -> None:
    """Decide the run by what was recorded: a request that was never sent is no success."""
    successes = _outcomes(app, run.request_id)["SUCCESS"]
    passed = _percent(successes, run.config["totalRequests"]) >= run.config["successRateThreshold"]
    app.execute(
        "UPDATE performance_test_run SET result = :result WHERE request_id = :run",
        result="PASS" if passed else "FAIL",
        run=run.request_id,
    )
    passed_tests.record_result(app, switches, now, run.target, passed=passed)


def results(app: App, request_id: str, switches: Switches, now: int) -> dict[str, Any]:
    """What Apple reports about a run; RefusedError if there is none."""
    rows = app.execute(
        "SELECT target, config, result FROM performance_test_run WHERE request_id = :request_id"
        " AND (app = :app OR :of_any_app) AND (:lifetime IS NULL OR started + :lifetime > :now)",
        request_id=request_id,
        of_any_app=switches.results_are_for == "the-account",
        lifetime=switches.result_lifetime,
        now=now,
    )
    if not rows:
        raise RefusedError(switches.unknown_request_id)
    numbers, state = json.loads(rows[0]["config"]), rows[0]["result"]
    outcomes, times = _outcomes(app, request_id), _times(app, request_id)
    if state == "PENDING" and switches.numbers_while_pending == "zero":
        outcomes, times = Counter(), []
    finished = outcomes.total()
    report = {
        "config": numbers,
        "target": rows[0]["target"],
        "result": state,
        "successRate": _percent(outcomes["SUCCESS"], finished if state == "PENDING" else numbers["totalRequests"]),
        "numPending": numbers["totalRequests"] - finished,
        "responseTimes": response_times(times),
    }
    failures = dict(outcomes if switches.failures_count_successes else outcomes - Counter(SUCCESS=finished))
    return report if not failures and switches.no_failures == "absent" else {**report, "failures": failures}


def response_times(milliseconds: Sequence[int]) -> dict[str, int]:
    """
    The average and the percentiles, by nearest rank; 0 where nothing was measured.

    https://developer.apple.com/documentation/retentionmessaging/performancetestresponsetimes
    """
    if not milliseconds:
        return {"average": 0, **{f"p{percent}": 0 for percent in PERCENTILES}}
    ordered = sorted(milliseconds)
    return {
        "average": round(sum(ordered) / len(ordered)),
        **{f"p{percent}": ordered[math.ceil(len(ordered) * percent / 100) - 1] for percent in PERCENTILES},
    }


def _outcomes(app: App, request_id: str) -> Counter[str]:
    rows = app.execute(
        "SELECT result, count(*) AS number FROM attempt WHERE run = :run GROUP BY result ORDER BY result",
        run=request_id,
    )
    return Counter({row["result"]: row["number"] for row in rows})


def _times(app: App, request_id: str) -> list[int]:
    rows = app.execute("SELECT milliseconds FROM attempt WHERE run = :run AND milliseconds IS NOT NULL", run=request_id)
    return [row["milliseconds"] for row in rows]


def _percent(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0
