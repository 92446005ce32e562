"""Folders of classes: each folder is a class and holds its samples, at any depth.

    <folder>/<class>/.../<name>.<suffix>
    <folder>/<group>/<class>/<name>.<suffix>     with the option `depth` 2: the class is <group>/<class>

Classes are numbered in the order of their names, samples follow each other by class and then by name, as
torchvision's ImageFolder has them.

Options: `folder`, the one that holds the classes; `depth`, how far below it they lie; `classes`, where none may be
missing; `suffixes`, in lower case; `allow_empty`, whether a class may have no samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from hub.errors import MissingFile
from hub.readers import Read, words
from hub.trees import join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

IMAGES = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`. Raises MissingFile if there is no class, or a class without samples."""
    top = str(options.get("folder", ""))
    named = [join(top, name) for name in words(options, "classes")]
    classes = named or classes_in(tree, top, int(cast("int", options.get("depth", 1))))
    allow_empty = bool(options.get("allow_empty", False))
    names, labels = samples_of(tree, classes, words(options, "suffixes", IMAGES), allow_empty=allow_empty)
    return Read(
        {"image": tree.media(names), "label": np.array(labels, np.int64)},
        classes=tuple(each.removeprefix(f"{top}/") for each in classes),
    )


def classes_in(tree: Tree, top: str, depth: int = 1) -> list[str]:
    """Return the folders that lie `depth` levels below `top`, in order. Raises MissingFile if there are none."""
    found = [top]
    for _ in range(depth):
        found = [inner for folder in found for inner in tree.folders(folder)]
    if not found:
        what = f"there is no folder of a class in {f'{top} in {tree}' if top else tree}"
        raise MissingFile(what, expected="a folder for each class", found="none")
    return found


def samples_of(
    tree: Tree, classes: Sequence[str], suffixes: tuple[str, ...], *, allow_empty: bool = False
) -> tuple[list[str], list[int]]:
    """Return the files in the folders `classes`, at any depth, and for each the number of its class.

    Raises MissingFile, in torchvision's words, if a class has none.
    """
    names: list[str] = []
    labels: list[int] = []
    for label, folder in enumerate(classes):
        found = [name for name in tree.walk(folder) if name.lower().endswith(suffixes)]
        if not found and not allow_empty:
            kinds = ", ".join(suffixes)
            raise MissingFile(f"Found no valid file for {folder} in {tree}", expected=f"files in {kinds}", found="none")
        names += found
        labels += [label] * len(found)
    return names, labels
