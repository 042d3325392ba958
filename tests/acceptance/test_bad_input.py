"""What a user gets wrong, and what Apple refuses: one line, nothing done, and one `up` after it is fixed."""

from __future__ import annotations

import io
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from acceptance.stacks import rows
from emulator.samples import BULLET, WIDE, png
from retention_messaging_emulator import Emulator, Fault

if TYPE_CHECKING:
    from acceptance.stacks import ProgramStack

MESSAGE = 'retention.Message("stay", header="Keep your streak", body="Tomorrow is day 13.")'
RESOURCE = "pulumi-python:dynamic/retention-messaging:"


def test_no_access_is_not_taken_for_gone(sandbox: ProgramStack, emulator: Emulator) -> None:
    """An account without access is an error in `up` and `refresh`, and nothing is dropped from the state."""
    sandbox.program_is(MESSAGE)
    no_access = Fault(kind="no-access", path="Get Message List")
    sentence = (
        "RetentionMessagingError: Apple refused to get message list: 404 NOT FOUND; access is not granted to this "
        "account: request it at https://developer.apple.com/contact/request/retention-messaging-api/, "
        "or check a base URL that is not Apple's"
    )

    emulator.fail_next(no_access)
    sandbox.refuses(sentence)
    sandbox.up()

    emulator.fail_next(no_access)
    sandbox.refuses(sentence, command=("refresh", "--yes", "--skip-preview"))
    sandbox.agrees()


def rate_limited(until: float) -> Fault:
    """Apple's 429: the time is absolute, in milliseconds."""
    return Fault(error_code=4290000, headers={"Retry-After": str(int(until * 1000))}, path="Get Message List")


def local(moment: float) -> str:
    return datetime.fromtimestamp(int(moment), UTC).astimezone().isoformat(" ")


def test_a_rate_limit_is_waited_for_if_it_ends_soon(sandbox: ProgramStack, emulator: Emulator) -> None:
    """A rate limit that ends soon is waited for and reported; one that ends late is an error."""
    sandbox.program_is(MESSAGE)
    in_an_hour = time.time() + 3600

    emulator.fail_next(rate_limited(in_an_hour))
    sandbox.refuses(
        "RetentionMessagingError: Apple refused to get message list: its rate limit is reached "
        f"(4290000 RateLimitExceededError); run again after {local(in_an_hour)}, or raise maxRateLimitWait"
    )
    assert sandbox.is_empty_at_the_app_store()

    in_a_moment = time.time() + 4
    emulator.fail_next(rate_limited(in_a_moment))
    result = sandbox.up()
    assert re.search("Apple's rate limit for get message list is reached; continuing at .+:..", result.stdout)
    assert time.time() >= in_a_moment
    sandbox.agrees()


def jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "JPEG")
    return file.getvalue()


IMAGE = 'retention.Image("hero", path="hero.png")'
WRONG_PICTURES = {
    "no picture": (
        b"<html>",
        "'hero': hero.png is not a readable PNG; Apple takes PNG only, so export it anew",
    ),
    "a picture without its pixels": (
        re.sub(rb"(?s)....IDAT.*(?=\0{4}IEND)", b"", png(3840, 160)),
        "'hero': hero.png is not a readable PNG; Apple takes PNG only, so export it anew",
    ),
    "half a picture": (
        png(3840, 160)[:500],
        "'hero': hero.png is not a readable PNG; Apple takes PNG only, so export it anew",
    ),
    "no PNG": (
        jpeg(3840, 160),
        "'hero': hero.png is a JPEG file; Apple takes PNG only, so export it as PNG",
    ),
    "transparent": (
        png(3840, 160, "RGBA"),
        (
            f"{RESOURCE}Image resource 'hero' has a problem: path "
            "hero.png has transparency (an alpha channel or tRNS); save it without"
        ),
    ),
    "of a size that Apple does not take": (
        png(800, 600),
        (
            f"{RESOURCE}Image resource 'hero' has a problem: path hero.png is 800 × 600 "
            "pixels; allowed are 3840 × 160-2160 (FULL_SIZE) or 1024 × 1024 (BULLET_POINT)"
        ),
    ),
}


@pytest.mark.parametrize("mistake", rows(WRONG_PICTURES, quick={"no PNG", "transparent"}))
def test_a_wrong_picture_is_refused_and_nothing_is_done(
    sandbox: ProgramStack, emulator: Emulator, mistake: str
) -> None:
    """A wrong image file is refused before any request, and one `up` with a right one succeeds."""
    wrong, sentence = WRONG_PICTURES[mistake]
    sandbox.program_is(IMAGE)

    sandbox.write("hero.png", wrong)
    sandbox.refuses(sentence)
    assert emulator.requests() == []

    sandbox.write("hero.png", WIDE)
    sandbox.up()
    sandbox.agrees()


def test_two_mistakes_in_two_resources_are_told_in_one_run(sandbox: ProgramStack, emulator: Emulator) -> None:
    """What a program gives that cannot be used is told of every resource at once, and nothing is done."""
    sandbox.program_is("""
        hero = retention.Image("hero", path="none.png")
        retention.Image("icon", path=pulumi.FileAsset("hero.png"))
        retention.Message("stay", header="Keep your streak", body="Tomorrow is day 13.", image=hero)
    """)

    result = sandbox.refuses(
        "'hero': the image file none.png cannot be read (No such file or directory); "
        "paths are relative to the program's folder"
    )

    told = {line.strip() for line in result.output.splitlines()}
    assert told >= {
        "'icon': path is a FileAsset; give the file's path as a text or Path: it is read while the program runs",
        "'stay': image is an Image; give MessageImageArgs, or a dict, with image and alt_text",
    }
    assert emulator.requests() == []


def test_dicts_are_args(sandbox: ProgramStack) -> None:
    """A message whose image and bullet points are dicts is the one that args make."""
    sandbox.write("icon.png", BULLET)
    sandbox.program_is("""
        hero, icon = retention.Image("hero", path="hero.png"), retention.Image("icon", path="icon.png")
        retention.Message(
            "stay",
            header="Keep your streak",
            body="Tomorrow is day 13.",
            image={"image": hero, "alt_text": "A mountain"},
            bullet_points=[{"text": "Offline, too", "image": icon, "alt_text": "A plane"}],
        )
    """)
    sandbox.up()

    sandbox.edit(
        '{"image": hero, "alt_text": "A mountain"}', 'retention.MessageImageArgs(image=hero, alt_text="A mountain")'
    )
    sandbox.edit(
        '{"text": "Offline, too", "image": icon, "alt_text": "A plane"}',
        'retention.BulletPointArgs(text="Offline, too", image=icon, alt_text="A plane")',
    )
    sandbox.agrees()


def test_a_picture_that_vanishes_is_an_error_and_no_deletion(sandbox: ProgramStack) -> None:
    """An image file that is missing is an error, and nothing is deleted."""
    sandbox.up()

    (sandbox.program / "hero.png").rename(sandbox.program / "hero.jpg")
    sandbox.refuses(
        "'hero': the image file hero.png cannot be read (No such file or directory); "
        "paths are relative to the program's folder"
    )

    (sandbox.program / "hero.jpg").rename(sandbox.program / "hero.png")
    sandbox.agrees()


def test_everything_wrong_with_a_message_is_reported_at_once(sandbox: ProgramStack) -> None:
    """A preview reports everything that is wrong with a message."""
    sandbox.program_is("""
        retention.Message(
            "stay",
            header="Too long" * 9,
            body="",
            header_position="ABOVE_IMAGE",
            bullet_points=[retention.BulletPointArgs(text="One", image="no-uuid", alt_text="x" * 151)] * 6,
        )
    """)
    about = f"{RESOURCE}Message resource 'stay'"

    sandbox.refuses(
        f"{about} has a problem: header has 72 characters; at most 66 are allowed",
        f"{about} has a problem: body is empty; a text of 1 to 144 characters is needed",
        f"{about} has a problem: bulletPoints[5].altText has 151 characters; at most 150 are allowed",
        command=("preview",),
    )

    sandbox.program_is(MESSAGE)
    sandbox.up()
    sandbox.agrees()


def test_a_text_for_a_boolean_adopts_nothing(sandbox: ProgramStack) -> None:
    """`adopt="false"`, as a stack's config has it, is refused, and what is at Apple stays."""
    sandbox.app_store.put_realtime_url({"realtimeURL": "https://somebody.example.com"})
    sandbox.program_is('retention.RealtimeUrl("endpoint", url="https://retention.example.com/apple", adopt="false")')

    sandbox.refuses(
        f"{RESOURCE}RealtimeUrl resource 'endpoint' has a problem: adopt is a str; give True or False (Config.get_bool)"
    )
    assert sandbox.app_store.inventory()["realtimeURL"] == "https://somebody.example.com"


def test_a_foreign_realtime_url_is_overwritten_only_with_adopt(sandbox: ProgramStack) -> None:
    """A realtime URL that was set outside the stack is overwritten only with adopt=True."""
    sandbox.app_store.put_realtime_url({"realtimeURL": "https://somebody.example.com"})

    sandbox.refuses(
        "RetentionMessagingError: Apple has https://somebody.example.com as the realtime URL of com.example.app "
        "(sandbox) already, not configured by this resource, and it was not overwritten; leave it to whoever did, "
        "or set adopt=True to take it over, also after a rename or a move without an alias"
    )
    assert sandbox.app_store.inventory()["realtimeURL"] == "https://somebody.example.com"

    sandbox.edit('/apple"', '/apple", adopt=True')
    sandbox.up()
    sandbox.agrees()
