"""Scene Flow: rendered collections of stereo views with disparity of both sides.

    <collection>/frames_cleanpass/<scene>/{left,right}/<number>.png
    <collection>/frames_finalpass/<scene>/{left,right}/<number>.png
    <collection>/disparity/<scene>/{left,right}/<number>.pfm

A scene is a folder, or several in each other. https://lmb.informatik.uni-freiburg.de/resources/datasets

Options: `collection`; `scene`, the pattern of a scene's folders; `pass_name`, "clean", "final" or "both".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.readers import Read, one_or_both
from hub.readers.matched_files import chained, matched

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

PASSES = ("clean", "final")


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `left`, `right`, `disparity` and `disparity_right`, pass by pass. Raises MissingFile if one lacks."""
    collection, scene = options["collection"], options["scene"]
    lists = []
    for each in one_or_both(options, "pass_name", PASSES):
        frames, disparity = f"{collection}/frames_{each}pass/{scene}", f"{collection}/disparity/{scene}"
        patterns = {
            "left": f"{frames}/left/*.png",
            "right": f"{frames}/right/*.png",
            "disparity": f"{disparity}/left/*.pfm",
            "disparity_right": f"{disparity}/right/*.pfm",
        }
        lists.append(matched(tree, patterns))
    return Read({column: tree.media(names) for column, names in chained(lists).items()})
