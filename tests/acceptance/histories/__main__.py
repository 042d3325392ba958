import json
from pathlib import Path

import pulumi

import pulumi_retention_messaging as retention

TYPE = "pulumi-python:dynamic/retention-messaging:Message"
COMPONENT = "app:index:Campaign"

program = json.loads(Path("program.json").read_text())
order = -1 if program["reverse"] else 1
retain = program["retain"]


def urn(name: str, inside: str) -> str:
    path = f"{COMPONENT}${TYPE}" if inside else TYPE
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{path}::{name}"


images = {
    name: retention.Image(name, path=file, opts=pulumi.ResourceOptions(retain_on_delete=retain))
    for name, file in program["images"].items()
}
components = {
    name: pulumi.ComponentResource(COMPONENT, name)
    for name in sorted({text["inside"] for text in program["messages"].values()} - {""})
}
messages = {}
for slot, text in list(program["messages"].items())[::order]:
    image = images.get(text["image"])
    messages[slot] = retention.Message(
        text["name"],
        header=text["header"],
        body="Your friends are still here.",
        image=retention.MessageImageArgs(image=image, alt_text="A flame") if image else None,
        keep_replaced=text["keep_replaced"],
        opts=pulumi.ResourceOptions(
            parent=components.get(text["inside"]),
            aliases=[urn(*before) for before in text["before"]],
            protect=text["protect"],
            retain_on_delete=retain,
        ),
    )
for name, (pair, slot) in list(program["defaults"].items())[::order]:
    product_id, locale = pair.rsplit("/", 1)
    retention.DefaultMessage(
        name,
        product_id=product_id,
        locale=locale,
        message=messages[slot],
        opts=pulumi.ResourceOptions(protect=name in program["protected"]),
    )
