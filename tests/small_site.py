"""A small collection of cards that has one of everything the site must cope with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from hub.registry.folder import FOLDERS
from hub.site import collection, forms, references
from hub.site.pages.site import Page, Site

if TYPE_CHECKING:
    from hub.site.collection import Collection

ROOT = Path(__file__).parents[1]

ACTIVITY = """
checked = 2026-11-21

[projects.leafkit]
version = "1.2"
released = "2026-10"
last_commit = 2026-11-02

[projects.slowkit]
last_commit = 2025-08-30

[projects.stillkit]
released = "2021-03"
"""

OLD = """
[[use_instead]]
card = "project/leafkit"
note = { en = "It reads the same files.", zh = "它读取同样的文件。" }

[[use_instead]]
name = "Twigs"
url = "https://example.org/twigs"
"""

NETWORK = """
[[variants]]
name = "leaves50"
params = 25557032
gflops = 4.089

[[variants.weights]]
tag = "V2"
default = true
metrics = { leaves = { "acc@1" = 95.5, "acc@5" = 99.0 } }
transforms = { preset = "detection" }
[variants.weights.artifact]
name = "leaves50.safetensors"
size = 102000000
sources = [{ url = "https://example.org/nets/a" }, { url = "https://example.com/nets/a" }]

[[variants]]
name = "leaves_untrained"
params = 1000
"""


def write(folder: Path) -> Path:
    """Write the cards below a folder and return it."""
    for place in FOLDERS.values():
        (folder / place).mkdir(parents=True)
    for name in ("categories.toml", "tags.toml"):
        shutil.copy(ROOT / "catalog" / name, folder / "catalog")
    (folder / "catalog/activity.toml").write_text(ACTIVITY, "utf-8")
    names = {"dataset": "digits", "model": "leaves", "project": "leafkit"}
    for kind, place in FOLDERS.items():
        put(folder, f"{place}/{names.get(kind, f'a-{kind}')}", forms.minimal(kind))
    project = forms.minimal("project")
    put(folder, "catalog/projects/oldkit", _named(project, "Oldkit").replace('"active"', '"archived"') + OLD)
    put(folder, "catalog/projects/slowkit", _named(project, "Slowkit"))
    put(folder, "catalog/projects/stillkit", _named(project, "Stillkit").replace('"MIT"', '"Apache-2.0"'))
    put(folder, "models/leaves", forms.minimal("model") + NETWORK)
    teaching = forms.minimal("tutorial").replace(
        'about = ["project/pytorch", "model/resnet"]', 'about = ["model/leaves"]'
    )
    put(folder, "catalog/tutorials/a-tutorial", teaching)
    return folder


def put(folder: Path, name: str, text: str) -> None:
    """Write one card."""
    (folder / f"{name}.toml").write_text(text, "utf-8")


def _named(card: str, name: str) -> str:
    """Return the card of a project under another name, which therefore is another project."""
    return (
        card.replace("Leafkit", name)
        .replace("leafkit", name.lower())
        .replace("Tells trees", f"{name} tells trees")
        .replace("根据", f"{name} 根据")
    )


def site(folder: Path, language: str = "en") -> Site:
    """Return one language of the site of the cards in a folder."""
    found = collection.load(folder)
    return site_of(found, language)


def site_of(found: Collection, language: str = "en") -> Site:
    """Return one language of the site of a collection."""
    return Site(found, references.find(found), language)


def by_path(pages: list[Page]) -> dict[str, Page]:
    """Return pages by their paths."""
    return {page.path: page for page in pages}
