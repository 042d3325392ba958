"""What a message says: as its program has it, and as it is recorded."""

from collections.abc import Iterator, Mapping
from typing import Any

from retention_messaging_cli.adopt.source import Call, Code, Value
from retention_messaging_cli.state import SECRET
from retention_messaging_provider.rules import NOT_TOLD, is_known

UNTOLD = {"header": NOT_TOLD, "body": NOT_TOLD}
"""What is known of the content of a message that no state tells of."""

TEXTS = ("header", "body", "image", "bulletPoints")
OPTIONS = ("headerPosition", "keepReplaced", "waitForReview")

PARTS = {"image": "retention.MessageImageArgs", "bulletPoints": "retention.BulletPointArgs"}
KEYWORDS = {
    "imageIdentifier": "image",
    "altText": "alt_text",
    "headerPosition": "header_position",
    "bulletPoints": "bullet_points",
    "keepReplaced": "keep_replaced",
    "waitForReview": "wait_for_review",
}
"""Apple's key → the keyword in Python, where that is another word."""

NOT_TOLD_YET = Code("retention.NOT_TOLD")
SECRET_OF_CONFIG = "config.require_secret"  # noqa: S105 - a function


def content_of(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """What is recorded of a message's content and options; a text that is a secret is SECRET."""
    texts = {key: outputs[key] for key in TEXTS if outputs.get(key)}
    return texts | {key: outputs[key] for key in OPTIONS if outputs.get(key) and is_known(outputs[key])}


def withheld(content: Mapping[str, Any]) -> list[str]:
    """The pictures and bullet points that are secrets as a whole, as Pulumi has a list with one in it."""
    return [KEYWORDS.get(key, key) for key in PARTS if content.get(key) is SECRET]


def recordable(content: Mapping[str, Any]) -> dict[str, Any]:
    """Content without what is secret in it, which counts as not told: an import file is no place for it."""
    recorded: dict[str, Any] = {key: _recordable(each) for key, each in content.items()}
    return recorded | ({"bulletPoints": [NOT_TOLD]} if content.get("bulletPoints") is SECRET else {})


def _recordable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _recordable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_recordable(each) for each in value]
    return NOT_TOLD if value is SECRET else value


def keywords(content: Mapping[str, Any], prefix: str, images: Mapping[str, str]) -> dict[str, Value]:
    """
    The keywords of a message.

    prefix: what the keys of its secrets in the config begin with; images: identifier → variable

    What is secret as a whole is missing.
    """
    return {
        KEYWORDS.get(key, key): _value(key, each, f"{prefix}_{KEYWORDS.get(key, key)}", images)
        for key, each in content.items()
        if not (key in PARTS and each is SECRET)
    }


def _value(key: str, value: Any, path: str, images: Mapping[str, str]) -> Value:
    if isinstance(value, Mapping):
        return Call(PARTS[key], keywords=keywords(value, path, images))
    if isinstance(value, list):
        return [_value(key, each, f"{path}_{count}", images) for count, each in enumerate(value, start=1)]
    if key == "imageIdentifier" and value in images:
        return Code(images[value])
    return word(value, path)


def word(value: Any, key: str) -> Value:
    """A text in the program; `key` is where the config has it, if it is a secret."""
    if value is SECRET:
        return Call(SECRET_OF_CONFIG, (key,))
    return NOT_TOLD_YET if value == NOT_TOLD else str(value)


def leaves(value: Value | Mapping[str, Value]) -> Iterator[Value]:
    """What a value is made of: texts, names, and calls without keywords."""
    match value:
        case Call(_, _, inner) if inner:
            yield from leaves(inner)
        case Mapping():
            for each in value.values():
                yield from leaves(each)
        case list():
            for each in value:
                yield from leaves(each)
        case _:
            yield value


def secret_keys(value: Mapping[str, Value]) -> list[str]:
    """The keys of the config that a value has secrets from."""
    calls = (each for each in leaves(value) if isinstance(each, Call) and each.function == SECRET_OF_CONFIG)
    return [str(key) for each in calls for key in each.arguments]


def is_told(value: Mapping[str, Value]) -> bool:
    """Whether nothing of it has to be filled in."""
    return NOT_TOLD_YET not in leaves(value)
