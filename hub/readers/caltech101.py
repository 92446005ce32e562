"""Caltech-101: folders of classes whose images are numbered, and outlines of the same numbers in MATLAB files.

    101_ObjectCategories/Faces/image_0001.jpg
    101_ObjectCategories/BACKGROUND_Google/...      clutter, which is no class
    Annotations/Faces_2/annotation_0001.mat         the outline; four classes have another folder here

torchvision unpacks the images alone, so a copy of its making has no outlines: asking for one is an error then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.readers import Read
from hub.readers.caltech256 import counted
from hub.readers.class_folders import classes_in
from hub.trees import Media, Place, base

if TYPE_CHECKING:
    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

IMAGES = "101_ObjectCategories"
OUTLINES = "Annotations"
CLUTTER = "BACKGROUND_Google"
RENAMED = {
    "Faces": "Faces_2",
    "Faces_easy": "Faces_3",
    "Motorbikes": "Motorbikes_16",
    "airplanes": "Airplanes_Side_2",
}


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, `label` and `contour`, by class and then by number. Raises MissingFile if there is no folder."""
    del options
    classes = tuple(name for folder in classes_in(tree, IMAGES) if (name := base(folder)) != CLUTTER)
    found = [(name, label) for label, each in enumerate(classes) for name in tree.glob(f"{IMAGES}/{each}/image_*.jpg")]
    folders = [RENAMED.get(name, name) for name in classes]
    outlines = [f"{OUTLINES}/{folders[label]}/{_outline(name)}" for name, label in found]
    images = tree.media(name for name, _ in found)
    labels = [label for _, label in found]
    columns: dict[str, Column] = {"image": images, "label": np.array(labels, np.int64)}
    about = {"categories": classes, "annotation_categories": folders, "y": labels, "index": counted(labels)}
    return Read({**columns, "contour": _outlines(tree, outlines, images)}, classes, about)


def _outline(image: str) -> str:
    return base(image).replace("image_", "annotation_").replace(".jpg", ".mat")


def _outlines(tree: Tree, names: list[str], images: Media) -> Media:
    """Return the outlines, or where none are: files beside the images that are missed as soon as one is asked for."""
    if tree.has_folder(OUTLINES):
        return tree.media(names)
    return Media([Place(image.container, name) for image, name in zip(images.places, names, strict=True) if image])
