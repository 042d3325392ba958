"""
Apple's performance test of the sandbox realtime URL, and what it found.

https://developer.apple.com/documentation/retentionmessaging/initiate-performance-test

A test is something that happens, not something that is there: it is recorded as it ended, and asked about no more.
"""

from typing import Any

from retention_messaging_provider import rules
from retention_messaging_provider.api import PerformanceTestResult, PerformanceTestStatus
from retention_messaging_provider.resources.handler import (
    Change,
    Checked,
    CheckFailure,
    Created,
    Diff,
    Failure,
    Handler,
    Props,
    Read,
)
from retention_messaging_provider.resources.location import Location, location_failures

# Seconds. Sandbox allows one request in ten seconds.
# https://developer.apple.com/documentation/retentionmessaging/identifying-rate-limits
RESULT_POLL = 10
# Developers report results after up to an hour.
DEADLINE = "1h"

# https://developer.apple.com/documentation/retentionmessaging/sendattemptresult
FAILURES = {
    "CIRCULAR_REDIRECT": "redirects lead back to where they began",
    "INVALID_RESPONSE": "the body is not a RealtimeResponseBody",
    "NO_RESPONSE": "there was no valid HTTP response",
    "OTHER": "another failure",
    "PREMATURE_CLOSE": "the connection was closed during the request",
    "SOCKET_ISSUE": "the network failed",
    "TIMED_OUT": "the answer took too long",
    "TLS_ISSUE": "no TLS 1.2 session, or a bad certificate",
    "UNSUCCESSFUL_HTTP_RESPONSE_CODE": "the status was not 200",
    "UNSUPPORTED_CHARSET": "the charset is not supported",
}


class PerformanceTest(Handler):
    """Run once; run again when the transaction or a trigger changes."""

    TABLE = {
        "originalTransactionId": Change.REPLACE,
        "triggers": Change.REPLACE,
        "deadline": Change.IGNORE,
        "allowFailure": Change.IGNORE,
        **Handler.LOCATION,
    }
    # The URL under test is left out: it may be a secret of the stack.
    COMPUTED = ("requestId", "result", "successRate", "numPending", "responseTimes", "failures", "config")

    def check(self, olds: Props, news: Props) -> Checked:
        """In sandbox only."""
        failures = [
            *location_failures(self.run.settings, olds, news),
            *rules.duration("deadline", news.get("deadline")),
        ]
        failures += rules.original_transaction_id(news.get("originalTransactionId"))
        failures += rules.boolean("allowFailure", news.get("allowFailure"))
        if news.get("environment") == "production":
            failures.append(
                CheckFailure("environment", "is production; Apple tests in sandbox only: put it in the sandbox stack")
            )
        return Checked(news, failures)

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Another transaction or trigger is another test."""
        replaces = self.changed(olds, news, Change.REPLACE)
        return Diff(changes=bool(replaces), replaces=replaces)

    def create(self, inputs: Props) -> Created:
        """Begin a test and wait for its end, visibly; a FAIL is an error unless `allowFailure` is set."""
        begun = self.run.apple.client(Location.of(inputs)).initiate_performance_test(inputs["originalTransactionId"])
        ended = self.wait(inputs, begun.request_id)
        if ended.result == PerformanceTestStatus.FAIL and not inputs.get("allowFailure"):
            raise Failure(f"The performance test failed: {findings(ended)}; fix this and run the test again")
        self.run.report(f"performance test: {ended.result}, {findings(ended)}")
        return Created(begun.request_id, {**inputs, "requestId": begun.request_id, **outputs(ended)})

    def wait(self, inputs: Props, request_id: str) -> PerformanceTestResult:
        """Ask until the test has ended, with a line each time; Failure at the deadline."""
        allowed = inputs.get("deadline") or DEADLINE
        deadline = self.run.clock() + (rules.seconds(allowed) or 0)
        while True:
            result = self.run.apple.client(Location.of(inputs)).get_performance_test_results(request_id)
            if result.result != PerformanceTestStatus.PENDING:
                return result
            progress = f"{result.num_pending} of {result.config.total_requests} requests remaining"
            if self.run.clock() >= deadline:
                raise Failure(
                    f"The performance test did not end in {allowed}: {progress}; run it again, or set a later deadline"
                )
            self.run.report(f"performance test: {progress}, {result.success_rate} % successful")
            self.run.sleep(RESULT_POLL)

    def read(self, id_: str, outputs: Props) -> Read | None:
        """As it ended: Apple does not say how long it keeps results."""
        return Read(outputs, self.inputs_of(outputs))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Nothing of it changes."""
        return {**news, **{key: olds[key] for key in self.COMPUTED}}

    def delete(self, id_: str, outputs: Props) -> None:
        """Apple has nothing to delete."""


def outputs(result: PerformanceTestResult) -> dict[str, Any]:
    """In Apple's words."""
    config = result.config
    return {
        "result": result.result,
        "successRate": result.success_rate,
        "numPending": result.num_pending,
        "responseTimes": dict(result.response_times),
        "failures": dict(result.failures),
        "config": {
            "maxConcurrentRequests": config.max_concurrent_requests,
            "totalRequests": config.total_requests,
            "totalDuration": config.total_duration,
            "responseTimeThreshold": config.response_time_threshold,
            "successRateThreshold": config.success_rate_threshold,
        },
    }


def findings(result: PerformanceTestResult) -> str:
    """The numbers, and what each kind of failure means."""
    times, config = result.response_times, result.config
    failures = [f"{count} {kind} ({FAILURES.get(kind, 'unknown')})" for kind, count in sorted(result.failures.items())]
    return ", ".join(
        [
            f"{result.success_rate} % successful of {config.success_rate_threshold} % needed",
            f"p50 {times.get('p50')} ms and p99 {times.get('p99')} ms of {config.response_time_threshold} ms allowed",
            *failures,
        ]
    )
