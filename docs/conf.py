"""How `make docs` builds these pages: Markdown by MyST, docstrings by autodoc, warnings as errors.

Knows the installed package (for its version and docstrings), no machine and no network.
"""

from __future__ import annotations

from importlib.metadata import version as _version

project = "mainstay"
author = "the mainstay project"
copyright = "the mainstay project, Apache-2.0"
release = version = _version("mainstay")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["colon_fence", "deflist"]
# Headings get anchors down to this depth, so that pages can link to each other's sections.
myst_heading_anchors = 3

exclude_patterns = ["_build", "**/README.md"]
nitpicky = True
# Types that have no page of their own: the standard library's, and names private to a signature.
nitpick_ignore_regex = [("py:.*", r"(?!mainstay).*"), ("py:.*", r".*\._[^.]*$")]
autodoc_typehints = "description"
autodoc_member_order = "bysource"

html_theme = "alabaster"
html_theme_options = {"description": project, "fixed_sidebar": True, "page_width": "1040px"}
html_show_sourcelink = False
html_copy_source = False
