import pytest

from retention_messaging_provider.api import ImageListItem, ImageSize, MessageListItem, ReviewState
from retention_messaging_provider.api.models import image_list, message_list, realtime_url, to_wire


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (
            b'{"imageIdentifiers":[{"imageIdentifier":"A1B2","imageSize":"BULLET_POINT","imageState":"REJECTED"}]}',
            [ImageListItem("a1b2", ImageSize.BULLET_POINT, ReviewState.REJECTED)],
        ),
        (
            b'{"imageIdentifiers":[{"imageIdentifier":"a1b2","imageState":"APPROVED"}]}',
            [ImageListItem("a1b2", ImageSize.FULL_SIZE, ReviewState.APPROVED)],
        ),
        (
            b'{"imageIdentifiers":[{"imageIdentifier":"a1b2","imageSize":null,"imageState":null}]}',
            [ImageListItem("a1b2", ImageSize.FULL_SIZE, ReviewState.PENDING)],
        ),
        (
            b'{"imageIdentifiers":[{"imageIdentifier":"a1b2","imageSize":"ICON","imageState":"WITHDRAWN"}]}',
            [ImageListItem("a1b2", "ICON", "WITHDRAWN")],
        ),
        (b'{"imageIdentifiers":[]}', []),
        (b'{"imageIdentifiers":null}', []),
        (b"{}", []),
    ],
    ids=["full", "no size", "nulls", "unknown values", "empty", "null", "absent"],
)
def test_an_image_list_is_read_as_apple_may_send_it(body: bytes, items: list[ImageListItem]) -> None:
    """An image list is read with any of its fields absent, null or unknown."""
    assert image_list(body) == items


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (
            b'{"messageIdentifiers":[{"messageIdentifier":"A1B2","messageState":"APPROVED","extra":1}],"extra":1}',
            [MessageListItem("a1b2", ReviewState.APPROVED)],
        ),
        (
            b'{"messageIdentifiers":[{"messageIdentifier":"a1b2"}]}',
            [MessageListItem("a1b2", ReviewState.PENDING)],
        ),
        (
            b'{"messageIdentifiers":[{"messageIdentifier":"a1b2","messageState":"WITHDRAWN"}]}',
            [MessageListItem("a1b2", "WITHDRAWN")],
        ),
        (b'{"messageIdentifiers":[]}', []),
        (b"{}", []),
    ],
    ids=["more than known", "no state", "unknown state", "empty", "absent"],
)
def test_a_message_list_is_read_as_apple_may_send_it(body: bytes, items: list[MessageListItem]) -> None:
    """A message list is read with any of its fields absent or unknown."""
    assert message_list(body) == items


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"null",
        b"[]",
        b'{"messageIdentifiers":7}',
        b'{"messageIdentifiers":"a1b2"}',
        b'{"messageIdentifiers":["a1b2"]}',
        b'{"messageIdentifiers":[{"messageState":"APPROVED"}]}',
        b'{"messageIdentifiers":[{"messageIdentifier":null}]}',
    ],
)
def test_what_is_not_a_list_is_not_read_as_an_empty_one(body: bytes) -> None:
    """A body that is not a list is an error, not an empty list."""
    with pytest.raises(ValueError, match="the body is not a list of messageIdentifiers"):
        message_list(body)


def test_a_realtime_url_is_read_as_it_is() -> None:
    """A realtime URL is read in the case that Apple sends."""
    assert realtime_url(b'{"realtimeURL":"https://example.com/Realtime"}') == "https://example.com/Realtime"


@pytest.mark.parametrize(
    "body", [b'{"messageIdentifiers":[{"messageIdentifier":"a1b2","messageState":["APPROVED"]}]}', b"[" * 200_000]
)
def test_a_state_is_a_text_and_a_body_no_labyrinth(body: bytes) -> None:
    """A state that is no text, and a body that is nested without end, are errors, too."""
    with pytest.raises(ValueError, match="the body"):
        message_list(body)


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"realtimeURL":null}', b'{"realtimeURL":"\\ud800"}'])
def test_no_realtime_url_is_not_read_as_one(body: bytes) -> None:
    """A body without a realtime URL is an error."""
    with pytest.raises(ValueError, match="the body has no realtimeURL"):
        realtime_url(body)


def test_a_message_is_sent_in_lower_case_and_without_nulls() -> None:
    """A message is sent with its identifiers in lower case, its texts as they are, and no null."""
    message = {
        "header": "Header",
        "body": "BODY",
        "headerPosition": None,
        "image": {"imageIdentifier": "A1B2", "altText": "ALT"},
        "bulletPoints": [{"text": "TEXT", "imageIdentifier": "C3D4", "altText": "ALT"}],
    }

    assert to_wire(message) == {
        "header": "Header",
        "body": "BODY",
        "image": {"imageIdentifier": "a1b2", "altText": "ALT"},
        "bulletPoints": [{"text": "TEXT", "imageIdentifier": "c3d4", "altText": "ALT"}],
    }
