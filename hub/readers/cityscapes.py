"""Cityscapes: street scenes, and for each three PNGs and a JSON file of what is where.

    leftImg8bit/<split>/<city>/<scene>_leftImg8bit.png
    <mode>/<split>/<city>/<scene>_<mode>_instanceIds.png      the number of the class times 1000 and that of the object
    <mode>/<split>/<city>/<scene>_<mode>_labelIds.png         the number of the class
    <mode>/<split>/<city>/<scene>_<mode>_color.png            its colour
    <mode>/<split>/<city>/<scene>_<mode>_polygons.json        outlines, from back to front

    <mode>  gtFine or gtCoarse
    <scene> <city>_<sequence>_<frame>

Described in the README of https://github.com/mcordts/cityscapesScripts, section "Dataset Structure".

Options: `mode`; `split`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import MissingFile
from hub.readers import Read
from hub.trees import base, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.readers import Options
    from hub.trees import Media, Tree

VERSION = 1

ENDINGS = {
    "instance": "instanceIds.png",
    "semantic": "labelIds.png",
    "color": "color.png",
    "polygon": "polygons.json",
}


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and a column for each kind of target that is there, by city and then by name.

    Raises MissingFile if there is no image or no target at all, or a kind of target is there for some images only.
    """
    split, mode = options["split"], str(options["mode"])
    images = [image for city in tree.folders(f"leftImg8bit/{split}") for image in tree.files(city)]
    if not images:
        raise MissingFile(f"there are no images of {split} in {tree}", expected=f"leftImg8bit/{split}", found="none")
    scenes = [_scene(image, f"{mode}/{split}") for image in images]
    found = {kind: _targets(tree, scenes, f"_{mode}_{ending}") for kind, ending in ENDINGS.items()}
    there = {kind: targets for kind, targets in found.items() if targets is not None}
    if not there:
        raise tree.missing(f"{scenes[0]}_{mode}_{ENDINGS['instance']}")
    return Read({"image": tree.media(images), **there}, about={"mode": mode})


def _scene(image: str, folder: str) -> str:
    """Return how the names of an image's targets begin."""
    city = base(image.rpartition("/")[0])
    return join(f"{folder}/{city}", base(image).partition("_leftImg8bit")[0])


def _targets(tree: Tree, scenes: Sequence[str], ending: str) -> Media | None:
    """Return one kind of targets, or None if no image has it: people keep only those that they need."""
    names = [f"{scene}{ending}" for scene in scenes]
    return tree.media(names) if any(tree.has(name) for name in names) else None
