"""Every console session on a page is typed by a test, or has a reason why none types it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from documentation.pages import blocks

HERE = Path(__file__).parent
SESSIONS, EXAMPLES = "test_sessions.py", "test_command_line_examples.py"
GET_STARTED, RECIPES = "test_get_started.py", "test_recipes.py"
CONTAINER, SERVER = "test_container.py", "test_server.py"
NOT_TYPED = {
    "no package index": "the package is not on PyPI yet; what is installed from a checkout is typed in Get started",
    "parts": "`make demo` is run by test_examples.py, the installation from a checkout is typed in Get started",
    "a machine's fonts": "it would change the machine of whoever tests",
    "the Worker beside it": "npm has to fetch it; tests/cli_commands/doctor signs requests to servers on this machine",
    "a server at example.com": "nobody serves it; tests/cli_commands/doctor looks at servers on this machine",
}
TYPED_BY = {
    "README.md": ("parts", SESSIONS, SESSIONS),
    "docs/adopt.md": (SESSIONS, RECIPES, SESSIONS),
    "docs/emulator.md": (EXAMPLES, CONTAINER, CONTAINER, CONTAINER),
    "docs/get-started.md": (*[GET_STARTED] * 10, SESSIONS, SESSIONS),
    "docs/installation-configuration.md": ("no package index", SESSIONS),
    "docs/preview.md": (SESSIONS, SESSIONS, "a machine's fonts"),
    "docs/recipes/baseline.md": (RECIPES,),
    "docs/recipes/key-rotation.md": ("test_key_rotation.py",) * 4,
    "docs/recipes/moving.md": (SESSIONS, SESSIONS),
    "docs/recipes/phone.md": (SESSIONS,),
    "docs/recipes/production.md": (SESSIONS, SESSIONS),
    "docs/recipes/server.md": (SESSIONS, SERVER, "a server at example.com", SERVER, "the Worker beside it"),
    "examples/README.md": ("test_examples_page.py",) * 11,
}
"""Page → for each console block in its order the test that types it, or the name of a reason."""
EVERY = ["docs/command-line.md"]
"""Pages of which a test takes every block, however many there are: test_command_line_examples.py."""


def found() -> dict[str, int]:
    """How many console blocks a page has."""
    pages = [where.partition(":")[0] for where, _ in blocks("console")]
    return {page: pages.count(page) for page in pages if page not in EVERY}


def test_every_session_is_typed_or_has_a_reason() -> None:
    """A page with a new session, or with one less, has to say who types it."""
    assert found() == {page: len(each) for page, each in TYPED_BY.items()}


@pytest.mark.parametrize("page", TYPED_BY)
def test_who_types_a_session_reads_its_page(page: str) -> None:
    """A test that is named for a page names the page; a reason is one of the table."""
    for each in set(TYPED_BY[page]) - NOT_TYPED.keys():
        assert re.search(rf'"{Path(page).name}"|/{Path(page).name}"', (HERE / each).read_text()), each
