"""Caltech-256: folders of classes whose images are numbered.

    256_ObjectCategories/001.ak47/001_0001.jpg
    256_ObjectCategories/257.clutter/257_0827.jpg

What has another name, as a stray file among the spiders does, is no image.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import MissingFile
from hub.readers import Read
from hub.trees import base

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

FOLDER = "256_ObjectCategories"
DIGITS = 3


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`, by class and then by number. Raises MissingFile if there is no class."""
    del options
    folders = tree.folders(FOLDER)
    if not folders:
        raise MissingFile(f"there is no class in {FOLDER} in {tree}", expected="a folder for each class", found="none")
    found = [(name, label) for label, folder in enumerate(folders) for name in images(tree, folder)]
    classes = tuple(base(folder) for folder in folders)
    labels = np.array([label for _, label in found], np.int64)
    return Read({"image": tree.media(name for name, _ in found), "label": labels}, classes, {"categories": classes})


def images(tree: Tree, folder: str) -> list[str]:
    """Return the images of a class: 001_*.jpg in 001.ak47."""
    prefix = f"{base(folder)[:DIGITS]}_"
    return [name for name in tree.files(folder) if base(name).startswith(prefix) and name.endswith(".jpg")]
