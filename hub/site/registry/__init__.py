"""The registry: what programs read of the same cards that people browse.

    registry/v1/index.json                what there is (`hub.registry.listing`): the lists, and in them the digest
    registry/v1/index/<kind>.json         of every card
    registry/v1/shards/...                in the place of lists if there are many cards (`hub.registry.shards`)
    registry/v1/<kind>s/<id>.json         a card
    registry/v1/files/...                 files of one's own that cards name as sources
    registry/v1/schema/<kind>.schema.json what a card may say
    registry/v1/croissant/<id>.json       a dataset for dataset searches and other libraries
    registry/v1/huggingface/<id>.md       the head of a model's README on Hugging Face
    objects.inv                           for links from anybody's Sphinx documentation
    feed.xml  feed/<kind>.xml             what is new
    llms.txt                              what there is, for language models
    sitemap.xml                           what there is, for search engines

No clock, everything in order: the same cards give the same bytes. Of what lies in `registry/v1` only Croissant names
a host, so a copy of the folder anywhere is the same registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.registry.shards.publishing import SMALL, update
from hub.site import menu
from hub.site.registry import cards, croissant, feeds, hugging_face, inventory, llms, sitemap

if TYPE_CHECKING:
    from pathlib import Path

    from hub.site.collection import Collection

PLACE = "registry/v1"


def write(collection: Collection, folder: Path, base_url: str) -> None:
    """Write all of the registry into the folder of a website that will be at `base_url`.

    Raises HubError for a file of one's own that is not there, or not the one that its card says.
    """
    write_cards(collection, folder / PLACE)
    _write_all(folder / PLACE / "croissant", croissant.files(collection, base_url))
    _write_all(folder / PLACE / "huggingface", hugging_face.files(collection))
    _write_all(folder, {"objects.inv": inventory.inventory(collection)})
    _write_all(folder, feeds.files(collection, base_url))
    _write_all(folder, {"llms.txt": llms.text(collection, base_url, documented=(folder / menu.DOCS).is_dir()).encode()})
    _write_all(folder, sitemap.files(folder, base_url))


def write_cards(collection: Collection, folder: Path) -> None:
    """Write what `hub registry add` reads: index, cards, schemas and files; raises what `write` does."""
    made = cards.made(collection)
    _write_all(folder, {each.path: each.data for each in made})
    _write_all(folder, cards.schemas())
    cards.copy_files(collection, folder)
    if len(made) > SMALL:
        index = update(None, _Folder(folder), cards.stated(made))
    else:
        _write_all(folder, cards.lists(made))
        index = cards.index(made)
    # Last, so that an index never lists what is not there yet.
    _write_all(folder, {"index.json": index})


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder in which an index is written."""

    folder: Path

    def read(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        _write_all(self.folder, {path: data})


def _write_all(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
