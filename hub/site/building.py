"""The whole site in a folder: pages as Markdown, then rendered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.errors import HubError
from hub.site import menu, pages, references, registry
from hub.site.labels import LANGUAGES
from hub.site.pages.site import File, Page, Site

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hub.site.collection import Collection


@dataclass(frozen=True, slots=True)
class Places:
    """Where a build reads and writes: `sources` is the folder with mkdocs.yml, `work` holds what is between."""

    sources: Path
    work: Path
    target: Path


def build(collection: Collection, places: Places, *, base_url: str) -> None:
    """Make the whole site in `places.target`; what was there before is replaced once all went well."""
    linked = references.find(collection)
    places = Places(*(each.absolute() for each in (places.sources, places.work, places.target)))
    for language in LANGUAGES:
        site = Site(collection, linked, language, base_url)
        folder = places.work / language / "docs"
        made = list(pages.every(site))
        write(made, folder)
        if language == LANGUAGES[0]:  # the site's root
            write_files(pages.files(site), folder)
        shutil.copytree(places.sources / "static", folder / "assets", dirs_exist_ok=True)
        _render(site, places, menu.for_theme(site, {page.path for page in made}))
    registry.write(collection, places.target, base_url)


def write(made: Iterable[Page], folder: Path) -> None:
    """Write pages as Markdown files below `folder`."""
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


def _render(site: Site, places: Places, extra: dict[str, object]) -> None:
    folder = places.work / site.language
    target = places.target if site.language == "en" else places.target / site.language
    config = {
        "INHERIT": str(places.sources / "mkdocs.yml"),
        "site_name": "hub",
        "site_url": site.base_url + ("zh/" if site.base_url and site.language == "zh" else ""),
        "docs_dir": str(folder / "docs"),
        "site_dir": str(target),
        "theme": {"language": site.language, "custom_dir": str(places.sources / "theme")},
        "nav": [],
        "not_in_nav": "*",
        "extra": extra,
    }
    path = folder / "mkdocs.json.yml"
    path.write_text(json.dumps(config, ensure_ascii=False), "utf-8")
    _run([sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(path)])


def _run(command: list[str]) -> None:
    # Material for MkDocs prints news about itself otherwise, and MkDocs writes down the time.
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603  our own program
    if done.returncode:
        raise HubError("the site could not be rendered", expected=" ".join(command), found=done.stderr[-2000:])
