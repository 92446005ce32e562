"""LSUN: a database of LMDB for each category, in which each value is an encoded photo.

    <category>_<part>_lmdb/data.mdb         bedroom_train_lmdb/data.mdb and so on; test_lmdb/data.mdb

Photos are read in place (hub/formats/lmdb.py), in the order of their keys. The label is the place of the database among
those that are read, as in torchvision; that of a test photo, whose category nobody tells, is 0. Described at
https://www.yf.io/p/lsun.

Options: `part`, one of train, val and test; `classes`, categories (bedroom) or databases (bedroom_train) in place of
all of the part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import InvalidInput
from hub.formats.lmdb import values
from hub.readers import Read, words
from hub.trees import Media

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

CATEGORIES = (
    "bedroom", "bridge", "church_outdoor", "classroom", "conference_room",
    "dining_room", "kitchen", "living_room", "restaurant", "tower",
)  # fmt: skip
PARTS = ("train", "val", "test")


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`, database after database.

    Raises InvalidInput if a class is none of LSUN, MissingFile if its database is not there, and FormatError if it is
    damaged.
    """
    names = roles(options)
    found = [values(tree, f"{name}_lmdb/data.mdb") for name in names]
    labels = np.repeat(np.arange(len(found), dtype=np.int64), [len(places) for places in found])
    return Read({"image": Media([place for places in found for place in places]), "label": labels}, classes=names)


def roles(options: Options) -> tuple[str, ...]:
    """Return the databases that are read, which are the roles of a card's files."""
    part = str(options.get("part", "train"))
    asked = words(options, "classes", (part,))
    return tuple(name for each in asked for name in _databases(each, part))


def _databases(asked: str, part: str) -> tuple[str, ...]:
    """Return the databases that a word stands for."""
    if asked == "test":
        return ("test",)
    if asked in PARTS:
        return tuple(f"{category}_{asked}" for category in CATEGORIES)
    category, _, ending = asked.rpartition("_")
    if category in CATEGORIES and ending in PARTS:
        return (asked,)
    if asked not in CATEGORIES:
        raise InvalidInput(f"{asked!r} is no class of LSUN", expected=", ".join(CATEGORIES), found=repr(asked))
    return (f"{asked}_{part}",)
