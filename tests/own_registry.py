"""A small registry of one's own: a dataset and a model with their files, and a project; and ways to spoil it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from readers.idx_files import idx_bytes

from hub.site import collection, registry

if TYPE_CHECKING:
    from collections.abc import Callable

DATASET = """
schema = 1
name = "Cats"
version = "1.0.0"
task = ["image-classification"]
modality = ["image"]
license = "CC0-1.0"
homepage = "https://lab.example.org/cats"
reader = "idx"
aliases = ["felines"]
summary = {{ en = "Twelve tiny pictures of cats, made for trying things out.", zh = "十二张很小的猫图" }}

[[fields]]
name = "image"
kind = "image"
shape = [28, 28]

[[fields]]
name = "label"
kind = "label"
classes = ["tabby", "ginger", "black"]

[splits.train]
samples = 12
files = {{ image = "images", label = "labels" }}

[[artifacts]]
name = "images"
size = {images[0]}
sha256 = "{images[1]}"
sources = [{{ url = "files/cats/images" }}]

[[artifacts]]
name = "labels"
size = {labels[0]}
sha256 = "{labels[1]}"
sources = [{{ url = "files/cats/labels" }}]
"""

MODEL = """
schema = 1
name = "Cat watchers"
task = ["image-classification"]
license = "BSD-3-Clause"
homepage = "https://lab.example.org/watcher"
builder = "torchvision"
head = ["fc"]
summary = {{ en = "Tells three kinds of cats apart; small enough for tests.", zh = "区分三种猫的小模型" }}
paper = {{ title = "On cats", authors = ["A. Cat"], year = 2026, url = "https://lab.example.org/paper" }}

[[variants]]
name = "watcher"
network = "shufflenet_v2_x0_5"
params = 344867

[[variants.weights]]
tag = "CATS_V1"
default = true
classes = ["tabby", "ginger", "black"]
transforms = {{ preset = "classification", resize = 64, crop = 64, mean = [0.5, 0.5, 0.5], std = [0.5, 0.5, 0.5] }}
[variants.weights.artifact]
name = "watcher.pth"
size = {weights[0]}
sha256 = "{weights[1]}"
sources = [{{ url = "files/watcher.pth" }}]
"""

PROJECT = """
schema = 1
name = "Cat feeder"
url = "https://lab.example.org/feeder"
added = 2026-11-21
category = "tools"
status = "active"
summary = { en = "Feeds cats on time.", zh = "按时喂猫。" }
checked = { date = 2026-11-21, basis = "our own" }
"""


def write_cards(folder: Path, weights: bytes = b"no weights") -> Path:
    """Write the cards and their files below `folder`, and return it."""
    images = np.random.default_rng(0).integers(0, 256, (12, 28, 28), dtype=np.uint8)
    labels = np.arange(12, dtype=np.uint8) % 3
    files = {"cats/images": idx_bytes(images), "cats/labels": idx_bytes(labels), "watcher.pth": weights}
    for name, data in files.items():
        _write(folder / "files" / name, data)
    known = {Path(name).stem: (len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items()}
    _write(folder / "datasets" / "cats.toml", DATASET.format(**known).encode())
    _write(folder / "models" / "watchers.toml", MODEL.format(weights=known["watcher"]).encode())
    _write(folder / "catalog" / "projects" / "feeder.toml", PROJECT.encode())
    return folder


def build(cards: Path, target: Path) -> Path:
    """Return the folder of the registry that is made of cards."""
    registry.write_cards(collection.load(cards), target)
    return target


def spoil(built: Path, kind: str, identifier: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a card as whoever keeps the registry could: list and index state the digest of what it becomes."""
    place = built / f"{kind}s" / f"{identifier}.json"
    card = json.loads(place.read_text("utf-8"))
    change(card)
    data = json.dumps(card).encode()
    place.write_bytes(data)

    def restate(entry: dict[str, Any]) -> None:
        entry |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    spoil_entry(built, kind, identifier, restate)


def spoil_entry(built: Path, kind: str, identifier: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what the list of a kind says of an entry, and its digest in the index."""
    place = built / "index" / f"{kind}.json"
    table = json.loads(place.read_text("utf-8"))
    change(next(entry for entry in table["entries"] if entry["id"] == identifier))
    spoil_list(built, kind, json.dumps(table).encode())


def spoil_list(built: Path, kind: str, data: bytes) -> None:
    """Replace the list of a kind, and its digest in the index."""
    (built / "index" / f"{kind}.json").write_bytes(data)

    def restate(entry: dict[str, Any]) -> None:
        entry |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    spoil_index(built, kind, restate)


def spoil_index(built: Path, kind: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what the index says of the list of a kind."""
    place = built / "index.json"
    index = json.loads(place.read_text("utf-8"))
    change(next(each for each in index["lists"] if each["kind"] == kind))
    place.write_text(json.dumps(index), "utf-8")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
