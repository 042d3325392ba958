import pytest

from emulator.samples import BULLET, MESSAGE, WIDE, bullet_point, identifier, message, refused_with, shown
from retention_messaging_emulator import AppStoreConnect, AppStoreError, Emulator

MONTHLY = ("com.example.monthly", "en-US")


def pointing_at(number: int) -> dict[str, str]:
    return {"messageIdentifier": identifier(number)}


def test_a_default_is_read_back_and_overwritten(sandbox: AppStoreConnect) -> None:
    """The default that was set last is read back."""
    sandbox.upload_message(identifier(1), MESSAGE)
    sandbox.upload_message(identifier(2), MESSAGE)

    sandbox.configure_default_message(*MONTHLY, pointing_at(1))
    sandbox.configure_default_message(*MONTHLY, pointing_at(2))

    assert sandbox.default_message(*MONTHLY) == identifier(2)


def test_one_message_may_be_the_default_of_many_pairs(sandbox: AppStoreConnect) -> None:
    """One message may be the default of several products and locales."""
    sandbox.upload_message(identifier(), MESSAGE)

    sandbox.configure_default_message(*MONTHLY, pointing_at(1))
    sandbox.configure_default_message("com.example.yearly", "fr-FR", pointing_at(1))

    assert sandbox.inventory()["defaults"] == [
        {"productId": "com.example.monthly", "locale": "en-US", "messageIdentifier": identifier()},
        {"productId": "com.example.yearly", "locale": "fr-FR", "messageIdentifier": identifier()},
    ]


def test_there_is_no_default_until_one_is_configured(sandbox: AppStoreConnect) -> None:
    """A default that was never set is Apple's 404."""
    with refused_with(AppStoreError.DEFAULT_MESSAGE_NOT_FOUND):
        sandbox.default_message(*MONTHLY)


def test_deleting_a_default_may_be_repeated(sandbox: AppStoreConnect) -> None:
    """Deleting a default twice succeeds, and there is none afterwards."""
    sandbox.upload_message(identifier(), MESSAGE)
    sandbox.configure_default_message(*MONTHLY, pointing_at(1))

    sandbox.delete_default_message(*MONTHLY)
    sandbox.delete_default_message(*MONTHLY)

    with refused_with(AppStoreError.DEFAULT_MESSAGE_NOT_FOUND):
        sandbox.default_message(*MONTHLY)


def test_a_default_goes_with_its_message(sandbox: AppStoreConnect) -> None:
    """Deleting a message removes its defaults."""
    sandbox.upload_message(identifier(), MESSAGE)
    sandbox.configure_default_message(*MONTHLY, pointing_at(1))

    sandbox.delete_message(identifier())

    with refused_with(AppStoreError.DEFAULT_MESSAGE_NOT_FOUND):
        sandbox.default_message(*MONTHLY)


def test_a_default_stays_when_its_message_is_rejected_later(sandbox: AppStoreConnect) -> None:
    """A default stays when its message is rejected later."""
    sandbox.upload_message(identifier(), MESSAGE)
    sandbox.configure_default_message(*MONTHLY, pointing_at(1))

    sandbox.reject(identifier())

    assert sandbox.default_message(*MONTHLY) == identifier()


def test_a_message_that_is_not_there_is_no_default(sandbox: AppStoreConnect) -> None:
    """A message that does not exist is refused as a default."""
    with refused_with(AppStoreError.MESSAGE_NOT_FOUND):
        sandbox.configure_default_message(*MONTHLY, pointing_at(1))


@pytest.mark.parametrize("body", [None, {}, {"messageIdentifier": 7}, {"messageIdentifier": "stay-en"}])
def test_a_malformed_default_is_a_bad_request(sandbox: AppStoreConnect, body: object) -> None:
    """A malformed default is a general bad request."""
    with refused_with(AppStoreError.GENERAL_BAD_REQUEST):
        sandbox.configure_default_message(*MONTHLY, body)


@pytest.mark.parametrize("decision", ["PENDING", "REJECTED"])
def test_a_message_that_is_not_approved_is_no_default(production: AppStoreConnect, decision: str) -> None:
    """A message that is not approved is refused as a default."""
    production.put_message(identifier(), MESSAGE, decision)  # type: ignore[arg-type]

    with refused_with(AppStoreError.MESSAGE_NOT_APPROVED):
        production.configure_default_message(*MONTHLY, pointing_at(1))


@pytest.mark.parametrize("waiting", [1, 2])
def test_every_image_of_a_default_must_be_approved(production: AppStoreConnect, waiting: int) -> None:
    """A message with an image that is not approved is refused as a default."""
    production.upload_image(identifier(1), BULLET, "BULLET_POINT")
    production.upload_image(identifier(2), WIDE, "FULL_SIZE")
    production.upload_message(identifier(3), message(image=shown(2), bulletPoints=[bullet_point()]))
    production.approve()
    production.reject(identifier(waiting))

    with refused_with(AppStoreError.IMAGE_NOT_APPROVED):
        production.configure_default_message(*MONTHLY, pointing_at(3))


@pytest.mark.parametrize("locale", ["en_US", "en-us", "de", "es-419", ""])
def test_a_locale_that_the_app_store_does_not_have_is_refused(sandbox: AppStoreConnect, locale: str) -> None:
    """A locale that the App Store does not have is refused."""
    with refused_with(AppStoreError.INVALID_LOCALE):
        sandbox.delete_default_message("com.example.monthly", locale)


def test_a_product_that_the_app_does_not_have_is_refused() -> None:
    """A product that the app does not have is refused."""
    sandbox = Emulator(products=["com.example.monthly"]).sandbox

    with refused_with(AppStoreError.INVALID_PRODUCT_ID):
        sandbox.delete_default_message("com.example.yearly", "en-US")
