"""How to add an entry: what a card of each kind must and may say, and a small one to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.registry.folder import FOLDERS
from hub.site import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.pages.site import Page, Site


def pages(site: Site) -> Iterator[Page]:
    """Yield the page that leads to all kinds, and that of each."""
    title, said = site.labels("sections", "contribute"), site.labels.contribute_intro
    yield site.page("contribute.md.j2", "contribute", title, said, folders=FOLDERS)
    for kind in FOLDERS:
        yield _page(site, kind)


def _page(site: Site, kind: str) -> Page:
    name = site.labels("kind", kind)
    return site.page(
        "form.md.j2",
        f"contribute/{kind}",
        site.labels.contribute_one.format(kind=name),
        site.labels.contribute_how.format(kind=name, folder=FOLDERS[kind]),
        kind=kind,
        folder=FOLDERS[kind],
        forms=forms.forms(kind, site.labels, site.language),
        minimal=forms.minimal(kind),
    )
