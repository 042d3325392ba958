"""
Performance tests of the realtime URL.

https://developer.apple.com/documentation/retentionmessaging/initiate-performance-test
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import pulumi

from pulumi_retention_messaging._given import Given
from pulumi_retention_messaging._resource import Resource, either
from retention_messaging_provider.dynamic import PerformanceTestProvider


@dataclass(frozen=True, kw_only=True)
class PerformanceTestArgs:
    """Everything that makes a performance test, to be passed around."""

    original_transaction_id: pulumi.Input[str]
    """
    Of an active auto-renewable subscription bought in sandbox: digits.

    https://developer.apple.com/documentation/retentionmessaging/originaltransactionid
    """

    triggers: Sequence[pulumi.Input[str]] | None = None
    """The test is run again when one of these changes: a URL, a version of your server."""

    deadline: str | None = None
    """How long to wait for the result: `1h` where absent."""

    allow_failure: bool | None = None
    """Hold a FAIL as a result; without it that is an error."""

    bundle_id: pulumi.Input[str] | None = None
    """The app, where it is not the stack's."""


class PerformanceTest(Resource, module="retention-messaging", name="PerformanceTest"):
    """
    Apple's test of the sandbox realtime URL, which production asks for before it takes a URL.

    It belongs in the sandbox stack, after the RealtimeUrl: `opts=pulumi.ResourceOptions(depends_on=[url])`. Apple calls
    the URL many times at once; the outputs are what it measured. Takes PerformanceTestArgs, or the same as keywords.
    """

    result: pulumi.Output[str]
    """`PASS` or `FAIL`."""

    success_rate: pulumi.Output[int]
    """Percent."""

    response_times: pulumi.Output[Mapping[str, int]]
    """Milliseconds, by `average`, `p50`, `p90`, `p95` and `p99`."""

    failures: pulumi.Output[Mapping[str, int]]
    """
    How many requests failed in which way.

    https://developer.apple.com/documentation/retentionmessaging/sendattemptresult
    """

    request_id: pulumi.Output[str]
    """Apple's name for the test."""

    @overload
    def __init__(self, name: str, args: PerformanceTestArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        *,
        original_transaction_id: pulumi.Input[str],
        triggers: Sequence[pulumi.Input[str]] | None = None,
        deadline: str | None = None,
        allow_failure: bool | None = None,
        bundle_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: PerformanceTestArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        args, given = either(args, PerformanceTestArgs, keywords), Given(name)
        given.texts(original_transaction_id=args.original_transaction_id)
        computed = ("request_id", "result", "success_rate", "num_pending", "response_times", "failures", "config")
        props = {
            "original_transaction_id": args.original_transaction_id,
            "triggers": args.triggers,
            "deadline": args.deadline,
            "allow_failure": args.allow_failure,
            **dict.fromkeys(computed),
        }
        super().__init__(PerformanceTestProvider(), name, given.props(props), args.bundle_id, opts)
