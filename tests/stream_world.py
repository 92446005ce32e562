"""Datasets to stream: cards, files on a server, and both ways of loading them."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from PIL import Image
from readers.idx_files import idx_bytes

from hub import cards, settings
from hub.datasets import loading, splits
from hub.datasets.choice import choose
from hub.registry import DatasetEntry
from hub.streaming.dataset import StreamingDataset
from hub.streaming.stock import Stock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server import Server

    from hub.cards import DatasetCard
    from hub.datasets.dataset import Dataset

CLASSES = ("cat", "dog", "owl")
LABEL = {"name": "label", "kind": "label", "classes": list(CLASSES)}
IMAGE = {"name": "image", "kind": "image", "decoder": "rgb"}


@dataclass
class World:
    """Cards whose files lie on a server."""

    server: Server
    fault: str = "ok"
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, reader: str, fields: list[Any], files: Mapping[str, bytes], **split: Any) -> str:
        """Serve a dataset of one split; artifacts of which the name ends in / are unpacked as trees."""
        artifacts = [self._artifact(f"{name}-{file}", data) for file, data in files.items()]
        roles = split.pop("roles", None) or [f"file{number}" for number in range(len(files))]
        named = dict(zip(roles, (each["name"] for each in artifacts), strict=True))
        table = {
            "schema": 1, "name": name, "version": "1.0.0", "task": ["x"], "modality": ["x"], "license": "CC0-1.0",
            "homepage": "https://example.org", "summary": {"en": "A set.", "zh": "一"}, "reader": reader,
            "fields": fields, "artifacts": artifacts,
            "splits": {"train": {"files": named, **split}},
        }  # fmt: skip
        self.tables[name] = table
        return name

    def _artifact(self, name: str, data: bytes) -> dict[str, Any]:
        known = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        served = self.server.add(name, data)
        tree = {"unpack_to": ""} if ".t" in name or ".zip" in name else {}
        del served
        return {"name": name, **known, "sources": [{"url": self.server.url(self.fault, name)}], **tree}

    def card(self, name: str) -> DatasetCard:
        return cast("DatasetCard", cards.from_table("dataset", self.tables[name], name))

    def choice(self, name: str, **options: Any) -> Any:
        return choose(DatasetEntry(name, self.card(name), Path(f"{name}.toml")), options)

    def stream(self, name: str, split: str = "train", **options: Any) -> StreamingDataset:
        return StreamingDataset(Stock(self.choice(name, **options), split, splits.parse(split), settings.current()))

    def load(self, name: str, split: str = "train", **options: Any) -> Dataset:
        made = loading.opened(self.choice(name, **options), [split], None, current=settings.current(), progress=False)
        return made[split]


def digits(count: int = 700) -> dict[str, bytes]:
    """Return IDX files of images and labels."""
    random = np.random.default_rng(3)
    images = random.integers(0, 256, (count, 8, 8), dtype=np.uint8)
    return {"images": idx_bytes(images), "labels": idx_bytes((np.arange(count) % 3).astype(np.uint8))}


DIGITS: dict[str, Any] = {"roles": ["image", "label"]}
DIGIT_FIELDS = [{"name": "image", "kind": "image", "shape": [8, 8], "dtype": "uint8"}, LABEL]


def rows_of_csv(count: int = 500, words: int = 6) -> bytes:
    return "".join(f'"{number % 3}","text {number} {"word " * words}"\n' for number in range(count)).encode()


TEXT_FIELDS = [LABEL, {"name": "text", "kind": "text"}]
CSV: dict[str, Any] = {"columns": ["label:int", "text"]}


def photo(number: int, size: int = 8) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 256, (size, size, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def tar_of(names: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in names.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def photos(count: int, first: int = 0, size: int = 8) -> dict[str, bytes]:
    """Return photos in folders of their classes, in an order that is not that of their names."""
    numbers = np.random.default_rng(first).permutation(count) + first
    return {f"train/{CLASSES[number % 3]}/{number:05}.png": photo(int(number), size) for number in numbers}


PHOTOS: dict[str, Any] = {"folder": "train", "classes": list(CLASSES)}


def packed(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)
