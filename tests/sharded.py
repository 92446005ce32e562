"""Made-up registries in shards: cards by the dozen, places to publish in, and two ways to ask."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.registry.listing import Kind, Listed, Network, Summary, read_shards
from hub.registry.shards import forms, publishing
from hub.registry.shards.publishing import Stated
from hub.registry.shards.reading import Shards

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

CARD = {
    "schema": 1,
    "name": "Cats",
    "version": "1.0.0",
    "task": ["image-classification"],
    "modality": ["image"],
    "license": "MIT",
    "homepage": "https://lab.example.org/",
    "reader": "idx",
    "summary": {"en": "Cats.", "zh": "猫"},
    "fields": [{"name": "image", "kind": "image", "shape": [28, 28]}],
    "splits": {"train": {"samples": 1, "files": {"image": "images"}}},
    "artifacts": [{"name": "images", "size": 1, "sha256": "0" * 64, "sources": [{"url": "files/images"}]}],
}
DATA = json.dumps(CARD).encode()


@dataclass
class Memory:
    """A place in memory; `written` are the paths of what was put there since it was last emptied."""

    files: dict[str, bytes] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    def read(self, path: str) -> bytes:
        return self.files[path]

    def write(self, path: str, data: bytes) -> None:
        self.files[path] = data
        self.written.append(path)

    def put(self, index: bytes, folder: Path) -> None:
        """Write all of it below a folder, with the card that every entry names."""
        for path, data in {**self.files, "index.json": index, "datasets/cats.json": DATA}.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def stated(
    identifier: str,
    kind: Kind = "dataset",
    *,
    summary: str = "Pictures of cats.",
    zh: str = "猫的图片",
    also: Sequence[str] = (),
    networks: Sequence[str] = (),
    task: str = "image-classification",
) -> Stated:
    listed = Listed(
        id=identifier,
        name=identifier.replace("-", " ").title(),
        also=tuple(also),
        summary=Summary(en=summary, zh=zh),
        facets={"task": (task,)},
        networks=tuple(Network(name=name) for name in networks),
        card="datasets/cats.json",
        sha256=hashlib.sha256(DATA).hexdigest(),
        size=len(DATA),
    )
    return Stated(kind, listed)


def many(count: int) -> list[Stated]:
    return [stated(f"cats-{number:05}", summary=f"Pictures of {number % 7} cats.") for number in range(count)]


def opened(index: bytes, place: Memory) -> Shards:
    """Return the shards of an index, read where they were written."""
    shards = read_shards(index)
    assert shards is not None
    return Shards([publishing._opened(each, place) for each in shards.segments])


def ids(found: Iterable[forms.Document]) -> list[str]:
    return [each.id for each in found]
