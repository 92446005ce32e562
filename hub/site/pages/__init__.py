"""Every page of the site in one language, as Markdown.

site        what pages are made from, and the way from one page to another
home        the first page
lists       a list of each kind, with its facets
compare     entries side by side
projects    one page a project
categories  groups of projects with all that belongs there, and all topics
changes     what was added when
contribute  what a card of each kind says
status      what is over, unchecked, or on a single host
learning    one page a tutorial, article, book or course
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.site import exports
from hub.site.pages import categories, changes, compare, contribute, home, learning, lists, projects, status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.pages.site import File, Page, Site

MAKERS = (
    home.pages,
    lists.pages,
    compare.pages,
    projects.pages,
    learning.pages,
    categories.pages,
    changes.pages,
    status.pages,
    contribute.pages,
)
FILES = (exports.files,)


def every(site: Site) -> Iterator[Page]:
    """Yield all pages, in order of their makers and, within one, of their ids."""
    for maker in MAKERS:
        yield from maker(site)


def files(site: Site) -> Iterator[File]:
    """Yield the files that are no pages, in order of their makers."""
    for maker in FILES:
        yield from maker(site)
