"""CIFAR: pickled batches of 32 x 32 colour images, as CIFAR-10 and CIFAR-100 publish them in Python's version.

    80 PP ... 2E      one pickle of protocol PP (02 in the published files), strings are bytes of Python 2
      data            numpy array of uint8, (rows, 3072): 1024 red values, 1024 green, 1024 blue, each row by row
      labels          list of ints (CIFAR-10)
      fine_labels     list of ints (CIFAR-100: 100 classes)
      coarse_labels   list of ints (CIFAR-100: their 20 superclasses)

and other keys, which are not read. Specified in "The CIFAR-10 dataset", section "Dataset layout",
https://www.cs.toronto.edu/~kriz/cifar.html.

Nothing that a pickle names is called: see hub/unpickling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

import numpy as np

from hub import unpickling
from hub.archives import whole
from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hub.readers import Columns, File, Options

VERSION = 1

SIDE = 32
PIXELS = 3 * SIDE * SIDE

PROTOCOL = b"\x80"
"""The first byte of every pickle since protocol 2."""


def read(files: Mapping[str, File], options: Options) -> Columns:
    """Return `image`, uint8 of shape (rows, 32, 32, 3), and `label`, int64, of all files in the order of their roles.

    Labels are the fine ones where there are two kinds; the option `coarse` asks for the superclasses.
    """
    batches = [read_batch(files[role], coarse=bool(options.get("coarse"))) for role in sorted(files)]
    images = np.concatenate([images for images, _ in batches])
    labels = np.concatenate([labels for _, labels in batches])
    planes = images.reshape(-1, 3, SIDE, SIDE)
    return {"image": np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), "label": labels}


def read_batch(file: File, *, coarse: bool = False) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the pixels of one file, (rows, 3072), and its labels, (rows,).

    Raises FormatError if it is no pickle, names anything but arrays, or holds something else than a batch.
    """
    table = _unpickled(file)
    images = _pixels(table.get("data"), file)
    wanted = ("coarse_labels",) if coarse else ("labels", "fine_labels")
    labels = next((table[key] for key in wanted if key in table), None)
    if not isinstance(labels, list) or any(type(each) is not int for each in labels) or len(labels) != len(images):
        _refuse(file, f"{' or '.join(wanted)}: {len(images)} whole numbers", _outline(labels))
    try:
        return images, np.array(labels, np.int64)
    except OverflowError as error:
        raise FormatError(f"{file} has labels beyond all numbers", path=file.path) from error


def _unpickled(file: File) -> dict[object, object]:
    with file.open() as stream:
        data = whole(stream, file)
    if not data.startswith(PROTOCOL):
        expected = "80 and a protocol, as pickles begin"
        _refuse(file, expected, data[:4].hex(" ") or "an empty file")
    table = unpickling.load(data, what=str(file), path=file.path)
    if not isinstance(table, dict):
        _refuse(file, "a dict", _outline(table))
    return table


def _pixels(found: object, file: File) -> NDArray[np.uint8]:
    """Return the array that a pickle describes, as uint8 of shape (rows, 3072), if that is what it is."""
    if not isinstance(found, unpickling.Array):
        _refuse(file, "data: a numpy array of uint8", _outline(found))
    try:
        array = unpickling.array(found)
    except ValueError as error:
        raise FormatError(f"{file} is no batch of CIFAR", path=file.path, found=str(error)) from error
    if array.dtype != np.uint8 or array.ndim != 2 or array.shape[1] != PIXELS:  # noqa: PLR2004  # rows and pixels
        _refuse(file, f"data: uint8 of shape (rows, {PIXELS})", f"{array.dtype} of shape {array.shape}")
    return cast("NDArray[np.uint8]", array)


def _outline(value: object) -> str:
    """Return what a value is in few words, whatever it is."""
    if isinstance(value, list | str | bytes | bytearray):
        return f"{type(value).__name__} of {len(value)}"
    return "nothing" if value is None else type(value).__name__.lstrip("_").lower()


def _refuse(file: File, expected: str, found: str) -> NoReturn:
    raise FormatError(f"{file} is no batch of CIFAR", path=file.path, expected=expected, found=found)
