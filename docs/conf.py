"""The documentation site: `make docs` builds it."""

import tomllib
from pathlib import Path

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
