"""SUN397: scenes in folders of folders, whose classes a list names.

    ClassName.txt                       a line for each class: "/a/abbey", "/c/church/indoor"
    a/abbey/sun_aaalbzqrimafwbiv.jpg
    c/church/indoor/sun_....jpg

A class is named by its path without the letter. torchvision takes the images in whatever order the file system lists
them; here they are sorted by folder and then by name, on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import FormatError
from hub.readers import Read
from hub.trees import base, parent
from hub.trees.texts import lines

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

LIST = "ClassName.txt"
LETTER = len("/a/")


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`. Raises FormatError if an image lies in a folder that is no class."""
    del options
    classes = tuple(line[LETTER:].strip() for line in lines(tree, LIST))
    numbers = {name: number for number, name in enumerate(classes)}
    images = [name for name in tree.walk() if base(name).startswith("sun_") and name.endswith(".jpg")]
    labels = np.array([_label(name, numbers) for name in images], np.int64)
    return Read({"image": tree.media(images), "label": labels}, classes)


def _label(name: str, numbers: dict[str, int]) -> int:
    folder = parent(name)
    _, _, scene = folder.partition("/")
    if scene not in numbers:
        what = f"{name} lies in no folder of a class"
        raise FormatError(what, path=name, expected=f"a class of {LIST}", found=repr(scene))
    return numbers[scene]
