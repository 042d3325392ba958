"""What is at Apple now, asked while the program runs, with the stack's settings."""

from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

import pulumi

from pulumi_retention_messaging._resource import stack_settings
from retention_messaging_provider import api, rules
from retention_messaging_provider.settings import SettingsError

T = TypeVar("T")


def list_messages(*, bundle_id: str | None = None) -> list[api.MessageListItem]:
    """
    Every message of the app, whoever uploaded it: identifier and review state.

    https://developer.apple.com/documentation/retentionmessaging/get-message-list
    """
    return ask(bundle_id, lambda client: client.get_message_list())


def list_images(*, bundle_id: str | None = None) -> list[api.ImageListItem]:
    """
    Every image of the app, whoever uploaded it: identifier, size and review state.

    https://developer.apple.com/documentation/retentionmessaging/get-image-list
    """
    return ask(bundle_id, lambda client: client.get_image_list())


def get_default_message(product_id: str, locale: str, *, bundle_id: str | None = None) -> str | None:
    """
    The identifier of the message that customers of a product in a locale are shown, or None.

    https://developer.apple.com/documentation/retentionmessaging/get-default-message
    """
    return ask(bundle_id, lambda client: or_none(lambda: client.get_default_message(product_id, locale)))


def get_realtime_url(*, bundle_id: str | None = None) -> str | None:
    """
    The URL that Apple asks in real time, or None.

    https://developer.apple.com/documentation/retentionmessaging/get-realtime-url
    """
    return ask(bundle_id, lambda client: or_none(client.get_realtime_url))


def ask(bundle_id: str | None, question: Callable[[api.RetentionMessagingClient], T]) -> T:
    """Ask Apple about the stack's app or another one. Raises RunError, in one line, where there is no answer."""
    settings = stack_settings()
    environment, app = settings.environment, bundle_id or settings.bundle_id
    for complaint in (*rules.environment(environment), *rules.bundle_id(app)):
        raise pulumi.RunError(f"{complaint.property} {complaint.reason}")
    try:
        client = api.RetentionMessagingClient(
            settings.base_url or api.BASE_URLS[str(environment)],
            settings.credentials(),
            str(app),
            max_rate_limit_wait=settings.max_rate_limit_seconds(),
        )
        with closing(client):
            return question(client)
    except (api.ApiError, SettingsError) as error:
        raise pulumi.RunError(str(error)) from None


def or_none(question: Callable[[], T]) -> T | None:
    """The answer, or None where Apple says that there is none."""
    try:
        return question()
    except api.NotFound:
        return None
