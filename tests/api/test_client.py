"""The client and the App Store emulator, which was written by Apple's documentation and not by this client."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from uuid import UUID

import httpx
import pytest
from PIL import Image

from api.wire import IDENTIFIER, OTHER_IDENTIFIER
from retention_messaging_emulator import Emulator, Fault
from retention_messaging_provider.api import (
    AlreadyExists,
    Credentials,
    ImageListItem,
    ImageSize,
    InUse,
    InvalidRequest,
    MessageListItem,
    NoAccess,
    NoPassingTest,
    NotFound,
    RateLimited,
    RetentionMessagingClient,
    Unauthorized,
    Unreachable,
)

MESSAGE = {"header": "Header text", "body": "Body text"}


def png(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height)).save(file, "PNG")
    return file.getvalue()


HERO = png(3840, 160)
ICON = png(1024, 1024)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with closing(Emulator()) as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator) -> Iterator[RetentionMessagingClient]:
    """A client of the sandbox; it waits by moving the emulator's clock."""
    with closing(connect(emulator)) as client:
        yield client


def connect(
    emulator: Emulator, base_url: str = "http://localhost/sandbox", *, on_socket: bool = False
) -> RetentionMessagingClient:
    key = emulator.credentials
    return RetentionMessagingClient(
        base_url,
        Credentials(key.key_id, key.issuer_id, key.private_key),
        key.bundle_id,
        transport=None if on_socket else httpx.WSGITransport(app=emulator.app),
        clock=lambda: emulator.clock.now() / 1000,
        sleep=lambda seconds: emulator.clock.advance(math.ceil(seconds * 1000)),
        report=lambda _: None,
    )


def test_an_image_comes_and_goes(client: RetentionMessagingClient) -> None:
    """An uploaded image is listed until it is deleted."""
    client.upload_image(IDENTIFIER, HERO, ImageSize.FULL_SIZE)
    client.upload_image(OTHER_IDENTIFIER, ICON, ImageSize.BULLET_POINT)
    uploaded = client.get_image_list()
    client.delete_image(IDENTIFIER)
    left = client.get_image_list()

    assert set(uploaded) == {
        ImageListItem(IDENTIFIER, "FULL_SIZE", "APPROVED"),
        ImageListItem(OTHER_IDENTIFIER, "BULLET_POINT", "APPROVED"),
    }
    assert left == [ImageListItem(OTHER_IDENTIFIER, "BULLET_POINT", "APPROVED")]


def test_a_message_comes_and_goes(client: RetentionMessagingClient) -> None:
    """An uploaded message is listed until it is deleted."""
    client.upload_message(IDENTIFIER, MESSAGE)
    uploaded = client.get_message_list()
    client.delete_message(IDENTIFIER)
    left = client.get_message_list()

    assert uploaded == [MessageListItem(IDENTIFIER, "APPROVED")]
    assert left == []


def test_a_realtime_url_comes_and_goes(client: RetentionMessagingClient) -> None:
    """The realtime URL that was set last is read back until it is deleted."""
    client.configure_realtime_url("https://example.com/first")
    client.configure_realtime_url("https://example.com/second")
    configured = client.get_realtime_url()
    client.delete_realtime_url()

    assert configured == "https://example.com/second"
    with pytest.raises(NotFound):
        client.get_realtime_url()


def test_a_message_with_everything_is_accepted(client: RetentionMessagingClient) -> None:
    """A message with an image, a header position and five bullet points is accepted and uses its images."""
    client.upload_image(IDENTIFIER, HERO, ImageSize.FULL_SIZE)
    client.upload_image(OTHER_IDENTIFIER, ICON, ImageSize.BULLET_POINT)
    bullet = {"text": "Bullet", "imageIdentifier": OTHER_IDENTIFIER.upper(), "altText": "Alt text"}

    client.upload_message(
        IDENTIFIER,
        MESSAGE
        | {
            "image": {"imageIdentifier": IDENTIFIER.upper(), "altText": "Alt text"},
            "headerPosition": "ABOVE_IMAGE",
            "bulletPoints": [bullet] * 5,
        },
    )

    with pytest.raises(InUse):
        client.delete_image(IDENTIFIER)
    with pytest.raises(InUse):
        client.delete_image(OTHER_IDENTIFIER)


def test_a_message_in_production_waits_for_its_review(emulator: Emulator) -> None:
    """A message in production is PENDING until Apple's review decides."""
    with closing(connect(emulator, "http://localhost/production")) as client:
        client.upload_message(IDENTIFIER, MESSAGE)
        uploaded = client.get_message_list()
        emulator.reject(IDENTIFIER)
        reviewed = client.get_message_list()

    assert uploaded == [MessageListItem(IDENTIFIER, "PENDING")]
    assert reviewed == [MessageListItem(IDENTIFIER, "REJECTED")]


def test_a_second_upload_of_the_same_identifier_is_refused(client: RetentionMessagingClient) -> None:
    """A second upload under the same identifier is AlreadyExists."""
    client.upload_message(IDENTIFIER, MESSAGE)
    client.upload_image(IDENTIFIER, ICON, ImageSize.BULLET_POINT)

    with pytest.raises(AlreadyExists):
        client.upload_message(IDENTIFIER, MESSAGE)
    with pytest.raises(AlreadyExists):
        client.upload_image(IDENTIFIER, ICON, ImageSize.BULLET_POINT)


def test_a_deletion_of_nothing_is_not_found(client: RetentionMessagingClient) -> None:
    """Deleting an image or a message that does not exist is NotFound."""
    with pytest.raises(NotFound):
        client.delete_image(IDENTIFIER)
    with pytest.raises(NotFound):
        client.delete_message(IDENTIFIER)


def test_an_image_of_the_wrong_size_is_an_invalid_request(client: RetentionMessagingClient) -> None:
    """An image whose pixels do not match its size is an InvalidRequest with Apple's code."""
    with pytest.raises(InvalidRequest) as refused:
        client.upload_image(IDENTIFIER, ICON, ImageSize.FULL_SIZE)

    assert refused.value.error_code == 4000161


def test_production_takes_a_url_after_a_passed_test(emulator: Emulator) -> None:
    """Production refuses a realtime URL until a performance test has passed."""
    with closing(connect(emulator, "http://localhost/production")) as client:
        with pytest.raises(NoPassingTest):
            client.configure_realtime_url("https://example.com")
        emulator.performance_test(passed=True)

        client.configure_realtime_url("https://example.com")

        assert client.get_realtime_url() == "https://example.com"


def test_another_key_is_unauthorized(emulator: Emulator, credentials: Credentials) -> None:
    """A key that Apple does not know is Unauthorized."""
    transport = httpx.WSGITransport(app=emulator.app)
    stranger = RetentionMessagingClient("http://localhost/sandbox", credentials, "com.example.app", transport=transport)

    with closing(stranger), pytest.raises(Unauthorized):
        stranger.get_message_list()


def test_no_access_is_not_read_as_not_found(emulator: Emulator, client: RetentionMessagingClient) -> None:
    """The 404 of an account without access is NoAccess, not NotFound."""
    emulator.fail_next(Fault(kind="no-access"))

    with pytest.raises(NoAccess):
        client.delete_message(IDENTIFIER)


@pytest.mark.parametrize("kind", ["drop", "lose-answer", "bad-gateway"])
def test_an_upload_that_goes_wrong_is_made_once(
    emulator: Emulator, client: RetentionMessagingClient, kind: str
) -> None:
    """An upload that fails, or whose answer is lost, leaves one message."""
    emulator.fail_next(Fault(kind=kind, method="PUT"))  # type: ignore[arg-type]

    client.upload_message(IDENTIFIER, MESSAGE)

    assert client.get_message_list() == [MessageListItem(IDENTIFIER, "APPROVED")]


def test_a_deletion_whose_answer_is_lost_is_done(emulator: Emulator, client: RetentionMessagingClient) -> None:
    """A deletion whose answer is lost succeeds."""
    client.upload_message(IDENTIFIER, MESSAGE)
    emulator.fail_next(Fault(kind="lose-answer", method="DELETE"))

    client.delete_message(IDENTIFIER)

    assert client.get_message_list() == []


def test_an_emulator_that_stays_silent_is_unreachable(emulator: Emulator, client: RetentionMessagingClient) -> None:
    """A server that closes every connection is Unreachable."""
    emulator.fail_next(Fault(kind="drop", times=4))

    with pytest.raises(Unreachable):
        client.get_message_list()


def test_a_limit_far_ahead_is_an_error_and_ends_in_time(emulator: Emulator, client: RetentionMessagingClient) -> None:
    """A rate limit that ends too late is an error with its time, and a request after that time succeeds."""
    emulator.set_rate_limits({"Get Message List": 1})
    client.get_message_list()

    with pytest.raises(RateLimited) as limited:
        client.get_message_list()

    assert limited.value.retry_at is not None
    emulator.clock.set(math.ceil(limited.value.retry_at * 1000))
    assert client.get_message_list() == []


def test_a_limit_close_by_is_waited_for(emulator: Emulator, client: RetentionMessagingClient) -> None:
    """A rate limit that ends soon is waited for."""
    emulator.set_rate_limits({"Get Message List": 1})
    client.get_message_list()
    emulator.clock.advance(59 * 60 * 1000)

    assert client.get_message_list() == []


def test_threads_share_a_client_over_a_real_connection(emulator: Emulator) -> None:
    """Many threads upload through one client over a socket, and no message is lost."""
    identifiers = [str(UUID(int=number)) for number in range(32)]

    with emulator.serve() as server, closing(connect(emulator, f"{server.url}/sandbox", on_socket=True)) as client:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda identifier: client.upload_message(identifier, MESSAGE), identifiers))
        items = client.get_message_list()

    assert {item.message_identifier for item in items} == set(identifiers)
