"""Oxford-IIIT Pet: photos, a mask for each, and a list for each split.

    images/<breed>_<number>.jpg
    annotations/trimaps/<breed>_<number>.png            1 the animal, 2 the background, 3 what is unclear
    annotations/<split>.txt         <breed>_<number> <breed> <species> <breed of the species>

The numbers of a list count from 1, species being cat and dog. Described in annotations/README.

Option: `split`, which is the name of the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.formats.texts import columns, is_number, wrong_line
from hub.readers import Read

if TYPE_CHECKING:
    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

SPECIES = ("Cat", "Dog")


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, `label`, `species` and `mask`; both numbers begin at 0.

    Raises FormatError if a line of the list is not right, and MissingFile if a photo or a mask is not there.
    """
    name = f"annotations/{options.get('split', 'trainval')}.txt"
    rows = columns(tree, name, 4)
    for number, words in enumerate(rows, 1):
        if not all(is_number(word) and int(word) > 0 for word in words[1:3]):
            raise wrong_line(tree, name, number, "a name, and numbers from 1", " ".join(words))
    found: dict[str, Column] = {
        "image": tree.media(f"images/{words[0]}.jpg" for words in rows),
        "label": np.array([int(words[1]) - 1 for words in rows], np.int64),
        "species": np.array([int(words[2]) - 1 for words in rows], np.int64),
        "mask": tree.media(f"annotations/trimaps/{words[0]}.png" for words in rows),
    }
    numbers = {name: number for number, name in enumerate(SPECIES)}
    return Read(found, about={"bin_classes": SPECIES, "bin_class_to_idx": numbers})
