"""DTD: ten partitions of textures into thirds, each third a list of images.

    dtd/labels/train1.txt       a line for each image: "banded/banded_0002.jpg"
    dtd/images/banded/banded_0002.jpg

An image's class is the folder it lies in; labels count the classes of the list in the order of their names.

Options: `split`, `partition` from 1 to 10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from hub.errors import InvalidInput
from hub.formats.texts import pairs
from hub.readers import Read

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

PARTITIONS = 10


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label` in the order of the list. Raises InvalidInput if there is no such partition."""
    partition = cast("int", options["partition"])
    if not 1 <= partition <= PARTITIONS:
        raise InvalidInput(f"there is no partition {partition}", expected=f"1 to {PARTITIONS}", found=partition)
    listed = pairs(tree, f"dtd/labels/{options['split']}{partition}.txt", "/")
    classes = sorted({folder for folder, _ in listed})
    numbers = {folder: number for number, folder in enumerate(classes)}
    images = tree.media(f"dtd/images/{folder}/{name}" for folder, name in listed)
    return Read(
        {"image": images, "label": np.array([numbers[folder] for folder, _ in listed], np.int64)}, tuple(classes)
    )
