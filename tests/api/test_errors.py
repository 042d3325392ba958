import inspect
import re

from retention_messaging_provider import api
from retention_messaging_provider.api import errors
from retention_messaging_provider.api.errors import ApiError

TREE = {
    name: kind.__mro__[1].__name__
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ApiError) and kind is not ApiError
}


def test_the_tree_in_the_documentation_is_the_tree() -> None:
    """The tree of errors in the docstring is the tree of the classes."""
    assert _drawn(errors.__doc__ or "") == TREE


def test_every_error_can_be_caught_by_its_public_name() -> None:
    """Every error class is exported by the package."""
    assert TREE.keys() <= set(api.__all__)


def _drawn(text: str) -> dict[str, str]:
    """Read an indented tree as child → parent."""
    path: list[str] = []
    parents = {}
    for indent, name in re.findall(r"^ {4}((?:  )*)(\w+)(?:  .*)?$", text, re.MULTILINE):
        path[len(indent) // 2 :] = [name]
        parents[name] = path[-2] if len(path) > 1 else ""
    parents.pop("ApiError")
    return parents
