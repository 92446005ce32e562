"""Caltech-256: folders of classes whose images are numbered.

    256_ObjectCategories/001.ak47/001_0001.jpg
    256_ObjectCategories/257.clutter/257_0827.jpg

What has another name, as a stray file among the spiders does, is no image.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from hub.readers import Read
from hub.readers.class_folders import classes_in
from hub.trees import base

if TYPE_CHECKING:
    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

FOLDER = "256_ObjectCategories"
DIGITS = 3
"""Of the number that the name of a class begins with."""


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`, by class and then by number. Raises MissingFile if there is no class."""
    del options
    folders = classes_in(tree, FOLDER)
    patterns = [f"{folder}/{base(folder)[:DIGITS]}_*.jpg" for folder in folders]
    found = [(name, label) for label, pattern in enumerate(patterns) for name in tree.glob(pattern)]
    labels = [label for _, label in found]
    columns: dict[str, Column] = {"image": tree.media(name for name, _ in found), "label": np.array(labels, np.int64)}
    classes = tuple(base(folder) for folder in folders)
    return Read(columns, classes, {"categories": classes, "y": labels, "index": counted(labels)})


def counted(labels: list[int]) -> list[int]:
    """Return the place of each sample in its class, from 1 on.

    >>> counted([0, 0, 1, 1, 1])
    [1, 2, 1, 2, 3]
    """
    return [place for _, group in groupby(labels) for place, _ in enumerate(group, 1)]
