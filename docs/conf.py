"""Sphinx configuration: `sphinx-build -W docs docs/_build/html`."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import make_handbook

make_handbook.write()

project = "retention_rules"
author = "the retention_rules authors"
project_copyright = "2026, the retention_rules authors"
release = installed_version("retention-rules")
version = ".".join(release.split(".")[:2])

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"
napoleon_google_docstring = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = f"retention_rules {release}"
html_static_path = ["_static"]
html_extra_path = ["../src/retention_rules/interop/rulebook.schema.json"]
html_css_files = ["page.css"]


def _language(app: Any, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Say which pages are Chinese: fonts, hyphenation and screen readers go by it."""
    if page.startswith("handbook/zh/"):
        context["language"] = "zh-CN"


def setup(app: Any) -> None:
    app.connect("html-page-context", _language)
