"""
The realtime URL of an app.

https://developer.apple.com/documentation/retentionmessaging/configure-realtime-url
"""

from dataclasses import dataclass
from typing import Any, overload

import pulumi

from pulumi_retention_messaging._given import Given
from pulumi_retention_messaging._resource import OwnedResource, either
from retention_messaging_provider.dynamic import RealtimeUrlProvider


@dataclass(frozen=True, kw_only=True)
class RealtimeUrlArgs:
    """Everything that makes a realtime URL, to be passed around: `RealtimeUrl(name, RealtimeUrlArgs(…))`."""

    url: pulumi.Input[str]
    """Begins with `https://`, at most 256 characters. https://developer.apple.com/documentation/retentionmessaging/realtimeurl"""

    adopt: pulumi.Input[bool] | None = None
    """Overwrite a URL that somebody else has configured; without it that is an error."""

    bundle_id: pulumi.Input[str] | None = None
    """The app, where it is not the stack's."""


class RealtimeUrl(OwnedResource, module="retention-messaging", name="RealtimeUrl"):
    """
    Where Apple asks, in real time, which message to show a customer who taps Cancel Subscription.

    There is one per app and environment. Another URL is an update in place. Apple takes a production URL only after a
    performance test of the sandbox URL has passed. Asked or not, Apple shows nothing for a product and locale without
    a default message. Takes RealtimeUrlArgs, or the same as keywords.
    """

    url: pulumi.Output[str]
    """The URL that Apple has."""

    configured_url: pulumi.Output[str]
    """The URL that this resource last configured; `url` differs from it when a refresh found somebody else's."""

    @overload
    def __init__(self, name: str, args: RealtimeUrlArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        *,
        url: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        bundle_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: RealtimeUrlArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        args, given = either(args, RealtimeUrlArgs, keywords), Given(name)
        given.texts(url=args.url)
        props = {"url": args.url, "adopt": args.adopt, "configured_url": args.url}
        super().__init__(RealtimeUrlProvider(), name, given.props(props), args.bundle_id, opts)
