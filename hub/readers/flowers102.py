"""Oxford 102 Flower: photos by number, their labels and splits in MATLAB files.

    jpg/image_00001.jpg
    imagelabels.mat     labels (1, 8189): the label of each image, counted from 1
    setid.mat           trnid, valid, tstid (1, n): the numbers of the images of a split, in its order

The bytes of such a file are drawn in `hub.formats.matlab`.

Options: `set`, one of the three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import FormatError
from hub.formats.matlab import matrix_of
from hub.readers import Read

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `label`, from 0 on, in the order of the set.

    Raises FormatError if a file is damaged or a number is not that of an image, and MissingExtra without scipy.
    """
    images = _row(tree, "setid.mat", str(options["set"]))
    labels = _row(tree, "imagelabels.mat", "labels")
    if images.size and not 1 <= images.min() <= images.max() <= labels.size:
        raise FormatError(
            f"setid.mat in {tree} names images that have no label",
            path="setid.mat",
            expected=f"numbers from 1 to {labels.size}",
            found=f"{images.min()} to {images.max()}",
        )
    names = (f"jpg/image_{number:05d}.jpg" for number in images)
    return Read({"image": tree.media(names), "label": labels[images - 1] - 1})


def _row(tree: Tree, name: str, matrix: str) -> NDArray[np.int64]:
    found = matrix_of(tree, name, matrix)
    if found.dtype.kind not in "iu":
        what = f"{name} in {tree} lacks its numbers"
        raise FormatError(what, path=name, expected=f"{matrix}: whole numbers", found=str(found.dtype))
    return np.asarray(found, np.int64).ravel()
