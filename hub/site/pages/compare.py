"""The page that compares entries of a kind side by side; a script fills it with those that its address names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.pages.site import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """Yield the one page. What it shows without an address, or a script, is where entries can be ticked."""
    yield site.page(
        "compare.md.j2",
        "compare",
        site.labels.compare,
        site.labels.compare_intro,
        wide=True,
        kinds=site.collection.kinds,
    )
