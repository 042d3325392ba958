"""What Apple leaves open: each row shows what a switch changes, from its default to another reading."""

import dataclasses
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from emulator import test_realtime_switches
from emulator.samples import API, BULLET, MESSAGE, WIDE, bullet_point, identifier, message, outcome, png, shown, token
from retention_messaging_emulator import AppStoreError, Emulator, Fault, Switches
from retention_messaging_emulator.rules.content import MAX_HEADER

BAD = AppStoreError.GENERAL_BAD_REQUEST
LATE_LOCALE = ("com.example.monthly", "bn-BD")
MONTHLY = ("com.example.monthly", "en-US")
COMBINED = "e\N{COMBINING ACUTE ACCENT}"  # one grapheme, two code points
FIRE = "\N{FIRE}"  # one code point, two UTF-16 units, four bytes of UTF-8
APP_NOT_FOUND = '{"errorCode": 4040003, "errorMessage": "App not found."}'
NO_URL = (404, '{"errorCode": 4040021, "errorMessage": "Realtime URL not found."}')


def upload(body: object = MESSAGE, under: str = identifier(9)) -> Callable[[Emulator], object]:
    return lambda emulator: emulator.sandbox.upload_message(under, body)


def upload_image(file: bytes, size: str = "FULL_SIZE") -> Callable[[Emulator], object]:
    return lambda emulator: emulator.sandbox.upload_image(identifier(9), file, size)


def upload_too_large_an_image(emulator: Emulator) -> None:
    emulator.sandbox.upload_image(identifier(9), bytes(emulator.switches.max_image_bytes + 1))


def upload_with_a_bullet_image(body: dict[str, object]) -> Callable[[Emulator], object]:
    def act(emulator: Emulator) -> None:
        emulator.production.upload_image(identifier(1), BULLET, "BULLET_POINT")
        emulator.production.upload_message(identifier(2), body)

    return act


def configure_url(url: str) -> Callable[[Emulator], object]:
    return lambda emulator: emulator.sandbox.configure_realtime_url({"realtimeURL": url})


def list_of_two(emulator: Emulator) -> object:
    emulator.sandbox.upload_message(identifier(2), MESSAGE)
    emulator.sandbox.upload_message(identifier(1), MESSAGE)
    return [each["messageIdentifier"] for each in emulator.sandbox.messages()]


def state_after_an_upload(emulator: Emulator) -> str:
    emulator.sandbox.upload_message(identifier(), MESSAGE)
    return emulator.sandbox.messages()[0]["messageState"]


def upload_delete_and_upload(emulator: Emulator) -> None:
    emulator.sandbox.upload_message(identifier(1), MESSAGE)
    emulator.sandbox.delete_message(identifier(1))
    emulator.sandbox.upload_message(identifier(1), MESSAGE)


def upload_a_long_one_again(emulator: Emulator) -> None:
    emulator.sandbox.upload_message(identifier(1), MESSAGE)
    emulator.sandbox.upload_message(identifier(1), message(header="h" * (MAX_HEADER + 1)))


def upload_a_text_as_an_image_again(emulator: Emulator) -> None:
    emulator.sandbox.upload_image(identifier(1), WIDE)
    emulator.sandbox.upload_image(identifier(1), b"A flame")


def upload_after_a_rejected_one(emulator: Emulator) -> None:
    emulator.sandbox.put_message(identifier(1), MESSAGE, "REJECTED")
    emulator.sandbox.upload_message(identifier(2), MESSAGE)


def upload_after_one_in_production(emulator: Emulator) -> None:
    emulator.production.upload_message(identifier(1), MESSAGE)
    emulator.sandbox.upload_message(identifier(2), MESSAGE)


def default_of_a_deleted_message(emulator: Emulator) -> object:
    emulator.sandbox.upload_message(identifier(1), MESSAGE)
    emulator.sandbox.configure_default_message(*MONTHLY, {"messageIdentifier": identifier(1)})
    emulator.sandbox.delete_message(identifier(1))
    return emulator.sandbox.default_message(*MONTHLY)


def default_of_a_rejected_message(emulator: Emulator) -> object:
    emulator.sandbox.upload_message(identifier(1), MESSAGE)
    emulator.sandbox.configure_default_message(*MONTHLY, {"messageIdentifier": identifier(1)})
    emulator.sandbox.reject(identifier(1))
    return emulator.sandbox.default_message(*MONTHLY)


ROWS: list[tuple[str, Any, Callable[[Emulator], object], object, object]] = [
    ("malformed_request", AppStoreError.INVALID_IMAGE, upload([]), BAD, AppStoreError.INVALID_IMAGE),
    ("malformed_request", HTTPStatus.BAD_REQUEST, upload([]), BAD, HTTPStatus.BAD_REQUEST),
    ("unknown_field", BAD, upload(message(mood="sad")), None, BAD),
    ("null_field", BAD, upload(message(image=None)), None, BAD),
    ("malformed_identifier", AppStoreError.MESSAGE_NOT_FOUND, upload(under="a"), BAD, AppStoreError.MESSAGE_NOT_FOUND),
    ("upper_case_identifier", BAD, upload(under=identifier().upper()), None, BAD),
    ("identifier_not_version_4", BAD, upload(under=identifier().replace("-7890-", "-1890-")), None, BAD),
    ("identifiers_are_reusable", False, upload_delete_and_upload, None, AppStoreError.MESSAGE_ALREADY_EXISTS),
    ("unknown_image_size", BAD, upload_image(WIDE, "POSTER"), AppStoreError.BAD_REQUEST_IMAGE_SIZE, BAD),
    ("wrong_pixels", BAD, upload_image(BULLET), AppStoreError.INVALID_IMAGE, BAD),
    ("max_image_bytes", 10, upload_image(WIDE), None, AppStoreError.INVALID_IMAGE),
    (
        "too_large_image",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        upload_too_large_an_image,
        AppStoreError.INVALID_IMAGE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ),
    (
        "opaque_alpha_channel",
        None,
        upload_image(png(3840, 160, "RGBA", (0, 0, 0, 255))),
        AppStoreError.INVALID_IMAGE,
        None,
    ),
    ("text_unit", "graphemes", upload(message(header=COMBINED * 66)), AppStoreError.HEADER_TOO_LONG, None),
    ("text_unit", "utf-16-units", upload(message(header=FIRE * 66)), None, AppStoreError.HEADER_TOO_LONG),
    ("text_unit", "utf-8-bytes", upload(message(header=FIRE * 17)), None, AppStoreError.HEADER_TOO_LONG),
    ("empty_text", None, upload(message(header="")), BAD, None),
    ("blank_text", BAD, upload(message(header=" ")), None, BAD),
    ("control_character", BAD, upload(message(body="a\nb")), None, BAD),
    ("emoji", BAD, upload(message(body=FIRE)), None, BAD),
    ("markup", BAD, upload(message(body="<b>a</b>")), None, BAD),
    ("empty_bullet_points", BAD, upload(message(bulletPoints=[])), None, BAD),
    (
        "max_bullet_points",
        0,
        upload_with_a_bullet_image(message(bulletPoints=[bullet_point()])),
        None,
        AppStoreError.BAD_REQUEST_TOO_MANY_BULLET_POINTS,
    ),
    (
        "above_image_with_bullet_images_only",
        None,
        upload_with_a_bullet_image(message(bulletPoints=[bullet_point()], headerPosition="ABOVE_IMAGE")),
        AppStoreError.BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE,
        None,
    ),
    ("unknown_image", None, upload(message(image=shown(1))), AppStoreError.IMAGE_NOT_FOUND, None),
    (
        "unapproved_image",
        AppStoreError.IMAGE_NOT_APPROVED,
        upload_with_a_bullet_image(message(bulletPoints=[bullet_point()])),
        None,
        AppStoreError.IMAGE_NOT_APPROVED,
    ),
    (
        "checked_first",
        "identifier",
        upload_a_long_one_again,
        AppStoreError.HEADER_TOO_LONG,
        AppStoreError.MESSAGE_ALREADY_EXISTS,
    ),
    (
        "checked_first",
        "identifier",
        upload_a_text_as_an_image_again,
        AppStoreError.INVALID_IMAGE,
        AppStoreError.IMAGE_ALREADY_EXISTS,
    ),
    ("max_images", 0, upload_image(WIDE), None, AppStoreError.MAXIMUM_NUMBER_OF_IMAGES_REACHED),
    ("max_messages", 0, upload(), None, AppStoreError.MAXIMUM_NUMBER_OF_MESSAGES_REACHED),
    ("list_order", "upload", list_of_two, [identifier(1), identifier(2)], [identifier(2), identifier(1)]),
    ("list_delay", 60_000, list_of_two, [identifier(1), identifier(2)], []),
    (
        "sandbox_state",
        "PENDING",
        state_after_an_upload,
        "APPROVED",
        "PENDING",
    ),
    (
        "late_locale",
        AppStoreError.INVALID_LOCALE,
        lambda emulator: emulator.sandbox.delete_default_message(*LATE_LOCALE),
        None,
        AppStoreError.INVALID_LOCALE,
    ),
    (
        "default_of_deleted_message",
        "kept",
        default_of_a_deleted_message,
        AppStoreError.DEFAULT_MESSAGE_NOT_FOUND,
        identifier(1),
    ),
    (
        "default_of_unapproved_message",
        AppStoreError.DEFAULT_MESSAGE_NOT_FOUND,
        default_of_a_rejected_message,
        identifier(1),
        AppStoreError.DEFAULT_MESSAGE_NOT_FOUND,
    ),
    (
        "loose_realtime_url",
        None,
        configure_url("https://"),
        AppStoreError.BAD_REQUEST_REALTIME_URL,
        None,
    ),
    (
        "upper_case_https",
        None,
        configure_url("HTTPS://example.com"),
        AppStoreError.BAD_REQUEST_REALTIME_URL,
        None,
    ),
    *(
        (
            "elaborate_realtime_url",
            AppStoreError.BAD_REQUEST_REALTIME_URL,
            configure_url(url),
            None,
            AppStoreError.BAD_REQUEST_REALTIME_URL,
        )
        for url in (
            "https://user@example.com",
            "https://example.com:8443",
            "https://example.com/?app=1",
            "https://example.com/#apple",
            "https://192.0.2.1/apple",
            "https://[2001:db8::1]/apple",
        )
    ),
    (
        "delete_absent_realtime_url",
        AppStoreError.REALTIME_URL_NOT_FOUND,
        lambda emulator: emulator.sandbox.delete_realtime_url(),
        None,
        AppStoreError.REALTIME_URL_NOT_FOUND,
    ),
]


@pytest.mark.parametrize(("switch", "value", "act", "by_default", "switched"), ROWS)
def test_a_switch_changes_what_apple_is_taken_to_do(
    switch: str, value: Any, act: Callable[[Emulator], object], by_default: object, switched: object
) -> None:
    """A switch changes the outcome as its row shows."""
    as_it_is = outcome(lambda: act(Emulator()))
    as_switched = outcome(lambda: act(Emulator(switches=Switches(**{switch: value}))))

    assert (as_it_is, as_switched) == (by_default, switched)


@pytest.mark.parametrize(
    ("switch", "value", "act", "by_default", "switched"),
    [
        (
            "limit_counts",
            "approved",
            upload_after_a_rejected_one,
            AppStoreError.MAXIMUM_NUMBER_OF_MESSAGES_REACHED,
            None,
        ),
        ("limit_scope", "app", upload_after_one_in_production, None, AppStoreError.MAXIMUM_NUMBER_OF_MESSAGES_REACHED),
    ],
)
def test_a_switch_changes_what_the_limit_counts(
    switch: str, value: Any, act: Callable[[Emulator], object], by_default: object, switched: object
) -> None:
    """A switch changes which messages count towards the limit."""
    as_it_is = outcome(lambda: act(Emulator(switches=Switches(max_messages=1))))
    as_switched = outcome(lambda: act(Emulator(switches=Switches(max_messages=1, **{switch: value}))))

    assert (as_it_is, as_switched) == (by_default, switched)


def ask(emulator: Emulator, method: str, path: str, authorization: str | None = None, **sent: Any) -> httpx.Response:
    headers = {"Authorization": authorization or f"Bearer {token(emulator.credentials)}", **sent.pop("headers", {})}
    with httpx.Client(transport=httpx.WSGITransport(app=emulator.app)) as client:
        return client.request(method, f"http://emulator/sandbox{API}{path}", headers=headers, **sent)


def listed_images(emulator: Emulator) -> object:
    return ask(emulator, "GET", "/image/list").json()


def without_access(method: str, path: str) -> Callable[[Emulator], tuple[int, str]]:
    def act(emulator: Emulator) -> tuple[int, str]:
        emulator.fail_next(Fault(kind="no-access", path=path))
        answer = ask(emulator, method, path)
        return answer.status_code, answer.text

    return act


def status_of(method: str, path: str = "/image/list", **headers: str) -> Callable[[Emulator], int]:
    return lambda emulator: ask(emulator, method, path, headers=headers, content=WIDE).status_code


def text_as_image(emulator: Emulator) -> tuple[int, int | None]:
    return refusal(ask(emulator, "PUT", f"/image/{identifier()}", content="A flame"))


def delete_without_uuid(emulator: Emulator) -> tuple[int, int | None]:
    return refusal(ask(emulator, "DELETE", "/message/stay-en"))


def refusal(answer: httpx.Response) -> tuple[int, int | None]:
    """The status, and the number in Apple's envelope if there is one."""
    return answer.status_code, answer.json()["errorCode"] if answer.content else None


def limited(emulator: Emulator) -> httpx.Response:
    emulator.set_rate_limits({"*": 0})
    return ask(emulator, "GET", "/image/list")


def status_after_a_refusal(emulator: Emulator) -> int:
    emulator.set_rate_limits({"*": 1})
    ask(emulator, "GET", "/realtime/url")
    return ask(emulator, "GET", "/realtime/url").status_code


def status_after_a_stale_token(emulator: Emulator) -> int:
    emulator.set_rate_limits({"*": 1})
    ask(emulator, "GET", "/realtime/url", f"Bearer {token(emulator.credentials, {'exp': 1})}")
    return ask(emulator, "GET", "/realtime/url").status_code


def limited_at_half_past(emulator: Emulator) -> int:
    """How many minutes later the next request is let through."""
    half_past = 1_763_780_400_000 + 30 * 60_000
    emulator.set_rate_limits({"*": 1})
    emulator.clock.set(half_past)
    emulator.traffic.limits.admit("sandbox", "com.example.app", "Get Image List")
    again = emulator.traffic.limits.admit("sandbox", "com.example.app", "Get Image List")
    return round(((again or 0) - half_past) / 60_000)


HTTP_ROWS: list[tuple[str, Any, Callable[[Emulator], object], object, object]] = [
    ("success_body", b"{}", lambda emulator: ask(emulator, "DELETE", "/realtime/url").content, b"", b"{}"),
    ("empty_list", "absent", listed_images, {"imageIdentifiers": []}, {}),
    ("empty_list", "null", listed_images, {"imageIdentifiers": []}, {"imageIdentifiers": None}),
    (
        "unauthenticated_body",
        "json",
        lambda emulator: ask(emulator, "GET", "/image/list", "Bearer nothing").headers["Content-Type"],
        "text/plain",
        "application/json",
    ),
    (
        "iat_required",
        True,
        lambda emulator: (
            ask(emulator, "GET", "/image/list", f"Bearer {token(emulator.credentials, {'iat': None})}").status_code
        ),
        200,
        401,
    ),
    (
        "wrong_content_type",
        None,
        lambda emulator: ask(emulator, "PUT", f"/image/{identifier()}", content=WIDE).status_code,
        400,
        200,
    ),
    ("wrong_content_type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text_as_image, (400, 4000161), (415, None)),
    ("no_access_body", "text", without_access("GET", "/image/list"), (404, ""), (404, "Not Found")),
    ("no_access_body", "json", without_access("GET", "/image/list"), (404, ""), (404, APP_NOT_FOUND)),
    ("no_access_is_reported_by", "documented-endpoints", without_access("GET", "/realtime/url"), (404, ""), NO_URL),
    (
        "no_access_is_reported_by",
        "documented-endpoints",
        without_access("DELETE", "/realtime/url"),
        (404, ""),
        (404, ""),
    ),
    ("wrong_method", HTTPStatus.NOT_FOUND, status_of("PATCH"), 405, 404),
    ("wrong_method", HTTPStatus.NOT_IMPLEMENTED, status_of("OPTIONS"), 405, 501),
    ("list_is_an_identifier", False, status_of("DELETE", "/message/list"), 400, 405),
    ("list_is_an_identifier", False, status_of("PUT", "/image/list"), 400, 405),
    ("head_is_a_get", False, status_of("HEAD"), 200, 405),
    ("not_acceptable", HTTPStatus.NOT_ACCEPTABLE, status_of("GET", Accept="text/html"), 200, 406),
    ("malformed_identifier", HTTPStatus.BAD_REQUEST, delete_without_uuid, (400, 4000000), (400, None)),
    ("retry_after_is_sent", False, lambda emulator: "Retry-After" in limited(emulator).headers, True, False),
    ("rate_limit_counts", "successful", status_after_a_refusal, 429, 404),
    ("rate_limit_counts", "all", status_after_a_stale_token, 404, 429),
    ("rate_limit_window", "clock-hour", limited_at_half_past, 60, 30),
]


@pytest.mark.parametrize(("switch", "value", "act", "by_default", "switched"), HTTP_ROWS)
def test_a_switch_changes_how_apple_is_taken_to_answer(
    switch: str, value: Any, act: Callable[[Emulator], object], by_default: object, switched: object
) -> None:
    """A switch changes the HTTP answer as its row shows."""
    as_it_is = act(Emulator())
    as_switched = act(Emulator(switches=Switches(**{switch: value})))

    assert (as_it_is, as_switched) == (by_default, switched)


def test_every_switch_has_a_row() -> None:
    """Every switch has a row that shows its effect."""
    shown_here = {row[0] for row in ROWS} | {row[0] for row in HTTP_ROWS} | {"limit_counts", "limit_scope"}
    shown_elsewhere = {row[0] for row in test_realtime_switches.ROWS} | set(test_realtime_switches.CONFIG)

    assert shown_here | shown_elsewhere == {field.name for field in dataclasses.fields(Switches)}
