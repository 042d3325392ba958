"""The text of the program: `__main__.py`."""

import textwrap
from collections.abc import Iterable, Sequence

from retention_messaging_cli.adopt.adopted import Adopted
from retention_messaging_cli.adopt.content import is_told, secret_keys
from retention_messaging_cli.adopt.source import Call, Code, source
from retention_messaging_provider.api.text import one_line
from retention_messaging_provider.resources.location import Location

WIDTH = 110
RETAINED = Code("pulumi.ResourceOptions(retain_on_delete=True)")
FILL_IN = """
NOT_TOLD is what Apple has and never tells: the texts of a message, and whether it has a picture and bullet points; the
file of an image. Fill in a message as a whole, as it is at Apple: that is recorded, and nothing is uploaded. What you
change after that is uploaded, and reviewed anew.
"""


def program(location: Location, resources: Sequence[Adopted]) -> str:
    """A program of these resources, as ruff formats it; the stack's config says which app and environment it is of."""
    has_secrets = any(secret_keys(each.keywords) for each in resources)
    uses_pulumi = has_secrets or any(each.retain for each in resources)
    title = f"Retention messages of {location}, as Apple had them when they were adopted."
    has_all = all(is_told(each.keywords) for each in resources)
    head = [
        f'"""{title}"""' if has_all else f'"""\n{title}\n{FILL_IN}"""',
        "",
        *(["import pulumi"] if uses_pulumi else []),
        "import pulumi_retention_messaging as retention",
        *(["", "config = pulumi.Config()"] if has_secrets else []),
    ]
    return "\n".join([*head, *map(_statement, resources), ""])


def _statement(resource: Adopted) -> str:
    """A blank line, what is known of the resource, and its call."""
    options = {"opts": RETAINED} if resource.retain else {}
    call = Call(f"retention.{resource.type}", (resource.name,), {**resource.keywords, **options})
    assigned = f"{resource.variable} = " if resource.variable else ""
    return "\n".join(["", *_comment(resource.comment), f"{assigned}{source(call)}"])


def _comment(text: str) -> Iterable[str]:
    """Lines of comment; whatever a text has in it, it stays one."""
    lines = textwrap.wrap(one_line(text), WIDTH, break_long_words=False, break_on_hyphens=False)
    return (f"# {each}" for each in lines)
