"""The doors that pickles, weights, arrays and databases are tried on."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

from hub import unpickling

if TYPE_CHECKING:
    from pathlib import Path


def loading(path: Path, into: Path) -> None:
    found = unpickling.load(path.read_bytes(), what=path.name, path=path)
    for value in found.values() if isinstance(found, dict) else [found]:
        with suppress(ValueError):
            if isinstance(value, unpickling.Array):
                unpickling.array(value)


def as_cifar(path: Path, into: Path) -> None:
    from hub.readers import File, cifar

    cifar.read_batch(File(path))


def as_weights(path: Path, into: Path) -> None:
    from hub.models.weights import published

    published.read_state(path)


def as_saved(path: Path, into: Path) -> None:
    from hub.archives import is_zip
    from hub.formats import saved

    _touched(saved.load(path, mapped=is_zip(path)))


def as_read(path: Path, into: Path) -> None:
    from hub.formats import saved

    _touched(saved.load_bytes(path.read_bytes(), path))


def as_a_url(path: Path, into: Path) -> None:
    from hub import model_zoo

    model_zoo.load_url(path.as_uri(), model_dir=into, progress=False)


def _touched(found: object) -> None:
    """Read every byte of every tensor: one that lies elsewhere would end the process."""
    import torch

    for value in found.values() if isinstance(found, dict) else found if isinstance(found, list | tuple) else [found]:
        if isinstance(value, torch.Tensor) and value.device.type == "cpu":
            with suppress(RuntimeError, NotImplementedError):
                value.detach().clone()


def as_npy(path: Path, into: Path) -> None:
    from hub.readers import File, moving_mnist

    found = moving_mnist.read({"clips": File(path)}, {"split_ratio": 1, "part": "all"})
    next(iter(found["clip"].parts()), None)  # type: ignore[union-attr]  # a column in parts


def as_matlab(path: Path, into: Path) -> None:
    from hub.formats.matlab import matrices

    with path.open("rb") as file:
        matrices(io.BytesIO(file.read()), ["x", "y", "names"], what=path.name, path=path)


def as_a_database(path: Path, into: Path) -> None:
    from hub.formats import lmdb
    from hub.trees.bytes import read_place
    from hub.trees.folder import Folder

    for place in lmdb.values(Folder(path.parent), path.name)[:20]:
        read_place(place)


PICKLES = (loading, as_cifar)
WEIGHTS = (as_weights, as_saved, as_read, as_a_url)
ARRAYS = (as_npy,)
MATRICES = (as_matlab,)
DATABASES = (as_a_database,)
