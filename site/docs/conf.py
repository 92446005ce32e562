"""How Sphinx renders the pages that people write, and the reference out of docstrings, under /docs/."""

from __future__ import annotations

project = "hub"
author = "the hub developers"
# The word of the search's stemmer; its index is not shown, and a Chinese one would break the page's scripts.
language = "en"

extensions = [
    "myst_parser",  # the same Markdown that people read in the repository
    "sphinx.ext.autodoc",
    "sphinx_immaterial",
]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
templates_path = ["../theme"]
exclude_patterns = ["README.md"]
suppress_warnings = ["myst.xref_missing"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
add_module_names = False

html_theme = "sphinx_immaterial"
html_title = "hub"
html_static_path = ["../static"]
html_css_files = ["hub.css"]
html_js_files = [("hub.js", {"defer": "defer"})]
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None
html_theme_options = {
    "font": False,  # system fonts: otherwise they are fetched when the site is built
    "icon": {"logo": "material/hub"},
    "features": ["navigation.tabs", "navigation.tabs.sticky", "navigation.top", "content.code.copy", "toc.follow"],
    "palette": [
        {
            "media": "(prefers-color-scheme: light)",
            "scheme": "default",
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": "material/weather-night", "name": "Dark"},
        },
        {
            "media": "(prefers-color-scheme: dark)",
            "scheme": "slate",
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": "material/weather-sunny", "name": "Light"},
        },
    ],
}
