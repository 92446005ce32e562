from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from readers.frame_files import WRITERS
from readers.idx_files import write_mnist_like
from readers.packing import write_folder

from hub.datasets.loading import load_dataset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from readers.every_dataset import Copy

    from hub.datasets.dataset import Dataset


class Load(Protocol):
    def __call__(self, split: str = "train", **options: object) -> Dataset: ...


class Made(Protocol):
    def __call__(self, copy: Copy) -> Path: ...


class Own(Protocol):
    def __call__(self, files: Mapping[str, bytes], split: str | None = None, **options: object) -> Any: ...


LONG_AGO = 1_000_000_000
"""Seconds; what has just been written is read anew, because it could change without a trace."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexed: Path) -> Path:
    """A store of each test's own, and no network."""
    monkeypatch.setenv("HUB_HOME", str(shutil.copytree(indexed, tmp_path / "home")))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    return tmp_path / "home"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """What torchvision calls root, with an MNIST of 30 and 12 rows."""
    write_mnist_like(tmp_path / "root" / "MNIST" / "raw")
    return tmp_path / "root"


@pytest.fixture
def load(root: Path) -> Load:
    """Load the tiny MNIST in `root`."""

    def loaded(split: str = "train", **options: Any) -> Dataset:
        return load_dataset("mnist", split=split, data_dir=root, verify=False, progress=False, **options)

    return loaded


@pytest.fixture(scope="session")
def frame_copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder -> what torchvision calls root, for each dataset of optical flow and stereo; not to be changed."""
    folder = tmp_path_factory.mktemp("frames")
    for name, write in WRITERS.items():
        write(folder / name)
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Load files of the user's own, out of a folder; all splits, or the one asked for."""

    def loaded(files: Mapping[str, bytes], split: str | None = None, **options: Any) -> Any:
        folder = write_folder(tmp_path / "own", files)
        return load_dataset("folder", split=split, data_dir=folder, progress=False, **options)

    return loaded


@pytest.fixture(scope="session")
def tiny_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store for the tests of all cards: each new one reads all cards, which takes longer than such a test."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Write the tiny copy of a card once, as if long ago; it is not to be changed."""
    folder = tmp_path_factory.mktemp("copies")

    def root(copy: Copy) -> Path:
        found = folder / str(copy)
        if not found.exists():
            found.mkdir()
            copy.write(found / "root")
            (found / "root").mkdir(exist_ok=True)
            for path in [found / "root", *(found / "root").rglob("*")]:
                os.utime(path, (LONG_AGO, LONG_AGO))
        return found / "root"

    return root
