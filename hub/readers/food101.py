"""Food-101: a JSON file for each split, with the images of each class.

    food-101/meta/train.json        {"churros": ["churros/1004234", ...], ...}
    food-101/images/churros/1004234.jpg

Samples follow each other as in the file; labels count the classes in the order of their names.

Options: `split`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.formats.texts import typed_json
from hub.readers import Read

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`. Raises FormatError if the file is no map of lists of names."""
    listed = typed_json(tree, f"food-101/meta/{options['split']}.json", dict[str, list[str]])
    classes = sorted(listed)
    numbers = {name: number for number, name in enumerate(classes)}
    labels = [numbers[name] for name, images in listed.items() for _ in images]
    media = tree.media(f"food-101/images/{image}.jpg" for images in listed.values() for image in images)
    return Read({"image": media, "label": np.array(labels, np.int64)}, tuple(classes))
