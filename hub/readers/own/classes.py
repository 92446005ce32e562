"""Folders of classes, also below folders of splits, and pictures alone.

    cat/1.jpg              train/cat/1.jpg        1.jpg
    dog/more/2.png         val/dog/2.png          2.jpg

Classes are numbered in the order of their names, in all splits alike, also where one of them lacks a class. Samples
are in the order of torchvision's ImageFolder. Pictures alone have no labels; a test split is often so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hub.errors import InvalidInput
from hub.readers import Read
from hub.readers.own.look import is_split, lone_folder
from hub.trees import join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.readers import Options, Survey
    from hub.readers.own.look import Look
    from hub.trees import Tree

    Classes = Mapping[str, Sequence[str]]
    """Class -> pictures; "" has those that lie in no folder of a class."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Split -> class -> pictures."""

    tree: Tree
    splits: Mapping[str, Classes]

    @property
    def columns(self) -> Survey:
        """Split -> column -> kind of field."""
        labelled = {"image": "image", "label": "label"}
        return {split: {"image": "image"} if "" in found else labelled for split, found in self.splits.items()}

    def read(self, split: str) -> Read:
        """Return `image`, and `label` where there are classes."""
        found = self.splits[split]
        classes = tuple(sorted({name for each in self.splits.values() for name in each} - {""}))
        pictures = [picture for name in sorted(found) for picture in found[name]]
        columns = {"image": self.tree.media(pictures)}
        if "" in found:
            return Read(columns, classes)
        numbers = {name: number for number, name in enumerate(classes)}
        labels = np.repeat([numbers[name] for name in sorted(found)], [len(found[name]) for name in sorted(found)])
        return Read({**columns, "label": labels.astype(np.int64)}, classes)


def find(look: Look, options: Options) -> Folders | None:
    """Return the pictures by split and class, or None if there are none, or none but those that other files explain.

    Raises InvalidInput if pictures lie both in folders of classes and beside them.
    """
    if not look.pictures:
        return None
    splits = {split: _classes(look, folder, pictures) for split, (folder, pictures) in _splits(look).items()}
    bare = all("" in found for found in splits.values())
    if bare and not options.get("format") and len(look.files) > len(look.pictures):
        return None  # a table or the like lies there, and nobody could make sense of it
    return Folders(look.tree, splits)


def _splits(look: Look) -> Mapping[str, tuple[str, Sequence[str]]]:
    """Return split -> its folder and pictures; "all" unless the folders at the top are splits, and all of them."""
    tops: dict[str, list[str]] = defaultdict(list)
    for name in look.pictures:
        head, _, rest = look.below(name).partition("/")
        tops[head if rest else ""].append(name)
    others = [name for name in tops if not is_split(name)]
    if others and len(tops) - len(others) > 1:
        raise InvalidInput(
            f"{look.tree} holds folders of splits and others",
            expected="splits alone, or classes alone",
            found=", ".join(name or "pictures beside them" for name in tops),
            hint="move the others away, or rename those that are no splits",
        )
    if not others:
        return {name: (lone_folder(tops[name], join(look.top, name), splits=False), tops[name]) for name in tops}
    return {"all": (look.top, look.pictures)}


def _classes(look: Look, folder: str, pictures: Sequence[str]) -> Classes:
    start = len(folder) + 1 if folder else 0
    found: dict[str, list[str]] = defaultdict(list)
    for name in pictures:
        head, _, rest = name[start:].partition("/")
        found[head if rest else ""].append(name)
    if "" in found and len(found) > 1:
        raise InvalidInput(
            f"{folder or look.tree} holds pictures both in folders and beside them",
            expected="a folder for each class, or pictures alone",
            found=f"{len(found) - 1} folders with images, {len(found[''])} images beside them",
            hint="move the latter into a folder of a class, or away",
        )
    return found
