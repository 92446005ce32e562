"""Folders of classes: each folder is a class and holds its samples, at any depth.

    <folder>/<class>/.../<name>.<suffix>
    <folder>/<group>/<class>/<name>.<suffix>     with the option `depth` 2: the class is <group>/<class>

Classes are numbered in the order of their names, samples follow each other by class and then by name, as
torchvision's ImageFolder has them.

Options: `folder`, the one that holds the classes; `depth`, how far below it they lie; `classes`, where none may be
missing; `suffixes`, in lower case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from hub.errors import MissingFile
from hub.readers import Read, words
from hub.trees import join

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

IMAGES = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`. Raises MissingFile if there is no class, or a class without samples."""
    top = str(options.get("folder", ""))
    suffixes = words(options, "suffixes", IMAGES)
    named = [join(top, name) for name in words(options, "classes")]
    classes = named or _below(tree, top, int(cast("int", options.get("depth", 1))))
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
        {"image": tree.media(names), "label": np.array(labels, np.int64)},
        classes=tuple(each.removeprefix(f"{top}/") for each in classes),
    )


def _below(tree: Tree, top: str, depth: int) -> list[str]:
    """Return the folders that lie `depth` levels below `top`, in order."""
    found = [top]
    for _ in range(depth):
        found = [inner for folder in found for inner in tree.folders(folder)]
    return found
