"""Imagenette: ten classes of ImageNet in folders that are named by WordNet.

    imagenette2-320/train/n01440764/ILSVRC2012_val_00000293.JPEG

Options: `folder`, that of the size; `split`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import FormatError
from hub.readers import Read, class_folders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.readers import Column, Option, Options
    from hub.trees import Tree

VERSION = 1

NAMES = {
    "n01440764": ("tench", "Tinca tinca"),
    "n02102040": ("English springer", "English springer spaniel"),
    "n02979186": ("cassette player",),
    "n03000684": ("chain saw", "chainsaw"),
    "n03028079": ("church", "church building"),
    "n03394916": ("French horn", "horn"),
    "n03417042": ("garbage truck", "dustcart"),
    "n03425413": ("gas pump", "gasoline pump", "petrol pump", "island dispenser"),
    "n03445777": ("golf ball",),
    "n03888257": ("parachute", "chute"),
}
"""WordNet's id -> its names of the class, as ImageNet has them; hub's class is the first."""


def read_arriving(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield `image` and `label` in the order of the archive, some files at a time."""
    folder = f"{options['folder']}/{options['split']}"
    told: dict[str, Option] = {"folder": folder, "suffixes": (".jpeg",), "classes": tuple(sorted(NAMES))}
    return class_folders.read_arriving(tree, told)


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`, and in `class_to_idx` every name of each class.

    Raises FormatError if a folder is named by no id of the ten.
    """
    folder = f"{options['folder']}/{options['split']}"
    found = class_folders.read_tree(tree, {"folder": folder, "suffixes": (".jpeg",)})
    for wnid in found.classes:
        if wnid not in NAMES:
            what = f"{folder}/{wnid} in {tree} is no class of Imagenette"
            raise FormatError(what, path=f"{folder}/{wnid}", expected=", ".join(NAMES), found=wnid)
    about = {
        "wnids": list(found.classes),
        "synonyms": [NAMES[wnid] for wnid in found.classes],
        "wnid_to_idx": {wnid: number for number, wnid in enumerate(found.classes)},
        "class_to_idx": {name: number for number, wnid in enumerate(found.classes) for name in NAMES[wnid]},
    }
    return Read(found.columns, tuple(NAMES[wnid][0] for wnid in found.classes), about)
