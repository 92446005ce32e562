"""Folders of classes: each folder is a class and holds its samples, at any depth.

    <folder>/<class>/.../<name>.<suffix>

Classes are numbered in the order of their names, samples follow each other by class and then by name, as
torchvision's ImageFolder has them.

Options: `folder`, the one that holds the classes; `suffixes`, in lower case; `classes`, where none may be missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import MissingFile
from hub.readers import Read, words
from hub.trees import base, join

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

IMAGES = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`. Raises MissingFile if there is no class, or a class without samples."""
    top = str(options.get("folder", ""))
    suffixes = words(options, "suffixes", IMAGES)
    classes = [join(top, name) for name in words(options, "classes")] or tree.folders(top)
    if not classes:
        raise MissingFile(
            f"there is no folder of a class in {top or tree}", expected="a folder for each class", found="none"
        )
    names: list[str] = []
    labels: list[int] = []
    for label, folder in enumerate(classes):
        found = [name for name in tree.walk(folder) if name.lower().endswith(suffixes)]
        if not found and not options.get("allow_empty", False):
            kinds = ", ".join(suffixes)
            raise MissingFile(f"Found no valid file for {folder} in {tree}", expected=f"files in {kinds}", found="none")
        names += found
        labels += [label] * len(found)
    return Read(
        {"image": tree.media(names), "label": np.array(labels, np.int64)}, classes=tuple(base(each) for each in classes)
    )
