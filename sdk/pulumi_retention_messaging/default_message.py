"""
Default messages.

https://developer.apple.com/documentation/retentionmessaging/configure-default-message
"""

from dataclasses import dataclass
from typing import Any, overload

import pulumi

from pulumi_retention_messaging._declared import Default, plain
from pulumi_retention_messaging._given import Given
from pulumi_retention_messaging._program import current_program
from pulumi_retention_messaging._resource import OwnedResource, camel_case, either
from pulumi_retention_messaging.message import Message
from retention_messaging_provider.dynamic import DefaultMessageProvider


@dataclass(frozen=True, kw_only=True)
class DefaultMessageArgs:
    """Everything that makes a default message, to be passed around: `DefaultMessage(name, DefaultMessageArgs(…))`."""

    product_id: pulumi.Input[str]
    """An auto-renewable subscription of the app. https://developer.apple.com/documentation/retentionmessaging/productid"""

    locale: pulumi.Input[str]
    """An App Store short code, such as `en-US`; case matters. https://developer.apple.com/documentation/retentionmessaging/locale"""

    message: "Message | pulumi.Input[str]"
    """
    A Message, of which what may be shown is shown; or the identifier of one that Apple has approved.

    A Message, or an output of one as it is, tells that message where it is shown. Anything else, as what `apply` makes
    of an output, may be any message, and so counts for each one of the program.
    """

    adopt: pulumi.Input[bool] | None = None
    """Overwrite a default that this stack has not configured; without it that is an error."""

    bundle_id: pulumi.Input[str] | None = None
    """The app, where it is not the stack's."""


class DefaultMessage(OwnedResource, module="retention-messaging", name="DefaultMessage"):
    """
    What customers of one product in one locale read after tapping Cancel Subscription.

    Apple shows nothing for a product and locale without one, and does not ask the realtime URL either. Another message
    is an update in place; another product or locale is a replacement. After an edit of its message it goes on showing
    the earlier text until Apple has approved the new one. Takes DefaultMessageArgs, or the same as keywords.
    """

    product_id: pulumi.Output[str]
    locale: pulumi.Output[str]

    message_identifier: pulumi.Output[str]
    """The message that Apple has for it; "" while there is none."""

    configured_identifier: pulumi.Output[str]
    """The message that this resource last configured; `message_identifier` differs when a refresh found another."""

    @overload
    def __init__(self, name: str, args: DefaultMessageArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        *,
        product_id: pulumi.Input[str],
        locale: pulumi.Input[str],
        message: "Message | pulumi.Input[str]",
        adopt: pulumi.Input[bool] | None = None,
        bundle_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: DefaultMessageArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **keywords: Any,
    ) -> None:
        args, given = either(args, DefaultMessageArgs, keywords), Given(name)
        given.reference("message", args.message, Message)
        given.texts(product_id=args.product_id, locale=args.locale)
        program = current_program()
        message = args.message if isinstance(args.message, Message) else program.source(args.message)
        product_id, locale = plain(args.product_id), plain(args.locale)
        of = message if isinstance(message, Message) else None
        named = None if of is not None else plain(args.message)
        props = {
            "product_id": product_id,
            "locale": locale,
            "message_identifier": named if of is None else of.approved_identifier,
            "configured_identifier": None,
            "adopt": args.adopt,
        }
        # what `check` compares with what reaches it, and records nowhere
        props["program"] = {camel_case(key): props[key] for key in ("product_id", "locale", "message_identifier")}
        super().__init__(DefaultMessageProvider(), name, given.props(props), args.bundle_id, opts)
        program.note_default(Default(name, of, product_id, locale, named))
