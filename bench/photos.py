"""A collection of JPEGs through a stock DataLoader: hub against torchvision's ImageFolder and Hugging Face, run by run.

    python bench/photos.py [--runs 5] [--photos 1000]

Prints photos per second and ratios to ImageFolder for: the same Pillow images and transforms, out of the folder and out
of one tar; tensors, decoded by torchvision's decoder and resized by transforms v2; and JPEGs decoded at the smallest
size that still fills the crop. The photos are cuts of those that scikit-image carries, 640 x 480 at quality 90.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import io
import os
import statistics
import tarfile
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
import torchvision
from PIL import Image
from skimage import data
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.transforms import v2

import hub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch.utils.data import Dataset

BATCH = 32
SIZE = (640, 480)
CROP = 224
PILLOW = transforms.Compose([transforms.Resize(CROP), transforms.CenterCrop(CROP), transforms.ToTensor()])
TENSORS = v2.Compose([v2.Resize(CROP, antialias=True), v2.CenterCrop(CROP), v2.ToDtype(torch.float32, scale=True)])

# Timed over about as long for all, so that a hiccup of the machine does not hit one of them more.
LEAST_SECONDS = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--photos", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HUB_HOME"] = str(Path(folder) / "home")
        compare(Path(folder), asked.photos, asked.runs)


def compare(folder: Path, count: int, runs: int) -> None:
    write_photos(folder / "photos", count)
    print(f"{count} photos of {mean_size(folder / 'photos') / 1e3:.0f} kB")
    theirs = torchvision.datasets.ImageFolder(folder / "photos", transform=PILLOW)
    rivals = dict(contenders(folder))
    rates: dict[str, list[float]] = {name: [] for name in rivals}
    for run in range(1, runs + 1):
        slow = photos_per_second(theirs)
        print(f"run {run}: ImageFolder {slow:.0f}/s", end="")
        for name, dataset in rivals.items():
            rates[name].append(photos_per_second(dataset) / slow)
            print(f"; {name} {rates[name][-1]:.2f}x", end="", flush=True)
        print()
    for name, ratios in rates.items():
        print(f"{name}: median {statistics.median(ratios):.2f}x, lowest {min(ratios):.2f}x")


def contenders(folder: Path) -> Iterator[tuple[str, Dataset[object]]]:
    made = hub.load_dataset("image_folder", split="all", data_dir=folder / "photos", progress=False)
    with tarfile.open(folder / "photos.tar", "w") as archive:
        archive.add(folder / "photos", "photos")
    packed = hub.load_dataset("folder", split="all", data_dir=folder / "photos.tar", progress=False)
    for each in (made, packed):
        each.transform = PILLOW
    yield "hub, Pillow", made
    yield "hub, Pillow, out of a tar", packed
    yield "hub, scaled", made.with_format(None, min_size=CROP)
    tensors = packed.with_format("torch")
    tensors.transform = TENSORS
    yield "hub, tensors", tensors
    scaled = tensors.with_format("torch", min_size=CROP)
    yield "hub, tensors, scaled", scaled
    found = importlib.util.find_spec("datasets")
    if found is not None and found.origin is not None:  # our folder of cards looks like a package without one
        yield "Hugging Face, Pillow", hugging_face(made)


def hugging_face(made: hub.Dataset) -> Dataset[object]:
    theirs = made.to_hf()

    def transformed(batch: dict[str, list[object]]) -> dict[str, object]:
        return {**batch, "image": [PILLOW(image.convert("RGB")) for image in batch["image"]]}  # type: ignore[attr-defined]

    theirs.set_transform(transformed)  # type: ignore[attr-defined]
    return theirs  # type: ignore[return-value]


def write_photos(folder: Path, count: int) -> None:
    random = np.random.default_rng(0)
    names = ("astronaut", "chelsea", "coffee", "rocket")
    whole = [Image.fromarray(getattr(data, name)()).convert("RGB") for name in names]
    for number in range(count):
        kind = number % len(names)
        target = folder / names[kind] / f"{number:05}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(jpeg(cut(whole[kind], random)))


def cut(photo: Image.Image, random: np.random.Generator) -> Image.Image:
    share = random.uniform(0.6, 1.0)
    width, height = (round(side * share) for side in photo.size)
    left, top = (round(random.uniform(0, room)) for room in (photo.width - width, photo.height - height))
    return photo.crop((left, top, left + width, top + height)).resize(SIZE)


def jpeg(photo: Image.Image) -> bytes:
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def mean_size(folder: Path) -> float:
    return statistics.mean(path.stat().st_size for path in folder.rglob("*.jpg"))


def photos_per_second(dataset: Dataset[object]) -> float:
    """Return the rate of a shuffled loop."""
    gc.collect()
    count, began = 0, time.perf_counter()
    while (taken := time.perf_counter() - began) < LEAST_SECONDS:
        loader = DataLoader(dataset, batch_size=BATCH, shuffle=True)
        count += BATCH * sum(1 for _ in islice(loader, 16))
    return count / taken


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, 1 thread")
    main()
