"""What the bar, the drawer and the foot of every page lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from hub.site.shapes import LEARNING

if TYPE_CHECKING:
    from collections.abc import Collection as Some
    from collections.abc import Mapping

    from hub.site.pages.site import Site

LEARN = tuple(f"{kind}s" for kind in LEARNING)

# Path of each tab, and what else lights it up.
TABS = {
    "datasets": (),
    "models": (),
    "projects": ("categories",),
    "learn": LEARN,
    "papers": (),
    "leaderboards": (),
    "docs": ("api",),
}
DOCS = "docs"
FURTHER = ("api", "categories", "tags", "changes", "status", "contribute")

WORDS = (
    "feed", "foot", "keeping_up", "machines", "menu", "nothing_here", "nothing_here_why", "registry",
    "search", "sections", "terms",
)  # fmt: skip
"""The labels that the theme's own parts show."""


class Tab(TypedDict):
    """One link: `covers` are the first folders of the pages that belong to it; `inside` links that stand below it."""

    path: str
    name: str
    covers: list[str]
    inside: list[Tab]


def for_theme(site: Site, paths: Some[str], *, documented: bool = False) -> dict[str, object]:
    """Return what the theme's templates find in `config.extra`; of all links only those to `paths`.

    The documentation, if it is there, is in English and stands at the site's top.
    """
    found = _for_theme(site, {*paths, DOCS} if documented else paths)
    up: str = found["up"]
    return {**found, "tabs": [_from_below(tab, up) if tab["path"] == DOCS else tab for tab in found["tabs"]]}


def for_documentation(site: Site, paths: Some[str]) -> dict[str, object]:
    """Return the same for the documentation's pages, which have no other language: that of the cards stands in."""
    return {**_for_theme(site, {*paths, DOCS}), "elsewhere": ""}


def below(extra: Mapping[str, Any], way: str) -> dict[str, Any]:
    """Return what the theme shows, with all of its links led over a way to the site's top, such as "../../"."""
    links = {key: [_from_below(tab, way) for tab in extra[key]] for key in ("tabs", "further")}
    return {**extra, **links, "up": way}


def _from_below(tab: Tab, way: str) -> Tab:
    inside = [_from_below(each, way) for each in tab["inside"]]
    return Tab(path=f"{way}{tab['path']}", name=tab["name"], covers=tab["covers"], inside=inside)


def _for_theme(site: Site, paths: Some[str]) -> dict[str, Any]:
    return {
        "tabs": [_tab(site, path, covers, paths) for path, covers in TABS.items() if path in paths],
        "further": [_tab(site, path, (), paths) for path in FURTHER if path in paths],
        "sections": {path: name(site, path) for path in (*TABS, *LEARN, *FURTHER)},
        "words": {word: site.labels("theme", word) for word in WORDS} | {"nothing_here_other": _elsewhere(site)},
        "up": "" if site.language == "en" else "../",
        "alternate": True,  # else Material shows no link to another language
        "other": {"en": {"lang": "zh", "name": "中文"}, "zh": {"lang": "en", "name": "English"}}[site.language],
    }


def _tab(site: Site, path: str, covers: tuple[str, ...], paths: Some[str]) -> Tab:
    inside = [_tab(site, each, (), paths) for each in covers if each in LEARN and each in paths]
    return Tab(path=path, name=name(site, path), covers=[path, *covers], inside=inside)


def name(site: Site, path: str) -> str:
    """Return what the pages below a folder are called."""
    return site.labels("sections", path)


def _elsewhere(site: Site) -> str:
    """Return what a missing page says in the other language: its reader may have come for that one."""
    other = "en" if site.language == "zh" else "zh"
    return type(site.labels)(other)("theme", "nothing_here_why")
