"""The program of a history, as its stack's file of JSON tells it."""

import asyncio
import json
from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ResourceProvider
from pulumi.dynamic import Resource as DynamicResource

import pulumi_retention_messaging as retention

TYPE = "pulumi-python:dynamic/retention-messaging"
COMPONENT = "app:index:Campaign"

program = json.loads(Path(f"{pulumi.get_stack()}.json").read_text())


class ProductProvider(ResourceProvider):
    """Replaced for every edition, and deleted before if it says so."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("product", props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        is_same = _olds["edition"] == _news["edition"]
        return DiffResult(
            not is_same, [] if is_same else ["edition"], delete_before_replace=bool(_news["is_replaced_first"])
        )


class Product(DynamicResource):
    """Something else of the program, whose output names a product."""

    product_id: pulumi.Output[str]

    def __init__(self, name: str, told: dict[str, Any]) -> None:
        super().__init__(ProductProvider(), name, told)


def urn(kind: str, name: str, inside: str) -> str:
    path = f"{COMPONENT}${TYPE}" if inside else TYPE
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{path}:{kind}::{name}"


def options(kind: str, told: dict[str, Any]) -> pulumi.ResourceOptions:
    needed = [products[name] for name in told["needs"] if name in products]
    return pulumi.ResourceOptions(
        parent=components.get(told["inside"]),
        aliases=[urn(kind, *before) for before in told["before"]],
        protect=told["protect"],
        retain_on_delete=told["retain"],
        ignore_changes=told["ignore"],
        delete_before_replace=True if told["is_replaced_first"] else None,
        depends_on=needed or None,
    )


def replace_first(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    wanted = pulumi.ResourceOptions(delete_before_replace=True)
    return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, wanted))


def as_it_is(args: pulumi.ResourceTransformArgs) -> None:
    return None


if program["replaces_first"]:
    pulumi.runtime.register_stack_transformation(replace_first)
if program["transforms"]:
    pulumi.runtime.register_resource_transform(as_it_is)

products = {name: Product(name, told) for name, told in program["products"].items()}
resources = [*program["images"].values(), *program["messages"].values(), *program["defaults"].values()]
components = {
    name: pulumi.ComponentResource(COMPONENT, name) for name in sorted({each["inside"] for each in resources} - {""})
}
images = {
    slot: retention.Image(told["name"], path=told["file"], bundle_id=told["app"], opts=options("Image", told))
    for slot, told in program["images"].items()
}
messages: dict[str, retention.Message] = {}


def picture(told: dict[str, Any], slot: str) -> Any:
    return images[slot].image_identifier if told["by_identifier"] else images[slot]


def declare_message(slot: str, told: dict[str, Any]) -> None:
    messages[slot] = retention.Message(
        told["name"],
        header=told["header"],
        body="Your friends are still here.",
        image=retention.MessageImageArgs(image=picture(told, told["image"]), alt_text="A flame")
        if told["image"]
        else None,
        bullet_points=[
            retention.BulletPointArgs(text="One", image=picture(told, icon), alt_text="A flame")
            for icon in told["icons"]
        ],
        keep_replaced=told["keep_replaced"],
        bundle_id=told["app"],
        opts=options("Message", told),
    )


FORMS: dict[str, Callable[[retention.Message, str], Any]] = {
    "message": lambda message, _: message,
    "approved": lambda message, _: message.approved_identifier,
    "identifier": lambda message, _: message.message_identifier,
    "applied": lambda message, _: message.approved_identifier.apply(lambda known: known),
    "text": lambda _, text: text,
    "TEXT": lambda _, text: text.upper(),
}


def product_of(told: dict[str, Any], product_id: str) -> Any:
    if told["product"] == "output":
        return pulumi.Output.from_input(product_id)
    if told["product"] == "enum":
        return Enum("ProductId", {"IT": product_id}).IT  # type: ignore[attr-defined]
    return products[told["product"]].product_id if told["product"] in products else product_id


def declare_default(told: dict[str, Any]) -> None:
    product_id, locale = told["pair"].rsplit("/", 1)
    more = {"adopt": True} if told["adopt"] else {}
    retention.DefaultMessage(
        told["name"],
        product_id=product_of(told, product_id),
        locale=pulumi.Output.from_input(locale) if told["product"] == "locale" else locale,
        message=FORMS[told["form"]](messages[told["message"]], told["text"]),
        bundle_id=told["app"],
        opts=options("DefaultMessage", told),
        **more,
    )


def declare_later(told: dict[str, Any], _: str) -> None:
    declare_default(told)


order = -1 if program["reverse"] else 1
for slot, told in list(program["messages"].items())[::order]:
    declare_message(slot, told)
defaults = list(program["defaults"].values())[::order]
for told in defaults:
    if told["when"] == "":
        declare_default(told)
    elif told["when"] == "applied":
        messages[told["message"]].message_identifier.apply(partial(declare_later, told))
    elif told["when"] == "asked":
        retention.list_messages()
        declare_default(told)


async def main() -> None:
    for told in defaults:
        if told["when"] == "awaited":
            await asyncio.sleep(0.05)
            declare_default(told)


if any(told["when"] == "awaited" for told in defaults):
    pulumi.run(main)
for slot, message in messages.items():
    pulumi.export(slot, message.approved_identifier)
