"""Places365: photos in folders, the classes in one list and the photos of each split in another.

    <folder>/...                                    of the split and the size
    categories_places365.txt        /a/airfield 0
    places365_<part>.txt            /a/airfield/00000001.jpg 0      a photo of the folder, and its label
                                    Places365_test_00000001.jpg     without one for the test

Described in the readme of the file lists, http://places2.csail.mit.edu/download.html.

Options: `folder`; `list`, the name of the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.formats.texts import columns, is_number, lines, wrong_line
from hub.readers import Read
from hub.trees import join

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

CATEGORIES = "categories_places365.txt"


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`, in the order of the list; no labels for the test.

    Raises FormatError, naming the line, if a list is not right, and MissingFile if a photo is not there.
    """
    name, folder = str(options.get("list")), str(options.get("folder"))
    classes = _classes(tree)
    texts = lines(tree, name)
    words = [line.split() for line in texts]
    labels = _labels(tree, name, words)
    images = tree.media(join(folder, word[0].lstrip("/")) for word in words)
    return Read({"image": images, "label": labels}, tuple(sorted(classes)), {"class_to_idx": classes})


def _classes(tree: Tree) -> dict[str, int]:
    rows = columns(tree, CATEGORIES, 2)
    for number, (name, label) in enumerate(rows, 1):
        if not is_number(label):
            raise wrong_line(tree, CATEGORIES, number, "a class and its label", f"{name} {label}")
    return {name: int(label) for name, label in rows}


def _labels(tree: Tree, name: str, rows: list[list[str]]) -> NDArray[np.int64] | None:
    """Return the labels of a list, or None if it has none; every line must be like the first."""
    width = 1 if rows and len(rows[0]) == 1 else 2
    for number, words in enumerate(rows, 1):
        if len(words) != width or not all(is_number(word) for word in words[1:]):
            wanted = "a photo" if width == 1 else "a photo and its label"
            raise wrong_line(tree, name, number, wanted, " ".join(words))
    return None if width == 1 else np.array([int(words[1]) for words in rows], np.int64)
