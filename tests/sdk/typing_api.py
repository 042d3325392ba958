"""
The types of what a program may write, and of what it may not.

Checked by mypy, never run: a wrong use that is no longer refused shows as an `ignore` that nothing needs.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import assert_type

import pulumi

import pulumi_retention_messaging as retention

text = pulumi.Output.from_input("a text")
flag = pulumi.Output.from_input(val=True)
position: pulumi.Output[retention.HeaderPosition] = pulumi.Output.from_input("ABOVE_IMAGE")
protected = pulumi.ResourceOptions(protect=True)

# Image

hero = retention.Image("hero", path="images/hero.png")
retention.Image("hero", path=Path("images/hero.png"), opts=protected)
retention.Image("hero", retention.ImageArgs(path=Path("images/hero.png")), protected)
retention.Image("hero", path="images/hero.png", image_identifier=text, adopt=flag, bundle_id=text)

retention.Image("hero", path=retention.NOT_TOLD)

assert_type(hero.image_identifier, pulumi.Output[str])
assert_type(hero.image_size, pulumi.Output[str])
assert_type(hero.image_state, pulumi.Output[str])
assert_type(hero.width, pulumi.Output[int])
assert_type(hero.environment, pulumi.Output[str])

retention.Image("hero")  # type: ignore[call-overload]
retention.Image("hero", "images/hero.png")  # type: ignore[call-overload]
retention.Image("hero", path=text)  # type: ignore[call-overload]
retention.Image("hero", path="images/hero.png", owner="me")  # type: ignore[call-overload]
retention.Image("hero", retention.ImageArgs(path="images/hero.png"), path="images/hero.png")  # type: ignore[call-overload]
retention.ImageArgs("images/hero.png")  # type: ignore[call-arg]

# Message

above = retention.MessageImageArgs(image=hero, alt_text="A mountain")
retention.MessageImageArgs(image=hero.image_identifier, alt_text=text)
retention.MessageImageArgs(image="6f9619ff-8b86-8d01-b42d-00cf4fc964ff", alt_text="A mountain")
retention.MessageImageArgs(image=hero)  # type: ignore[call-arg]
retention.MessageImageArgs(image=Path("images/hero.png"), alt_text="A mountain")  # type: ignore[arg-type]

point = retention.BulletPointArgs(text="Offline, too", image=hero, alt_text="A plane")
retention.BulletPointArgs(text=text, image=text, alt_text=text)
points: list[retention.BulletPointArgsDict] = [{"text": text, "image": hero, "alt_text": text}]
picture: retention.MessageImageArgsDict = {"image": hero.image_identifier, "alt_text": "A mountain"}
retention.BulletPointArgs(text="Offline, too", alt_text="A plane")  # type: ignore[call-arg]
retention.BulletPointArgs(text=1, image=hero, alt_text="A plane")  # type: ignore[arg-type]

stay = retention.Message("stay", header="Keep your streak", body="Stay.")
retention.Message("stay", header=retention.NOT_TOLD, body=retention.NOT_TOLD)
retention.Message("stay", header=text, body=text, message_identifier=text, adopt=True, bundle_id=text, opts=protected)
retention.Message("stay", header="Keep your streak", body="Stay.", image=above, header_position="ABOVE_IMAGE")
retention.Message("stay", header="Keep your streak", body="Stay.", header_position=position, bullet_points=(point,))
retention.Message("stay", retention.MessageArgs(header=text, body=text, image=above, bullet_points=[point]), protected)
retention.Message("stay", header=text, body=text, image={"image": hero, "alt_text": "A mountain"}, bullet_points=points)
retention.Message("stay", retention.MessageArgs(header=text, body=text, image=picture, bullet_points=[point, *points]))
retention.Message("stay", header=text, body=text, bullet_points=[{"text": "One", "image": hero, "alt_text": text}])

assert_type(stay.approved_identifier, pulumi.Output[str])
assert_type(stay.message_identifier, pulumi.Output[str])
assert_type(stay.message_state, pulumi.Output[str])
assert_type(stay.superseded, pulumi.Output[Sequence[str]])
assert_type(stay.found_identifiers, pulumi.Output[Sequence[str]])
assert_type(stay.header_position, pulumi.Output[str | None])
assert_type(stay.image, pulumi.Output[Mapping[str, str] | None])
assert_type(stay.bullet_points, pulumi.Output[Sequence[Mapping[str, str]] | None])

retention.Message("stay", header="Keep your streak")  # type: ignore[call-overload]
retention.Message("stay", "Keep your streak", "Stay.")  # type: ignore[call-overload]
retention.Message("stay", header="Keep your streak", body=None)  # type: ignore[call-overload]
retention.Message("stay", header="Keep your streak", body="Stay.", image=hero)  # type: ignore[call-overload]
retention.Message("stay", header="Keep your streak", body="Stay.", image={"image": hero})  # type: ignore[call-overload]
retention.Message("stay", header="Keep your streak", body="Stay.", bullet_points=[{"text": "One"}])  # type: ignore[list-item]
retention.Message("stay", header="Keep your streak", body="Stay.", header_position="BELOW")  # type: ignore[call-overload]
retention.Message("stay", header="Keep your streak", body="Stay.", bullet_points=point)  # type: ignore[call-overload]
retention.MessageArgs(header="Keep your streak", body="Stay.", headerPosition="ABOVE_BODY")  # type: ignore[call-arg]

# DefaultMessage

default = retention.DefaultMessage("monthly", product_id="com.example.monthly", locale="en-US", message=stay)
retention.DefaultMessage("monthly", product_id=text, locale=text, message=text, adopt=flag, bundle_id=text)
retention.DefaultMessage("monthly", product_id=text, locale=text, message=stay.approved_identifier, opts=protected)
retention.DefaultMessage("monthly", retention.DefaultMessageArgs(product_id=text, locale=text, message=stay), protected)

assert_type(default.message_identifier, pulumi.Output[str])
assert_type(default.configured_identifier, pulumi.Output[str])

retention.DefaultMessage("monthly", product_id="com.example.monthly", message=stay)  # type: ignore[call-overload]
retention.DefaultMessage("monthly", product_id="a", locale="en-US", message=hero)  # type: ignore[call-overload]

# PerformanceTest

test = retention.PerformanceTest("test", original_transaction_id="70000500092808", triggers=[text], deadline="30m")
retention.PerformanceTest("test", retention.PerformanceTestArgs(original_transaction_id=text), protected)

assert_type(test.result, pulumi.Output[str])
assert_type(test.success_rate, pulumi.Output[int])
assert_type(test.response_times, pulumi.Output[Mapping[str, int]])
assert_type(test.failures, pulumi.Output[Mapping[str, int]])

retention.PerformanceTest("test")  # type: ignore[call-overload]
retention.PerformanceTest("test", original_transaction_id=70000500092808)  # type: ignore[call-overload]

# Look-ups

assert_type([each.message_identifier for each in retention.list_messages()], list[str])
assert_type([each.image_state for each in retention.list_images(bundle_id="com.example.other")], list[str])
assert_type(retention.get_default_message("com.example.monthly", "en-US"), str | None)
assert_type(retention.get_realtime_url(), str | None)

# RealtimeUrl

endpoint = retention.RealtimeUrl("endpoint", url="https://retention.example.com/apple")
retention.RealtimeUrl("endpoint", url=text, adopt=flag, bundle_id=text, opts=protected)
retention.RealtimeUrl("endpoint", retention.RealtimeUrlArgs(url=text), protected)

assert_type(endpoint.url, pulumi.Output[str])
assert_type(endpoint.configured_url, pulumi.Output[str])

retention.RealtimeUrl("endpoint")  # type: ignore[call-overload]
retention.RealtimeUrl("endpoint", "https://retention.example.com/apple")  # type: ignore[call-overload]
retention.RealtimeUrl("endpoint", url=stay)  # type: ignore[call-overload]
