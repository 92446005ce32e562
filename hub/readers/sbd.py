"""Semantic Boundaries Dataset: photos of PASCAL VOC, and a MATLAB file for each with regions and their boundaries.

    <image_set>.txt     names of photos, one a line
    img/<name>.jpg
    cls/<name>.mat      decoded by hub.decoders.sbd

Option: `image_set`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.formats import texts
from hub.readers import Read

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image`, and `boundaries` and `segmentation` out of one file, in the order of the list of names."""
    names = texts.names(tree, f"{options['image_set']}.txt")
    targets = tree.media(f"cls/{name}.mat" for name in names)
    images = tree.media(f"img/{name}.jpg" for name in names)
    return Read({"image": images, "boundaries": targets, "segmentation": targets})
