"""The documentation site: `make docs` builds it."""

import re
import tomllib
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import index
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]

project = html_title = PROJECT["name"]
version = release = PROJECT["version"]
extensions = ["myst_parser", "sphinx.ext.autodoc"]
# Pulumi's registry reads these two; on the site they are the home page and "Get started"
exclude_patterns = ["_index.md", "installation-configuration.md"]
html_theme = "furo"
html_copy_source = False
nitpicky = True
# what is not ours has no inventory that can be read without a network
nitpick_ignore_regex = [("py:.*", r"(?!pulumi_retention_messaging\.[A-Z]).*")]
myst_heading_anchors = 3
# docstrings are Markdown: `code` is code
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
linkcheck_anchors = False


class RowAnchors(SphinxTransform):
    """
    `<a id="error-4030026"></a>` in a row of a table: its own anchor, for links of other pages and the site's search.

    The search leaves a number out of what it looks for in texts, and finds one in the index only.
    """

    default_priority = 500

    def apply(self) -> None:
        # where MyST looks for the target of a link to another page
        targets = self.env.metadata[self.env.docname].setdefault("myst_slugs", {})
        for row in self.document.findall(nodes.row):
            for opening in row.findall(nodes.raw):
                if anchor := re.fullmatch(r'<a id="([\w-]+)">', opening.astext()):
                    closing = opening.next_node(descend=False, siblings=True)
                    closing.parent.remove(closing)
                    row["ids"].append(anchor[1])
                    targets[anchor[1]] = (row.line, anchor[1], "")
                    words = opening.parent.astext().removeprefix(anchor[0]).split()[:2]
                    found = (word for word in words if word.isdecimal() or word.endswith("Error"))
                    opening.replace_self(index(entries=[("single", each, anchor[1], "main", None) for each in found]))
                    break


def setup(app: Sphinx) -> None:
    app.add_transform(RowAnchors)
