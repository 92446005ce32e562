"""What the search looks through before full text: names of the API, and of cards in both languages.

Three small files for the whole site, read when somebody searches: names, and summaries in either language, of which
most readers need one. How pages use them stands in `site/static/search/index.js`.
"""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING

from hub.cards import DatasetCard, ModelCard
from hub.site.labels import LANGUAGES, Labels
from hub.site.pages import api
from hub.site.pages.site import place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.site.collection import Collection, Listed

FOLDER = "search"

# Modules, classes, functions and their members: what people type in Python. Labels and pages are found by full text.
DOMAIN = "py:"

# Nobody looks for all functions that have a `root`; they were two of three names, and a fifth of what is loaded.
LEFT_OUT = "parameter"


def write(collection: Collection, folder: Path) -> None:
    """Write the index of a site in `folder`, whose documentation is read if it has one."""
    inventory = folder / "docs" / "objects.inv"
    known = sorted(symbols(inventory.read_bytes())) if inventory.is_file() else []
    known += _of_index(collection, {name for name, _, _ in known})
    entries = collection.entries.values()
    names = {"kinds": _kinds(collection), "cards": [_names(entry) for entry in entries], "symbols": known}
    (folder / FOLDER).mkdir()
    _write(names, folder / FOLDER / "names.json.gz")
    for language in LANGUAGES:
        summaries = [getattr(entry.card.summary, language) for entry in entries]
        _write(summaries, folder / FOLDER / f"summaries.{language}.json.gz")


def _write(value: object, path: Path) -> None:
    """Write JSON in gzip, which scripts inflate: not every host packs what it sends."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def _kinds(collection: Collection) -> dict[str, dict[str, str]]:
    """Return the folder of each kind -> what one such entry is called, by language."""
    return {f"{kind}s": {each: Labels(each)("kind", kind) for each in LANGUAGES} for kind in collection.kinds}


def _names(entry: Listed) -> list[object]:
    """Return [page, name, Chinese name, other names]."""
    return [place(entry), entry.card.name, getattr(entry.card, "name_zh", ""), other_names(entry)]


def other_names(entry: Listed) -> list[str]:
    """Return what an entry is found by besides its name."""
    card = entry.card
    if isinstance(card, DatasetCard):
        return [entry.id, *card.names]
    if isinstance(card, ModelCard):
        return [name for variant in card.variants for name in (variant.name, *variant.aliases)]
    return [*getattr(card, "formerly", ()), *filter(None, [getattr(card, "package", "")])]


def symbols(inventory: bytes) -> Iterator[list[str]]:
    """Yield [name, what it is, address] of an inventory of Sphinx, version 2.

    https://sphobjinv.readthedocs.io/en/stable/syntax.html tells the form: four lines of text, then lines in zlib.
    """
    *_, packed = inventory.split(b"\n", 4)
    for line in zlib.decompress(packed).decode("utf-8").splitlines():
        name, role, _, rest = line.split(" ", 3)
        kind = role.removeprefix(DOMAIN)
        if role.startswith(DOMAIN) and kind != LEFT_OUT:
            yield [name, kind, "docs/" + rest.split(" ", 1)[0].replace("$", name)]


def _of_index(collection: Collection, known: set[str]) -> list[list[str]]:
    """Return [name, "", address] of the API index's names that are not known yet; its pages are in every language."""
    found = [each for each in api.symbols(collection) if each.name not in known]
    return [[each.name, "", each.place.replace("#", "/#", 1)] for each in found]
