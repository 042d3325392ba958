"""Apple's own client as the judge: all of its methods succeed here, and it knows every error it is answered with."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import attrs
import pytest
from appstoreserverlibrary.api_client import APIError, APIException, AppStoreServerAPIClient
from appstoreserverlibrary.models.BulletPoint import BulletPoint
from appstoreserverlibrary.models.DefaultConfigurationRequest import DefaultConfigurationRequest
from appstoreserverlibrary.models.Environment import Environment
from appstoreserverlibrary.models.HeaderPosition import HeaderPosition
from appstoreserverlibrary.models.ImageSize import ImageSize
from appstoreserverlibrary.models.ImageState import ImageState
from appstoreserverlibrary.models.MessageState import MessageState
from appstoreserverlibrary.models.PerformanceTestConfig import PerformanceTestConfig
from appstoreserverlibrary.models.PerformanceTestRequest import PerformanceTestRequest
from appstoreserverlibrary.models.PerformanceTestStatus import PerformanceTestStatus as Status
from appstoreserverlibrary.models.RealtimeUrlRequest import RealtimeUrlRequest
from appstoreserverlibrary.models.UploadMessageImage import UploadMessageImage
from appstoreserverlibrary.models.UploadMessageRequestBody import UploadMessageRequestBody
from appstoreserverlibrary.signed_data_verifier import SignedDataVerifier, VerificationException

from emulator.samples import BULLET, REALTIME_URL, WIDE, identifier, listening, result_of
from retention_messaging_emulator import AppStoreError, Emulator, Fault, Switches

MONTHLY = ("com.example.monthly", "en-US")
TEXT = UploadMessageRequestBody(header="Keep your streak", body="Your friends are still here.")
URL = RealtimeUrlRequest(realtimeURL=REALTIME_URL)
HERO, ICON, MESSAGE = UUID(identifier(1)), UUID(identifier(2)), UUID(identifier(3))

TEST = PerformanceTestRequest(originalTransactionId="70000500092808")
SWITCHES = Switches(max_images=2, max_messages=1, total_requests=2, total_duration=1600)


@dataclass(frozen=True)
class World:
    """An emulator on a socket, and Apple's client for both of its environments."""

    emulator: Emulator
    sandbox: AppStoreServerAPIClient
    production: AppStoreServerAPIClient


@pytest.fixture(scope="module")
def served() -> Iterator[World]:
    emulator = Emulator(switches=SWITCHES, products=["com.example.monthly"], transport=listening([]))
    with closing(emulator), emulator.serve() as server:
        yield World(
            emulator,
            apples_client(emulator, Environment.SANDBOX, server.url + "/sandbox"),
            apples_client(emulator, Environment.PRODUCTION, server.url + "/production"),
        )


@pytest.fixture
def world(served: World) -> World:
    served.emulator.reset()
    return served


def apples_client(emulator: Emulator, environment: Environment, base_url: str) -> AppStoreServerAPIClient:
    key = emulator.credentials
    client = AppStoreServerAPIClient(key.private_key.encode(), key.key_id, key.issuer_id, key.bundle_id, environment)
    client._base_url = base_url
    return client


def text(**changes: Any) -> UploadMessageRequestBody:
    """A message that Apple's client would not let a program make."""
    with attrs.validators.disabled():
        return UploadMessageRequestBody(**{"header": "h", "body": "b", **changes})


def bullet_point(**changes: Any) -> BulletPoint:
    with attrs.validators.disabled():
        return BulletPoint(**{"text": "One", "imageIdentifier": ICON, "altText": "A flame", **changes})


def hero(alt_text: str = "A flame", of: UUID = HERO) -> UploadMessageImage:
    with attrs.validators.disabled():
        return UploadMessageImage(imageIdentifier=of, altText=alt_text)


def test_apples_client_uploads_lists_and_deletes_images(world: World) -> None:
    """Apple's client uploads, lists and deletes images."""
    world.sandbox.upload_image(HERO, WIDE)
    world.sandbox.upload_image(ICON, BULLET, ImageSize.BULLET_POINT)
    listed = world.sandbox.get_image_list().imageIdentifiers
    world.sandbox.delete_image(HERO)
    world.sandbox.delete_image(ICON)

    assert listed is not None
    assert [(each.imageIdentifier, each.imageSize, each.imageState) for each in listed] == [
        (HERO, ImageSize.FULL_SIZE, ImageState.APPROVED),
        (ICON, ImageSize.BULLET_POINT, ImageState.APPROVED),
    ]
    assert world.sandbox.get_image_list().imageIdentifiers == []


def test_apples_client_uploads_lists_and_deletes_messages(world: World) -> None:
    """Apple's client uploads, lists and deletes a message with all its parts."""
    world.sandbox.upload_image(HERO, WIDE)
    world.sandbox.upload_image(ICON, BULLET, ImageSize.BULLET_POINT)
    world.sandbox.upload_message(
        MESSAGE,
        text(image=hero(), headerPosition=HeaderPosition.ABOVE_IMAGE, bulletPoints=[bullet_point()] * 5),
    )
    listed = world.sandbox.get_message_list().messageIdentifiers
    world.sandbox.delete_message(MESSAGE)

    assert listed is not None
    assert [(each.messageIdentifier, each.messageState) for each in listed] == [(MESSAGE, MessageState.APPROVED)]
    assert world.sandbox.get_message_list().messageIdentifiers == []


def test_apples_client_sets_reads_and_deletes_a_default(world: World) -> None:
    """Apple's client sets and reads a default, and deletes it twice."""
    world.production.upload_message(MESSAGE, TEXT)
    world.emulator.production.approve()
    world.production.configure_default_message(*MONTHLY, DefaultConfigurationRequest(messageIdentifier=MESSAGE))

    assert world.production.get_default_message(*MONTHLY).messageIdentifier == MESSAGE
    world.production.delete_default_message(*MONTHLY)
    world.production.delete_default_message(*MONTHLY)
    assert world.emulator.production.inventory()["defaults"] == []


def test_apples_client_sets_reads_and_deletes_the_realtime_url(world: World) -> None:
    """Apple's client sets, reads and deletes the realtime URL."""
    world.emulator.performance_test(passed=True)
    world.production.configure_realtime_url(URL)

    assert world.production.get_realtime_url().realtimeURL == URL.realtimeURL
    world.production.delete_realtime_url()  # type: ignore[no-untyped-call]
    assert world.emulator.production.inventory()["realtimeURL"] is None


def test_apples_client_runs_a_test_that_opens_production(world: World) -> None:
    """Apple's client starts a performance test and reads its results, and production then takes the URL."""
    world.sandbox.configure_realtime_url(URL)

    begun = world.sandbox.initiate_performance_test(TEST)
    assert begun.requestId is not None
    running = world.sandbox.get_performance_test_results(begun.requestId)
    result_of(world.emulator.sandbox, begun.requestId)
    ended = world.sandbox.get_performance_test_results(begun.requestId)
    world.production.configure_realtime_url(URL)

    assert begun.config == PerformanceTestConfig(10, 2, 1600, 700, 95)
    assert (running.result, running.config, running.target) == (Status.PENDING, begun.config, URL.realtimeURL)
    assert (ended.result, ended.successRate, ended.numPending) == (Status.PASS, 100, 0)
    assert ended.failures in (None, {})
    assert ended.responseTimes is not None
    assert ended.responseTimes.p50 is not None


@pytest.mark.parametrize(
    ("environment", "expected"), [("sandbox", Environment.SANDBOX), ("production", Environment.PRODUCTION)]
)
def test_apples_verifier_believes_a_request(environment: Any, expected: Environment) -> None:
    """Apple's verifier accepts a real-time request with the emulator's root certificate."""
    sent: list[dict[str, Any]] = []
    emulator = Emulator(transport=listening(sent), app_apple_id=1234567890)
    emulator.app_store(environment).put_realtime_url({"realtimeURL": REALTIME_URL})

    emulator.ask("com.example.yearly", "fr-FR", "99371283", environment)
    verifier = SignedDataVerifier([emulator.root_certificate], False, expected, "com.example.app", 1234567890)
    believed = verifier.verify_and_decode_realtime_request(sent[0]["signedPayload"])

    assert (believed.originalTransactionId, believed.productId, believed.userLocale) == (
        "99371283",
        "com.example.yearly",
        "fr-FR",
    )
    assert (believed.appAppleId, believed.environment) == (1234567890, expected)
    assert abs(believed.signedDate - emulator.clock.now()) < 10_000


def test_apples_verifier_believes_a_request_at_any_time() -> None:
    """Apple's verifier accepts a real-time request wherever the emulator's clock is set."""
    sent: list[dict[str, Any]] = []
    emulator = Emulator(transport=listening(sent))
    emulator.sandbox.put_realtime_url({"realtimeURL": REALTIME_URL})
    emulator.clock.set(4_000_000_000_000)

    emulator.ask()
    verifier = SignedDataVerifier([emulator.root_certificate], False, Environment.SANDBOX, "com.example.app")
    believed = verifier.verify_and_decode_realtime_request(sent[0]["signedPayload"])

    assert believed.signedDate >= 4_000_000_000_000


def test_apples_verifier_believes_no_other_emulator() -> None:
    """Apple's verifier refuses a request that another emulator signed."""
    sent: list[dict[str, Any]] = []
    emulator = Emulator(transport=listening(sent))
    emulator.sandbox.put_realtime_url({"realtimeURL": REALTIME_URL})

    emulator.ask()
    verifier = SignedDataVerifier([Emulator().root_certificate], False, Environment.SANDBOX, "com.example.app")

    with pytest.raises(VerificationException):
        verifier.verify_and_decode_realtime_request(sent[0]["signedPayload"])


def no_uuid(world: World) -> None:
    world.sandbox.delete_message("stay-en")  # type: ignore[arg-type]


def a_header_too_long(world: World) -> None:
    world.sandbox.upload_message(MESSAGE, text(header="h" * 67))


def a_body_too_long(world: World) -> None:
    world.sandbox.upload_message(MESSAGE, text(body="b" * 145))


def an_alt_text_too_long(world: World) -> None:
    world.sandbox.upload_message(MESSAGE, text(image=hero("a" * 151)))


def a_bullet_point_too_long(world: World) -> None:
    world.sandbox.upload_message(MESSAGE, text(bulletPoints=[bullet_point(text="t" * 67)]))


def too_many_bullet_points(world: World) -> None:
    world.sandbox.upload_message(MESSAGE, text(bulletPoints=[bullet_point()] * 6))


def a_header_above_no_image(world: World) -> None:
    world.sandbox.upload_message(MESSAGE, text(headerPosition=HeaderPosition.ABOVE_IMAGE))


def an_image_of_the_wrong_size_for_its_place(world: World) -> None:
    world.sandbox.upload_image(ICON, BULLET, ImageSize.BULLET_POINT)
    world.sandbox.upload_message(MESSAGE, text(image=hero(of=ICON)))


def an_image_that_is_none(world: World) -> None:
    world.sandbox.upload_image(HERO, b"GIF89a")


def an_image_too_many(world: World) -> None:
    world.sandbox.upload_image(HERO, WIDE)
    world.sandbox.upload_image(ICON, WIDE)
    world.sandbox.upload_image(MESSAGE, WIDE)


def a_message_too_many(world: World) -> None:
    world.sandbox.upload_message(HERO, TEXT)
    world.sandbox.upload_message(MESSAGE, TEXT)


def an_image_twice(world: World) -> None:
    world.sandbox.upload_image(HERO, WIDE)
    world.sandbox.upload_image(HERO, WIDE)


def a_message_twice(world: World) -> None:
    world.sandbox.upload_message(MESSAGE, TEXT)
    world.sandbox.upload_message(MESSAGE, TEXT)


def an_image_in_use(world: World) -> None:
    world.sandbox.upload_image(HERO, WIDE)
    world.sandbox.upload_message(MESSAGE, text(image=hero()))
    world.sandbox.delete_image(HERO)


def no_such_image(world: World) -> None:
    world.sandbox.delete_image(HERO)


def no_such_message(world: World) -> None:
    world.sandbox.delete_message(MESSAGE)


def no_such_product(world: World) -> None:
    world.sandbox.get_default_message("com.example.weekly", "en-US")


def no_such_locale(world: World) -> None:
    world.sandbox.get_default_message("com.example.monthly", "en_US")


def no_default(world: World) -> None:
    world.sandbox.get_default_message(*MONTHLY)


def a_default_before_its_review(world: World) -> None:
    world.production.upload_message(MESSAGE, TEXT)
    world.production.configure_default_message(*MONTHLY, DefaultConfigurationRequest(messageIdentifier=MESSAGE))


def a_default_before_the_review_of_its_image(world: World) -> None:
    world.production.upload_image(HERO, WIDE)
    world.production.upload_message(MESSAGE, text(image=hero()))
    world.emulator.production.approve(str(MESSAGE))
    world.production.configure_default_message(*MONTHLY, DefaultConfigurationRequest(messageIdentifier=MESSAGE))


def a_url_without_tls(world: World) -> None:
    world.sandbox.configure_realtime_url(RealtimeUrlRequest(realtimeURL="http://retention.example.com"))


def a_url_before_the_performance_test(world: World) -> None:
    world.production.configure_realtime_url(URL)


def no_url(world: World) -> None:
    world.sandbox.get_realtime_url()


def a_request_too_many(world: World) -> None:
    world.emulator.set_rate_limits({"Get Message List": 0})
    world.sandbox.get_message_list()


def a_bad_day(world: World) -> None:
    world.emulator.fail_next(Fault(error_code=5000000))
    world.sandbox.get_message_list()


def initiate_for(kind: Any) -> Callable[[World], None]:
    def act(world: World) -> None:
        world.emulator.sandbox.put_transaction(TEST.originalTransactionId, kind)
        world.sandbox.configure_realtime_url(URL)
        world.sandbox.initiate_performance_test(TEST)

    return act


def a_test_without_a_url(world: World) -> None:
    world.sandbox.initiate_performance_test(TEST)


def a_test_while_one_runs(world: World) -> None:
    world.sandbox.configure_realtime_url(URL)
    world.sandbox.initiate_performance_test(TEST)
    world.sandbox.initiate_performance_test(TEST)


def results_of_no_request_id(world: World) -> None:
    world.sandbox.get_performance_test_results("latest")


def results_of_no_test(world: World) -> None:
    world.sandbox.get_performance_test_results(identifier())


REFUSALS: dict[Callable[[World], None], AppStoreError] = {
    no_uuid: AppStoreError.GENERAL_BAD_REQUEST,
    no_such_product: AppStoreError.INVALID_PRODUCT_ID,
    an_image_that_is_none: AppStoreError.INVALID_IMAGE,
    a_header_too_long: AppStoreError.HEADER_TOO_LONG,
    a_body_too_long: AppStoreError.BODY_TOO_LONG,
    no_such_locale: AppStoreError.INVALID_LOCALE,
    an_alt_text_too_long: AppStoreError.ALT_TEXT_TOO_LONG,
    a_url_without_tls: AppStoreError.BAD_REQUEST_REALTIME_URL,
    an_image_of_the_wrong_size_for_its_place: AppStoreError.BAD_REQUEST_IMAGE_SIZE,
    too_many_bullet_points: AppStoreError.BAD_REQUEST_TOO_MANY_BULLET_POINTS,
    a_bullet_point_too_long: AppStoreError.BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG,
    a_header_above_no_image: AppStoreError.BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE,
    an_image_too_many: AppStoreError.MAXIMUM_NUMBER_OF_IMAGES_REACHED,
    a_message_too_many: AppStoreError.MAXIMUM_NUMBER_OF_MESSAGES_REACHED,
    a_default_before_its_review: AppStoreError.MESSAGE_NOT_APPROVED,
    a_default_before_the_review_of_its_image: AppStoreError.IMAGE_NOT_APPROVED,
    an_image_in_use: AppStoreError.IMAGE_IN_USE,
    a_url_before_the_performance_test: AppStoreError.FORBIDDEN_NO_PASSING_TEST,
    no_such_image: AppStoreError.IMAGE_NOT_FOUND,
    no_such_message: AppStoreError.MESSAGE_NOT_FOUND,
    no_default: AppStoreError.DEFAULT_MESSAGE_NOT_FOUND,
    no_url: AppStoreError.REALTIME_URL_NOT_FOUND,
    an_image_twice: AppStoreError.IMAGE_ALREADY_EXISTS,
    a_message_twice: AppStoreError.MESSAGE_ALREADY_EXISTS,
    a_request_too_many: AppStoreError.RATE_LIMIT_EXCEEDED,
    a_bad_day: AppStoreError.GENERAL_INTERNAL,
    initiate_for("invalid"): AppStoreError.INVALID_TRANSACTION_ID,
    initiate_for("app-transaction"): AppStoreError.APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR,
    initiate_for("family-shared"): AppStoreError.FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR,
    initiate_for("renewal"): AppStoreError.TRANSACTION_ID_IS_NOT_ORIGINAL_TRANSACTION_ID_ERROR,
    a_test_without_a_url: AppStoreError.INVALID_PERFORMANCE_TEST_REQUEST,
    a_test_while_one_runs: AppStoreError.EXISTING_PERFORMANCE_TEST_RUN,
    results_of_no_request_id: AppStoreError.INVALID_REQUEST_ID,
    results_of_no_test: AppStoreError.PERFORMANCE_TEST_RUN_NOT_FOUND,
}


@pytest.mark.parametrize(("act", "error"), REFUSALS.items())
def test_apples_client_knows_the_refusal(world: World, act: Callable[[World], None], error: AppStoreError) -> None:
    """Apple's client reads every refusal as the error it is, with its status and its text."""
    with pytest.raises(APIException) as refused:
        act(world)

    assert refused.value.api_error is APIError(error.code)
    assert (refused.value.http_status_code, refused.value.error_message) == (error.status, error.message)


def test_every_error_can_be_met() -> None:
    """Every error of the emulator is met by one of the refusals."""
    assert set(REFUSALS.values()) == set(AppStoreError)


@pytest.mark.parametrize("error", AppStoreError)
def test_every_error_is_apples_under_apples_name(error: AppStoreError) -> None:
    """Every error has the name that Apple's library gives its number."""
    assert APIError(error.code).name == error.name


@pytest.mark.parametrize(("fault", "status"), [("unauthenticated", 401), ("no-access", 404), ("bad-gateway", 502)])
def test_apples_client_takes_an_answer_that_is_no_envelope(world: World, fault: str, status: int) -> None:
    """Apple's client reads an answer without an error object as its bare status."""
    world.emulator.fail_next(Fault(kind=fault))  # type: ignore[arg-type]

    with pytest.raises(APIException) as refused:
        world.sandbox.get_message_list()

    assert (refused.value.http_status_code, refused.value.api_error) == (status, None)
