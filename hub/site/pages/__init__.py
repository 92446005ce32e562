"""Every page of the site in one language, as Markdown.

site        what pages are made from, and the way from one page to another
projects    one page a project
datasets    one page a dataset, with samples of those that are in the store
models      one page a family of models
leaderboards    one page a benchmark and metric, and one that leads to all
papers      one page a paper
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.site.pages import datasets, leaderboards, models, papers, projects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.pages.site import File, Page, Site

MAKERS = (projects.pages, datasets.pages, models.pages, leaderboards.pages, papers.pages)
FILES = (datasets.files, leaderboards.files)


def every(site: Site) -> Iterator[Page]:
    """Yield all pages, in order of their makers and, within one, of their ids."""
    for maker in MAKERS:
        yield from maker(site)


def files(site: Site) -> Iterator[File]:
    """Yield what is no page and is the same in all languages: CSV, pictures."""
    for maker in FILES:
        yield from maker(site)
