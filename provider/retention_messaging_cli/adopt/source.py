"""Python source of a program's values, whatever is in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

INDENT = "    "


@dataclass(frozen=True)
class Code:
    """Source as it is: a name, or an attribute of one."""

    text: str


@dataclass(frozen=True)
class Call:
    """A call, which stands on several lines where it has keywords."""

    function: str
    arguments: "Sequence[Value]" = ()
    keywords: "Mapping[str, Value]" = field(default_factory=dict)


Value = str | Code | Call | list["Value"]


def source(value: Value, depth: int = 0) -> str:
    """The source of a value, as ruff formats it; `depth` is how far its first line is indented."""
    match value:
        case str():
            return quoted(value)
        case Code(text):
            return text
        case Call(function, arguments, keywords) if keywords:
            items = [source(each, depth + 1) for each in arguments]
            items += [f"{key}={source(each, depth + 1)}" for key, each in keywords.items()]
            return f"{function}({_lines(items, depth)})"
        case Call(function, arguments):
            return f"{function}({', '.join(source(each, depth) for each in arguments)})"
        case list():
            return f"[{_lines([source(each, depth + 1) for each in value], depth)}]"


def _lines(items: Sequence[str], depth: int) -> str:
    """Each on a line of its own."""
    inner = "".join(f"{INDENT * (depth + 1)}{each},\n" for each in items)
    return f"\n{inner}{INDENT * depth}"


def quoted(text: str) -> str:
    """A text in double quotes; what is not printed, as what turns the direction of writing, is escaped."""
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else character.encode("unicode_escape").decode()
