"""Folders of classes: each folder is a class and holds its samples, at any depth.

    <folder>/<class>/.../<name>.<suffix>
    <folder>/<group>/<class>/<name>.<suffix>     with the option `depth` 2: the class is <group>/<class>

Classes are numbered in the order of their names, samples follow each other by class and then by name, as
torchvision's ImageFolder has them.

Options: `folder`, the one that holds the classes; `depth`, how far below it they lie; `classes`, where none may be
missing; `suffixes`, in lower case; `allow_empty`, whether a class may have no samples.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, cast

import numpy as np

from hub.errors import MissingFile
from hub.readers import Read, words
from hub.trees import Media, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.readers import Column, Options
    from hub.trees import Place, Tree

VERSION = 1

FEW = 16
"""Files of a part that is read while it arrives."""

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


def read_arriving(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield `image` and `label` in the order of the archive, some files at a time, without a look at the whole.

    The option `classes` names the folders; what lies in others is left out.
    """
    found = _labelled(tree, options)
    while part := list(islice(found, FEW)):
        places, labels = zip(*part, strict=True)
        yield {"image": Media(list(places)), "label": np.array(labels, np.int64)}


def _labelled(tree: Tree, options: Options) -> Iterator[tuple[Place, int]]:
    top = str(options.get("folder", ""))
    labels = {join(top, name): label for label, name in enumerate(words(options, "classes"))}
    suffixes = words(options, "suffixes", IMAGES)
    depth = next(iter(labels), "").count("/") + 1
    for name, place in tree.lying(top):
        label = labels.get("/".join(name.split("/")[:depth]))
        if label is not None and name.lower().endswith(suffixes):
            yield place, label


def arrives(options: Options) -> bool:
    """Tell whether options say all that `read_arriving` needs to know beforehand."""
    return bool(words(options, "classes"))


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
