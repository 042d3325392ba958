"""Every error of Apple's has a link of its own on docs/errors.md, and is found by its number."""

from __future__ import annotations

import functools
import http.server
import json
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from documentation.errors_page import PAGE
from engine.found import CHECKOUT
from retention_messaging_cli.cancel_page.screenshot import chromium
from retention_messaging_provider.api.error_codes import MEANINGS, STATUS_MEANINGS
from retention_messaging_provider.resources.handler import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBERS = [*MEANINGS, *STATUS_MEANINGS, 404, 500]
NO_SPHINX = pytest.mark.skipif(find_spec("sphinx") is None, reason="no Sphinx: pip install --group docs")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--fail-on-warning", "--fresh-env", f"--doctree-dir={tmp_path_factory.mktemp('read')}"]
    command = [sys.executable, "-m", "sphinx", *options, str(CHECKOUT / "docs"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a web server for a folder."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("number", NUMBERS)
def test_an_error_has_one_anchor_in_its_row(number: int) -> None:
    """The row of an error begins with its anchor, which is there once."""
    anchors = re.findall(r'^\| <a id="([^"]+)"></a>(\d+) ', PAGE.read_text(), re.MULTILINE)

    assert anchors.count((f"error-{number}", str(number))) == 1
    assert len(anchors) == len(NUMBERS)


@NO_SPHINX
@pytest.mark.long
def test_the_sites_index_leads_to_every_error(site: Path) -> None:
    """The site has the anchor of every error, once, and its search index leads there by number and by name."""
    page = (site / "errors.html").read_text()
    index = json.loads((site / "searchindex.js").read_text().removeprefix("Search.setIndex(").removesuffix(")"))
    names = {str(number): number for number in NUMBERS} | {each.name.lower(): code for code, each in MEANINGS.items()}

    found = {name: [anchor for _, anchor, _ in index["indexentries"].get(name, [])] for name in names}

    assert found == {name: [f"error-{number}"] for name, number in names.items()}
    assert [number for number in NUMBERS if page.count(f' id="error-{number}"') != 1] == []


def has_chromium() -> bool:
    try:
        return bool(chromium())
    except Failure:
        return False


@NO_SPHINX
@pytest.mark.long
@pytest.mark.skipif(not has_chromium(), reason="no Chromium: apt-get install chromium, or set CHROMIUM")
# Playwright's event loop is still open when the fixture ends
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_who_types_a_number_finds_the_error(site: Path) -> None:
    """Whoever types the number or the name of an error into the site's search is led to its row, with its cure."""
    row = "errors.html#error-4030026"
    with served(site) as address, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"]).new_page()

        for typed in ("4030026", "ForbiddenNoPassingTestError"):
            page.goto(f"{address}/search.html?q={typed}")
            first = page.locator("ul.search li").first
            first.locator("p.context").wait_for()

            assert (first.locator("a").get_attribute("href") or "").partition("?")[0] == row
            assert "pass a performance test there" in first.inner_text()

        page.goto(f"{address}/{row}")
        assert page.locator(":target").inner_text().startswith("4030026 ForbiddenNoPassingTestError")
