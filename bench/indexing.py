"""Opening a folder of photos, and a tar of them: hub against torchvision's ImageFolder, for growing numbers of files.

    python bench/indexing.py [--files 1000,10000,100000]

Prints how long the first opening takes (hub lists the folder and writes an index), how long every later one, and the
microseconds a file, which stay the same if the cost is linear. The files are empty: none is opened.
"""

from __future__ import annotations

import argparse
import io
import os
import tarfile
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import torchvision

import hub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLASSES = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", default="1000,10000,100000")
    for text in parser.parse_args().files.split(","):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["HUB_HOME"] = str(Path(folder) / "home")
            compare(Path(folder), int(text))


def compare(folder: Path, count: int) -> None:
    photos, packed = write_folder(folder / "photos", count), write_tar(folder / "photos.tar", count)
    # Folders that changed a moment ago are listed again, because a further change might not show.
    time.sleep(2.5)
    print(f"--- {count} files")
    slow = told("torchvision, every time", count, lambda: torchvision.datasets.ImageFolder(photos))
    for name, place in (("hub, a folder", photos), ("hub, a tar", packed)):
        told(f"{name}, first", count, partial(opened, place))
        fast = told(f"{name}, later", count, partial(opened, place))
        print(f"{name}: ratio {slow / fast:.0f}")


def opened(place: Path) -> hub.Dataset:
    made: hub.Dataset = hub.load_dataset("image_folder", split="all", data_dir=place, progress=False)
    return made


def told(what: str, count: int, function: Callable[[], object]) -> float:
    began = time.perf_counter()
    function()
    taken = time.perf_counter() - began
    print(f"{what}: {1e3 * taken:.1f} ms, {1e6 * taken / count:.2f} us a file")
    return taken


def names(count: int) -> Iterator[str]:
    return (f"{number % CLASSES:03}/{number:07}.jpg" for number in range(count))


def write_folder(folder: Path, count: int) -> Path:
    for number in range(CLASSES):
        (folder / f"{number:03}").mkdir(parents=True)
    for name in names(count):
        (folder / name).touch()
    return folder


def write_tar(path: Path, count: int) -> Path:
    with tarfile.open(path, "w") as archive:
        for name in names(count):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    return path


if __name__ == "__main__":
    main()
