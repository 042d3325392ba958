import pytest

from emulator.samples import BULLET, WIDE, identifier, message, png, refused_with, shown
from retention_messaging_emulator import AppStoreConnect, AppStoreError, Emulator, Switches


def test_an_uploaded_image_is_in_the_list(sandbox: AppStoreConnect) -> None:
    """An image that is uploaded to the sandbox is listed as approved."""
    sandbox.upload_image(identifier(), WIDE)

    assert sandbox.images() == [
        {"imageIdentifier": identifier(), "imageSize": "FULL_SIZE", "imageState": "APPROVED"},
    ]


def test_production_lets_an_image_wait_for_review(production: AppStoreConnect) -> None:
    """An image that is uploaded to production is listed as pending."""
    production.upload_image(identifier(), BULLET, "BULLET_POINT")

    assert production.images() == [
        {"imageIdentifier": identifier(), "imageSize": "BULLET_POINT", "imageState": "PENDING"},
    ]


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [("FULL_SIZE", 3840, 160), ("FULL_SIZE", 3840, 2160), ("BULLET_POINT", 1024, 1024)],
)
def test_images_of_the_documented_pixels_are_taken(
    sandbox: AppStoreConnect, size: str, width: int, height: int
) -> None:
    """Images of the documented pixels are accepted."""
    sandbox.upload_image(identifier(), png(width, height), size)

    assert (sandbox.inventory()["images"][0]["width"], sandbox.inventory()["images"][0]["height"]) == (width, height)


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [
        ("FULL_SIZE", 3839, 160),
        ("FULL_SIZE", 3841, 160),
        ("FULL_SIZE", 3840, 159),
        ("FULL_SIZE", 3840, 2161),
        ("FULL_SIZE", 1024, 1024),
        ("BULLET_POINT", 3840, 160),
        ("BULLET_POINT", 1024, 1023),
        ("BULLET_POINT", 1023, 1024),
    ],
)
def test_images_of_other_pixels_are_refused(sandbox: AppStoreConnect, size: str, width: int, height: int) -> None:
    """Images of any other pixels are refused."""
    with refused_with(AppStoreError.INVALID_IMAGE):
        sandbox.upload_image(identifier(), png(width, height), size)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GIF89a", id="another format"),
        pytest.param(WIDE[:100], id="cut off"),
        pytest.param(WIDE[:60] + b"damage" + WIDE[66:], id="a wrong checksum"),
        pytest.param(png(3840, 160, "RGBA"), id="an alpha channel"),
        pytest.param(png(3840, 160, "LA"), id="a grey alpha channel"),
        pytest.param(png(3840, 160, "P", transparency=0), id="a transparent palette entry"),
        pytest.param(png(3840, 160, transparency=(0, 0, 0)), id="a transparent colour"),
    ],
)
def test_a_file_that_is_no_opaque_png_is_refused(sandbox: AppStoreConnect, file: bytes) -> None:
    """A file that is not a PNG, or that has transparency, is refused."""
    with refused_with(AppStoreError.INVALID_IMAGE):
        sandbox.upload_image(identifier(), file)


def test_a_transparent_pixel_is_refused_whatever_the_switch() -> None:
    """A pixel that is transparent is refused even where an opaque alpha channel is accepted."""
    sandbox = Emulator(switches=Switches(opaque_alpha_channel=None)).sandbox

    with refused_with(AppStoreError.INVALID_IMAGE):
        sandbox.upload_image(identifier(), png(3840, 160, "RGBA", (0, 0, 0, 254)))


def test_an_unknown_image_size_is_refused(sandbox: AppStoreConnect) -> None:
    """An unknown image size is refused."""
    with refused_with(AppStoreError.BAD_REQUEST_IMAGE_SIZE):
        sandbox.upload_image(identifier(), WIDE, "POSTER")


def test_a_second_upload_of_the_same_identifier_is_refused(sandbox: AppStoreConnect) -> None:
    """A second image under an identifier is refused, whatever the case of the identifier."""
    sandbox.upload_image(identifier(), WIDE)

    with refused_with(AppStoreError.IMAGE_ALREADY_EXISTS):
        sandbox.upload_image(identifier().upper(), WIDE)


def test_images_beyond_the_limit_are_refused() -> None:
    """An image beyond the limit is refused."""
    sandbox = Emulator(switches=Switches(max_images=1)).sandbox
    sandbox.upload_image(identifier(1), WIDE)

    with refused_with(AppStoreError.MAXIMUM_NUMBER_OF_IMAGES_REACHED):
        sandbox.upload_image(identifier(2), WIDE)


def test_a_deleted_image_is_no_longer_listed(sandbox: AppStoreConnect) -> None:
    """An image that was deleted is not in the list."""
    sandbox.upload_image(identifier(), WIDE)

    sandbox.delete_image(identifier())

    assert sandbox.images() == []


def test_deleting_an_image_that_is_not_there_is_refused(sandbox: AppStoreConnect) -> None:
    """Deleting an image that does not exist is Apple's 404."""
    with refused_with(AppStoreError.IMAGE_NOT_FOUND):
        sandbox.delete_image(identifier())


@pytest.mark.parametrize(
    ("file", "size", "use"),
    [
        (WIDE, "FULL_SIZE", {"image": shown(1)}),
        (BULLET, "BULLET_POINT", {"bulletPoints": [{"text": "One", **shown(1)}]}),
    ],
)
def test_an_image_in_use_stays_until_its_message_is_deleted(
    sandbox: AppStoreConnect, file: bytes, size: str, use: dict[str, object]
) -> None:
    """An image that a message uses can be deleted only after the message."""
    sandbox.upload_image(identifier(1), file, size)
    sandbox.upload_message(identifier(2), message(**use))

    with refused_with(AppStoreError.IMAGE_IN_USE):
        sandbox.delete_image(identifier(1))
    sandbox.delete_message(identifier(2))
    sandbox.delete_image(identifier(1))

    assert sandbox.images() == []
