import pytest

from emulator.samples import BULLET, MESSAGE, WIDE, bullet_point, identifier, message, refused_with, shown
from retention_messaging_emulator import AppStoreConnect, AppStoreError, Emulator, Switches

BULLETS, HERO = 1, 2  # the numbers of the images that are there


@pytest.fixture
def store(sandbox: AppStoreConnect) -> AppStoreConnect:
    sandbox.upload_image(identifier(BULLETS), BULLET, "BULLET_POINT")
    sandbox.upload_image(identifier(HERO), WIDE, "FULL_SIZE")
    return sandbox


def test_an_uploaded_message_is_in_the_list_without_its_text(sandbox: AppStoreConnect) -> None:
    """A message that is uploaded to the sandbox is listed as approved, without its text."""
    sandbox.upload_message(identifier(), MESSAGE)

    assert sandbox.messages() == [{"messageIdentifier": identifier(), "messageState": "APPROVED"}]


def test_production_lets_a_message_wait_for_review(production: AppStoreConnect) -> None:
    """A message that is uploaded to production is listed as pending."""
    production.upload_message(identifier(), MESSAGE)

    assert production.messages() == [{"messageIdentifier": identifier(), "messageState": "PENDING"}]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(MESSAGE, id="text"),
        pytest.param(message(header="h" * 66, body="b" * 144), id="the longest text"),
        pytest.param(message(header="🔥" * 66), id="the longest text in code points"),
        pytest.param(message(header=" ", body="a\nb"), id="blanks and line breaks"),
        pytest.param(message(image=shown(HERO, altText="a" * 150)), id="an image"),
        pytest.param(message(image=shown(HERO), headerPosition="ABOVE_IMAGE"), id="the header above the image"),
        pytest.param(message(bulletPoints=[bullet_point(text="t" * 66)] * 5), id="five bullet points"),
        pytest.param(message(image=shown(HERO), bulletPoints=[bullet_point()]), id="image and bullet points"),
    ],
)
def test_a_message_is_kept_as_it_was_sent(store: AppStoreConnect, body: dict[str, object]) -> None:
    """The inventory has a message exactly as it was sent."""
    store.upload_message(identifier(), body)

    assert store.inventory()["messages"] == [
        {"messageIdentifier": identifier(), "messageState": "APPROVED", **body},
    ]


@pytest.mark.parametrize(
    "default",
    [{"headerPosition": "ABOVE_BODY"}, {"bulletPoints": []}, {"image": None}, {"sentiment": "sad"}],
)
def test_what_equals_a_default_or_is_unknown_leaves_no_trace(
    store: AppStoreConnect, default: dict[str, object]
) -> None:
    """A field that has its default value, or that is unknown, is not stored."""
    store.upload_message(identifier(), message(**default))

    assert store.inventory()["messages"] == [
        {"messageIdentifier": identifier(), "messageState": "APPROVED", **MESSAGE},
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (message(header="h" * 67), AppStoreError.HEADER_TOO_LONG),
        (message(body="b" * 145), AppStoreError.BODY_TOO_LONG),
        (message(image=shown(HERO, altText="a" * 151)), AppStoreError.ALT_TEXT_TOO_LONG),
        (message(bulletPoints=[bullet_point(altText="a" * 151)]), AppStoreError.ALT_TEXT_TOO_LONG),
        (message(bulletPoints=[bullet_point()] * 6), AppStoreError.BAD_REQUEST_TOO_MANY_BULLET_POINTS),
        (
            message(bulletPoints=[bullet_point(text="t" * 67)]),
            AppStoreError.BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG,
        ),
        (message(headerPosition="ABOVE_IMAGE"), AppStoreError.BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE),
        (
            message(headerPosition="ABOVE_IMAGE", bulletPoints=[bullet_point()]),
            AppStoreError.BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE,
        ),
        (message(image=shown(BULLETS)), AppStoreError.BAD_REQUEST_IMAGE_SIZE),
        (
            message(bulletPoints=[bullet_point(imageIdentifier=identifier(HERO))]),
            AppStoreError.BAD_REQUEST_IMAGE_SIZE,
        ),
        (message(image=shown(9)), AppStoreError.IMAGE_NOT_FOUND),
        (
            message(bulletPoints=[bullet_point(imageIdentifier=identifier(9))]),
            AppStoreError.IMAGE_NOT_FOUND,
        ),
    ],
)
def test_a_message_that_breaks_a_rule_is_refused(
    store: AppStoreConnect, body: dict[str, object], error: AppStoreError
) -> None:
    """A message that breaks one of Apple's rules is refused with the error of that rule."""
    with refused_with(error):
        store.upload_message(identifier(), body)


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        None,
        {"header": "h"},
        {"body": "b"},
        message(header=None),
        message(header=7),
        message(header=""),
        message(headerPosition="BELOW"),
        message(headerPosition=["ABOVE_BODY"]),
        message(image="hero"),
        message(image={"altText": "a"}),
        message(image={"imageIdentifier": identifier()}),
        message(image=shown(HERO, imageIdentifier="hero")),
        message(bulletPoints={}),
        message(bulletPoints=["One"]),
        message(bulletPoints=[bullet_point(text=None)]),
        message(bulletPoints=[bullet_point(imageIdentifier=7)]),
    ],
)
def test_a_malformed_message_is_a_bad_request(store: AppStoreConnect, body: object) -> None:
    """A malformed message is a general bad request."""
    with refused_with(AppStoreError.GENERAL_BAD_REQUEST):
        store.upload_message(identifier(), body)


@pytest.mark.parametrize(
    "malformed",
    ["", "stay-en", identifier()[:-1], identifier().replace("-", ""), "{" + identifier() + "}"],
)
def test_an_identifier_that_is_no_uuid_is_a_bad_request(sandbox: AppStoreConnect, malformed: str) -> None:
    """An identifier that is not a UUID with hyphens is a general bad request."""
    with refused_with(AppStoreError.GENERAL_BAD_REQUEST):
        sandbox.upload_message(malformed, MESSAGE)


def test_identifiers_have_no_case_and_are_listed_in_lower_case(store: AppStoreConnect) -> None:
    """Identifiers are compared without regard to case, and listed in lower case."""
    store.upload_message(identifier(7).upper(), message(image=shown(HERO, imageIdentifier=identifier(HERO).upper())))

    with refused_with(AppStoreError.IMAGE_IN_USE):
        store.delete_image(identifier(HERO))
    assert store.messages() == [{"messageIdentifier": identifier(7), "messageState": "APPROVED"}]


def test_a_second_upload_of_the_same_identifier_is_refused(sandbox: AppStoreConnect) -> None:
    """A second message under an identifier is refused."""
    sandbox.upload_message(identifier(), MESSAGE)

    with refused_with(AppStoreError.MESSAGE_ALREADY_EXISTS):
        sandbox.upload_message(identifier(), MESSAGE)


def test_messages_beyond_the_limit_are_refused() -> None:
    """A message beyond the limit is refused."""
    sandbox = Emulator(switches=Switches(max_messages=1)).sandbox
    sandbox.upload_message(identifier(1), MESSAGE)

    with refused_with(AppStoreError.MAXIMUM_NUMBER_OF_MESSAGES_REACHED):
        sandbox.upload_message(identifier(2), MESSAGE)


def test_deleting_a_message_twice_is_refused(sandbox: AppStoreConnect) -> None:
    """Deleting a message that was deleted is Apple's 404."""
    sandbox.upload_message(identifier(), MESSAGE)
    sandbox.delete_message(identifier())

    with refused_with(AppStoreError.MESSAGE_NOT_FOUND):
        sandbox.delete_message(identifier())


def test_the_identifier_of_a_deleted_message_may_be_reused(sandbox: AppStoreConnect) -> None:
    """The identifier of a message that was deleted may be uploaded again."""
    sandbox.upload_message(identifier(), MESSAGE)
    sandbox.delete_message(identifier())

    sandbox.upload_message(identifier(), MESSAGE)

    assert sandbox.messages() == [{"messageIdentifier": identifier(), "messageState": "APPROVED"}]


def test_every_app_and_environment_has_messages_of_its_own(emulator: Emulator) -> None:
    """A message of one app and environment is in no other."""
    emulator.sandbox.upload_message(identifier(), MESSAGE)

    assert emulator.production.messages() == []
    assert emulator.app_store("sandbox", "com.example.other").messages() == []
