"""Cards of hub whose files are tiny and lie on this machine, so that what the guides show runs in seconds."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image
from readers.idx_files import write_mnist_like

import hub
from hub import registry
from hub.digest import hash_file

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent
NETWORK = "efficientnet_lite0"
DIGITS = 30


def write(folder: Path) -> Path:
    """Write a folder of cards, and the files that they name, and PyTorch's cache with weights of the network."""
    cards = folder / "cards"
    for kind in ("datasets", "models"):
        shutil.copytree(ROOT / kind, cards / kind)
    files = folder / "files"
    write_mnist_like(files, train=40, test=12)
    _replace(cards / "datasets/mnist.toml", sorted(files.glob("*ubyte")), {"60000": "40", "10000": "12"})
    _replace(cards / "datasets/digits.toml", [_digits(files / "digits.csv")], {"1797": str(DIGITS)})
    _weights(folder / "torch", cards / "models/efficientnet_lite.toml")
    return cards


def _replace(card: Path, files: Sequence[Path], rows: dict[str, str]) -> None:
    text = card.read_text("utf-8").partition("[[artifacts]]")[0]
    for published, tiny in rows.items():
        text = text.replace(f"samples = {published}", f"samples = {tiny}")
    for file in files:
        digest = hash_file(file).sha256
        text += f'[[artifacts]]\nname = "{file.name}"\nsize = {file.stat().st_size}\nsha256 = "{digest}"\n'
        text += f'[[artifacts.sources]]\nurl = "{file.as_uri()}"\n\n'
    card.write_text(text, "utf-8")


def _digits(path: Path) -> Path:
    """Write lines of 8 x 8 pixels of which a label's own is the brightest: enough to be learned from."""
    random = np.random.default_rng(0)
    rows = []
    for number in range(DIGITS):
        pixels = random.integers(0, 4, 64)
        pixels[(number % 10) * 6] = 16
        rows.append(",".join(map(str, [*pixels, number % 10])))
    path.write_text("\n".join(rows) + "\n")
    return path


def _weights(cache: Path, card: Path) -> None:
    published = registry.weights_of(registry.find_model(NETWORK), registry.DEFAULT).artifact
    path = cache / "hub/checkpoints" / published.name
    path.parent.mkdir(parents=True)
    torch.save(hub.load(NETWORK).state_dict(), path)
    card.write_text(card.read_text("utf-8").replace(str(published.sha256), hash_file(path).sha256), "utf-8")


def write_shapes(folder: Path, page: str) -> None:
    """Write what the page on cards begins with, and the card that it shows, with the digest that it has printed."""
    archive = folder / "files/shapes.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as packed:
        for split, count in (("train", 8), ("test", 4)):
            for name in ("circle", "square"):
                for number in range(count):
                    packed.writestr(f"shapes/{split}/{name}/{number}.png", _picture())
    (shown,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    card = folder / "datasets/shapes.toml"
    card.parent.mkdir()
    text = shown.replace("0" * 64, hash_file(archive).sha256).replace("4711", str(archive.stat().st_size))
    card.write_text(text, "utf-8")


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(file, "PNG")
    return file.getvalue()
