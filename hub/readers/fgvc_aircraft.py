"""FGVC-Aircraft: one set of photos with labels on three levels, a list for each level and split.

    fgvc-aircraft-2013b/data/
        variants.txt                the classes of a level, a line each; families.txt, manufacturers.txt
        images_variant_train.txt    a line for each image: "1025794 707-320"
        images/1025794.jpg

Options: `split`, `annotation_level`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import InvalidInput
from hub.formats.texts import names, pairs, wrong_line
from hub.readers import Read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

TOP = "fgvc-aircraft-2013b/data"

LEVELS = {"variant": "variants.txt", "family": "families.txt", "manufacturer": "manufacturers.txt"}


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label` in the order of the list, and the classes in that of theirs.

    Raises InvalidInput if there is no such level, and FormatError if a line names no class of it.
    """
    level = str(options["annotation_level"])
    if level not in LEVELS:
        raise InvalidInput(f"there is no annotation level {level!r}", expected=", ".join(LEVELS), found=repr(level))
    classes = tuple(names(tree, f"{TOP}/{LEVELS[level]}"))
    listed = f"{TOP}/images_{level}_{options['split']}.txt"
    images = pairs(tree, listed, " ")
    labels = _labels(tree, listed, [name for _, name in images], classes)
    return Read({"image": tree.media(f"{TOP}/images/{number}.jpg" for number, _ in images), "label": labels}, classes)


def _labels(tree: Tree, listed: str, found: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    numbers = {name: number for number, name in enumerate(classes)}
    for line, name in enumerate(found, 1):
        if name not in numbers:
            raise wrong_line(tree, listed, line, f"one of {len(classes)} classes", name)
    return np.array([numbers[name] for name in found], np.int64)
