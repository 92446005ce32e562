"""The whole site in a folder: pages as Markdown, then rendered, then indexed, and only then put in place."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hub.errors import HubError
from hub.site import finding, menu, pages, references, registry, rendering, samples
from hub.site.labels import LANGUAGES
from hub.site.mending import mended
from hub.site.pages.site import File, Page, Site
from hub.site.registry import croissant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from hub.site.collection import Collection
    from hub.site.rendering import Command

# Tells a site that may be replaced from a folder of something else that was named by mistake.
MARK = ".hub-site"


# Where blanks mean something.
KEPT = re.compile(r"(<(?:pre|script|style|textarea)\b.*?</(?:pre|script|style|textarea)>)", re.DOTALL)
BREAKS = re.compile(r"\s*\n\s*")

# Written so that Markdown takes it for text; to HTML it is text as it stands, in attributes too.
ENTITIES = re.compile(r"&#(35|36|42|91|92|93|94|95|96|123|124|125|126);")
# Of no use once a page is HTML: what was meant for Markdown, the namespace of SVG within HTML, and words of code that
# have no colour of their own.
MERE = re.compile(r' (?:markdown="[01]"|xmlns="http://www.w3.org/2000/svg")(?=[ >/])|(?<=<pre>)<span></span>')
UNCOLOURED = re.compile(r'<span class="[nw]">([^<]*)</span>')


@dataclass(frozen=True, slots=True)
class Places:
    """Where a build reads and writes: `sources` is the folder with mkdocs.yml, `work` holds what is between."""

    sources: Path
    work: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Extent:
    """What a site has besides the pages of its cards.

    `base_url` is where it will stand, if that is known. Samples are shown of datasets that are prepared in `store`, the
    folder of a store, which is only read. `documented` adds the documentation of hub itself. `namespace` is that of
    `Site`.
    """

    base_url: str = ""
    store: Path | None = None
    documented: bool = False
    namespace: str | None = None


def publish(collection: Collection, sources: Path, target: Path, extent: Extent) -> None:
    """Make the whole site beside `target` and put it in place once all went well: never half a site.

    `sources` is the folder with mkdocs.yml. Raises what `build` raises, and HubError if `target` is neither empty nor a
    site that hub has made.
    """
    with _in_place_of(target) as aside:
        build(collection, Places(sources, aside / "work", aside / "site"), extent)


def build(collection: Collection, places: Places, extent: Extent) -> None:
    """Make the whole site in `places.target`, which is empty; reads no clock and asks no host.

    Raises MissingExtra if a program of the extra `site` is not there, HubError if one fails.
    """
    rendering.require_programs()
    places = Places(*(each.absolute() for each in (places.sources, places.work, places.target)))
    whole = mended(collection)
    linked, shown = references.find(whole), samples.of_collection(whole, extent.store)
    base_url = f"{extent.base_url.rstrip('/')}/" if extent.base_url else ""
    described = partial(croissant.of_dataset, base_url=base_url)
    named = partial(Site, base_url=base_url, namespace=extent.namespace)
    sites = [named(whole, linked, language, shown, described) for language in LANGUAGES]
    rendering.run(*_programs(sites, places, documented=extent.documented))
    _gather(places, documented=extent.documented)
    _squeeze(places.target)
    registry.write(whole, places.target, base_url)
    _index(whole, places.target)


@contextmanager
def _in_place_of(target: Path) -> Iterator[Path]:
    """Give a folder whose `site` takes the place of `target` once all went well; what fails leaves `target` alone."""
    target = target.absolute()
    if target.exists() and not (target / MARK).is_file() and (not target.is_dir() or any(target.iterdir())):
        raise HubError(
            f"{target} is no site that hub has made",
            expected="an empty folder, none, or one to replace",
            found="something else",
            hint="--to names the folder for the site",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that putting it in place is renaming.
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as aside:
        yield (folder := target.parent / aside)
        (folder / "site" / MARK).touch()
        if target.exists():
            target.rename(folder / "before")
        (folder / "site").rename(target)


def _programs(sites: Sequence[Site], places: Places, *, documented: bool) -> Iterator[Command]:
    """Write what is to be rendered, and yield the programs that do it, the slowest first."""
    first, *_ = sites
    made = {site.language: list(pages.every(site)) for site in sites}
    paths = {page.path for page in made[first.language]}
    if documented:
        extra = menu.for_documentation(first, paths)
        yield rendering.sphinx(places.sources / "docs", places.work / "documentation", places.work, extra)
    write_files(pages.files(first), places.work / first.language / "docs")
    for site in sites:
        write(made[site.language], places.work / site.language / "docs")
        yield command(site, places, menu.for_theme(site, paths, documented=documented))


def command(site: Site, places: Places, extra: dict[str, object]) -> Command:
    """Return what renders the Markdown of a language that lies in `places.work`; `extra` is what the theme shows."""
    folder = places.work / site.language
    shutil.copytree(places.sources / "static", folder / "docs" / "assets", dirs_exist_ok=True)
    return rendering.mkdocs(_settings(site, places, extra), folder)


def _gather(places: Places, *, documented: bool) -> None:
    """Put what the programs made into one folder: English at its top, everything else below."""
    english, *others = LANGUAGES
    (places.work / english / "site").rename(places.target)
    for language in others:
        (places.work / language / "site").rename(places.target / language)
    if documented:
        (places.work / "documentation").rename(places.target / menu.DOCS)
        (places.target / menu.DOCS / ".buildinfo").unlink()  # for a next run of Sphinx alone
        shutil.rmtree(places.target / menu.DOCS / "_sources", ignore_errors=True)
    # MkDocs knows half of the pages; the whole map is written last.
    for part in ("", *others):
        for name in ("sitemap.xml", "sitemap.xml.gz"):
            (places.target / part / name).unlink(missing_ok=True)
    # Some hosts leave out folders that begin with an underscore, as Sphinx's do, unless they are told.
    (places.target / ".nojekyll").touch()


def _index(collection: Collection, folder: Path) -> None:
    """Make everything in a folder findable."""
    finding.write(collection, folder)
    english, *others = LANGUAGES
    shared = [menu.DOCS] if (folder / menu.DOCS).is_dir() else []
    own = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name not in (*others, *shared))
    parts = {english: [*own, *shared]} | {language: [language, *shared] for language in others}
    rendering.run(*(rendering.pagefind(folder, language, found) for language, found in parts.items()))
    for pattern in rendering.NOT_SHIPPED:
        for path in (folder / rendering.INDEX).glob(f"*/{pattern}"):
            path.unlink()


def write(made: Iterable[Page], folder: Path) -> None:
    """Write pages as Markdown files below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in made:
        path = folder / f"{page.path or 'index'}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{_front_matter(page)}\n{page.body}", "utf-8")


def write_files(made: Iterable[File], folder: Path) -> None:
    """Write files that are no pages below `folder`."""
    for file in made:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content if isinstance(file.content, bytes) else file.content.encode())


def _front_matter(page: Page) -> str:
    hidden = ["navigation", "toc"] if page.wide else ["navigation"]
    said = {"title": page.title, "description": page.description, "hide": hidden}
    # JSON is YAML, too.
    return (
        "---\n" + "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in said.items()) + "---\n"
    )


def _settings(site: Site, places: Places, extra: dict[str, object]) -> dict[str, object]:
    folder = places.work / site.language
    words = partial(site.labels, "theme")
    return {
        "INHERIT": str(places.sources / "mkdocs.yml"),
        "site_name": site.namespace or "hub",
        "site_url": site.base_url + ("zh/" if site.base_url and site.language == "zh" else ""),
        "docs_dir": str(folder / "docs"),
        "site_dir": str(folder / "site"),
        "theme": {"language": site.language, "custom_dir": str(places.sources / "theme"), "palette": _palette(site)},
        "markdown_extensions": {"toc": {"title": words("on_this_page"), "permalink_title": words("permalink")}},
        "nav": [],
        "not_in_nav": "*",
        "extra": extra,
    }


def _palette(site: Site) -> list[dict[str, object]]:
    """Return both schemes of colours, and the button of each, which leads to the other."""
    schemes = (("light", "default", "dark", "weather-night"), ("dark", "slate", "light", "weather-sunny"))
    return [
        {
            "media": f"(prefers-color-scheme: {preferred})",
            "scheme": scheme,
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": f"material/{icon}", "name": site.labels("theme", other)},
        }
        for preferred, scheme, other, icon in schemes
    ]


def _squeeze(folder: Path) -> None:
    for page in folder.rglob("*.html"):
        page.write_text(squeezed(page.read_text("utf-8")), "utf-8")


def squeezed(html: str) -> str:
    r"""Return a page without what templates leave and no browser needs, a sixth of most pages.

    >>> squeezed('<p markdown="0">\n  a&#95;b\n\n  two</p> <pre>a\n\n  <span class="n">b</span></pre>')
    '<p>\na_b\ntwo</p> <pre>a\n\n  b</pre>'
    """
    parts = KEPT.split(html)
    return "".join(_slim(part) if place % 2 else _slim(BREAKS.sub("\n", part)) for place, part in enumerate(parts))


def _slim(html: str) -> str:
    if html.startswith(("<script", "<style")):
        return html
    written = ENTITIES.sub(lambda found: chr(int(found[1])), MERE.sub("", html))
    return UNCOLOURED.sub(r"\1", written)
