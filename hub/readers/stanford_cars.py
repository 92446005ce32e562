"""Stanford Cars: photos by name, their labels and the names of the classes in MATLAB files.

    devkit/cars_meta.mat                    class_names (1, 196): cells of text
    devkit/cars_train_annos.mat             annotations (1, 8144): a struct with class, from 1 on, fname, and a box
    cars_test_annos_withlabels.mat          the same of the test
    cars_train/00001.jpg  cars_test/00001.jpg

The bytes of such a file are drawn in `hub.formats.matlab`.

Options: `annotations`, the file; `folder`, that of the images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from hub.errors import FormatError
from hub.formats.matlab import matrix_of
from hub.readers import Read

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

T = TypeVar("T", int, str)

CLASSES = "devkit/cars_meta.mat"


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`, from 0 on, in the order of the annotations, and the classes.

    Raises FormatError if a file is damaged or lacks something, and MissingExtra without scipy.
    """
    name = str(options["annotations"])
    classes = tuple(_plain(each, str, CLASSES) for each in _matrix(tree, CLASSES, "class_names"))
    found = _matrix(tree, name, "annotations")
    if not {"class", "fname"} <= set(found.dtype.names or ()):
        raise FormatError(
            f"{name} in {tree} lacks a field", path=name, expected="class, fname", found=str(found.dtype.names)
        )
    labels = [_plain(each, int, name) - 1 for each in found["class"]]
    if labels and not 0 <= min(labels) <= max(labels) < len(classes):
        what = f"{name} in {tree} has labels without a class"
        raise FormatError(
            what, path=name, expected=f"1 to {len(classes)}", found=f"{min(labels) + 1}, {max(labels) + 1}"
        )
    images = tree.media(f"{options['folder']}/{_plain(each, str, name)}" for each in found["fname"])
    return Read({"image": images, "label": np.array(labels, np.int64)}, classes)


def _matrix(tree: Tree, name: str, matrix: str) -> NDArray[Any]:
    return np.asarray(matrix_of(tree, name, matrix)).ravel()


def _plain(value: object, kind: type[T], name: str) -> T:
    """Return the one value of a cell, which scipy wraps in an array of its own."""
    array = np.asarray(value)
    plain = array.item() if array.size == 1 else array
    if not isinstance(plain, kind):
        raise FormatError(f"{name} is not right", path=name, expected=f"one {kind.__name__} a cell", found=repr(plain))
    return plain
