"""Property values as Pulumi's gRPC protocol writes them: plain JSON, tagged secrets, one word for what is unknown."""

from collections.abc import Callable
from typing import Any

# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Properties = dict[str, Any]


def secret(value: Any) -> Properties:
    return {SIGNATURE: SECRET, "value": value}


def is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET


def map_secrets(value: Any, change: Callable[[Properties], Any]) -> Any:
    """The value with every outermost secret in it replaced by what `change` makes of it."""
    if is_secret(value):
        return change(value)
    if isinstance(value, dict):
        return {key: map_secrets(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [map_secrets(item, change) for item in value]
    return value


def reveal(value: Any) -> Any:
    """The value in clear, as a dynamic provider gets it."""
    return map_secrets(value, lambda tagged: reveal(tagged["value"]))


def has_unknown(value: Any) -> bool:
    """Whether something in it is unknown."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value == UNKNOWN or any(map(has_unknown, items))


def conceal(values: Properties, like: Properties) -> Properties:
    """The values, secret where `like` is: a dynamic provider answers in clear."""

    def one(value: Any, pattern: Any) -> Any:
        if is_secret(value) or reveal(pattern) == pattern:
            return value
        if isinstance(value, dict) and isinstance(pattern, dict) and not is_secret(pattern):
            return conceal(value, pattern)
        return secret(value)

    return {key: one(value, like.get(key)) for key, value in values.items()}
