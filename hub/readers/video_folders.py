"""Folders of videos: each folder is a class and holds its videos, at any depth.

    <folder>/<class>/.../<name>.<extension>

Classes are numbered in the order of their names, videos follow each other by class and then by name, as in
torchvision's Kinetics. How long they are, and which frames are a sample, is not this reader's business.

Options: `folder`, the one that holds the classes; `extensions`, in lower case; `_legacy`, for copies whose classes lie
at the top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hub.readers import Read, words
from hub.readers.class_folders import classes_in, samples_of
from hub.trees import base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1


class Videos(NamedTuple):
    """Names in a tree, the number of the class of each, and the names of the classes."""

    names: list[str]
    labels: list[int]
    classes: tuple[str, ...]

    def read(self, tree: Tree, lists: Mapping[str, Sequence[int]]) -> Read:
        """Return the columns `video`, `audio` and `label`; `lists` has the numbers of the videos of each part."""
        columns = {"video": tree.media(self.names), "audio": None, "label": np.array(self.labels, np.int64)}
        return Read(columns, classes=self.classes, about={"lists": lists})


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `video`, `audio` and `label`. Raises MissingFile if there is no class, or a class without videos."""
    top = "" if options.get("_legacy") else str(options["folder"])
    return find(tree, top, words(options, "extensions")).read(tree, {})


def find(tree: Tree, top: str, extensions: tuple[str, ...]) -> Videos:
    """Return the videos in the folders of a folder. Raises what `read_tree` raises."""
    classes = classes_in(tree, top)
    return Videos(*samples_of(tree, classes, extensions), tuple(map(base, classes)))
