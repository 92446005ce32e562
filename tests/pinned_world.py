"""Cards whose files a server of the tests has, for locking them: a dataset, one that is half known, and weights.

cats     artifacts known by sha256 and size
birds    artifacts known by their MD5 alone; variants small, which is the default, and large
dogs     got by hand, and read from a folder
watcher  weights, tags CATS_V1 (default) and CATS_V2; the second is known by the beginning of its sha256
"""

from __future__ import annotations

import hashlib
import io
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from readers.idx_files import idx_bytes
from torchvision import models

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

HEAD = """
schema = 1
name = "{name}"
task = ["image-classification"]
license = "CC0-1.0"
added = 2026-11-21
homepage = "https://lab.example.org/{name}"
summary = {{ en = "Tiny.", zh = "很小" }}
"""

DATASET = """
version = "{version}"
modality = ["image"]
reader = "idx"
{more}
[[fields]]
name = "image"
kind = "image"
shape = [28, 28]

[[fields]]
name = "label"
kind = "label"
classes = ["tabby", "ginger", "black"]
"""

BY_HAND = 'manual = "ask them"\n'

MODEL = """
builder = "torchvision"
head = ["fc"]
paper = { title = "On cats", authors = ["A. Cat"], year = 2026, url = "https://lab.example.org/paper" }

[[variants]]
name = "watcher"
network = "shufflenet_v2_x0_5"
params = 344867
"""

WEIGHTS = """
[[variants.weights]]
tag = "{tag}"
default = {default}
classes = ["tabby", "ginger", "black"]
transforms = {{ preset = "classification", resize = 64, crop = 64, mean = [0.5, 0.5, 0.5], std = [0.5, 0.5, 0.5] }}
[variants.weights.artifact]
name = "{name}"
sources = [{{ url = "{url}" }}]
"""


class World:
    """The cards in a folder and the files behind them; what either says can be changed."""

    def __init__(self, folder: Path, server: Server) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.server = server
        images = np.random.default_rng(0).integers(0, 256, (12, 28, 28), dtype=np.uint8)
        self.images = idx_bytes(images)
        self.labels = idx_bytes(np.arange(12, dtype=np.uint8) % 3)
        self.weights = (folder.parent / "v1.pth", folder.parent / "v2.pth")
        for path in self.weights:
            path.write_bytes(_weights(path.name))
        self.write_cats()
        self.write_birds()
        self._write("datasets/dogs.toml", HEAD.format(name="Dogs") + DATASET.format(version="1.0.0", more=BY_HAND))
        self.write_watcher()

    def write_cats(self, *, version: str = "1.0.0", fault: str = "ok", images: bytes | None = None) -> None:
        """Write the card; `fault` is how the server behaves, `images` other bytes under the same name."""
        text = HEAD.format(name="Cats") + DATASET.format(version=version, more="")
        for split in ("train", "test"):
            text += f'\n[splits.{split}]\nsamples = 12\nfiles = {{ image = "{split}-images", label = "labels" }}\n'
        for name, data in (
            ("train-images", images or self.images),
            ("test-images", self.images[:-1] + b"\0"),
            ("labels", self.labels),
        ):
            digest = self.server.add(name, data)
            text += f'\n[[artifacts]]\nname = "{name}"\nsize = {len(data)}\nsha256 = "{digest}"\n'
            text += f'sources = [{{ url = "{self.server.url(fault, name)}" }}]\n'
        self._write("datasets/cats.toml", text)

    def write_birds(self) -> None:
        """Write a card that knows nothing but MD5, which is what old publishers state."""
        more = 'default_variant = "small"\n'
        text = HEAD.format(name="Birds") + DATASET.format(version="2.0.0", more=more)
        for variant in ("small", "large"):
            files = f'{{ image = "{variant}-images", label = "bird-labels" }}'
            text += f"\n[variants.{variant}.splits.train]\nsamples = 12\nfiles = {files}\n"
        for name, data in (
            ("small-images", self.images),
            ("large-images", self.images[:-1] + b"\1"),
            ("bird-labels", self.labels),
        ):
            self.server.add(name, data)
            md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
            text += f'\n[[artifacts]]\nname = "{name}"\nmd5 = "{md5}"\n'
            text += f'sources = [{{ url = "{self.server.url("ok", name)}" }}]\n'
        self._write("datasets/birds.toml", text)

    def write_watcher(self, *, default: str = "CATS_V1") -> None:
        """Write the card; files have `file:` addresses, as http would need more than the beginning of a digest."""
        text = HEAD.format(name="Watchers") + MODEL
        for tag, path in zip(("CATS_V1", "CATS_V2"), self.weights, strict=True):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            weights = WEIGHTS.format(tag=tag, default=str(tag == default).lower(), name=path.name, url=path.as_uri())
            known = f'sha256 = "{digest}"\nsize = {path.stat().st_size}\n'
            if tag == "CATS_V2":
                known = f'sha256_prefix = "{digest[:8]}"\n'
            text += weights + known
        self._write("models/watchers.toml", text)

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@cache
def _weights(_name: str) -> bytes:
    """Return a file of weights; other numbers for each name."""
    data = io.BytesIO()
    torch.save(models.shufflenet_v2_x0_5(num_classes=3).state_dict(), data)
    return data.getvalue()
