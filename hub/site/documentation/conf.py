"""How Sphinx renders the pages that people write, and the reference out of docstrings, under /docs/."""

from __future__ import annotations

from hub.site.rendering import sources_folder

SITE = sources_folder()

project = "hub"
author = "the hub developers"
# Of the theme's words; a page in another language would need translated pages.
language = "en"

extensions = [
    "myst_parser",  # the same Markdown that people read in the repository
    "sphinx.ext.autodoc",
    "sphinx_immaterial",
    "hub.site.documentation",
]
hub_commands = "hub.cli:cli"  # click's own parser
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
templates_path = [str(SITE / "docs" / "_templates"), str(SITE / "theme")]
exclude_patterns = ["README.md", "_templates"]
suppress_warnings = [
    "myst.xref_missing",  # links to files of the checkout, which an installed hub lacks
    "misc.highlighting_failure",  # blocks with placeholders, or of what has no colours
]

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_resolve_unqualified_typing = True
python_module_names_to_strip_from_xrefs = ["collections.abc", "typing", "pathlib", "torch"]
add_module_names = False
toc_object_entries_show_parents = "hide"
object_description_options = [
    ("py:.*", {"include_fields_in_toc": False, "include_rubrics_in_toc": False}),
    ("py:parameter", {"include_in_toc": False}),
]

html_theme = "sphinx_immaterial"
html_title = "hub"
html_static_path = [str(SITE / "static")]
html_favicon = str(SITE / "static" / "favicon.svg")
html_css_files = ["hub.css", "docs.css"]
html_js_files = [("hub.js", {"type": "module"})]
html_show_sourcelink = False
html_domain_indices = False  # modules have pages, and the search finds them
html_copy_source = False
html_last_updated_fmt = None
html_show_copyright = False
html_show_sphinx = False
html_theme_options = {
    "font": False,  # system fonts: otherwise they are fetched when the site is built
    "icon": {"logo": "material/hub"},
    "features": ["navigation.tabs", "navigation.tabs.sticky", "navigation.top", "content.code.copy", "toc.follow"],
    "toc_title": "On this page",
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
