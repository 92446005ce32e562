"""SUN397: scenes in folders of folders, which a list names.

    SUN397/ClassName.txt                        a line for each class: "/a/abbey", "/c/church/indoor"
    SUN397/a/abbey/sun_aaalbzqrimafwbiv.jpg
    SUN397/c/church/indoor/sun_....jpg

A class is named by its folder without the letter. torchvision takes the images in whatever order the file system lists
them; here they are sorted by folder and then by name, on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import FormatError, MissingFile
from hub.formats.texts import names
from hub.readers import Read

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

TOP = "SUN397"
LETTER = len("/a/")


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`.

    Raises FormatError if no class is named, and MissingFile if no folder of a class has an image.
    """
    del options
    listed = f"{TOP}/ClassName.txt"
    folders = names(tree, listed)
    if not folders:
        raise FormatError(
            f"{listed} in {tree} is empty", path=listed, expected="the folder of each class", found="none"
        )
    in_order = sorted(enumerate(folders), key=lambda each: each[1])
    found = [(name, label) for label, folder in in_order for name in tree.glob(f"{TOP}{folder}/sun_*.jpg")]
    if not found:
        raise MissingFile(
            f"there is no image in {TOP} in {tree}", expected=f"{TOP}{folders[0]}/sun_*.jpg", found="none"
        )
    labels = np.array([label for _, label in found], np.int64)
    classes = tuple(folder[LETTER:] for folder in folders)
    return Read({"image": tree.media(name for name, _ in found), "label": labels}, classes)
